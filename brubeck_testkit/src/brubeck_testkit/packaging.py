"""What every plugin's distribution promises, as tests.

class TestMyPackaging(PackagingSuite):
    distribution = "brubeck-shout"
"""

from __future__ import annotations

import inspect
import sys
from importlib import import_module, metadata, resources
from typing import Any

import pluggy
from brubeck_core.plugin import Registration, hookspecs
from brubeck_core.plugin.kinds import EXTENSION, GROUP, KINDS
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.suite import Suite


class PackagingSuite(Suite, standard=True):
    """Override `distribution` with the name of the installed distribution."""

    distribution: str

    def test_entry_points_are_named_after_kinds(self) -> None:
        names = [entry_point.name for entry_point in self._entry_points()]
        assert names
        for name in names:
            kind, _, own = name.partition(".")
            assert kind in {*KINDS, EXTENSION}
            assert own, f"the entry point {name!r} is to be called {kind}.<name>"

    def test_a_registration_module_brings_no_library_along(self) -> None:
        interface = _modules_behind("brubeck_core.plugin")
        for name in self._registration_modules():
            own = name.partition(".")[0]
            assert _modules_behind(name) - interface - sys.stdlib_module_names <= {own}

    def test_every_hook_is_one_that_exists(self) -> None:
        self._hooks().check_pending()

    def test_entry_points_and_registrations_agree(self) -> None:
        offered = {f"{item.kind}.{item.name}" for item in self._registrations()}
        named = {entry_point.name for entry_point in self._entry_points()}
        assert offered == {name for name in named if not name.startswith(f"{EXTENSION}.")}

    def test_every_target_implements_its_interface(self) -> None:
        for registration in self._registrations():
            target = _load(registration.target)
            assert issubclass(target, _load(KINDS[registration.kind].interface))
            assert not inspect.isabstract(target), sorted(target.__abstractmethods__)

    def test_every_option_is_an_argument_of_its_target(self) -> None:
        for registration in self._registrations():
            arguments = inspect.signature(_load(registration.target)).parameters
            if not any(a.kind is a.VAR_KEYWORD for a in arguments.values()):
                assert {option.name for option in registration.options or ()} <= arguments.keys()

    def test_every_registration_and_option_is_explained(self) -> None:
        for registration in self._registrations():
            assert registration.summary
            assert all(option.help for option in registration.options or ())

    def test_the_packages_say_that_they_are_typed(self) -> None:
        for name in {name.partition(".")[0] for name in self._registration_modules()}:
            assert (resources.files(name) / "py.typed").is_file()

    def test_the_metadata_is_complete(self) -> None:
        about = metadata.metadata(self.distribution)
        given = [field for field in ("Summary", "Description", "Requires-Python") if field in about]
        assert given == ["Summary", "Description", "Requires-Python"]
        assert "License-Expression" in about or "License" in about

    # -- helpers -------------------------------------------------------------------------------

    def _entry_points(self) -> list[metadata.EntryPoint]:
        return list(metadata.distribution(self.distribution).entry_points.select(group=GROUP))

    def _registration_modules(self) -> list[str]:
        return sorted({entry_point.module for entry_point in self._entry_points()})

    def _hooks(self) -> pluggy.PluginManager:
        manager = pluggy.PluginManager("brubeck")
        manager.add_hookspecs(hookspecs)
        for name in self._registration_modules():
            manager.register(import_module(name))
        return manager

    def _registrations(self) -> list[Registration]:
        hooks = self._hooks().hook
        offers = (getattr(hooks, kind.hook)() for kind in KINDS.values())
        return [item for results in offers for result in results for item in result]


def _modules_behind(module: str) -> set[str]:
    """Name every top-level module that a fresh interpreter has after importing `module`."""
    done = run_python(f"import {module}, sys; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.split()}


def _load(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)
