"""One test per way in which plugins fail: the class, and what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from brubeck_core.config import Config
from brubeck_core.errors import ConfigError
from brubeck_core.plugin import errors
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.resolve import resolve
from brubeck_testkit.distributions import InstallDistribution

V1 = "brubeck.plugins.v1"

REGISTER = """
    from brubeck_core.plugin import Option, RendererRegistration, hookimpl

    @hookimpl
    def brubeck_register_renderers():
        yield RendererRegistration(
            "shout",
            "shout_engine:Shout",
            options=(Option("size", int, "How loud."), Option("password", str, secret=True)),
            requires=(("shoutlib", "ShoutLib"),),
        )
"""

ENGINE = """
    from brubeck_core.interfaces.renderer import Renderer

    class Shout(Renderer):
        def __init__(self, size=1):
            if size > 11:
                raise ValueError("size goes to 11")

        def render(self, name, context):
            return name.upper()

        def has_template(self, name):
            return True
"""


def select(
    directory: Path, toml: str, kind: str = "renderer", host: PluginHost | None = None
) -> Any:
    (directory / "brubeck.toml").write_text(toml, encoding="utf-8")
    config = Config.load(directory, {})
    return resolve(kind, config.selection(kind), config, host or PluginHost())


def shout(
    install_distribution: InstallDistribution,
    register: str = REGISTER,
    engine: str = ENGINE,
    distribution: str = "brubeck-shout",
    group: str = V1,
) -> None:
    install_distribution(
        distribution,
        "2.5",
        entry_points={group: {"renderer.shout": "shout_plugin"}},
        modules={"shout_plugin.py": register, "shout_engine.py": engine},
    )


def test_unknown_plugin(tmp_path: Path) -> None:
    with pytest.raises(errors.UnknownPluginError) as caught:
        select(tmp_path, 'renderer = "strng"')
    assert str(caught.value).startswith(
        'renderer = "strng" (brubeck.toml, key renderer): there is no template renderer '
        "'strng'. Did you mean 'string'? Installed: "
    )
    assert "string (brubeck-core)" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("cache", "string", "'string' is a template renderer"),
        ("renderer", "string@brubeck-other", r"Installed: .*string \(brubeck-core\)"),
    ],
)
def test_unknown_plugin_that_exists_elsewhere(
    tmp_path: Path, kind: str, name: str, said: str
) -> None:
    with pytest.raises(errors.UnknownPluginError, match=said):
        select(tmp_path, f'{kind} = "{name}"', kind)


def test_plugin_not_installed(tmp_path: Path, install_distribution: InstallDistribution) -> None:
    # In front of one that may be there: of two distributions of a name the first counts.
    install_distribution("brubeck-redis", entry_points={V1: {"extension.nothing": "nothing"}})
    with pytest.raises(errors.PluginNotInstalledError) as caught:
        select(tmp_path, 'user_store = "redis"', "user_store")
    assert str(caught.value) == (
        "user_store = \"redis\" (brubeck.toml, key user_store): the user store 'redis' is not "
        "installed. It comes with brubeck-redis: pip install brubeck-redis "
        '(or pip install "brubeck[redis]")'
    )


def test_missing_library(tmp_path: Path, install_distribution: InstallDistribution) -> None:
    shout(install_distribution, engine="import shoutlib.core")
    with pytest.raises(errors.MissingLibraryError) as caught:
        select(tmp_path, 'renderer = "shout"')
    assert str(caught.value) == (
        'renderer = "shout" (brubeck.toml, key renderer): brubeck-shout 2.5 (renderer.shout) '
        "needs ShoutLib, which is not installed: pip install ShoutLib"
    )


def test_missing_library_that_is_not_declared(
    tmp_path: Path, install_distribution: InstallDistribution
) -> None:
    shout(install_distribution, engine="import murmur")
    with pytest.raises(errors.MissingLibraryError, match=r"needs the module 'murmur'"):
        select(tmp_path, 'renderer = "shout"')


BROKEN = [
    (
        "its registration module raises",
        "1 / 0",
        ENGINE,
        "importing shout_plugin",
        ZeroDivisionError,
    ),
    ("its registration module exits", "raise SystemExit(3)", ENGINE, "shout_plugin", SystemExit),
    (
        "its hook raises",
        REGISTER.replace("yield", "1 / 0; yield"),
        ENGINE,
        "brubeck_register_renderers()",
        ZeroDivisionError,
    ),
    (
        "its hook returns something else",
        REGISTER.replace("yield RendererRegistration", "yield str"),
        ENGINE,
        "brubeck_register_renderers()",
        TypeError,
    ),
    (
        "its hook returns another kind",
        REGISTER.replace("RendererRegistration", "CacheRegistration"),
        ENGINE,
        "of another kind",
        TypeError,
    ),
    (
        "its hook has an argument there is not",
        REGISTER.replace("renderers()", "renderers(loud)"),
        ENGINE,
        "registering its hooks",
        Exception,
    ),
    ("its engine raises", REGISTER, "1 / 0", "importing shout_engine", ZeroDivisionError),
    (
        "its engine imports a part of itself that is missing",
        REGISTER,
        "import shout_engine.parts",
        "importing shout_engine",
        ModuleNotFoundError,
    ),
    (
        "its class raises",
        REGISTER,
        ENGINE.replace("size > 11", "True").replace("ValueError", "OSError"),
        "making a Shout",
        OSError,
    ),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, *case in BROKEN])
def test_broken_plugin(
    tmp_path: Path, install_distribution: InstallDistribution, case: list[Any]
) -> None:
    register, engine, doing, cause = case
    shout(install_distribution, register, engine)
    with pytest.raises(errors.BrokenPluginError) as caught:
        select(tmp_path, 'renderer = "shout"')
    assert "brubeck-shout 2.5 (renderer.shout) is broken" in str(caught.value)
    assert doing in str(caught.value)
    assert isinstance(caught.value.__cause__, cause)
    assert "Traceback" in caught.value.traceback_text


def test_a_plugin_with_a_broken_hook_does_not_stay_registered(
    tmp_path: Path, install_distribution: InstallDistribution
) -> None:
    shout(install_distribution, REGISTER.replace("yield", "1 / 0; yield"))
    host = PluginHost()
    with pytest.raises(errors.BrokenPluginError):
        select(tmp_path, 'renderer = "shout"', host=host)
    assert host.manager.list_name_plugin() == []


def test_a_broken_plugin_does_no_harm_unless_selected(
    tmp_path: Path, install_distribution: InstallDistribution
) -> None:
    shout(install_distribution, "1 / 0")
    assert select(tmp_path, 'renderer = "string"')


TARGETS = [
    ('renderer = "nowhere:Class"', "no module 'nowhere'"),
    ('renderer = "shout_engine.deeper:Class"', "no module 'shout_engine.deeper'"),
    ('renderer = "shout_engine:Shuot"', "Did you mean 'Shout'?"),
]


@pytest.mark.parametrize(("toml", "said"), TARGETS)
def test_target_not_found(
    tmp_path: Path, install_distribution: InstallDistribution, toml: str, said: str
) -> None:
    shout(install_distribution)
    with pytest.raises(errors.TargetNotFoundError) as caught:
        select(tmp_path, toml)
    assert said in str(caught.value)
    assert str(caught.value).startswith(toml)


def test_target_of_an_entry_point_not_found(
    tmp_path: Path, install_distribution: InstallDistribution
) -> None:
    install_distribution("brubeck-gone", entry_points={V1: {"renderer.gone": "gone_plugin"}})
    with pytest.raises(errors.TargetNotFoundError, match=r"brubeck-gone 1\.0 .*'gone_plugin'"):
        select(tmp_path, 'renderer = "gone"')


WRONG = [
    (
        "no class of the interface",
        "class Shout:\n    def render(self, name, context): ...\n",
        "does not derive from brubeck_core.interfaces.renderer.Renderer and lacks the methods "
        "has_template",
    ),
    (
        "an abstract class",
        "from brubeck_core.interfaces.renderer import Renderer\n"
        "class Shout(Renderer):\n    def has_template(self, name): ...\n",
        "shout_engine.Shout is not a usable template renderer: it lacks the methods render",
    ),
    ("no class", "Shout = 3", "builtins.int is not a usable template renderer"),
]


@pytest.mark.parametrize(
    ("engine", "said"), [pytest.param(engine, said, id=name) for name, engine, said in WRONG]
)
def test_wrong_type(
    tmp_path: Path, install_distribution: InstallDistribution, engine: str, said: str
) -> None:
    shout(install_distribution, engine=engine)
    with pytest.raises(errors.WrongTypeError) as caught:
        select(tmp_path, 'renderer = "shout"')
    assert said in str(caught.value)


def test_wrong_type_of_an_instance(tmp_path: Path) -> None:
    config = Config.load(tmp_path, {}, {"renderer": object()})
    with pytest.raises(
        errors.WrongTypeError, match=r"argument of Brubeck\(\).*has_template, render"
    ):
        resolve("renderer", config.selection("renderer"), config, PluginHost())


def test_ambiguous_plugin(tmp_path: Path, install_distribution: InstallDistribution) -> None:
    shout(install_distribution, distribution="brubeck-a")
    shout(install_distribution, distribution="brubeck-b")
    with pytest.raises(errors.AmbiguousPluginError) as caught:
        select(tmp_path, 'renderer = "shout"')
    assert "brubeck-a 2.5 and brubeck-b 2.5" in str(caught.value)
    assert '"shout@brubeck-a" or "shout@brubeck-b"' in str(caught.value)
    assert select(tmp_path, 'renderer = "shout@brubeck-b"')


@pytest.mark.parametrize(
    ("number", "advice"), [(0, "upgrade brubeck-shout"), (2, "upgrade brubeck-core")]
)
def test_api_version(
    tmp_path: Path, install_distribution: InstallDistribution, number: int, advice: str
) -> None:
    shout(install_distribution, "1 / 0", group=f"brubeck.plugins.v{number}")
    with pytest.raises(errors.ApiVersionError) as caught:
        select(tmp_path, 'renderer = "shout"')
    assert f"written for version {number} of the plugin API" in str(caught.value)
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("siez = 3", "Did you mean 'size'? Its options: size, password."),
        ("debug = true", "debug has to stand above the first [table]"),
    ],
)
def test_unknown_option(
    tmp_path: Path, install_distribution: InstallDistribution, option: str, said: str
) -> None:
    shout(install_distribution)
    with pytest.raises(errors.UnknownOptionError) as caught:
        select(tmp_path, f'[renderer]\nuse = "shout"\n[renderer.shout]\n{option}\n')
    key = f"renderer.shout.{option.partition(' ')[0]}"
    assert f"{key} (brubeck.toml, key {key})" in str(caught.value)
    assert said in str(caught.value)


def test_option_type(tmp_path: Path, install_distribution: InstallDistribution) -> None:
    shout(install_distribution)
    with pytest.raises(errors.OptionTypeError) as caught:
        select(tmp_path, '[renderer]\nuse = "shout"\n[renderer.shout]\nsize = "big"\n')
    assert str(caught.value) == (
        'renderer.shout.size = "big" (brubeck.toml, key renderer.shout.size): it has to be a '
        "whole number (How loud.)"
    )


@pytest.mark.parametrize("option", ['pasword = "48151623"', "password = 48151623"])
def test_what_may_be_a_secret_is_not_shown(
    tmp_path: Path, install_distribution: InstallDistribution, option: str
) -> None:
    shout(install_distribution)
    with pytest.raises(ConfigError, match="password") as caught:
        select(tmp_path, f'[renderer]\nuse = "shout"\n[renderer.shout]\n{option}\n')
    assert "48151623" not in str(caught.value)


REFUSED = [
    ("the class refuses the value", ENGINE, "size = 12", "size goes to 11. Options given: size ("),
    (
        "it needs another",
        ENGINE.replace("size=1", "size"),
        "",
        "argument: 'size'. Options given: n",
    ),
    ("it takes no such argument", ENGINE, "password = 'x'", "argument 'password'"),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, *case in REFUSED])
def test_refused_options(
    tmp_path: Path, install_distribution: InstallDistribution, case: list[str]
) -> None:
    engine, option, said = case
    shout(install_distribution, engine=engine)
    with pytest.raises(errors.RefusedOptionsError) as caught:
        select(tmp_path, f'[renderer]\nuse = "shout"\n[renderer.shout]\n{option}\n')
    assert "brubeck-shout 2.5 (renderer.shout)" in str(caught.value)
    assert said in str(caught.value)


def test_misspelt_hook(tmp_path: Path, install_distribution: InstallDistribution) -> None:
    shout(install_distribution, REGISTER.replace("register_renderers", "register_renderer"))
    host = PluginHost()
    with pytest.raises(errors.MisspeltHookError) as caught:
        select(tmp_path, 'renderer = "shout"', host=host)
    assert (
        "brubeck-shout 2.5 (renderer.shout) implements brubeck_register_renderer, which is no "
        "hook of Brubeck. Did you mean 'brubeck_register_renderers'?"
    ) in str(caught.value)
    assert host.manager.list_name_plugin() == []


@pytest.mark.parametrize(
    ("register", "said"),
    [
        (REGISTER.replace('"shout",', '"shuot",'), "offers shuot"),
        (REGISTER.replace("@hookimpl", ""), "offers nothing"),
    ],
)
def test_not_offered(
    tmp_path: Path, install_distribution: InstallDistribution, register: str, said: str
) -> None:
    shout(install_distribution, register)
    with pytest.raises(errors.NotOfferedError) as caught:
        select(tmp_path, 'renderer = "shout"')
    assert "brubeck-shout 2.5 (renderer.shout) announces 'shout'" in str(caught.value)
    assert said in str(caught.value)


def test_every_error_has_a_test_and_is_a_config_error() -> None:
    classes = {
        name: cls
        for name, cls in vars(errors).items()
        if isinstance(cls, type) and cls.__module__ == errors.__name__
    }
    for name, cls in classes.items():
        assert issubclass(cls, ConfigError)
        words = name.removesuffix("Error")
        test = "test" + "".join(f"_{c.lower()}" if c.isupper() else c for c in words)
        assert test in globals(), f"{name} has no {test}"
