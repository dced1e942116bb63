"""The plugins of one application: who takes part, in which order, and who is to blame."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.config import Config
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.errors import (
    BrokenPluginError,
    MisspeltHookError,
    UnknownPluginError,
)
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.resolve import resolve
from brubeck_testkit.distributions import InstallDistribution

V1 = "brubeck.plugins.v1"

#: Notes every call on the application, which is a list here.
NOTING = """
    from brubeck_core.plugin import RendererRegistration, hookimpl

    @hookimpl
    def brubeck_app_created(app):
        app.append(("created", __name__))

    @hookimpl
    def brubeck_app_stopping(app):
        app.append(("stopping", __name__))

    @hookimpl
    def brubeck_wrap_dispatch(app, dispatch):
        return lambda request: f"{__name__}({dispatch(request)})"

    @hookimpl
    def brubeck_register_renderers():
        yield RendererRegistration("noting", "brubeck_core.builtin.string_renderer:StringRenderer")
"""

FAILING = """
    from brubeck_core.errors import ConfigError
    from brubeck_core.plugin import hookimpl

    @hookimpl
    def brubeck_app_created(app):
        raise ZeroDivisionError("flat tyre")

    @hookimpl
    def brubeck_app_starting(app):
        raise ConfigError("[extension] needs a key")

    @hookimpl
    def brubeck_handler_error(app, error):
        raise ZeroDivisionError("flat tyre")
"""


def host_of(directory: Path, *plugins: str) -> PluginHost:
    return PluginHost(Config.load(directory, {}, {"plugins": list(plugins)}))


def extension(install_distribution: InstallDistribution, name: str, source: str) -> None:
    install_distribution(
        f"brubeck-{name}",
        entry_points={V1: {f"extension.{name}": name, f"renderer.{name}": name}},
        modules={f"{name}.py": source},
    )


@pytest.fixture
def three(install_distribution: InstallDistribution) -> None:
    for name in ("ann", "bob", "noting"):
        extension(install_distribution, name, NOTING)


@pytest.mark.usefixtures("three")
def test_extensions_take_part_in_the_order_they_are_named(tmp_path: Path) -> None:
    calls: list[tuple[str, str]] = []
    app: Any = calls
    host_of(tmp_path, "bob", "ann").hook.brubeck_app_created(app=app)
    assert calls == [("created", "bob"), ("created", "ann")]


@pytest.mark.usefixtures("three")
def test_selected_plugins_take_part_after_the_extensions(tmp_path: Path) -> None:
    config = Config.load(tmp_path, {}, {"plugins": ["ann"], "renderer": "noting"})
    host = PluginHost(config)
    resolve("renderer", config.selection("renderer"), config, host)
    calls: list[tuple[str, str]] = []
    app: Any = calls
    host.hook.brubeck_app_created(app=app)
    assert calls == [("created", "ann"), ("created", "noting")]


@pytest.mark.usefixtures("three")
def test_what_is_neither_named_nor_selected_takes_no_part(tmp_path: Path) -> None:
    assert host_of(tmp_path).implementations("brubeck_app_created") == []


@pytest.mark.usefixtures("three")
def test_the_first_named_is_the_outermost_and_stops_last(tmp_path: Path) -> None:
    host = host_of(tmp_path, "bob", "ann")
    calls: list[tuple[str, str]] = []
    dispatch: Any = lambda request: request  # noqa: E731
    for wrap in host.wrappers():
        dispatch = wrap(app=calls, dispatch=dispatch)
    assert dispatch("take five") == "bob(ann(take five))"
    for stop in host.stopping():
        stop(app=calls)
    assert calls == [("stopping", "ann"), ("stopping", "bob")]


def test_a_failing_hook_names_its_plugin(
    tmp_path: Path, install_distribution: InstallDistribution
) -> None:
    extension(install_distribution, "failing", FAILING)
    app: Any = None
    with pytest.raises(BrokenPluginError) as caught:
        host_of(tmp_path, "failing").hook.brubeck_app_created(app=app)
    assert str(caught.value).startswith(
        "brubeck-failing 1.0 (extension.failing) is broken: brubeck_app_created() raised "
        "ZeroDivisionError: flat tyre."
    )
    assert "ZeroDivisionError" in caught.value.traceback_text


def test_advice_of_a_hook_is_passed_on_as_it_is(
    tmp_path: Path, install_distribution: InstallDistribution
) -> None:
    extension(install_distribution, "failing", FAILING)
    app: Any = None
    with pytest.raises(ConfigError, match=r"\[extension\] needs a key"):
        host_of(tmp_path, "failing").hook.brubeck_app_starting(app=app)


@pytest.mark.usefixtures("three")
def test_a_failing_error_hook_is_logged(
    tmp_path: Path, install_distribution: InstallDistribution, caplog: pytest.LogCaptureFixture
) -> None:
    extension(install_distribution, "failing", FAILING)
    host = host_of(tmp_path, "failing", "ann")
    nothing: Any = None
    with caplog.at_level(logging.ERROR, "brubeck"):
        host.hook.brubeck_handler_error(app=nothing, request=nothing, error=ValueError())
    assert "brubeck-failing 1.0 (extension.failing)" in caplog.text


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("metrcs", UnknownPluginError, r"plugins = \"metrcs\" \(argument of Brubeck\(\)\)"),
        ("memory", UnknownPluginError, "there is no extension"),
    ],
)
def test_an_extension_that_is_not_there(
    tmp_path: Path, name: str, error: type[ConfigError], said: str
) -> None:
    with pytest.raises(error, match=said):
        host_of(tmp_path, name)


def test_a_misspelt_hook_of_an_extension(
    tmp_path: Path, install_distribution: InstallDistribution
) -> None:
    source = NOTING.replace("brubeck_app_created", "brubeck_app_create")
    extension(install_distribution, "misspelt", source)
    with pytest.raises(MisspeltHookError, match="brubeck_app_created"):
        host_of(tmp_path, "misspelt")
