"""Talk to the control port of a running server (manual, "The Control Port")."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import zmq
from brubeck_core.errors import BrubeckError
from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.tnetstrings import Encodable, Value, decode, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

Row: TypeAlias = dict[str, str | int | float | bool | None]


class ControlError(BrubeckError):
    """The control port did not answer, or refused."""


class ControlPort:
    """The control port of one server.

    Args:
        address: its ZeroMQ address, such as ``ipc:///srv/site/run/control``.
        timeout: seconds an answer may take.
    """

    def __init__(self, address: str, timeout: float = 3.0) -> None:
        self.address = address
        self.timeout = timeout

    def connections(self) -> list[Row]:
        """Return the open connections: id, fd, type, and when and how much was read and written.

        An id of -1 never reached a handler.
        """
        return self.call("status", {"what": "net"})

    def tasks(self) -> list[Row]:
        """Return the server's tasks and what each waits for."""
        return self.call("status", {"what": "tasks"})

    def info(self) -> list[Row]:
        """Return what the server is: address, hosts, paths."""
        return self.call("info")

    def kill(self, conn_id: int) -> None:
        """Close a client's connection; the server cannot do that for ids of 65536 and above."""
        self.call("kill", {"id": conn_id})

    def reload(self) -> None:
        """Open the logs anew and forget cached certificates; the configuration stays."""
        self.call("reload")

    def stop(self) -> None:
        """End the server once its connections have ended."""
        self.call("stop")

    def terminate(self) -> None:
        """End the server now."""
        self.call("terminate")

    def call(self, command: str, arguments: Mapping[str, Encodable] | None = None) -> list[Row]:
        """Send a command and return the rows of its answer.

        Raises `ControlError` when there is no answer in time, or it says that it went wrong.
        """
        answer = self._ask(encode([command, arguments or {}]))
        try:
            value = decode(answer)
        except ProtocolError as error:
            raise ControlError(f"the control port at {self.address} sent garbage") from error
        if not isinstance(value, dict) or "error" in value:
            reason = value.get("error", b"?") if isinstance(value, dict) else value
            raise ControlError(f"the server refused {command!r}: {_plain(reason)}")
        headers, rows = value.get("headers"), value.get("rows")
        if not isinstance(headers, list) or not isinstance(rows, list):
            return []
        names = [str(_plain(name)) for name in headers]
        return [
            dict(zip(names, map(_plain, row), strict=False))
            for row in rows
            if isinstance(row, list)
        ]

    def _ask(self, request: bytes) -> bytes:
        with zmq.Context() as context, context.socket(zmq.REQ) as socket:
            socket.setsockopt(zmq.LINGER, 0)
            try:
                socket.connect(self.address)
            except zmq.ZMQError as error:
                raise ControlError(
                    f"{self.address!r} is no address of a control port: {error}"
                ) from error
            socket.send(request)
            if not socket.poll(int(self.timeout * 1000)):
                raise ControlError(
                    f"nothing answers at {self.address}; is the server running, and is that its "
                    "control_port?"
                )
            return socket.recv()


def _plain(value: Value) -> str | int | float | bool | None:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, list | dict):
        return str(value)
    return value
