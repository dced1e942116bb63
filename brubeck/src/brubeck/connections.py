"""Connections: how requests come in and answers go out.

A connection now brings requests to the application instead of being asked for them, so that a
subclass of `Connection` implements `serve` and `stop` rather than `recv` and `send`.
"""

# A plugin that is not installed is `Any` to a type checker.
# mypy: disable-error-code="import-not-found, attr-defined"

from __future__ import annotations

from typing import TYPE_CHECKING

from brubeck._names import lazy_names

if TYPE_CHECKING:
    from brubeck_core.interfaces.connection import Connection as Connection
    from brubeck_mongrel2 import Mongrel2Connection as Mongrel2Connection
    from brubeck_wsgi import WSGIConnection as WSGIConnection
else:
    _ZMQ = 'ask the concurrency backend: app.concurrency.green_module("zmq")'
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "Connection": "brubeck_core.interfaces.connection",
            "Mongrel2Connection": "brubeck_mongrel2",
            "WSGIConnection": "brubeck_wsgi",
        },
        dropped={"load_zmq": _ZMQ, "load_zmq_ctx": f"{_ZMQ}.Context.instance()"},
    )
