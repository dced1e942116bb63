"""Every hook, called through an installed plugin; and every hook has a test here, and a page."""

import ast
from pathlib import Path

import pytest
from brubeck_core import Brubeck
from brubeck_core.plugin import hookspecs
from brubeck_core.plugin.kinds import GROUP
from brubeck_core.testing import TestClient
from brubeck_testkit.distributions import fake_distribution
from brubeck_testkit.interpreter import run_python

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
SPECIFICATIONS = [
    node
    for node in ast.parse(Path(hookspecs.__file__).read_text()).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("brubeck_")
]


def signature(hook: ast.FunctionDef) -> str:
    return f"{hook.name}({ast.unparse(hook.args)}) -> {ast.unparse(hook.returns)}"


@pytest.mark.parametrize("hook", SPECIFICATIONS, ids=lambda hook: hook.name)
def test_every_hook_has_a_test_of_its_name(hook):
    assert f"test_{hook.name}" in globals()


@pytest.mark.parametrize("hook", SPECIFICATIONS, ids=lambda hook: hook.name)
def test_every_hook_has_a_page_headed_by_its_signature(hook):
    page = REFERENCE / "hooks" / f"{hook.name}.md"
    assert page.read_text().startswith(f"# `{signature(hook)}`\n")
    assert f"[`{hook.name}`](hooks/{hook.name}.md)" in (REFERENCE / "hooks.md").read_text()


def test_every_page_is_of_a_hook():
    pages = {path.stem for path in (REFERENCE / "hooks").iterdir()}
    assert pages == {hook.name for hook in SPECIFICATIONS}


@pytest.mark.parametrize("hook", SPECIFICATIONS, ids=lambda hook: hook.name)
def test_every_hook_has_an_example_in_its_docstring(hook):
    assert f"def {hook.name}(" in ast.get_docstring(hook)


# -- registration hooks ------------------------------------------------------------------------

#: The plugin under test: an implementation of one kind, derived from the core's own.
COMBO = """
    from brubeck_core.plugin import {registration}, hookimpl

    @hookimpl
    def {hook}():
        yield {registration}("combo", "combo:Combo")
"""
IMPLEMENTATION = """
    from {module} import {base}

    class Combo({base}):
        pass
"""


@pytest.fixture
def combo(install_distribution):
    """Install a plugin of one kind, called combo."""

    def install(kind, hook, registration, base):
        module, _, name = base.partition(":")
        install_distribution(
            "brubeck-combo",
            entry_points={GROUP: {f"{kind}.combo": "combo_plugin"}},
            modules={
                "combo_plugin.py": COMBO.format(hook=hook, registration=registration),
                "combo.py": IMPLEMENTATION.format(module=module, base=name),
            },
        )

    return install


def is_combo(found: object) -> bool:
    return type(found).__module__ == "combo"


def test_brubeck_register_concurrency(combo):
    combo(
        "concurrency",
        "brubeck_register_concurrency",
        "ConcurrencyRegistration",
        "brubeck_core.builtin.threads:Threads",
    )
    assert is_combo(Brubeck(connection="local", concurrency="combo").concurrency)


def test_brubeck_register_connections(combo):
    combo(
        "connection",
        "brubeck_register_connections",
        "ConnectionRegistration",
        "brubeck_core.builtin.local_connection:LocalConnection",
    )
    assert is_combo(Brubeck(connection="combo").connection)


def test_brubeck_register_renderers(combo):
    combo(
        "renderer",
        "brubeck_register_renderers",
        "RendererRegistration",
        "brubeck_core.builtin.string_renderer:StringRenderer",
    )
    assert is_combo(Brubeck(connection="local", renderer="combo").get_renderer())


def test_brubeck_register_user_stores(combo):
    combo(
        "user_store",
        "brubeck_register_user_stores",
        "UserStoreRegistration",
        "brubeck_core.builtin.memory_users:MemoryUserStore",
    )
    assert is_combo(Brubeck(connection="local", user_store="combo").user_store)


def test_brubeck_register_caches(combo):
    combo(
        "cache",
        "brubeck_register_caches",
        "CacheRegistration",
        "brubeck_core.builtin.memory_cache:MemoryCache",
    )
    assert is_combo(Brubeck(connection="local", cache="combo").cache)


