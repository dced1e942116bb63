"""Files of a folder, served as they are."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack
from dataclasses import dataclass
from io import FileIO
from typing import TYPE_CHECKING
from urllib.parse import quote

from brubeck_core.errors import ConfigError, HTTPError
from brubeck_core.http.conditional import is_not_modified, parse_range, wants_range
from brubeck_core.http.content_types import content_type_of
from brubeck_core.http.dates import http_date
from brubeck_core.http.static_paths import find_below

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes that are read at a time; a file up to this size is sent as one piece.
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class StaticAnswer:
    """What to answer to a request for a file.

    Args:
        status: 200, 206, 304 or 308.
        headers: without Content-Length.
        body: bytes, or an iterator that has to be closed.
        length: bytes the body has, or would have if the method were not HEAD; None where no
            Content-Length belongs (304).
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes | Iterator[bytes]
    length: int | None


class StaticFiles:
    """Answer GET and HEAD with the files below a folder.

    Args:
        root: the folder.
        max_age: seconds a client may keep a file without asking again; 0 to ask each time.
        index: the file that answers for a folder, or None for none.

    Raises `ConfigError` if `root` is not a folder.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        max_age: int = 3600,
        index: str | None = "index.html",
    ) -> None:
        self.root = os.path.realpath(root)
        if not os.path.isdir(self.root):
            raise ConfigError(
                f"static files were to come from {os.fspath(root)!r}, which is not a folder; "
                "give the one they are in, best as an absolute path"
            )
        self.index = index
        self._cache_control = f"public, max-age={max_age}" if max_age > 0 else "no-cache"

    def open(
        self,
        path: str,
        *,
        method: str = "GET",
        if_none_match: str | None = None,
        if_modified_since: str | None = None,
        range: str | None = None,
        if_range: str | None = None,
    ) -> StaticAnswer:
        """Answer a request for `path`; the further arguments are its header fields.

        A folder without a slash at the end of its path leads to the same with one, by a relative
        address that cannot leave the site. One Range is answered (206), several are not and get
        the whole file. Files carry a strong ETag of size and time of change.

        Args:
            path: decoded once, relative to the folder; a slash at its beginning is ignored.

        Raises `HTTPError` 404 for everything that is not a readable file below the folder (see
        `find_below`), 405 for other methods and 416 for a range beyond the file.
        """
        if method not in ("GET", "HEAD"):
            raise HTTPError(405, "Files can only be read.", {"Allow": "GET, HEAD"})
        path = path.removeprefix("/")
        found = self._locate(path)
        if found is None:
            # Relative, and with a dot in front, so that no name can pass for a host or a scheme.
            location = f"./{quote(path.rpartition('/')[2])}/"
            return StaticAnswer(308, [("Location", location)], b"", 0)
        with ExitStack() as stack:
            file = stack.enter_context(_open(found))
            state = os.fstat(file.fileno())
            size, modified = state.st_size, int(state.st_mtime)
            etag = f'"{state.st_mtime_ns:x}-{size:x}"'
            headers = [
                ("Cache-Control", self._cache_control),
                ("ETag", etag),
                ("Last-Modified", http_date(modified)),
            ]
            if is_not_modified(etag, modified, if_none_match, if_modified_since):
                return StaticAnswer(304, headers, b"", None)
            headers += [
                ("Content-Type", content_type_of(found)),
                ("X-Content-Type-Options", "nosniff"),
                ("Accept-Ranges", "bytes"),
            ]
            status, start, stop = 200, 0, size
            if range is not None and method == "GET" and wants_range(etag, modified, if_range):
                part = parse_range(range, size)
                if part is not None:
                    status, (start, stop) = 206, part
                    headers.append(("Content-Range", f"bytes {start}-{stop - 1}/{size}"))
            length = stop - start
            if method == "HEAD":
                return StaticAnswer(status, headers, b"", length)
            file.seek(start)
            if length <= CHUNK:
                data = file.read(length)
                return StaticAnswer(status, headers, data, len(data))
            stack.pop_all()  # the iterator closes the file from here on
            return StaticAnswer(status, headers, _Chunks(file, length), length)

    def _locate(self, path: str) -> str | None:
        """Return the real path of the file for `path`, or None if a folder wants its slash."""
        found, mode = self._look_up(path)
        if stat.S_ISDIR(mode):
            if path and not path.endswith("/"):
                return None
            if self.index is None:
                raise HTTPError(404)
            found, mode = self._look_up(path + self.index)
        elif path.endswith("/"):
            raise HTTPError(404)
        if not stat.S_ISREG(mode):  # opening a pipe would wait for a writer
            raise HTTPError(404)
        return found

    def _look_up(self, path: str) -> tuple[str, int]:
        found = find_below(self.root, path)
        if found is None:
            raise HTTPError(404)
        try:
            return found, os.stat(found).st_mode
        except OSError as error:
            raise _not_found(error) from None


class _Chunks:
    """The next `length` bytes of a file, in pieces."""

    def __init__(self, file: FileIO, length: int) -> None:
        self._file = file
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._file.read(min(self._left, CHUNK)) if self._left else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._left = 0
        self._file.close()


# What says that there is nothing here for this client; other errors are the server's trouble.
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP}


def _open(path: str) -> FileIO:
    try:
        return FileIO(path)
    except OSError as error:
        raise _not_found(error) from None


def _not_found(error: OSError) -> Exception:
    return HTTPError(404) if error.errno in _MISSING else error
