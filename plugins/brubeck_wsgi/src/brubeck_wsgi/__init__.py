"""Serve a Brubeck application, or any WSGI application, over HTTP."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brubeck_wsgi.connection import WSGIConnection as WSGIConnection
    from brubeck_wsgi.wsgi import make_server as make_server
    from brubeck_wsgi.wsgi import serve as serve

# Imported when they are asked for: looking at a plugin must not import its libraries.
_HOMES = {"WSGIConnection": "connection", "make_server": "wsgi", "serve": "wsgi"}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
