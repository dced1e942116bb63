"""Who has patched the standard library of this process, and which modules came too early.

Imported before the patch, so it imports nothing that the patch concerns. A module that did
`from socket import socket` before the patch keeps the blocking class for ever; one that did
`import socket` sees the patch. So it is not import order that counts, but who holds what.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from brubeck_core.errors import ConcurrencyError

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency

#: What a patch replaces and a module may hold under a name of its own, or inherit from.
_REPLACED = {
    "queue": ("SimpleQueue",),
    "select": ("epoll", "kqueue", "poll", "select"),
    "socket": ("getaddrinfo", "gethostbyname", "socket"),
    "ssl": ("SSLContext", "SSLSocket"),
    "subprocess": ("Popen",),
    "threading": ("Lock", "RLock", "local"),
    "time": ("sleep",),
}

#: How many culprits a message names.
_MOST_SHOWN = 8

#: Packages that watch a program from outside and hold the real objects on purpose.
_TOOLS = frozenset(
    ("_pydev_bundle", "_pydevd_bundle", "_pytest", "coverage", "debugpy", "execnet", "pluggy")
    + ("pydevd", "pytest", "xdist")
)


class NotPatchedError(ConcurrencyError):
    """The backend needs the patch, and nobody has applied it."""


class PatchedTooLateError(ConcurrencyError):
    """The patch is in force, but modules hold objects from before it."""


class TwoBackendsError(ConcurrencyError):
    """The process was prepared for one backend and is asked to run on another."""


_active: str | None = None
_in_force = False
_early: dict[str, str] = {}


def apply(backend: Concurrency) -> None:
    """Patch the process for `backend`, once, and remember which modules came before.

    A patch that somebody else has applied already, such as gunicorn's worker, is taken as it
    is. Raises `TwoBackendsError` if the process was prepared for another backend.
    """
    global _active, _in_force
    if _active is not None:
        _refuse_two(backend)
        return
    if backend.needs_patch and not backend.is_patched():
        _early.update(early_modules(backend))
        backend.patch()
    _active = backend.name
    _in_force = backend.needs_patch


def active() -> str | None:
    """Return the name of the backend that the process was prepared for by `apply`, if any."""
    return _active


def in_force() -> bool:
    """Say whether that backend replaced the standard library's blocking calls; threads do not."""
    return _in_force


def check(backend: Concurrency) -> None:
    """Raise a `ConcurrencyError` that says what to do unless `backend` can serve here."""
    if _active is not None:
        _refuse_two(backend)
    if not backend.needs_patch:
        return
    if not backend.is_patched():
        raise NotPatchedError(
            f"concurrency = {backend.name!r} needs the standard library patched, and nobody has "
            f"done it. {_advice(backend)}{_culprits(early_modules(backend))}"
        )
    if _early:
        raise PatchedTooLateError(
            f"The patch for concurrency = {backend.name!r} came after modules that hold blocking "
            f"objects; they would stop the whole process whenever they wait. {_advice(backend)}"
            f"{_culprits(_early)}"
        )


def early_modules(backend: Concurrency) -> dict[str, str]:
    """Return the modules that hold what the patch of `backend` would replace, and what it is.

    The standard library, Brubeck, the backend's engine and tools that watch the program are
    left out. Only meaningful before the patch.
    """
    originals = dict(_originals())
    skipped = _TOOLS.union(backend.engine)

    def counts(module: str) -> bool:
        top = module.partition(".")[0]
        return not (top in sys.stdlib_module_names or top in skipped or top.startswith("brubeck"))

    found: dict[str, str] = {}
    for key, module in list(sys.modules.items()):
        contents = _contents(module)
        # Eventlet keeps second copies of modules under names that it makes up.
        name = str(contents.get("__name__", key))
        if counts(name):
            for value in list(contents.values()):
                original = originals.get(id(value))
                if original is not None:
                    found.setdefault(name, original[0])
    for label, value in originals.values():
        for heir in _heirs(value):
            if counts(heir.__module__):
                found.setdefault(heir.__module__, f"a subclass of {label}")
    return found


def _originals() -> Iterator[tuple[int, tuple[str, object]]]:
    for name, attributes in _REPLACED.items():
        # What is not imported yet is held by nobody.
        module = sys.modules.get(name)
        for attribute in attributes:
            value = getattr(module, attribute, None)
            if value is not None:
                yield id(value), (f"{name}.{attribute}", value)


def _contents(module: object) -> dict[str, object]:
    try:
        # Past any __getattribute__: asking a lazy module would load it.
        contents: dict[str, object] = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}
    return contents


def _heirs(value: object) -> Iterator[type]:
    if isinstance(value, type):
        heirs: list[type] = value.__subclasses__()
        for heir in heirs:
            yield heir
            yield from _heirs(heir)


def _refuse_two(backend: Concurrency) -> None:
    if _active != backend.name:
        raise TwoBackendsError(
            f"This process was started for concurrency = {_active!r}, and the application asks "
            f"for {backend.name!r}; a process has one. Say the same in both places: the setting "
            f"`concurrency` in brubeck.toml, BRUBECK_CONCURRENCY or `brubeck run --concurrency` "
            f"decides at the start, `Brubeck(concurrency=...)` comes too late to."
        )


def _advice(backend: Concurrency) -> str:
    return (
        "Start the program with `brubeck run`; or let `import brubeck.request_handling` be its "
        f'first line; or call `brubeck_core.bootstrap.patch("{backend.name}")` there.'
    )


def _culprits(early: Mapping[str, str]) -> str:
    if not early:
        return ""
    shown = [f"{name} (has {what})" for name, what in list(early.items())[:_MOST_SHOWN]]
    if len(early) > len(shown):
        shown.append(f"{len(early) - len(shown)} more")
    return f" Imported too early: {', '.join(shown)}."
