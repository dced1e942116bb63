"""Any WSGI application on the embedded server (PEP 3333)."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any

from brubeck_core.errors import ClientDisconnected, HTTPError
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


def make_server(
    application: Application,
    bind: str | Sequence[str] = "127.0.0.1:6767",
    concurrency: Concurrency | None = None,
    settings: ServerSettings = DEFAULT_SETTINGS,
) -> HTTPServer:
    """Open the addresses and make a server that carries any WSGI application.

    Args:
        bind: one address or several, as for `WSGIConnection`.
        concurrency: the backend, threads by default; a green one has to be patched by now.

    Raises `ConfigError` for an address that cannot be used.
    """
    if concurrency is None:
        from brubeck_core.builtin.threads import Threads

        concurrency = Threads()
    texts = [bind] if isinstance(bind, str) else bind
    dispatch = WSGIDispatch(application, concurrency.preemptive)
    return HTTPServer(dispatch, concurrency, settings).open(map(Address.parse, texts))


def serve(
    application: Application,
    bind: str | Sequence[str] = "127.0.0.1:6767",
    concurrency: Concurrency | None = None,
    settings: ServerSettings = DEFAULT_SETTINGS,
) -> None:
    """Serve any WSGI application until the process ends; the arguments are `make_server`'s."""
    make_server(application, bind, concurrency, settings).serve()


class WSGIDispatch:
    """Turn requests of the embedded server into calls of a WSGI application.

    Args:
        application: the application.
        multithread: whether several threads may call it at once.
    """

    def __init__(self, application: Application, multithread: bool) -> None:
        self._application = application
        self._base: dict[str, Any] = {
            "SCRIPT_NAME": "",
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": multithread,
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
        except Exception:
            log.exception("%s %r: the WSGI application failed", request.method, request.path)
            return error_answer(500, "Server error.")

    def _call(self, request: HTTPRequest) -> Response:
        started = _Started()
        result = self._application(make_environ(self._base, request), started)
        try:
            pieces = _Pieces(started, result)
            response = _head(started)
            if request.method == "HEAD" or response.status in (204, 304):
                pieces.close()
                if response.status == 204:
                    response.remove_header("content-length")
                return response
            declared = response.header("content-length")
            if declared is None and isinstance(result, list | tuple):
                response.body = b"".join(pieces)
                response.headers.append(("Content-Length", str(len(response.body))))
            else:
                # Sent piece by piece, and held to the length that the application has declared.
                response.body = pieces
        except BaseException:
            getattr(result, "close", _nothing)()
            raise
        return response


def make_environ(base: dict[str, Any], request: HTTPRequest) -> dict[str, Any]:
    """Make the environ of a request from what all of them share (PEP 3333, RFC 3875)."""
    name, _, port = request.host.rpartition(":")
    if not name or not port.isdigit():
        name, port = request.host, "443" if request.scheme == "https" else "80"
    environ = {
        **base,
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_PROTOCOL": request.version,
        "SERVER_NAME": name or "localhost",
        "SERVER_PORT": port,
        "REMOTE_ADDR": request.remote_addr or "",
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": _input(request),
    }
    for field, value in request.fields.items():
        key = field.decode("latin-1").upper().replace("-", "_")
        if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            environ[key] = value.decode("latin-1")
        elif key != "PROXY":  # HTTP_PROXY means something else to too many programs
            environ[f"HTTP_{key}"] = value.decode("latin-1")
    return environ


def _head(started: _Started) -> Response:
    if started.status is None:
        raise RuntimeError("the application returned without calling start_response")
    code, _, reason = started.status.partition(" ")
    if not 200 <= int(code) <= 599:
        raise ValueError(f"the application's status {started.status!r} is no final one")
    return Response(b"", int(code), started.headers, reason)


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
        return io.BytesIO(request.body)
    return io.BufferedReader(_StreamInput(request.stream))


def _nothing() -> None:
    """Stand in for a missing close()."""
