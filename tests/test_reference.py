"""The reference has a page for every kind of plugin, and says what its interface asks for."""

from importlib import import_module
from pathlib import Path

import pytest
from brubeck_core.config.schema import KEYS
from brubeck_core.http.limits import Limits
from brubeck_core.plugin.kinds import EXTENSION, KINDS
from brubeck_wsgi._plugin import brubeck_register_connections

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"


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


def test_extensions_have_a_page():
    assert (REFERENCE / f"{EXTENSION}.md").is_file()


@pytest.mark.parametrize("name", [*KEYS, *Limits.__dataclass_fields__])
def test_a_setting_is_in_the_reference(name):
    assert f"| `{name}` |" in (REFERENCE / "config.md").read_text()


def test_the_options_of_the_embedded_server_are_in_the_reference():
    [wsgi] = brubeck_register_connections()
    page = (REFERENCE / "connection.md").read_text()
    assert [option.name for option in wsgi.options if f"`{option.name}`" not in page] == []
