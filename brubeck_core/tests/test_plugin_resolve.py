"""From a setting to an instance."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.config import Config
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import Renderer
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.resolve import resolve
from brubeck_testkit.distributions import InstallDistribution

V1 = "brubeck.plugins.v1"

PLUGIN = """
    from brubeck_core.plugin import Option, RendererRegistration, hookimpl

    @hookimpl
    def brubeck_register_renderers():
        yield RendererRegistration(
            "shout",
            "shout_engine:Shout",
            options=(
                Option("directories", list),
                Option("size", int),
                Option("ratio", float),
                Option("loud", bool),
                Option("table", dict),
                Option("anything", object),
            ),
        )
        yield RendererRegistration("free", "shout_engine:Shout", options=None)
"""

ENGINE = """
    from brubeck_core.interfaces.renderer import Renderer

    class Shout(Renderer):
        def __init__(self, **options):
            self.options = options

        def render(self, name, context):
            return name.upper()

        def has_template(self, name):
            return True

    shout = Shout(made="already")
"""


class Quiet(Renderer):
    def render(self, name: str, context: Mapping[str, Any]) -> str:
        return name.lower()

    def has_template(self, name: str) -> bool:
        return True


@pytest.fixture(autouse=True)
def _shout(install_distribution: InstallDistribution) -> None:
    install_distribution(
        "brubeck-shout",
        entry_points={V1: {"renderer.shout": "shout_plugin", "renderer.free": "shout_plugin"}},
        modules={"shout_plugin.py": PLUGIN, "shout_engine.py": ENGINE},
    )


def make(
    directory: Path,
    selected: object,
    toml: str = "",
    environ: Mapping[str, str] | None = None,
    host: PluginHost | None = None,
) -> Any:
    (directory / "brubeck.toml").write_text(toml, encoding="utf-8")
    config = Config.load(directory, environ or {}, {"renderer": selected})
    return resolve("renderer", config.selection("renderer"), config, host or PluginHost())


@pytest.mark.parametrize("selected", ["shout", "shout@brubeck-shout", "shout@Brubeck_Shout"])
def test_a_name_selects_an_installed_plugin(tmp_path: Path, selected: str) -> None:
    assert make(tmp_path, selected).render("hello", {}) == "HELLO"


def test_a_path_selects_a_class_without_a_plugin(tmp_path: Path) -> None:
    toml = '[renderer."shout_engine:Shout"]\nsize = 3\n'
    renderer = make(tmp_path, "shout_engine:Shout", toml)
    assert renderer.options == {"size": 3}


def test_a_path_selects_an_instance(tmp_path: Path) -> None:
    assert make(tmp_path, "shout_engine:shout").options == {"made": "already"}


def test_a_class_is_made_without_options(tmp_path: Path) -> None:
    assert isinstance(make(tmp_path, Quiet), Quiet)


def test_an_instance_is_used_as_it_is(tmp_path: Path) -> None:
    quiet = Quiet()
    assert make(tmp_path, quiet) is quiet


def test_nothing_selected(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no template renderer is selected"):
        make(tmp_path, None)


def test_the_engine_is_imported_last(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no option 'colour'"):
        make(tmp_path, "shout", "[renderer.shout]\ncolour = 1\n")
    assert "shout_plugin" in sys.modules
    assert "shout_engine" not in sys.modules


OPTIONS: list[tuple[str, dict[str, str], dict[str, object]]] = [
    ("directories = ['a', 'b']", {}, {"directories": ["a", "b"]}),
    ("size = 3\nloud = true", {}, {"size": 3, "loud": True}),
    ("ratio = 2", {}, {"ratio": 2.0}),
    ("table = {a = 1}", {}, {"table": {"a": 1}}),
    ("anything = [1, {a = 2}]", {}, {"anything": [1, {"a": 2}]}),
    ("", {"DIRECTORIES": "a, b"}, {"directories": ["a", "b"]}),
    ("size = 3", {"SIZE": "4", "LOUD": "no"}, {"size": 4, "loud": False}),
    ("", {"RATIO": "0.5"}, {"ratio": 0.5}),
    ("", {"TABLE": "{a = 1}"}, {"table": {"a": 1}}),
    ("", {"ANYTHING": "as it is"}, {"anything": "as it is"}),
]


@pytest.mark.parametrize(("toml", "environ", "expected"), OPTIONS)
def test_options_are_converted_as_declared(
    tmp_path: Path, toml: str, environ: dict[str, str], expected: dict[str, object]
) -> None:
    variables = {f"BRUBECK_RENDERER__SHOUT__{name}": text for name, text in environ.items()}
    renderer = make(tmp_path, "shout", f"[renderer.shout]\n{toml}\n", variables)
    assert renderer.options == expected


def test_a_plugin_may_accept_every_option(tmp_path: Path) -> None:
    renderer = make(tmp_path, "free", "[renderer.free]\ncolour = 'red'\n")
    assert renderer.options == {"colour": "red"}


def test_options_of_others_are_not_looked_at(tmp_path: Path) -> None:
    toml = "[renderer.jinja2]\nwhatever = 1\n[renderer.shout]\nsize = 1\n"
    assert make(tmp_path, "shout", toml).options == {"size": 1}


def test_a_module_behind_two_entries_is_registered_once(tmp_path: Path) -> None:
    host = PluginHost()
    make(tmp_path, "shout", host=host)
    make(tmp_path, "free", host=host)
    assert [label for label, _ in host.manager.list_name_plugin()] == [
        "brubeck-shout 1.0 (renderer.shout)"
    ]
