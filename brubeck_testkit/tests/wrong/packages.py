"""Distributions that are wrong in one way each."""

from __future__ import annotations

import pytest
from brubeck_core.plugin.kinds import GROUP
from brubeck_testkit.packaging import PackagingSuite

REGISTRATION = """
    from brubeck_core.plugin import CacheRegistration, Option, hookimpl

    @hookimpl
    def brubeck_register_caches():
        yield CacheRegistration(
            "shelf",
            "shelf.cache:Shelf",
            options=(Option("max_entries", int, "Keep at most so many."),),
            summary="A shelf.",
        )
"""
CACHE = """
    from brubeck_core.builtin.memory_cache import MemoryCache

    class Shelf(MemoryCache):
        pass
"""
METADATA = """\
Metadata-Version: 2.4
Name: brubeck-shelf
Version: 1.0
Summary: A shelf.
Requires-Python: >=3.11
License-Expression: MIT

A shelf.
"""


class Wrong(PackagingSuite):
    distribution = "brubeck-shelf"
    entry_points = {"cache.shelf": "shelf._plugin"}
    registration = REGISTRATION
    modules: dict[str, str] = {}
    metadata = METADATA

    @pytest.fixture(autouse=True)
    def installed(self, install_distribution, monkeypatch):
        modules = {
            "shelf/__init__.py": "",
            "shelf/py.typed": "",
            "shelf/_plugin.py": self.registration,
            "shelf/cache.py": CACHE,
            **self.modules,
        }
        site = install_distribution(
            self.distribution,
            entry_points={GROUP: self.entry_points},
            modules={name: text for name, text in modules.items() if text is not None},
        )
        (site / "brubeck_shelf-1.0.dist-info" / "METADATA").write_text(self.metadata)
        monkeypatch.setenv("PYTHONPATH", str(site))


class TestRight(Wrong):
    meant_for = None


class TestHasNoName(Wrong):
    meant_for = "test_entry_points_are_named_after_kinds"
    entry_points = {"cache.shelf": "shelf._plugin", "extension.": "shelf._plugin"}


class TestImportsItsLibrary(Wrong):
    meant_for = "test_a_registration_module_brings_no_library_along"
    registration = "import library\n" + REGISTRATION.replace("\n    ", "\n")
    modules = {"library.py": ""}


class TestMisspellsAHook(Wrong):
    meant_for = "test_every_hook_is_one_that_exists"
    registration = (
        REGISTRATION
        + """
    @hookimpl
    def brubeck_app_begun(app):
        pass
"""
    )


class TestOffersAnotherName(Wrong):
    meant_for = "test_entry_points_and_registrations_agree"
    registration = REGISTRATION.replace('"shelf",', '"rack",')


class TestIsIncomplete(Wrong):
    meant_for = "test_every_target_implements_its_interface"
    modules = {
        "shelf/cache.py": """
            from brubeck_core.interfaces.cache import Cache

            class Shelf(Cache):
                def __init__(self, max_entries=5):
                    pass
        """
    }


class TestDeclaresAnOptionTooMany(Wrong):
    meant_for = "test_every_option_is_an_argument_of_its_target"
    registration = REGISTRATION.replace("max_entries", "colour")


class TestExplainsNoOption(Wrong):
    meant_for = "test_every_registration_and_option_is_explained"
    registration = REGISTRATION.replace(', "Keep at most so many."', "")


class TestDoesNotSayThatItIsTyped(Wrong):
    meant_for = "test_the_packages_say_that_they_are_typed"
    modules = {"shelf/py.typed": None}


class TestHasNoLicense(Wrong):
    meant_for = "test_the_metadata_is_complete"
    metadata = METADATA.replace("License-Expression: MIT\n", "")
