"""The application's own settings: a table that only the application can judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from brubeck_core.config.convert import convert
from brubeck_core.config.schema import OWN
from brubeck_core.config.setting import Setting
from brubeck_core.config.suggest import did_you_mean
from brubeck_core.errors import ConfigError

T = TypeVar("T")


def read_own(cls: type[T], given: Mapping[str, Setting]) -> T:
    """Make a `cls`, which is a dataclass, of settings by name; see `Config.own`.

    A value that the dataclass itself refuses by a `ValueError` is told as it says.
    """
    known = {field.name: field for field in fields(cls)}  # type: ignore[arg-type]
    types = get_type_hints(cls)
    values: dict[str, Any] = {}
    for name, setting in given.items():
        key = f"{OWN}.{name}"
        if name not in known:
            raise ConfigError(
                f"{key!r} is not a setting of this application ({setting.origin})."
                f"{did_you_mean(name, known)} There are: {', '.join(known)}."
            )
        try:
            values[name] = convert(setting, *_plain_types(types[name]))
        except ValueError as error:
            # Not the value, which may be a secret.
            raise ConfigError(f"{key} ({setting.origin}): {error}") from None
    for name, field in known.items():
        if name not in values and field.default is MISSING and field.default_factory is MISSING:
            raise ConfigError(
                f"the application needs {OWN}.{name}, which nobody set: write [{OWN}] {name} = ... "
                f"in brubeck.toml, or BRUBECK_{OWN.upper()}__{name.upper()}"
            )
    try:
        return cls(**values)
    except ConfigError:
        raise
    except ValueError as error:
        origins = ", ".join(sorted({setting.origin for setting in given.values()}))
        raise ConfigError(f"the table [{OWN}] ({origins}): {error}") from error


def _plain_types(annotation: Any) -> tuple[type, ...]:
    """Return what a value may be: that of ``dict[str, str] | None`` is a dict."""
    origin = get_origin(annotation)
    if origin in (None, list, dict):
        plain = origin or annotation
        return () if plain is NoneType else (plain,)
    return tuple(plain for part in get_args(annotation) for plain in _plain_types(part))
