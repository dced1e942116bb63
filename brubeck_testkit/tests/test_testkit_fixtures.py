"""The fixtures that the test kit brings to every test."""

from __future__ import annotations

import importlib.metadata

import pytest
from brubeck_core.plugin.kinds import GROUP
from brubeck_core.testing import TestClient
from brubeck_testkit.applications import making_apps


def test_make_app_makes_an_application_to_ask(make_app):
    app = make_app(handler_tuples=[("^/$", lambda app, request: "Take five")])
    assert TestClient(app).get("/").text == "Take five"


def test_make_app_reads_no_settings_of_the_machine(make_app, tmp_path, monkeypatch):
    (tmp_path / "brubeck.toml").write_text("debug = true")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRUBECK_DEBUG", "true")
    assert make_app().debug is False


def test_make_app_runs_on_the_backend_of_the_test_session(make_app, concurrency):
    assert make_app().concurrency.name == concurrency.name


STOPPER = """
    from brubeck_core.plugin import hookimpl

    @hookimpl
    def brubeck_app_created(app):
        app.stopped = 0

    @hookimpl
    def brubeck_app_stopping(app):
        app.stopped += 1
        raise RuntimeError("flat tyre")
"""


def test_applications_are_stopped_whatever_their_hooks_raise(install_distribution):
    entry_points = {GROUP: {"extension.stopper": "stopper"}}
    modules = {"stopper.py": STOPPER}
    install_distribution("brubeck-stopper", entry_points=entry_points, modules=modules)
    with making_apps() as make:
        apps = [make(plugins=["stopper"], log_level="CRITICAL") for _ in range(2)]
    assert [app.stopped for app in apps] == [1, 1]


def test_fake_distribution_writes_and_does_not_install(fake_distribution):
    site = fake_distribution("brubeck-shout", "2.0", modules={"shout.py": "LOUD = True"})
    assert (site / "shout.py").read_text() == "LOUD = True"
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.distribution("brubeck-shout")


def test_run_python_runs_in_a_fresh_interpreter(run_python):
    done = run_python("import sys; print('pytest' in sys.modules)")
    assert done.stdout == "False\n"
