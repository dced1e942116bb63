"""Addresses to serve on, and the listening sockets for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from brubeck_core.errors import ConfigError
from brubeck_core.workers.listening import socket_family
from brubeck_core.workers.supervised import listening_socket

if TYPE_CHECKING:
    import socket
    from types import ModuleType

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 6767
_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Address:
    """A place to serve on: a host and port, or the path of a unix socket."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``"host:port"``, ``"[::1]:port"``, ``":port"`` or ``"unix:/path"``.

        ``":port"`` is every address of the machine. Raises `ConfigError`.
        """
        if text.startswith("unix:"):
            path = text.removeprefix("unix:")
            if not path:
                raise ConfigError(f"bind = {text!r} names no path: write unix:/run/app.sock")
            return cls("", 0, path)
        host, colon, port = text.rpartition(":")
        if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
            raise ConfigError(
                f"bind = {text!r} is not an address: write 127.0.0.1:6767, [::1]:6767, :6767 for "
                "every address of this machine, or unix:/run/app.sock"
            )
        return cls(host.removeprefix("[").removesuffix("]") or "0.0.0.0", int(port))

    def listen(self, sockets: ModuleType) -> socket.socket:
        """Open the listening socket, with the backend's `socket` module.

        The workers of a supervisor share one, so closing this ends only this worker's part.
        Raises `ConfigError` saying why the address cannot be used.
        """
        try:
            fd = listening_socket(self.host, self.port, self.path, _BACKLOG)
        except OSError as error:
            raise ConfigError(
                f"cannot serve on {self}: {error.strerror or error}. Another process may use it; "
                "choose another with bind or port"
            ) from error
        family = socket_family((self.host, self.port, self.path))
        sock: socket.socket = sockets.socket(family, sockets.SOCK_STREAM, 0, fileno=fd)
        return sock

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
