"""Which renderer an application and its handlers get."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from brubeck_core import Brubeck, ConfigError
from brubeck_core.builtin.string_renderer import StringRenderer
from brubeck_core.config import Config
from brubeck_core.interfaces.renderer import Renderer
from brubeck_testkit.distributions import InstallDistribution

PLUGIN = """
    from brubeck_core.interfaces.renderer import Renderer
    from brubeck_core.plugin import Option, RendererRegistration, hookimpl

    class Engine:
        "What the manual of this engine says to make."

    class Shouting(Renderer):
        def __init__(self, volume=1):
            self.volume, self.apps, self.engine = volume, [], None

        @classmethod
        def adopt(cls, environment):
            if not isinstance(environment, Engine):
                return None
            made = cls()
            made.engine = environment
            return made

        def setup(self, app):
            self.apps.append(app)

        def render(self, name, context):
            return f"{name}{'!' * self.volume}"

        def has_template(self, name):
            return True

    @hookimpl
    def brubeck_register_renderers():
        options = (Option("volume", int, "How loud."),)
        yield RendererRegistration("shout", f"{__name__}:Shouting", options)
"""


@pytest.fixture
def shout(install_distribution: InstallDistribution) -> Any:
    install_distribution(
        "brubeck-shout",
        "2.5",
        entry_points={"brubeck.plugins.v1": {"renderer.shout": "brubeck_shout"}},
        modules={"brubeck_shout.py": PLUGIN},
    )
    return import_module("brubeck_shout")


def make_app(toml: str = "", **arguments: Any) -> Brubeck:
    folder = Path.cwd()
    (folder / "brubeck.toml").write_text(toml)
    return Brubeck(connection="local", config=Config.load(folder, {}), **arguments)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_a_selection_the_error_says_how_to_make_one() -> None:
    with pytest.raises(ConfigError, match=r'renderer = "jinja2".*Brubeck\(renderer='):
        make_app().get_renderer()


@pytest.mark.parametrize(
    ("toml", "volume"),
    [
        ('renderer = "shout"', 1),
        ('renderer = "shout@brubeck-shout"', 1),
        ('[renderer]\nuse = "shout"\n[renderer.shout]\nvolume = 3', 3),
    ],
)
def test_the_applications_own_is_also_the_one_of_its_name(
    shout: Any, toml: str, volume: int
) -> None:
    app = make_app(toml)
    assert app.render_template("page") == "page" + "!" * volume
    assert app.get_renderer("shout") is app.get_renderer()


def test_a_handler_may_name_another_one_with_its_own_options(shout: Any) -> None:
    app = make_app('[renderer]\nuse = "string"\n[renderer.shout]\nvolume = 2')
    assert isinstance(app.get_renderer(), StringRenderer)
    assert app.get_renderer("shout").render("page", {}) == "page!!"


@pytest.mark.parametrize("by", ["setting", "loader"])
def test_an_instance_is_the_one_of_its_class_s_name(shout: Any, by: str) -> None:
    own: Renderer = shout.Shouting(4)
    given = {"renderer": own} if by == "setting" else {"template_loader": lambda: own}
    app = make_app(**given)
    assert app.get_renderer() is own
    assert app.get_renderer("shout") is own


def test_a_loader_wins_over_the_setting(shout: Any) -> None:
    app = make_app('renderer = "shout"', template_loader=StringRenderer.loader("."))
    assert isinstance(app.get_renderer(), StringRenderer)
    assert isinstance(app.get_renderer("shout"), shout.Shouting)


@pytest.mark.parametrize("toml", ["", 'renderer = "shout"', 'renderer = "string"'])
def test_an_engine_s_environment_from_a_loader_is_adopted_by_its_renderer(
    shout: Any, toml: str
) -> None:
    engine = shout.Engine()
    app = make_app(toml, template_loader=lambda: engine)
    assert app.template_env is engine
    found: Any = app.get_renderer("shout")
    assert found.engine is engine
    if "shout" in toml:
        assert app.get_renderer() is found


def test_an_environment_that_nobody_was_asked_to_adopt_is_named(shout: Any) -> None:
    app = make_app(template_loader=shout.Engine)
    with pytest.raises(ConfigError, match=r"brubeck_shout\.Engine, which is no renderer.*mixin"):
        app.render_template("page")


def test_a_loader_that_returns_nothing_is_an_error() -> None:
    with pytest.raises(ConfigError, match="template_loader returned None"):
        make_app(template_loader=lambda: None)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"renderer": "shout"}, None),
        ({"renderer": "shout"}, "shout"),
        ({"renderer": "string"}, "shout"),
        ({"template_loader": "engine"}, "shout"),
    ],
)
def test_a_renderer_is_set_up_once(
    shout: Any, arguments: Mapping[str, Any], name: str | None
) -> None:
    given = {**arguments}
    if given.get("template_loader"):
        given["template_loader"] = shout.Engine
    app = make_app(**given)
    found: Any = [app.get_renderer(name) for _ in range(2)][-1]
    assert found.apps == [app]


def test_a_name_that_is_not_installed_says_who_wants_it() -> None:
    with pytest.raises(ConfigError, match="a handler that renders with jinja3"):
        make_app().get_renderer("jinja3")
