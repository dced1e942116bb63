"""Request bodies that the server has put into files (setting `upload.temp_store`).

The server names the file in two headers in lower case, which any client can send as well. What
no client can make is the rest: a message whose body is missing although one was announced.
"""

from __future__ import annotations

import logging
import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from brubeck_core.errors import ConfigError, HTTPError
from brubeck_mongrel2.protocol.framing import content_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from brubeck_mongrel2.protocol.message import Message

log = logging.getLogger("brubeck.mongrel2")

START = "x-mongrel2-upload-start"
DONE = "x-mongrel2-upload-done"

#: Seconds after which a file that nobody fetched is removed: its server or handler has died.
ORPHANED = 24 * 3600.0
_PIECE = 256 * 1024

# What mkstemp makes of a template such as up.XXXXXX.
_is_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]{6}").fullmatch


class SpooledBody:
    """The body of a request in a file that has no name any more.

    Its names are those of bodies that arrive in parts.

    Args:
        file: open for reading, at its beginning.
        size: the bytes of the body; what follows them in the file is not part of it.
    """

    #: Whether the file ends with the body. The server appends what a client sends after it, and
    #: so has taken it from what is the client's next request.
    complete = True

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that is left for -1; b"" at the end."""
        wanted = self._left if size < 0 else min(size, self._left)
        part = self._file.read(wanted)
        self._left -= len(part)
        return part

    def read_all(self, limit: int) -> bytes:
        """Return all of the body. Raises `HTTPError` 413 beyond `limit` bytes."""
        if self._left > limit:
            raise HTTPError(413, f"The body is larger than {limit} bytes.")
        return self.read()

    def close(self) -> None:
        """Let go of the file, and with it of its space on the disk."""
        self._file.close()

    def __iter__(self) -> Iterator[bytes]:
        while part := self.read(_PIECE):
            yield part


class Spool:
    """The folder where one or several servers put uploads.

    Args:
        folder: as this process sees it; the server may see it elsewhere, in a chroot. Only the
            server and its handlers may write there.

    Raises `ConfigError` when there is no such folder.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        if not self._folder.is_dir():
            raise ConfigError(
                f"upload_dir = {folder!r} of the connection mongrel2 is no folder; name the one of "
                "the server's setting upload.temp_store"
            )

    def is_stored(self, message: Message) -> bool:
        """Say whether the server has put this request's body into a file, or is about to."""
        headers = message.headers
        if START not in headers or message.body:
            return False
        if headers.get("transfer-encoding") == "chunked":
            return "content-length" not in headers
        return bool(content_length(headers.get("content-length", "")))

    def take(self, message: Message) -> SpooledBody | None:
        """Return the stored body of a request, whose file is gone with that.

        None for the first of the two messages there are of each, which says that a body is
        coming: the second repeats all of it. Raises `HTTPError` 400 when the file is not what it
        has to be.
        """
        headers = message.headers
        if headers.get(DONE) != headers[START]:
            return None
        name = os.path.basename(str(headers[START]))
        if not _is_name(name):
            raise HTTPError(400, "The upload is malformed.")
        path = self._folder / name
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            log.error("an upload cannot be read: %s", error)
            raise HTTPError(400, "The upload is not there.") from error
        try:
            size, complete = _check_and_unlink(descriptor, path, message)
        except BaseException:
            os.close(descriptor)
            raise
        body = SpooledBody(os.fdopen(descriptor, "rb"), size)
        body.complete = complete
        return body

    def remove_orphans(self) -> int:
        """Remove files that nobody fetched in time, and return how many."""
        removed = 0
        for entry in os.scandir(self._folder):
            if _is_name(entry.name) and entry.is_file(follow_symlinks=False):
                # Other workers that begin now remove the same.
                with suppress(FileNotFoundError):
                    if entry.stat().st_mtime < time.time() - ORPHANED:
                        os.unlink(entry.path)
                        removed += 1
        return removed


def _check_and_unlink(descriptor: int, path: Path, message: Message) -> tuple[int, bool]:
    """Return the size of the body, and whether it is all there is in the file."""
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode) or state.st_nlink != 1:
        raise HTTPError(400, "The upload is no file.")
    announced = content_length(message.headers.get("content-length", ""))
    size = state.st_size if announced is None else announced
    if state.st_size < size:
        # Nobody but the server announces what it has: this may be the name of another's upload.
        raise HTTPError(400, "The upload is shorter than its Content-Length.")
    os.unlink(path)
    return size, state.st_size == size
