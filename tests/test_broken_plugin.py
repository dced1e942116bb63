"""A plugin that cannot even be imported is harmless until it is selected."""

import sys
from pathlib import Path

import pytest
from brubeck_testkit.distributions import fake_distribution
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.servers import free_port, serving

HELLO = Path(__file__).parent.parent / "examples" / "hello"
SERVE = [sys.executable, "-m", "brubeck_core", "run", str(HELLO)]


@pytest.fixture
def broken(tmp_path):
    """A directory with an installed distribution whose registration module raises."""
    return fake_distribution(
        tmp_path,
        "brubeck-broken",
        "2.0",
        entry_points={
            "brubeck.plugins.v1": {
                "renderer.broken": "broken_plugin",
                "concurrency.broken": "broken_plugin",
            }
        },
        modules={"broken_plugin.py": "raise RuntimeError('flat tyre')\n"},
    )


def brubeck(*arguments, site, **variables):
    code = "from brubeck_core.bootstrap import main; main()"
    return run_python(code, args=arguments, path=[site], env=variables, cwd=HELLO)


def test_it_is_listed(broken):
    done = brubeck("plugins", site=broken)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if "brubeck-broken" in line and "2.0" in line]


def test_it_does_not_disturb_while_it_is_not_selected(broken):
    port = free_port()
    variables = {"BRUBECK_CONNECTION__WSGI__PORT": str(port)}
    with serving(SERVE, port, env=variables, path=[broken]) as server:
        assert server.get("/").text == "Take five"


@pytest.mark.parametrize("kind", ["renderer", "concurrency"])
def test_selected_it_is_named_with_its_traceback(broken, kind):
    done = brubeck("run", site=broken, **{f"BRUBECK_{kind.upper()}": "broken"})
    assert done.returncode != 0
    for part in ("brubeck-broken", "Traceback", "broken_plugin.py", "RuntimeError: flat tyre"):
        assert part in done.stderr
