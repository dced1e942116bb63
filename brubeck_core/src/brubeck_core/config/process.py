"""The configuration that `Brubeck()` uses when it is given none."""

from __future__ import annotations

from collections.abc import Mapping

from brubeck_core.config.config import Config
from brubeck_core.config.layers import Layer, Rank, always, flatten

_launched: Config | None = None
_preferences: dict[str, Layer] = {}


def current() -> Config:
    """Return the launcher's configuration, or else that of the current directory.

    Raises `ConfigError` as `Config.load` does.
    """
    config = Config.load() if _launched is None else _launched
    return config.with_layers(*_preferences.values())


def set_current(config: Config | None) -> None:
    """Make `config` the one that `current` returns; None goes back to the current directory."""
    global _launched
    _launched = config


def prefer(settings: Mapping[str, object], origin: str, rank: Rank = Rank.LAUNCHER) -> None:
    """Add settings to what `current` returns, for the rest of the process.

    A second call with the same `origin` replaces the first.
    """
    _preferences[origin] = Layer(rank, flatten(settings, always(origin)))
