"""Serve a Brubeck application over HTTP."""

from brubeck_wsgi.connection import WSGIConnection

__all__ = ["WSGIConnection"]
