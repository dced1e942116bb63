"""What a plugin's registration module may import; `nox -s imports` checks the other rules."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REGISTRATION_MODULES = sorted(
    path
    for pattern in ("brubeck_core/src/*/builtin/_plugin.py", "plugins/*/src/*/_plugin.py")
    for path in ROOT.glob(pattern)
)

#: The whole of the plugin author's interface, and names that cost nothing.
ALLOWED = {"__future__", "brubeck_core.plugin", "collections.abc", "typing"}


def imported(path: Path) -> set[str]:
    """Name every module that a file imports, at any depth; relative ones with their dots."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


@pytest.mark.parametrize("path", REGISTRATION_MODULES, ids=lambda path: path.parent.name)
def test_a_registration_module_imports_the_plugin_interface_alone(path):
    assert imported(path) <= ALLOWED


def test_every_plugin_has_a_registration_module():
    named = {path.parents[2].name for path in REGISTRATION_MODULES}
    assert {path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")} <= named
