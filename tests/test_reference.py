"""The reference has a page for every kind of plugin, and says what its interface asks for."""

from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
from brubeck_core.config.layers import table_defaults
from brubeck_core.config.schema import KEYS, TABLES
from brubeck_core.plugin.kinds import EXTENSION, KINDS
from brubeck_wsgi._plugin import brubeck_register_connections

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
#: The conformance suite of each kind.
SUITES = {
    "concurrency": "brubeck_testkit.concurrency.ConcurrencySuite",
    "connection": "brubeck_testkit.connection.ConnectionSuite",
    "renderer": "brubeck_testkit.renderer.RendererSuite",
    "user_store": "brubeck_testkit.users.UserStoreSuite",
    "cache": "brubeck_testkit.cache.CacheSuite",
    "queryset": "brubeck_testkit.queryset.QuerysetSuite",
    "extension": "brubeck_testkit.extension.ExtensionSuite",
}


def public_methods(target: str) -> list[str]:
    module, _, name = target.partition(":")
    interface = getattr(import_module(module), name)
    return [name for name, member in vars(interface).items() if is_public(name, member)]


def is_public(name: str, member: object) -> bool:
    return callable(member) and not name.startswith("_")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_has_a_page_with_every_method_and_its_hook(kind):
    page = (REFERENCE / f"{kind.name}.md").read_text()
    expected = [*(f"`{method}(" for method in public_methods(kind.interface)), f"`{kind.hook}`"]
    assert [part for part in expected if part not in page] == []


@pytest.mark.parametrize(("kind", "suite"), SUITES.items(), ids=SUITES)
def test_a_kind_has_a_suite_that_its_page_explains(kind, suite):
    module, _, name = suite.rpartition(".")
    tests = getattr(import_module(module), name)
    page = (REFERENCE / f"{kind}.md").read_text().partition("## Test one")[2]
    assert f"`{suite}`" in page
    assert [word for word in tests.known_capabilities() if f"`{word}`" not in page] == []


def test_every_kind_has_a_suite():
    assert SUITES.keys() == {*KINDS, EXTENSION}


@pytest.mark.parametrize(
    "name", [*KEYS, *TABLES, *chain.from_iterable(map(table_defaults, TABLES))]
)
def test_a_setting_is_in_the_reference(name):
    assert f"| `{name}` |" in (REFERENCE / "config.md").read_text()


def test_the_options_of_the_embedded_server_are_in_the_reference():
    [wsgi] = brubeck_register_connections()
    page = (REFERENCE / "connection.md").read_text()
    assert [option.name for option in wsgi.options if f"`{option.name}`" not in page] == []
