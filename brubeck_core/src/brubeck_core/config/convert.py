"""Check a value against its declared type; turn text of the environment into that type."""

from __future__ import annotations

import tomllib
from typing import Any

from brubeck_core.config.setting import Setting

WANTED: dict[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list of texts",
    dict: "a table",
}

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def convert(setting: Setting, *types: type) -> Any:
    """Return the setting's value as one of `types`.

    Text from the environment or the command line is converted: ``1``, ``yes`` and ``on`` are
    true, a list is a TOML array or comma separated. Values of TOML or Python are only checked,
    except that a single text will do for a list of one.

    Raises `ValueError` saying what the value has to be.
    """
    value = setting.value
    if setting.text:
        for kind in sorted(types, key=lambda kind: kind is str):
            try:
                return _from_text(value, kind, also_text=str in types)
            except ValueError:
                continue
    else:
        for kind in types:
            if _is(value, kind):
                return _plain(value, kind)
    wanted = " or ".join(WANTED[kind] for kind in types)
    raise ValueError(f"it has to be {wanted}{_hint(setting, types)}")


def _is(value: object, kind: type) -> bool:
    if kind is object:
        return True
    if isinstance(value, bool):
        return kind is bool
    if kind is float:
        return isinstance(value, int | float)
    if kind is list:
        if isinstance(value, str):
            return True
        return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    return isinstance(value, kind)


def _plain(value: Any, kind: type) -> Any:
    if kind is list:
        return [value] if isinstance(value, str) else list(value)
    return float(value) if kind is float else value


def _from_text(text: str, kind: type, also_text: bool) -> Any:
    if kind in (str, object):
        return text
    if kind in (int, float):
        return kind(text)
    if kind is bool:
        word = text.strip().lower()
        if word in TRUE | FALSE:
            return word in TRUE
        raise ValueError(text)
    # A list may begin with "[::1]:80", which is an address and no array.
    if kind is list and not (text.startswith("[") and text.endswith("]")):
        if also_text:
            raise ValueError(text)
        return [item.strip() for item in text.split(",") if item.strip()]
    value = _toml_value(text)
    if not _is(value, kind):
        raise ValueError(text)
    return value


def _toml_value(text: str) -> object:
    table = tomllib.loads(f"value = {text}")
    if len(table) != 1:
        raise ValueError(text)
    return table["value"]


def _hint(setting: Setting, types: tuple[type, ...]) -> str:
    if setting.text and bool in types:
        return "; write true or false, 1 or 0, yes or no, on or off"
    return ""
