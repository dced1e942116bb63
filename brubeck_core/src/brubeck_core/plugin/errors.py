"""What can go wrong with plugins: one class, one message each.

Every message names the setting that asked for the plugin, the distribution that brings it, and
what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from brubeck_core.config.suggest import did_you_mean
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.kinds import API_VERSION, CATALOGUE, EXTENSION, KINDS

if TYPE_CHECKING:
    from brubeck_core.config import Setting
    from brubeck_core.plugin.index import Entry, PluginIndex
    from brubeck_core.plugin.registrations import Option, Registration


def label(kind: str) -> str:
    """Return what messages call a kind."""
    return KINDS[kind].label if kind in KINDS else kind


def asked_by(kind: str, setting: Setting) -> str:
    """Return the setting that selects a plugin, as messages quote it."""
    return setting.describe("plugins" if kind == EXTENSION else kind)


def pip_line(distribution: str) -> str:
    """Return the command that installs one of this project's plugins."""
    extra = distribution.removeprefix("brubeck-")
    return f'pip install {distribution} (or pip install "brubeck[{extra}]")'


class UnknownPluginError(ConfigError):
    """No plugin of that name is installed, and Brubeck knows of none."""

    def __init__(self, kind: str, setting: Setting, index: PluginIndex) -> None:
        name = str(setting.value).partition("@")[0]
        here = index.of_kind(kind)
        listed = ", ".join(f"{e.name} ({e.distribution})" for e in here) or "none"
        known = {e.name for e in here} | {
            i.partition(".")[2] for i in CATALOGUE if i.startswith(f"{kind}.")
        }
        guess = did_you_mean(name, known - {name})
        elsewhere = [e for e in index.entries if e.name == name and e.kind in KINDS]
        if elsewhere and elsewhere[0].kind != kind:
            guess = f' {name!r} is a {label(elsewhere[0].kind)}: {elsewhere[0].kind} = "{name}".'
        super().__init__(
            f"{asked_by(kind, setting)}: there is no {label(kind)} {setting.value!r}.{guess} "
            f"Installed: {listed}."
        )


class PluginNotInstalledError(ConfigError):
    """The plugin is known, but its distribution is not installed."""

    def __init__(self, kind: str, name: str, setting: Setting) -> None:
        distribution = CATALOGUE[f"{kind}.{name}"]
        super().__init__(
            f"{asked_by(kind, setting)}: the {label(kind)} {name!r} is not installed. "
            f"It comes with {distribution}: {pip_line(distribution)}"
        )


class AmbiguousPluginError(ConfigError):
    """Several distributions bring a plugin of that name."""

    def __init__(self, kind: str, setting: Setting, entries: Sequence[Entry]) -> None:
        brought = " and ".join(f"{e.distribution} {e.version}" for e in entries)
        choices = " or ".join(f'"{e.name}@{e.distribution}"' for e in entries)
        super().__init__(
            f"{asked_by(kind, setting)}: several installed distributions bring a {label(kind)} "
            f"{entries[0].name!r}: {brought}. Say which one: {choices}, or uninstall the others."
        )


class ApiVersionError(ConfigError):
    """The plugin was written for another version of Brubeck's plugin API."""

    def __init__(self, kind: str, setting: Setting, entry: Entry) -> None:
        newer = entry.api_version > API_VERSION
        advice = "upgrade brubeck-core" if newer else f"upgrade {entry.distribution}"
        super().__init__(
            f"{asked_by(kind, setting)}: {entry.label} is written for version "
            f"{entry.api_version} of the plugin API, and this Brubeck has version {API_VERSION}; "
            f"{advice}, or select another {label(kind)}"
        )


class TargetNotFoundError(ConfigError):
    """What a plugin or a setting points to is not there."""

    def __init__(self, who: str, target: str, missing: str, because: str, near: str = "") -> None:
        super().__init__(f"{because}: {who} names {target!r}, but there is no {missing}.{near}")


