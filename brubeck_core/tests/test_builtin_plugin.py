"""The built-in references are registered like any plugin's."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable

import pytest
from brubeck_core.builtin import _plugin
from brubeck_core.plugin.kinds import KINDS
from brubeck_core.plugin.registrations import Registration


def registrations() -> list[Registration]:
    return [item for kind in KINDS.values() for item in _registered(kind.hook)]


def _registered(hook: str) -> Iterable[Registration]:
    found: Iterable[Registration] = getattr(_plugin, hook)()
    return found


def _load(target: str) -> type:
    module, _, attribute = target.partition(":")
    loaded: type = getattr(importlib.import_module(module), attribute)
    return loaded


def test_every_kind_has_one() -> None:
    assert [item.kind for item in registrations()] == list(KINDS)


@pytest.mark.parametrize("registration", registrations(), ids=lambda item: item.kind)
def test_the_target_implements_its_interface(registration: Registration) -> None:
    implementation = _load(registration.target)
    assert issubclass(implementation, _load(KINDS[registration.kind].interface))
    assert not inspect.isabstract(implementation)


@pytest.mark.parametrize("registration", registrations(), ids=lambda item: item.kind)
def test_the_target_takes_every_option(registration: Registration) -> None:
    taken = inspect.signature(_load(registration.target)).parameters
    assert {option.name for option in registration.options or ()} <= set(taken)
