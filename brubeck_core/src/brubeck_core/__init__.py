"""Brubeck: web handlers as plain blocking code, thousands of them at once.

Names are imported when they are first used, so that `import brubeck_core` costs nothing and
brings nothing that a concurrency backend would have to patch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck as Brubeck
    from brubeck_core.auth.accounts import AccountRefused as AccountRefused
    from brubeck_core.auth.throttle import TooManyAttempts as TooManyAttempts
    from brubeck_core.errors import BrubeckError as BrubeckError
    from brubeck_core.errors import ConfigError as ConfigError
    from brubeck_core.errors import HTTPError as HTTPError
    from brubeck_core.errors import StoreUnavailable as StoreUnavailable
    from brubeck_core.handlers.auth import UserHandlingMixin as UserHandlingMixin
    from brubeck_core.handlers.auth import authenticated as authenticated
    from brubeck_core.handlers.auth import web_authenticated as web_authenticated
    from brubeck_core.handlers.autoapi import AutoAPIBase as AutoAPIBase
    from brubeck_core.handlers.json import JSONMessageHandler as JSONMessageHandler
    from brubeck_core.handlers.login import LoginMixin as LoginMixin
    from brubeck_core.handlers.message import MessageHandler as MessageHandler
    from brubeck_core.handlers.template import TemplateRendering as TemplateRendering
    from brubeck_core.handlers.web import WebMessageHandler as WebMessageHandler
    from brubeck_core.handlers.websocket import WebSocketHandler as WebSocketHandler
    from brubeck_core.http.events import event_stream as event_stream
    from brubeck_core.http.request import Request as Request
    from brubeck_core.http.response import Response as Response
    from brubeck_core.http.response import http_response as http_response
    from brubeck_core.http.response import render as render
    from brubeck_core.http.websocket import WebSocket as WebSocket
    from brubeck_core.http.websocket import WebSocketClosed as WebSocketClosed
    from brubeck_core.http.websocket import accept_websocket as accept_websocket

_HOMES = {
    "AccountRefused": "auth.accounts",
    "AutoAPIBase": "handlers.autoapi",
    "Brubeck": "app.brubeck",
    "BrubeckError": "errors",
    "ConfigError": "errors",
    "HTTPError": "errors",
    "JSONMessageHandler": "handlers.json",
    "LoginMixin": "handlers.login",
    "MessageHandler": "handlers.message",
    "Request": "http.request",
    "Response": "http.response",
    "StoreUnavailable": "errors",
    "TemplateRendering": "handlers.template",
    "TooManyAttempts": "auth.throttle",
    "UserHandlingMixin": "handlers.auth",
    "WebMessageHandler": "handlers.web",
    "WebSocket": "http.websocket",
    "WebSocketClosed": "http.websocket",
    "WebSocketHandler": "handlers.websocket",
    "accept_websocket": "http.websocket",
    "authenticated": "handlers.auth",
    "event_stream": "http.events",
    "http_response": "http.response",
    "render": "http.response",
    "web_authenticated": "handlers.auth",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
