"""What every extension promises, as tests.

class TestMyExtension(ExtensionSuite):
    name = "pulse"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import click
import pytest
from brubeck_core.app.brubeck import Brubeck
from brubeck_core.config import Setting
from brubeck_core.errors import HTTPError
from brubeck_core.http.request import Request
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.index import Entry
from brubeck_core.plugin.kinds import EXTENSION
from brubeck_core.plugin.loader import find_entry, load_plugin
from brubeck_core.testing import Answer, TestClient
from brubeck_testkit.applications import MakeApp
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.suite import Suite

#: Seconds after which something that ought to happen has not.
PATIENCE = 10.0

#: What is asked with the extension and without it: a name, a method and a path.
REQUESTS = (
    ("text", "GET", "/text"),
    ("head", "HEAD", "/text"),
    ("options", "OPTIONS", "/text"),
    ("stream", "GET", "/stream"),
    ("refusal", "GET", "/refuse"),
    ("not found", "GET", "/nowhere"),
    ("wrong method", "POST", "/text"),
    ("failure", "GET", "/fail"),
)


class ExtensionSuite(Suite, standard=True):
    """Override `name`; `settings` too, if the extension needs some to work.

    An extension whose purpose is to change answers says so in `skips`.
    """

    #: The extension, as ``plugins = [...]`` names it.
    name: str
    #: Arguments of `Brubeck` to enable it with.
    settings: ClassVar[Mapping[str, Any]] = {}

    def test_it_implements_hooks(self) -> None:
        host = PluginHost()
        plugin, _ = load_plugin(self._entry(), "this test", host)
        assert host.hooks_of(plugin)

    def test_it_is_not_imported_until_it_is_enabled(self, tmp_path: Path) -> None:
        program = (
            "from brubeck_core import Brubeck; import sys; "
            f"Brubeck(connection='local').start(); print({self._entry().value!r} in sys.modules)"
        )
        done = run_python(program, cwd=tmp_path)
        assert done.stdout == "False\n", done.stderr

    @pytest.mark.parametrize(
        ("method", "path"), [case[1:] for case in REQUESTS], ids=[case[0] for case in REQUESTS]
    )
    def test_an_answer_keeps_what_it_had(self, make_app: MakeApp, method: str, path: str) -> None:
        before = _ask(_stage(make_app), method, path)
        after = _ask(self._enabled(make_app), method, path)
        assert (after.status, after.body) == (before.status, before.body)
        assert [field for field in before.headers if field not in after.headers] == []

    def test_requests_do_not_wait_for_one_another(self, make_app: MakeApp) -> None:
        app = self._enabled(make_app)
        began, gate = app.concurrency.event(), app.concurrency.event()

        def wait(app: Brubeck, request: Request) -> str:
            began.set()
            return "waited" if gate.wait(PATIENCE) else "waited in vain"

        app.add_route_rule("^/wait$", wait)
        waiting = app.concurrency.spawn(_ask, app, "GET", "/wait")
        assert began.wait(PATIENCE)
        other = app.concurrency.spawn(_ask, app, "GET", "/text")
        try:
            assert other.result(PATIENCE / 2).text == "Take five"
        finally:
            gate.set()
        assert waiting.result(PATIENCE).text == "waited"

    def test_it_serves_several_applications(self, make_app: MakeApp) -> None:
        for app in (self._enabled(make_app), self._enabled(make_app)):
            assert _ask(app, "GET", "/text").status == 200

    def test_it_stops_with_an_application_that_was_never_asked(self, make_app: MakeApp) -> None:
        app = self._enabled(make_app)
        app.start()
        for hook in app.plugins.stopping():
            hook(app=app)

    def test_it_takes_any_error_quietly(self, make_app: MakeApp) -> None:
        app = self._enabled(make_app)
        app.start()
        for error in (RuntimeError("flat tyre"), KeyError(), SystemExit(3)):
            for hook in app.plugins.implementations("brubeck_handler_error"):
                hook(app=app, request=Request("GET", "/text"), error=error)

    def test_its_commands_have_names_of_their_own(self) -> None:
        from brubeck_core.cli.main import brubeck

        assert set(self._commands()) & set(brubeck.commands) == set()

    def test_its_commands_explain_themselves(self) -> None:
        assert [name for name, command in self._commands().items() if not command.help] == []

    # -- helpers ------------------------------------------------------------------------

    def _entry(self) -> Entry:
        return find_entry(EXTENSION, Setting(self.name, "this test"), PluginHost().index)

    def _enabled(self, make_app: MakeApp) -> Brubeck:
        return _stage(make_app, plugins=[self.name], **self.settings)

    def _commands(self) -> Mapping[str, click.Command]:
        host, group = PluginHost(), click.Group()
        load_plugin(self._entry(), "this test", host)
        host.hook.brubeck_cli_commands(group=group)
        return group.commands


def _stage(make_app: MakeApp, **settings: Any) -> Brubeck:
    app = make_app(log_level="CRITICAL", **settings)
    for answer in (text, stream, refuse, fail):
        app.add_route_rule(f"^/{answer.__name__}$", answer, ["GET"])
    return app


def _ask(app: Brubeck, method: str, path: str) -> Answer:
    return TestClient(app).request(method, path, headers={"Accept": "text/html"})


def text(app: Brubeck, request: Request) -> tuple[str, int, dict[str, str]]:
    """Answer with text and a header field."""
    return "Take five", 200, {"X-Tune": "Take five"}


def stream(app: Brubeck, request: Request) -> Iterator[str]:
    """Answer piece by piece."""
    yield from ("Take", " five")


def refuse(app: Brubeck, request: Request) -> str:
    """Refuse."""
    raise HTTPError(403, "Not on this stage.")


def fail(app: Brubeck, request: Request) -> str:
    """Fail."""
    raise RuntimeError("flat tyre")
