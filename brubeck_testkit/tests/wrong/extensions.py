"""Extensions that are wrong in one way each."""

from __future__ import annotations

import pytest
from brubeck_core.plugin.kinds import GROUP
from brubeck_testkit import extension
from brubeck_testkit.extension import ExtensionSuite

RIGHT = """
    import time
    import click
    from brubeck_core.plugin import hookimpl

    @hookimpl
    def brubeck_wrap_dispatch(app, dispatch):
        def timed(request):
            began = time.monotonic()
            response = dispatch(request)
            response.add_header("X-Time", str(time.monotonic() - began))
            return response
        return timed

    @hookimpl
    def brubeck_cli_commands(group):
        @group.command()
        def measure():
            "Say how long everything took."
"""


class Wrong(ExtensionSuite):
    name = "watch"
    source = ""
    more: dict[str, str] = {}

    @pytest.fixture(autouse=True)
    def installed(self, install_distribution, monkeypatch):
        site = install_distribution(
            "brubeck-watch",
            entry_points={GROUP: {"extension.watch": "watch_plugin"}},
            modules={"watch_plugin.py": self.source or RIGHT, **self.more},
        )
        monkeypatch.setenv("PYTHONPATH", str(site))
        monkeypatch.setattr(extension, "PATIENCE", 2.0)


class TestRight(Wrong):
    meant_for = None


class TestDoesNothing(Wrong):
    meant_for = "test_it_implements_hooks"
    source = "def brubeck_app_created(app): pass"


class TestIsImportedByACache(Wrong):
    """A `.pth` file would do the same in a real environment."""

    meant_for = "test_it_is_not_imported_until_it_is_enabled"
    more = {"sitecustomize.py": "import watch_plugin"}


class TestDropsAField(Wrong):
    meant_for = "test_an_answer_keeps_what_it_had"
    source = """
        from brubeck_core.plugin import hookimpl

        @hookimpl
        def brubeck_wrap_dispatch(app, dispatch):
            def bare(request):
                response = dispatch(request)
                response.remove_header("X-Tune")
                return response
            return bare
    """


class TestHoldsALock(Wrong):
    meant_for = "test_requests_do_not_wait_for_one_another"
    source = """
        import threading
        from brubeck_core.plugin import hookimpl

        @hookimpl
        def brubeck_wrap_dispatch(app, dispatch):
            lock = threading.Lock()
            def one_by_one(request):
                with lock:
                    return dispatch(request)
            return one_by_one
    """


class TestKnowsOneApplication(Wrong):
    meant_for = "test_it_serves_several_applications"
    source = """
        from brubeck_core.plugin import hookimpl

        apps = []

        @hookimpl
        def brubeck_app_created(app):
            assert not apps, "there is an application already"
            apps.append(app)
    """


class TestCountsOnARequest(Wrong):
    meant_for = "test_it_stops_with_an_application_that_was_never_asked"
    source = """
        from brubeck_core.plugin import hookimpl

        @hookimpl
        def brubeck_wrap_dispatch(app, dispatch):
            def noted(request):
                app.last_path = request.path
                return dispatch(request)
            return noted

        @hookimpl
        def brubeck_app_stopping(app):
            app.log.info("the last one was %s", app.last_path)
    """


class TestCountsOnArguments(Wrong):
    meant_for = "test_it_takes_any_error_quietly"
    source = """
        from brubeck_core.plugin import hookimpl

        @hookimpl
        def brubeck_handler_error(app, request, error):
            app.last_error = error.args[0]
    """


class TestTakesTheNameOfACommand(Wrong):
    meant_for = "test_its_commands_have_names_of_their_own"
    source = """
        from brubeck_core.plugin import hookimpl

        @hookimpl
        def brubeck_cli_commands(group):
            @group.command()
            def run():
                "Run a little."
    """


class TestExplainsNoCommand(Wrong):
    meant_for = "test_its_commands_explain_themselves"
    source = """
        from brubeck_core.plugin import hookimpl

        @hookimpl
        def brubeck_cli_commands(group):
            @group.command()
            def measure():
                print("5/4")
    """
