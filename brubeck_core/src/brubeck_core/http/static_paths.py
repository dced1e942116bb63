"""From the path of a request to a file below a folder, and never beside it."""

from __future__ import annotations

import os
import re

# Names that mean something else on some system: devices, streams and drives, names whose end
# is dropped; and hidden files, which are seldom meant for everyone.
_is_unfit = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3])(?:[ .].*)?"
    r"|.*[. ]"
    r"|\.(?!well-known$).*"
    r"|.*[\x00-\x1f\x7f\\:].*",
    re.IGNORECASE | re.DOTALL,
).fullmatch


def find_below(root: str, path: str) -> str | None:
    """Return the real path of what `path` names below `root`, or None for what is refused.

    The same names are refused on every system: empty ones, ``.`` and ``..``, names with a
    backslash, a colon or a control character, Windows device names, names that end with a dot or
    a space, and names that begin with a dot, but for ``.well-known``. So is a symbolic link that
    leads out of the folder. Whether there is such a file is not looked at.

    Args:
        root: a real path (`os.path.realpath`).
        path: of a request, decoded once, relative to `root`; one slash at its end is allowed.
    """
    names = path.removesuffix("/").split("/") if path else []
    if any(not name or _is_unfit(name) for name in names):
        return None
    try:
        found = os.path.realpath(os.path.join(root, *names))
    except (OSError, ValueError):  # longer than the system takes; text it cannot encode
        return None
    return found if found == root or found.startswith(root.rstrip(os.sep) + os.sep) else None
