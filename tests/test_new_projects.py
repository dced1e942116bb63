"""What `brubeck new` writes works: every plugin and application passes the tests it comes with.

They run here with a made-up installation; `nox -s new` installs them in fresh environments.
"""

import pytest
from brubeck_core.cli.main import brubeck
from brubeck_core.plugin.kinds import EXTENSION, KINDS
from brubeck_testkit.distributions import fake_installation
from brubeck_testkit.interpreter import run_python

PYTEST = "import pytest, sys; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider']))"


def new(*arguments: str) -> None:
    brubeck.main(["new", *arguments], standalone_mode=False)


@pytest.mark.parametrize("kind", [*KINDS, EXTENSION])
def test_a_new_plugin_passes_its_own_tests(kind, tmp_path):
    folder = tmp_path / "brubeck-demo"
    new("plugin", "demo", "--kind", kind, "--directory", str(folder))
    done = run_python(PYTEST, cwd=folder, path=fake_installation(tmp_path, folder), timeout=120)
    assert done.returncode == 0, done.stdout


def test_a_new_application_passes_its_own_tests(tmp_path):
    new("app", "songs", "--directory", str(tmp_path / "songs"))
    done = run_python(PYTEST, cwd=tmp_path / "songs")
    assert done.returncode == 0, done.stdout


def test_a_new_application_is_found_and_configured_from_anywhere(tmp_path):
    new("app", "songs", "--directory", str(tmp_path / "songs"))
    code = "from brubeck_core.bootstrap import main; main()"
    done = run_python(
        code, cwd=tmp_path, args=["routes", "songs"], env={"BRUBECK_CONNECTION": "local"}
    )
    assert done.returncode == 0, done.stderr
    assert "app.HelloHandler" in done.stdout
