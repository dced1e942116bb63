"""The application and its handlers.

Importing this module patches the standard library for the concurrency backend, as the original
did: the one that config selects, else gevent, else eventlet, whichever is installed, else
threads, which need no patch. So import it before anything else.
"""

# ruff: noqa: E402 - the patch comes first, so that what is imported later is patched already.

from __future__ import annotations

from brubeck_core.bootstrap import patch_like_the_original

patch_like_the_original()

from typing import TYPE_CHECKING, Any

from brubeck._errors import FourOhFourException as FourOhFourException
from brubeck._names import lazy_names
from brubeck_core.config import current

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.app.brubeck import Brubeck as Brubeck
    from brubeck_core.handlers.json import JSONMessageHandler as JSONMessageHandler
    from brubeck_core.handlers.json import JsonSchemaMessageHandler as JsonSchemaMessageHandler
    from brubeck_core.handlers.message import MessageHandler as MessageHandler
    from brubeck_core.handlers.methods import HTTP_METHODS as HTTP_METHODS
    from brubeck_core.handlers.web import WebMessageHandler as WebMessageHandler
    from brubeck_core.http.request import Request
    from brubeck_core.http.response import http_response as http_response
    from brubeck_core.http.response import render as render
else:
    _COOKIES = (
        "it pickled, so that whoever learns the secret can run code on the server; "
        "use set_cookie and get_cookie with secret="
    )
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "Brubeck": "brubeck_core.app.brubeck",
            "HTTP_METHODS": "brubeck_core.handlers.methods",
            "JSONMessageHandler": "brubeck_core.handlers.json",
            "JsonSchemaMessageHandler": "brubeck_core.handlers.json",
            "MessageHandler": "brubeck_core.handlers.message",
            "WebMessageHandler": "brubeck_core.handlers.web",
            "http_response": "brubeck_core.http.response",
            "render": "brubeck_core.http.response",
        },
        own=("CORO_LIBRARY", "FourOhFourException", "coro_spawn"),
        dropped={
            "HTTP_FORMAT": "answers are Response values, which each connection writes its own way",
            "cookie_decode": _COOKIES,
            "cookie_encode": _COOKIES,
            "cookie_is_encoded": _COOKIES,
            "coro_pool": "use app.concurrency.pool(size), on every backend",
            "lscmp": "use hmac.compare_digest of the standard library",
        },
    )

#: The concurrency backend that is in force: "gevent", "eventlet" or "threads".
CORO_LIBRARY: str = current().get("concurrency")


def coro_spawn(
    function: Callable[..., object], app: Brubeck, message: Request, *a: Any, **kw: Any
) -> None:
    """Run ``function(app, message, *a, **kw)`` concurrently, on the application's backend."""
    app.concurrency.spawn(function, app, message, *a, **kw)
