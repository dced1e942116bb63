"""What a dispatcher and its workers say to one another.

A worker gets requests as Mongrel2 wrote them, and the words `BYE`, `GONE` and `FLOW`, which are
shorter than any of them. It says how many requests it has taken, and `BYE`.
"""

from __future__ import annotations

import hashlib

#: A worker wants to leave; the dispatcher answers so behind the last that it hands over.
BYE = b"bye"
#: The server is gone, and all its clients with it: the worker has to begin anew.
GONE = b"gone"
#: The server counts the bytes that it writes, which it tells each client's first worker only.
FLOW = b"flow"
#: Bytes of the longest word for a worker.
LONGEST = 4

_READY = b"ready "


def ready(count: int) -> bytes:
    """Return the message that a worker serves, and has taken `count` requests so far."""
    return _READY + b"%d" % count


def ready_count(word: bytes) -> int | None:
    """Return the number in what `ready` made; None for anything else."""
    digits = word.removeprefix(_READY)
    return int(digits) if digits != word and digits.isdigit() and len(digits) < 19 else None


def address_in(folder: str, pull_addr: str) -> str:
    """Return where the dispatcher of the server that pushes from `pull_addr` is reached."""
    return f"ipc://{folder}/{hashlib.sha256(pull_addr.encode()).hexdigest()[:16]}"
