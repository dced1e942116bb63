"""Serve a Brubeck application behind Mongrel2."""

from brubeck_mongrel2.connection import Mongrel2Connection

__all__ = ["Mongrel2Connection"]
