"""Writing answers: what a worker does with a request once it is there."""

from __future__ import annotations

import json
import logging
import secrets
from time import perf_counter
from typing import TYPE_CHECKING

from brubeck_core.errors import ClientDisconnected
from brubeck_core.http.encode import LAST_CHUNK, encode_chunk, encode_head
from brubeck_core.http.response import TEXT, Response
from brubeck_core.http.websocket import WebSocketClosed, WebSocketUpgrade

if TYPE_CHECKING:
    from brubeck_wsgi.http1.connection import Connection
    from brubeck_wsgi.http1.head import HTTPRequest
    from brubeck_wsgi.http1.server import HTTPServer

log = logging.getLogger("brubeck.wsgi")
access = logging.getLogger("brubeck.access")

_NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


def error_answer(status: int, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Make the answer to a request that never became one, or whose answer cannot be sent."""
    response = Response(detail + "\n", status, (*headers, _NO_SNIFFING), content_type=TEXT)
    return response.finish("GET")


class Writer:
    """Answers requests; one for all connections of a server."""

    def __init__(self, server: HTTPServer) -> None:
        self._server = server
        self._dispatch = server.dispatch
        self._log_access = server.settings.access_log

    def answer(self, connection: Connection, request: HTTPRequest) -> bool:
        """Dispatch a request and send the answer; says whether the connection stays open.

        Raises `ClientDisconnected` or `OSError` when the client is gone.
        """
        started = perf_counter() if self._log_access else 0.0
        status = None
        try:
            response = self._dispatch(request)
            status = response.status
            stream = request.stream
            keep_alive = request.keep_alive
            if self._server.stopping and not (
                connection.pending if stream is None else stream.rest
            ):
                keep_alive = False
            if stream is not None and not stream.complete:
                # Nobody will read the rest of the body, so what follows cannot be found.
                keep_alive = False
                stream.withdraw_continue()
            old = request.version == "HTTP/1.0"
            if isinstance(response, WebSocketUpgrade):
                keep_alive = self._converse(connection, response)
            elif isinstance(response.body, bytes):
                try:
                    head = encode_head(response, keep_alive, old)
                except (TypeError, ValueError):
                    response = _unsendable()
                    status = response.status
                    head = encode_head(response, keep_alive, old)
                connection.send_all(head + response.body)  # type: ignore[operator]
            else:
                keep_alive = _stream(connection, response, keep_alive, old)
        finally:
            # Also for a client that is gone by now.
            if started:
                seconds = perf_counter() - started
                log_access(request.remote_addr, request.method, request.target, status, seconds)
        if not keep_alive:
            connection.linger()
        return keep_alive

    def _converse(self, connection: Connection, response: WebSocketUpgrade) -> bool:
        """Open a WebSocket and run its conversation; the connection ends with it."""
        from brubeck_wsgi.http1.websocket import ServerWebSocket  # wsproto, only where it is used

        received, connection.pending = connection.pending, b""
        connection.send_all(encode_head(response, keep_alive=True, old=False))
        socket = ServerWebSocket(connection, response.subprotocol, received)
        self._server.conversations.add(socket)
        if self._server.stopping:
            socket.close(1001, "the server is stopping")
        try:
            response.conversation(socket)
        except WebSocketClosed:
            pass
        except self._server.concurrency.task_ends:
            raise
        except BaseException:
            log.exception("a WebSocket conversation failed")
            socket.close(1011, "internal error")
        finally:
            self._server.conversations.discard(socket)
        socket.close()
        return False


def _stream(connection: Connection, response: Response, keep_alive: bool, old: bool) -> bool:
    """Send a streamed body; says whether the connection stays usable."""
    try:
        left = _declared_length(response)
        # Without a length, an old client takes the end of the connection for that of the body.
        keep_alive = keep_alive and not (left is None and old)
        chunked = left is None and not old
        head = encode_head(response, keep_alive, old, chunked)
    except (TypeError, ValueError):
        response.close()
        response = _unsendable()
        connection.send_all(encode_head(response, False, old) + response.body)  # type: ignore[operator]
        return False
    try:
        connection.send_all(head)
        pieces = response.chunks()
        while True:
            try:
                piece = next(pieces, b"")
            except ClientDisconnected:
                raise
            except connection.server.concurrency.task_ends:
                raise
            except BaseException:
                # The head is out: all that is left is an end that no client takes for complete.
                log.exception("a streamed body failed; the connection is cut")
                connection.abort()
                return False
            if left is not None:
                if len(piece) > left:
                    log.error("a streamed body is longer than its Content-Length; it was cut")
                    piece = piece[:left]
                left -= len(piece)
            if not piece:
                break
            connection.send_all(encode_chunk(piece) if chunked else piece)
        if chunked:
            connection.send_all(LAST_CHUNK)
    except BaseException:
        # To an old client, an end like any other would be the end of the body.
        connection.abort()
        raise
    finally:
        try:
            response.close()
        except Exception:
            # Whatever was sent is as good as before.
            log.exception("closing a streamed body failed")
    if left:
        log.error("a streamed body is %d bytes shorter than its Content-Length", left)
        connection.abort()
        return False
    return keep_alive


def _declared_length(response: Response) -> int | None:
    declared = response.header("content-length")
    if declared is None:
        return None
    if not (declared.isascii() and declared.isdigit()):
        raise ValueError(f"the Content-Length {declared!r} is not a number of bytes")
    return int(declared)


def _unsendable() -> Response:
    log.exception("an answer cannot be sent; the client gets a 500")
    return error_answer(500, "Server error.")


def log_access(
    peer: str | None, method: str | None, target: str | None, status: int | None, seconds: float = 0
) -> None:
    """Write a line about a request.

    One that was refused while it arrived has no method and no target, one whose client was gone
    before there was an answer no status.
    """
    access.info(
        json.dumps(
            {
                "id": secrets.token_hex(8),
                "peer": peer,
                "method": method,
                "target": target,
                "status": status,
                "ms": round(seconds * 1000, 3),
            }
        )
    )