class MissingLibraryError(ConfigError):
    """The plugin is installed, but a library that it needs is not."""

    def __init__(self, who: str, module: str, library: str | None, because: str) -> None:
        needs = f"{library}, which is not installed: pip install {library}"
        if library is None:
            needs = f"the module {module!r}; install the distribution that has it"
        super().__init__(f"{because}: {who} needs {needs}")


class BrokenPluginError(ConfigError):
    """The plugin raised an exception; it is the `__cause__`."""

    def __init__(self, who: str, doing: str, error: BaseException, because: str = "") -> None:
        reason = f"{because}: " if because else ""
        super().__init__(
            f"{reason}{who} is broken: {doing} raised {type(error).__name__}: {error}. "
            f"This is for the authors of the plugin; select another one to go on without it."
        )

    @property
    def traceback_text(self) -> str:
        """Return the traceback of the plugin's own exception."""
        import traceback

        return "".join(traceback.format_exception(self.__cause__))


class NotOfferedError(ConfigError):
    """The distribution announces a plugin that its registration hook does not return."""

    def __init__(self, entry: Entry, offered: Iterable[str], because: str) -> None:
        names = ", ".join(sorted(offered)) or "nothing"
        hook = KINDS[entry.kind].hook
        super().__init__(
            f"{because}: {entry.label} announces {entry.name!r}, but {hook}() of {entry.value} "
            f"offers {names}. This is for the authors of {entry.distribution}: the names have to "
            f"agree, and the function needs @hookimpl."
        )


class MisspeltHookError(ConfigError):
    """The plugin implements a hook that does not exist."""

    def __init__(self, who: str, hook: str, hooks: Iterable[str]) -> None:
        known = list(hooks)
        super().__init__(
            f"{who} implements {hook}, which is no hook of Brubeck.{did_you_mean(hook, known)} "
            f"The hooks are: {', '.join(known)}."
        )


class WrongTypeError(ConfigError):
    """What was selected is not an implementation of its kind's interface."""

    def __init__(
        self, kind: str, found: object, interface: type, lacks: Iterable[str], because: str
    ) -> None:
        cls = found if isinstance(found, type) else type(found)
        shown = f"{cls.__module__}.{cls.__qualname__}"
        faults = []
        if not issubclass(cls, interface):
            faults.append(f"does not derive from {interface.__module__}.{interface.__qualname__}")
        missing = sorted(lacks)
        if missing:
            faults.append(f"lacks the methods {', '.join(missing)}")
        super().__init__(
            f"{because}: {shown} is not a usable {label(kind)}: it {' and '.join(faults)}"
        )


class UnknownOptionError(ConfigError):
    """A table has a key that the plugin does not declare."""

    def __init__(
        self, key: str, setting: Setting, registration: Registration, misplaced: str
    ) -> None:
        name = key.rpartition(".")[2]
        known = [option.name for option in registration.options or ()]
        # Not its value: a misspelt "password" is a password still.
        super().__init__(
            f"{setting.describe(key, secret=True)}: the {label(registration.kind)} "
            f"{registration.name!r} has no option {name!r}.{did_you_mean(name, known)}{misplaced} "
            f"Its options: {', '.join(known) or 'none'}."
        )


class OptionTypeError(ConfigError):
    """An option's value is of another type than the plugin declares."""

    def __init__(self, key: str, option: Option, setting: Setting, wanted: str) -> None:
        about = f" ({option.help})" if option.help else ""
        super().__init__(f"{setting.describe(key, secret=option.secret)}: {wanted}{about}")


class RefusedOptionsError(ConfigError):
    """The plugin does not accept the options it was given, or lacks one that it needs."""

    def __init__(
        self, who: str, options: Mapping[str, Setting], error: Exception, because: str
    ) -> None:
        given = ", ".join(f"{name} ({s.origin})" for name, s in options.items()) or "none"
        super().__init__(f"{because}: {who}: {error}. Options given: {given}.")


@contextmanager
def blaming(who: str, doing: str, because: str = "") -> Iterator[None]:
    """Raise `BrokenPluginError` for an exception of a plugin; a `ConfigError` is passed on."""
    try:
        yield
    except ConfigError:
        raise
    except (Exception, SystemExit) as error:
        raise BrokenPluginError(who, doing, error, because) from error
