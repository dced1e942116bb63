"""What a worker does with one request: check it, have it answered, write the answer."""

from __future__ import annotations

import json
import logging
import secrets
from contextlib import closing
from time import perf_counter
from typing import TYPE_CHECKING

from brubeck_core.errors import ClientDisconnected, HTTPError
from brubeck_core.http.forms import parse_json
from brubeck_core.http.response import Response
from brubeck_core.http.websocket import WebSocketClosed, WebSocketUpgrade
from brubeck_mongrel2.protocol.classify import Kind
from brubeck_mongrel2.protocol.framing import check_framing
from brubeck_mongrel2.protocol.websocket_frames import CloseCode
from brubeck_mongrel2.request import Mongrel2Request
from brubeck_mongrel2.upload import UploadReader

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_mongrel2.answering import Answering
    from brubeck_mongrel2.exchange import Exchange
    from brubeck_mongrel2.websocket import Mongrel2WebSocket

log = logging.getLogger("brubeck.mongrel2")
access = logging.getLogger("brubeck.access")

_DETAILS = {
    400: "The request is framed wrongly.",
    501: "The server does not know this.",
    505: "The version is not HTTP/1.",
}


class Serving:
    """Answer requests of an application.

    Args:
        access_log: whether each answer is logged; Mongrel2 does not know its status.
    """

    def __init__(self, app: Brubeck, answering: Answering, access_log: bool) -> None:
        self._app = app
        self._answering = answering
        self._access_log = access_log

    def serve(self, exchange: Exchange) -> None:
        """Answer one request. Raises `ClientDisconnected` when its client is gone."""
        started = perf_counter() if self._access_log else 0.0
        status = self._serve(exchange)
        if started:
            _log_access(exchange, status, perf_counter() - started)

    def _serve(self, exchange: Exchange) -> int:
        """Answer one request and return the status."""
        kind = exchange.kind
        status = check_framing(exchange.message) if kind is Kind.HTTP else _check_other(exchange)
        if status is not None:
            return self._refuse(exchange, status, _DETAILS[status])
        try:
            request = Mongrel2Request(exchange.message, self._app.limits)
        except HTTPError as error:
            return self._refuse(exchange, error.status, error.detail)
        if kind is not Kind.HTTP:
            return self._serve_other(exchange, request).status
        response = self._app.dispatch(request)
        if isinstance(response, WebSocketUpgrade):
            # The server has not seen it as one, and would take its frames for requests.
            return self._refuse(exchange, 400, "The handshake is malformed.")
        self._answering.answer(exchange, response)
        return response.status

    def _refuse(self, exchange: Exchange, status: int, detail: str) -> int:
        self._answering.refuse(exchange, status, detail)
        return status

    def _serve_other(self, exchange: Exchange, request: Mongrel2Request) -> Response:
        kind, client = exchange.kind, exchange.client
        if kind is Kind.UPLOAD_START:
            request.stream = client.peer = upload = UploadReader(self._app.concurrency, exchange)
            response = self._app.dispatch(request)
            # Nobody will read the rest of the body, so what follows cannot be found; nor can what
            # the server has taken with the body.
            close = not upload.complete or upload.overran
            self._answering.answer(exchange, response, close)
            return response
        if exchange.stored is not None:
            with closing(exchange.stored) as request.stream:
                response = self._app.dispatch(request)
                self._answering.answer(exchange, response, close=not exchange.stored.complete)
            return response
        if kind is Kind.WEBSOCKET_HANDSHAKE:
            # The server has put words of its own in place of these.
            request.method, request.body = "GET", b""
            response = self._app.dispatch(request)
            if isinstance(response, WebSocketUpgrade):
                self._converse(exchange, response)
            else:
                self._answering.answer(exchange, response, close=True)
            return response
        if kind is Kind.JSON_SOCKET:
            try:
                request.data = parse_json(request.body, self._app.limits.max_json_depth)
            except HTTPError as error:
                response = Response(error.detail, error.status).finish("JSON")
                self._answering.answer_socket(exchange, response)
                return response
        response = self._app.dispatch(request)
        self._answering.answer_socket(exchange, response)
        return response

    def _converse(self, exchange: Exchange, response: WebSocketUpgrade) -> None:
        client = exchange.client
        socket: Mongrel2WebSocket = client.peer
        socket.subprotocol = response.subprotocol
        code = CloseCode.NORMAL
        try:
            self._answering.begin(exchange, response)
            response.conversation(socket)
        except (ClientDisconnected, WebSocketClosed):
            pass
        except Exception as error:
            code = CloseCode.INTERNAL_ERROR
            log.error("a WebSocket at %r failed", exchange.message.path, exc_info=error)
        if client.open:
            socket.finish(code)
            self._answering.close(exchange.endpoint, client)


def _check_other(exchange: Exchange) -> int | None:
    """Check what is not plain HTTP, as `check_framing` does that."""
    kind, message = exchange.kind, exchange.message
    if kind is Kind.SPOOFED:
        return 501
    if kind in (Kind.UPLOAD_START, Kind.STORED):
        return check_framing(message, body_follows=True)
    if kind is Kind.WEBSOCKET_HANDSHAKE:
        # The bytes behind the head would be the body to one reader, frames to another.
        if not message.headers.keys().isdisjoint(("content-length", "transfer-encoding")):
            return 400
        return check_framing(message, body_follows=True)
    return None


def _log_access(exchange: Exchange, status: int, seconds: float) -> None:
    headers = exchange.message.headers
    # The server has put a word of its own in place of the method that a handshake has.
    shook_hands = exchange.kind is Kind.WEBSOCKET_HANDSHAKE
    access.info(
        json.dumps(
            {
                "id": secrets.token_hex(8),
                "peer": headers.get("REMOTE_ADDR"),
                "method": "GET" if shook_hands else headers.get("METHOD"),
                "target": headers.get("URI"),
                "status": status,
                "ms": round(seconds * 1000, 3),
            }
        )
    )
