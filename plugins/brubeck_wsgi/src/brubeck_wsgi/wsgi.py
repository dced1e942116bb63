"""Any WSGI application on the embedded server (PEP 3333)."""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any

from brubeck_core.errors import ClientDisconnected, HTTPError
from brubeck_core.http.headers import check_reason
from brubeck_core.http.limits import DEFAULT_LIMITS, Limits
from brubeck_core.http.request import Request
from brubeck_core.http.response import Response
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_wsgi.addresses import Address
from brubeck_wsgi.http1.answer import error_answer
from brubeck_wsgi.http1.bodies import RequestBody
from brubeck_wsgi.http1.head import HTTPRequest
from brubeck_wsgi.http1.server import HTTPServer
from brubeck_wsgi.http1.settings import DEFAULT_SETTINGS, ServerSettings

log = logging.getLogger("brubeck.wsgi")

#: A WSGI application.
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType]

# The names of header fields in an environ: requests repeat them.
_keys: dict[bytes, str] = {}
_KEYS = 256
# Codes and reasons of the status lines that applications give.
_statuses: dict[str, tuple[int, str]] = {}
_STATUSES = 256


def make_server(
    application: Application,
    bind: str | Sequence[str] = "127.0.0.1:6767",
    concurrency: Concurrency | None = None,
    settings: ServerSettings = DEFAULT_SETTINGS,
    limits: Limits = DEFAULT_LIMITS,
) -> HTTPServer:
    """Open the addresses and make a server that carries any WSGI application.

    Args:
        bind: one address or several, as for `WSGIConnection`.
        concurrency: the backend, threads by default; a green one has to be patched by now.
        settings: bounds on connections.
        limits: bounds on requests; those on forms and JSON are the application's business.

    Raises `ConfigError` for an address that cannot be used.
    """
    if concurrency is None:
        from brubeck_core.builtin.threads import Threads

        concurrency = Threads()
    texts = [bind] if isinstance(bind, str) else bind
    dispatch = WSGIDispatch(application, concurrency)
    return HTTPServer(dispatch, concurrency, settings, limits).open(map(Address.parse, texts))


def serve(
    application: Application,
    bind: str | Sequence[str] = "127.0.0.1:6767",
    concurrency: Concurrency | None = None,
    settings: ServerSettings = DEFAULT_SETTINGS,
    limits: Limits = DEFAULT_LIMITS,
    timeout: float = 30.0,
) -> None:
    """Serve any WSGI application until SIGTERM or SIGINT; a second one ends the process at once.

    Requests in flight then have `timeout` seconds to be answered. The other arguments are
    `make_server`'s. Call it from the main thread; elsewhere, use `make_server`.
    """
    server = make_server(application, bind, concurrency, settings, limits)

    def stop(number: int) -> None:
        if server.stopping:
            os._exit(128 + number)
        server.stop(timeout)

    restore = server.concurrency.on_signals((signal.SIGTERM, signal.SIGINT), stop)
    try:
        server.serve()
    finally:
        restore()


