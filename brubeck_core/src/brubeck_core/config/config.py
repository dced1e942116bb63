"""The configuration of one application: its layers, merged."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from brubeck_core.config.environment import read_environment
from brubeck_core.config.files import BRUBECK_TOML, read_brubeck_toml, read_pyproject
from brubeck_core.config.layers import (
    Layer,
    Rank,
    Values,
    always,
    flatten,
    table_defaults,
    table_type,
)
from brubeck_core.config.own import read_own
from brubeck_core.config.schema import KEYS, OWN, SELECTIONS, TABLES
from brubeck_core.config.setting import Setting

if TYPE_CHECKING:
    from brubeck_core.auth.settings import LoginSettings, SessionSettings
    from brubeck_core.http.limits import Limits
    from brubeck_core.http.security import Security

T = TypeVar("T")


class Config:
    """Settings from several sources, each with its origin. Immutable.

        config = Config.load(Path("examples/hello"))
        config.get("debug")                     # False
        config.selection("renderer")            # Setting("jinja2", "brubeck.toml, key renderer")
        config.options("renderer", "jinja2")    # {"directories": Setting([...], ...)}

    Args:
        directory: where the files are; relative directories in options are relative to it.
        layers: in any order; the higher rank wins, and among equals the later one.
        ignored: names of ``BRUBECK_`` environment variables that are no settings.
    """

    def __init__(
        self, directory: Path, layers: tuple[Layer, ...] = (), ignored: tuple[str, ...] = ()
    ) -> None:
        self.directory = directory
        self.layers = layers
        self.ignored = ignored
        self._values: Values = {(name,): Setting(key.default) for name, key in KEYS.items()}
        for table in TABLES:
            defaults = table_defaults(table)
            self._values |= {(table, name): Setting(value) for name, value in defaults.items()}
        for layer in sorted(layers, key=lambda layer: layer.rank):
            self._values |= layer.values

    @classmethod
    def load(
        cls,
        directory: Path | None = None,
        environ: Mapping[str, str] | None = None,
        overrides: Mapping[str, object] | None = None,
        override_origin: str = "argument of Brubeck()",
        file: str = BRUBECK_TOML,
    ) -> Config:
        """Read the files of `directory` and the environment.

        Args:
            directory: where ``brubeck.toml`` and ``pyproject.toml`` may be; the current one
                when none is given.
            environ: the environment variables; those of the process when none are given.
            overrides: settings that win over all of these, in the form of `with_overrides`.
            file: the name of the file that is read in the place of ``brubeck.toml``.

        Raises `ConfigError` for files that cannot be read, unknown keys and wrong types.
        """
        directory = Path(directory or Path.cwd()).absolute()
        variables, ignored = read_environment(os.environ if environ is None else environ)
        layers = (
            Layer(Rank.PYPROJECT, read_pyproject(directory)),
            Layer(Rank.FILE, read_brubeck_toml(directory, file)),
            Layer(Rank.ENVIRONMENT, variables),
        )
        config = cls(directory, layers, ignored)
        return config.with_overrides(overrides, override_origin) if overrides else config

    def with_overrides(
        self,
        overrides: Mapping[str, object],
        origin: str,
        rank: Rank = Rank.ARGUMENT,
        *,
        text: bool = False,
    ) -> Config:
        """Return this configuration with a further layer.

        Args:
            overrides: settings as a TOML file would nest them; a selection may also be a class
                or an instance. None stands for "not given".
            origin: who says so, for messages.
            rank: which layers it wins over.
            text: whether the values are text to convert, as on a command line.

        Raises `ConfigError` for unknown keys and wrong types.
        """
        layer = Layer(rank, flatten(overrides, always(origin), text=text))
        return self.with_layers(layer)

    def with_layers(self, *layers: Layer) -> Config:
        """Return this configuration with further layers, already checked."""
        return Config(self.directory, self.layers + layers, self.ignored)

    def get(self, key: str) -> Any:
        """Return the value of a core setting. Raises `KeyError` for a key there is not."""
        return self.setting(key).value

    def setting(self, key: str) -> Setting:
        """Return a core setting with its origin. Raises `KeyError` for a key there is not."""
        return self._values[(key,)]

    def selection(self, kind: str) -> Setting:
        """Return what is selected for a kind: a name, a class, an instance or None."""
        return self._values[(kind,)]

    def options(self, kind: str, name: str) -> dict[str, Setting]:
        """Return the options in the table ``[kind.name]``, as they were written."""
        return {
            path[2]: setting
            for path, setting in self._values.items()
            if len(path) == 3 and path[:2] == (kind, name)
        }

    def own(self, cls: type[T]) -> T:
        """Return the application's own settings, the table ``[settings]``, as a `cls`.

        Args:
            cls: a dataclass. Its fields say which keys there are, their types (text, numbers,
                truth, lists of texts, tables) and their defaults.

        Raises `ConfigError` for other keys, wrong types, and keys without a default that nobody
        set.
        """
        given = {path[1]: setting for path, setting in self._values.items() if path[0] == OWN}
        return read_own(cls, given)

    @property
    def limits(self) -> Limits:
        """Return the limits on a request."""
        limits: Limits = self.table("limits")
        return limits

    @property
    def security(self) -> Security:
        """Return what protects people from other sites."""
        security: Security = self.table("security")
        return security

    @property
    def session(self) -> SessionSettings:
        """Return how long sessions live, and in which cookie."""
        session: SessionSettings = self.table("session")
        return session

    @property
    def login(self) -> LoginSettings:
        """Return what is asked of passwords and of people who try them."""
        login: LoginSettings = self.table("login")
        return login

    def table(self, name: str) -> Any:
        """Return a table of the core, as the dataclass that has its defaults."""
        values = {key: self._values[name, key].value for key in table_defaults(name)}
        return table_type(name)(
            **{key: tuple(value) if type(value) is list else value for key, value in values.items()}
        )

    def items(self) -> Iterator[tuple[tuple[str, ...], Setting]]:
        """Yield every setting with its path, defaults included, in the order of the schema."""
        order = {name: place for place, name in enumerate([*SELECTIONS, *KEYS, *TABLES, OWN])}
        yield from sorted(self._values.items(), key=lambda item: order[item[0][0]])
