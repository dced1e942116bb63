"""The pytest plugin of the test kit: its fixtures, and one test suite on every backend.

With ``BRUBECK_TEST_CONCURRENCY=gevent`` in the environment the process is patched while pytest
loads its plugins, before it imports any test, and whatever asks Brubeck's configuration for a
backend gets that one. A process has one backend: to test on three, run pytest three times.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import brubeck_testkit
import pytest
from brubeck_core import patching
from brubeck_core.interfaces.concurrency import Concurrency

if TYPE_CHECKING:
    from brubeck_testkit.applications import MakeApp
    from brubeck_testkit.browser import OpenPage
    from brubeck_testkit.distributions import InstallDistribution
    from playwright.sync_api import Browser

VARIABLE = "BRUBECK_TEST_CONCURRENCY"


def prepare(name: str, origin: str) -> None:
    """Make `name` the configured backend of this process, and patch for it."""
    from brubeck_core.bootstrap import patch
    from brubeck_core.config import Rank, prefer

    prefer({"concurrency": name}, origin, Rank.ENVIRONMENT)
    patch()


def prepare_if_alone(name: str, config: pytest.Config, conftest: str) -> None:
    """Prepare for `name` if the environment names no backend and this run is of one package.

    For the `pytest_configure` in the `conftest` of a backend that has to be patched.
    """
    folder = Path(conftest).parent.parent
    paths = [Path(argument.partition("::")[0]).absolute() for argument in config.args]
    if patching.active() is None and all(path.is_relative_to(folder) for path in paths):
        prepare(name, f"the tests of {folder.name}")


def require_backend(name: str) -> None:
    """Skip the test module that calls this unless this process runs on backend `name`."""
    if (patching.active() or "threads") != name:
        pytest.skip(f"needs a process of its own: {VARIABLE}={name}", allow_module_level=True)


def require_unpatched() -> None:
    """Skip the test that calls this in a process that a backend has patched.

    For tests whose servers run on each backend in turn, whatever the process of the tests runs on.
    """
    if patching.in_force():
        pytest.skip("starts servers on every backend itself; it runs with the tests on threads")


@pytest.fixture
def concurrency() -> Concurrency:
    """Return the backend that this process was prepared for; threads if for none."""
    from brubeck_core.config import Setting, current
    from brubeck_core.plugin.host import PluginHost
    from brubeck_core.plugin.resolve import resolve

    setting = Setting(patching.active() or "threads", "this test session")
    backend: Concurrency = resolve("concurrency", setting, current(), PluginHost())
    return backend


@pytest.fixture
def make_app() -> Iterator[MakeApp]:
    """Return a function that makes an application; its stop hooks are called at the end.

    It takes the arguments of `Brubeck`. What it is not told has its default, whatever is in the
    environment and in the files of the current directory; the connection is `local`.
    """
    from brubeck_testkit.applications import making_apps

    with making_apps() as make:
        yield make


@pytest.fixture
def fake_distribution(tmp_path: Path) -> Callable[..., Path]:
    """Return `brubeck_testkit.distributions.fake_distribution`, writing to a folder of the test."""
    from functools import partial

    from brubeck_testkit import distributions

    return partial(distributions.fake_distribution, tmp_path)


@pytest.fixture
def install_distribution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[InstallDistribution]:
    """Return `fake_distribution` that also installs, in this process until the test ends."""
    from brubeck_testkit.distributions import installing

    with installing(tmp_path, monkeypatch) as install:
        yield install


@pytest.fixture
def run_python() -> Callable[..., CompletedProcess[str]]:
    """Return `brubeck_testkit.interpreter.run_python`: code in a fresh interpreter."""
    from brubeck_testkit import interpreter

    return interpreter.run_python


@pytest.fixture(params=["gevent", "eventlet", "threads"], scope="module")
def backend(request: pytest.FixtureRequest) -> str:
    """Return a backend's name, of each in turn: for servers that a test starts.

    See `require_unpatched`.
    """
    require_unpatched()
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return Chromium, driven by Playwright; see `brubeck_testkit.browser`."""
    from brubeck_testkit import browser

    with browser.launched() as chromium:
        yield chromium


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Return a function that opens a page of a server; see `brubeck_testkit.browser`."""
    from brubeck_testkit import browser

    with browser.browsing(chromium) as open_page:
        yield open_page


for _module in pkgutil.iter_modules(brubeck_testkit.__path__):
    if _module.name != "plugin":
        pytest.register_assert_rewrite(f"brubeck_testkit.{_module.name}")

# These are for this process, not for applications: those take them for misspelt settings.
#: A folder for pictures, such as docs; empty where none are taken.
SCREENSHOTS = os.environ.pop("BRUBECK_SCREENSHOTS", "")
_wanted = os.environ.pop(VARIABLE, "")
if _wanted:
    prepare(_wanted, f"environment variable {VARIABLE}")