class WSGIDispatch:
    """Turn requests of the embedded server into calls of a WSGI application.

    Args:
        application: the application.
        concurrency: the backend that calls it.
    """

    def __init__(self, application: Application, concurrency: Concurrency) -> None:
        self._application = application
        self._task_ends = concurrency.task_ends
        self._base: dict[str, Any] = {
            "SCRIPT_NAME": "",
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": concurrency.preemptive,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }

    def __call__(self, request: Request) -> Response:
        """Answer a request; an exception of the application becomes a 500."""
        assert isinstance(request, HTTPRequest)
        try:
            return self._call(request)
        except ClientDisconnected:
            raise
        except HTTPError as error:
            return error_answer(error.status, error.detail)
        except self._task_ends:
            raise
        except BaseException:
            # A SystemExit too: the application may end its answer, not the server.
            log.exception("%s %r: the WSGI application failed", request.method, request.path)
            return error_answer(500, "Server error.")

    def _call(self, request: HTTPRequest) -> Response:
        started = _Started()
        result = self._application(make_environ(self._base, request), started)
        handed_over = False
        try:
            whole: bytes | None = None
            if isinstance(result, list | tuple):
                whole = b"".join([*started.written, *result])
                body: bytes | _Pieces = whole
            else:
                body = _Pieces(started, result)
            response, declared = _head(started)
            if request.method == "HEAD" or response.status in (204, 304):
                if response.status == 204:
                    response.remove_header("content-length")
                return response
            response.body = body
            if whole is None:
                # Closed with the answer, by the server.
                handed_over = True
            elif declared is None:
                # All of it is there, and goes out in one piece with the head.
                response.headers.append(("Content-Length", str(len(whole))))
            elif declared != str(len(whole)):
                # Streaming holds an application to what it has declared.
                response.body = iter((whole,))
            return response
        finally:
            if not handed_over:
                getattr(result, "close", _nothing)()


def make_environ(base: dict[str, Any], request: HTTPRequest) -> dict[str, Any]:
    """Make the environ of a request from what all of them share (PEP 3333, RFC 3875)."""
    host = request.fields.get(b"host", b"").decode("latin-1")
    name, _, port = host.rpartition(":")
    if not name or not port.isdigit():
        name, port = host, "443" if request.scheme == "https" else "80"
    path = request.path
    environ = {
        **base,
        "REQUEST_METHOD": request.method,
        "PATH_INFO": path if path.isascii() else path.encode().decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_PROTOCOL": request.version,
        "SERVER_NAME": name or "localhost",
        "SERVER_PORT": port,
        "REMOTE_ADDR": request.remote_addr or "",
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": _input(request),
    }
    for field, value in request.fields.items():
        environ[_keys.get(field) or _key(field)] = value.decode("latin-1")
    if b"proxy" in request.fields:
        del environ["HTTP_PROXY"]  # it means something else to too many programs
    return environ


def _key(field: bytes) -> str:
    name = field.decode("latin-1").upper().replace("-", "_")
    key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
    if len(_keys) >= _KEYS:
        _keys.clear()
    _keys[field] = key
    return key


def _head(started: _Started) -> tuple[Response, str | None]:
    """Return the answer without its body, and the length that the application has declared."""
    status = started.status
    if status is None:
        raise RuntimeError("the application returned without calling start_response")
    code, reason = _statuses.get(status) or _parse_status(status)
    response = Response(b"", code)
    response.reason = reason
    response.headers = list(started.headers)
    declared = None
    for name, value in started.headers:
        if len(name) == 14 and name.lower() == "content-length":
            if declared is not None:
                raise ValueError("the application declares its Content-Length twice")
            declared = value
    return response, declared


def _parse_status(status: str) -> tuple[int, str]:
    code, _, reason = status.partition(" ")
    if not 200 <= int(code) <= 599:
        raise ValueError(f"the application's status {status!r} is no final one")
    check_reason(reason)
    if len(_statuses) >= _STATUSES:
        _statuses.clear()
    _statuses[status] = int(code), reason
    return _statuses[status]


class _Started:
    """The `start_response` of one request."""

    def __init__(self) -> None:
        self.status: str | None = None
        self.headers: list[tuple[str, str]] = []
        self.written: list[bytes] = []
        self.sent = False

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        if self.status is not None and exc_info is None:
            raise AssertionError("start_response was called twice without exc_info")
        if exc_info is not None and self.sent:
            # The head is out: what went wrong has to end the answer (PEP 3333).
            raise exc_info[1].with_traceback(exc_info[2])
        self.status = status
        self.headers = headers
        return self.written.append


class _Pieces:
    """What an application yields, after what it has written."""

    def __init__(self, started: _Started, result: Iterable[bytes]) -> None:
        self._started = started
        self._result = result
        self._iterator = iter(result)
        # An application that is a generator calls start_response with its first piece.
        first = next(self._iterator, b"") if started.status is None else b""
        self._ready = [*started.written, first]

    def __iter__(self) -> Iterator[bytes]:
        self._started.sent = True
        yield from self._ready
        yield from self._iterator

    def close(self) -> None:
        getattr(self._result, "close", _nothing)()


class _StreamInput(io.RawIOBase):
    """A body that is still arriving, as a file."""

    def __init__(self, stream: RequestBody) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _input(request: HTTPRequest) -> io.BufferedIOBase:
    if request.stream is None:
        return io.BytesIO(request.body if request.body_length else b"")
    return io.BufferedReader(_StreamInput(request.stream))


def _nothing() -> None:
    """Stand in for a missing close()."""