def test_brubeck_register_querysets(combo):
    combo(
        "queryset",
        "brubeck_register_querysets",
        "QuerysetRegistration",
        "brubeck_core.builtin.memory_queryset:MemoryQueryset",
    )
    assert is_combo(Brubeck(connection="local", queryset="combo").queryset)


# -- lifecycle hooks ---------------------------------------------------------------------------


@pytest.fixture
def extension(install_distribution):
    """Install extensions whose modules hold the given hooks; return an application with them."""

    def build(**sources):
        for name, source in sources.items():
            install_distribution(
                f"brubeck-{name}",
                entry_points={GROUP: {f"extension.{name}": f"{name}_plugin"}},
                modules={f"{name}_plugin.py": source},
            )
        return Brubeck(connection="local", plugins=list(sources), log_level="CRITICAL")

    return build


def test_brubeck_app_created(extension):
    app = extension(
        health="""
            from brubeck_core.plugin import hookimpl

            @hookimpl
            def brubeck_app_created(app):
                app.add_route_rule("^/healthz$", lambda app, message: "fine")
        """
    )
    assert TestClient(app).get("/healthz").text == "fine"


def test_brubeck_app_starting(extension):
    app = extension(
        metrics="""
            from brubeck_core.plugin import hookimpl

            @hookimpl
            def brubeck_app_starting(app):
                app.metrics = [len(app.routes)]
        """
    )
    assert not hasattr(app, "metrics")
    app.start()
    assert app.metrics == [0]


def test_brubeck_app_stopping(tmp_path):
    """Stopping needs a served application, so this one serves in a process of its own."""
    site = fake_distribution(
        tmp_path,
        "brubeck-farewell",
        entry_points={GROUP: {"extension.farewell": "farewell_plugin"}},
        modules={
            "farewell_plugin.py": """
                from brubeck_core.plugin import hookimpl

                @hookimpl
                def brubeck_app_starting(app):
                    app.stop()

                @hookimpl
                def brubeck_app_stopping(app):
                    print("So long")
            """,
        },
    )
    program = (
        "from brubeck_core import Brubeck\n"
        "Brubeck(connection='local', plugins=['farewell']).run()\n"
        "print('served')\n"
    )
    assert printed(program, site) == "So long\nserved\n"


def test_brubeck_cli_commands(tmp_path):
    site = fake_distribution(
        tmp_path,
        "brubeck-greeting",
        entry_points={GROUP: {"extension.greeting": "greeting_plugin"}},
        modules={
            "greeting_plugin.py": """
                from brubeck_core.plugin import hookimpl

                @hookimpl
                def brubeck_cli_commands(group):
                    @group.command()
                    def greet():
                        print("Take five")
            """,
        },
    )
    program = "from brubeck_core.bootstrap import main; main()"
    assert printed(program, site, ["greet"], BRUBECK_PLUGINS="greeting") == "Take five\n"


def printed(code, site, args=(), **variables):
    done = run_python(code, args=args, path=[site], env=variables, cwd=site)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_brubeck_handler_error(extension):
    app = extension(
        tracker="""
            from brubeck_core.plugin import hookimpl

            @hookimpl
            def brubeck_handler_error(app, request, error):
                app.reports = [(request.path, error)]
        """
    )
    flat_tyre = RuntimeError("flat tyre")

    @app.add_route("^/ride$")
    def ride(application, message):
        raise flat_tyre

    assert TestClient(app).get("/ride").status == 500
    assert app.reports == [("/ride", flat_tyre)]


WRAPPER = """
    from brubeck_core.plugin import hookimpl

    @hookimpl
    def brubeck_wrap_dispatch(app, dispatch):
        def named(request):
            response = dispatch(request)
            response.add_header("X-Passed", __name__)
            return response
        return named
"""


def test_brubeck_wrap_dispatch(extension):
    abstainer = """
        from brubeck_core.plugin import hookimpl

        @hookimpl
        def brubeck_wrap_dispatch(app, dispatch):
            return None
    """
    app = extension(outer=WRAPPER, abstainer=abstainer, inner=WRAPPER)
    app.add_route_rule("^/$", lambda app, message: "Take five")
    passed = TestClient(app).get("/").all_headers("X-Passed")
    assert passed == ["inner_plugin", "outer_plugin"]
