"""TLS on a plain socket, without a socket of the `ssl` module.

The `ssl` module's sockets belong to whoever patched them; its memory buffers belong to nobody.
`TLSSocket` looks like a non-blocking plain socket to a connection, on every backend.
"""

from __future__ import annotations

import ssl
import threading
from typing import Any

from brubeck_core.errors import ConfigError

_RECEIVE = 64 * 1024
# One record holds up to 16 KiB (RFC 8446 §5.1); writing a few at a time keeps a slow client's
# share of memory small.
_WRITE = 64 * 1024


def make_context(certificate: str, key: str) -> ssl.SSLContext:
    """Load the certificate chain and its key, for TLS 1.2 and later.

    Raises `ConfigError` naming the file when it cannot be read or does not fit.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key or None)
    except (OSError, ssl.SSLError) as error:
        files = f"certificate = {certificate!r}" + (f" with key = {key!r}" if key else "")
        raise ConfigError(
            f"{files} of the connection wsgi cannot be used: {error}. Both are PEM files; the "
            "key may stand in the certificate's file"
        ) from error
    return context


class TLSSocket:
    """The server's side of TLS on a non-blocking socket."""

    def __init__(self, sock: Any, context: ssl.SSLContext) -> None:
        self._sock = sock
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._unsent = b""
        # A task may send while another receives, and both are steps of one TLS. Nothing in here
        # waits, so that greenlets never meet the lock taken.
        self._lock = threading.RLock()

    def fileno(self) -> int:
        """Return the descriptor."""
        descriptor: int = self._sock.fileno()
        return descriptor

    def recv_into(self, buffer: bytearray) -> int:
        """Read what has come into `buffer`, as its plain form; 0 at the end.

        `buffer` has to hold 64 KiB, so that nothing stays behind in memory where no watch would
        see it. Raises `BlockingIOError` when more has to come, `OSError` for broken TLS.
        """
        with self._lock:
            return self._recv_into(buffer)

    def _recv_into(self, buffer: bytearray) -> int:
        data = self._sock.recv(_RECEIVE // 2)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
        total = 0
        view = memoryview(buffer)
        try:
            while total < len(buffer):
                # With a buffer it returns a count, whatever the stubs think.
                count: Any = self._tls.read(len(buffer) - total, view[total:])
                if not count:
                    return total
                total += count
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            if not total and data:
                raise BlockingIOError from None
        except ssl.SSLError:
            if not total:
                raise
        finally:
            self.flush()
        return total

    def send(self, data: bytes | memoryview) -> int:
        """Encrypt and send the beginning of `data`; says how much of it was taken.

        Raises `BlockingIOError` when the client has to take something first.
        """
        with self._lock:
            if not self.flush():
                raise BlockingIOError
            count: int = self._tls.write(data[:_WRITE])
            self.flush()
            return count

    def flush(self) -> bool:
        """Send what is encrypted already; says whether nothing is left."""
        with self._lock:
            self._unsent += self._outgoing.read()
            while self._unsent:
                try:
                    sent = self._sock.send(self._unsent)
                except (BlockingIOError, InterruptedError):
                    return False
                self._unsent = self._unsent[sent:]
            return True

    def shutdown(self, how: int) -> None:
        """Say that no more comes."""
        with self._lock:
            try:
                self._tls.unwrap()
            except ssl.SSLError:
                pass  # the client has not said so yet; nobody waits for that
            self.flush()
            self._sock.shutdown(how)

    def setsockopt(self, *args: Any) -> None:
        """Set an option of the socket below."""
        self._sock.setsockopt(*args)

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()
