"""Look at an installed plugin as closely as one can without making an instance of it."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brubeck_core.errors import ConfigError
from brubeck_core.plugin.kinds import API_VERSION, EXTENSION, KINDS
from brubeck_core.plugin.loader import load_plugin, load_registration
from brubeck_core.plugin.resolve import check_class, load_target, read_options

if TYPE_CHECKING:
    from brubeck_core.config import Config
    from brubeck_core.plugin.host import PluginHost
    from brubeck_core.plugin.index import Entry
    from brubeck_core.plugin.registrations import Registration

#: Why a check loads what it loads, for the messages of the loader.
BECAUSE = "brubeck plugins check"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, whether it is as it should be, and what was seen."""

    subject: str
    fine: bool
    text: str


def check_plugin(entry: Entry, config: Config, host: PluginHost) -> Iterator[Finding]:
    """Yield what there is to say about a plugin, in the order in which it is loaded.

    It ends at what makes the rest impossible to look at.

    Args:
        entry: the plugin.
        config: its table of options is checked, if there is one.
        host: where it is registered; a fresh one.
    """
    yield (finding := _check_entry_point(entry))
    if not finding.fine:
        return
    try:
        yield from _check_registration_module(entry, host)
        if entry.kind == EXTENSION:
            return
        registration = load_registration(entry, BECAUSE, host)
        said = registration.summary or "it has no summary; `brubeck plugins` shows it"
        yield Finding("registration", bool(registration.summary), said)
        target = load_target(registration, entry.label, BECAUSE)
        check_class(entry.kind, target, BECAUSE)
    except ConfigError as error:
        yield Finding("loading", False, str(error))
        return
    yield Finding("target", True, f"{registration.target} is a {KINDS[entry.kind].label}")
    yield _check_options(registration, target)
    yield _check_settings(registration, config)


def _check_entry_point(entry: Entry) -> Finding:
    subject = "entry point"
    if entry.api_version != API_VERSION:
        said = f"it is for version {entry.api_version} of the plugin API; this is {API_VERSION}"
        return Finding(subject, False, said)
    if entry.kind not in {*KINDS, EXTENSION} or not entry.name:
        kinds = ", ".join([*KINDS, EXTENSION])
        return Finding(subject, False, f"it is to be called <kind>.<name>; the kinds are {kinds}")
    return Finding(subject, True, f"{entry.value}, for version {API_VERSION} of the plugin API")


def _check_registration_module(entry: Entry, host: PluginHost) -> Iterator[Finding]:
    before = _libraries()
    plugin, _ = load_plugin(entry, BECAUSE, host)
    own = entry.value.partition(".")[0]
    brought = sorted(_libraries() - before - {own})
    heavy = (
        f"importing {entry.value} brings {', '.join(brought)}; import that in the target's module"
    )
    light = f"{entry.value} imports nothing but the plugin interface"
    yield Finding("imports", not brought, heavy if brought else light)
    hooks = host.hooks_of(plugin)
    yield Finding("hooks", bool(hooks), ", ".join(hooks) or f"{entry.value} implements no hook")
    package = importlib.util.find_spec(own)
    folders = list(package.submodule_search_locations or ()) if package else []
    if folders:
        from pathlib import Path

        typed = any((Path(folder) / "py.typed").is_file() for folder in folders)
        yield Finding("types", typed, "py.typed is there" if typed else f"{own} has no py.typed")


def _check_options(registration: Registration, target: object) -> Finding:
    assert callable(target)
    arguments = inspect.signature(target).parameters
    takes_all = any(a.kind is a.VAR_KEYWORD for a in arguments.values())
    wrong = []
    for option in registration.options or ():
        if option.name not in arguments and not takes_all:
            wrong.append(f"{registration.target} takes no argument {option.name!r}")
        elif not option.help:
            wrong.append(f"the option {option.name!r} has no help")
    names = ", ".join(option.name for option in registration.options or ())
    every = "every one is accepted" if registration.options is None else names or "none"
    return Finding("options", not wrong, "; ".join(wrong) or every)


def _check_settings(registration: Registration, config: Config) -> Finding:
    try:
        given = read_options(registration, config)
    except ConfigError as error:
        return Finding("settings", False, str(error))
    said = ", ".join(f"{name} ({setting.origin})" for name, setting in given.items())
    return Finding("settings", True, said or "none given here")


def _libraries() -> set[str]:
    return {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
