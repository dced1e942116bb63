"""A small file that several processes read and replace as a whole."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

#: What tells one content of the file from another; None is for no file.
State = tuple[int, ...] | None


class Snapshot:
    """That a file was read, and its state then: none that comes later has the same."""

    def __init__(self, state: State = None, descriptor: int | None = None) -> None:
        self.state = state
        # As long as it is open, the file system gives its number to no other file.
        self._descriptor = descriptor

    def __del__(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)


class SharedFile:
    """A text file that is there as a whole or not at all, in UTF-8.

    Args:
        path: the file; there may be none. A link is followed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def state(self) -> State:
        """Return the state of the file, to compare with that of what was read."""
        try:
            return _state(os.stat(self.path))
        except FileNotFoundError:
            return None

    def read(self) -> tuple[Snapshot, str]:
        """Return the text of the file, and its state; there is none in a file that is missing.

        Raises `UnicodeDecodeError` and `OSError`.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return Snapshot(), ""
        snapshot = Snapshot(_state(os.fstat(descriptor)), descriptor)
        with open(descriptor, encoding="utf-8-sig", newline="", closefd=False) as file:
            return snapshot, file.read()

    def replace(self, text: str, state: State) -> bool:
        """Put `text` into the file; do nothing and return False if it has another state by now.

        The disk has the text when this returns. The file keeps its owner and rights; a new one can
        be read by its owner alone.
        """
        target = Path(os.path.realpath(self.path))
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with open(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                _copy_rights(target, descriptor)
                os.fsync(descriptor)
            if self.state() != state:
                os.unlink(temporary)
                return False
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        _sync_folder(target.parent)
        return True

    def lock(self) -> FileLock:
        """Return a lock that all processes with this file have in common."""
        target = Path(os.path.realpath(self.path))
        return FileLock(target.with_name(f"{target.name}.lock"))


class FileLock:
    """A lock between tasks and processes, held from `try_acquire` to `release`.

    It ends with the process, however that ends.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it; never wait."""
        assert self._descriptor is not None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Give the lock back; it cannot be used again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.release()


def _state(found: os.stat_result) -> State:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _copy_rights(target: Path, descriptor: int) -> None:
    try:
        found = os.stat(target)
    except FileNotFoundError:
        return
    # Only root may give files away; whoever may not, owns the new one.
    with suppress(PermissionError):
        os.fchown(descriptor, found.st_uid, found.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(found.st_mode))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
