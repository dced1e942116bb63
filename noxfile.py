"""Everything one can do with this repository; `nox -l` lists it.

A plain `nox` runs what must pass before a change is merged. `nox -s tests-3.12 -- -k cookies`
hands what follows `--` to pytest.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nox
import nox.command

nox.needs_version = ">=2025.11"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_external_run = True
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

ROOT = Path(__file__).parent
WHEELS = ROOT / "dist"

#: Supported versions, and the one that runs nox if it is newer: at least one is always there.
PYTHONS = ["3.11", "3.12", "3.13"]
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
if HERE not in PYTHONS:
    PYTHONS.append(HERE)

GREEN_BACKENDS = ["gevent", "eventlet"]
BACKENDS = ["threads", *GREEN_BACKENDS]
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
BASE = [ROOT / name for name in ("brubeck_core", "brubeck", "brubeck_testkit")]
PACKAGES = BASE + PLUGINS
EXAMPLES = sorted(path.parent for path in ROOT.glob("examples/*/pyproject.toml"))
#: Plugins by others, which know no more of this repository than its wheels.
THIRD_PARTY = sorted(path.parent for path in ROOT.glob("examples/plugins/*/pyproject.toml"))
#: The kinds of plugin, each with a template for `brubeck new`.
TEMPLATES = ROOT / "brubeck_core" / "src" / "brubeck_core" / "cli" / "templates"
KINDS = sorted(path.parents[2].name for path in TEMPLATES.glob("*/src/PACKAGE/_plugin.py.tmpl"))
#: How pytest ends when a selection such as `-k` leaves it nothing to run.
NO_TESTS = 5
DOCS_TESTS = ROOT / "tests" / "test_docs.py"
#: Tests of the test kit that run every suite again and again.
MISTAKES = ROOT / "brubeck_testkit" / "tests" / "test_suites_catch_mistakes.py"


def add_pyenv_to_path() -> None:
    """Let nox find interpreters that pyenv installed but has not made active."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for version in PYTHONS:
        found = sorted(root.glob(f"versions/{version}.*/bin/python{version}"))
        os.environ["PATH"] += "".join(os.pathsep + str(python.parent) for python in found[-1:])


add_pyenv_to_path()


def install(session: nox.Session, *groups: str, project: bool = True) -> None:
    """Install dependency groups at the pinned versions, and all of this project from its folders.

    The folders go in one command, so that no name of theirs is ever looked up elsewhere.
    """
    packages = [part for folder in PACKAGES for part in ("-e", str(folder))] if project else []
    pyproject = nox.project.load_toml(ROOT / "pyproject.toml")
    third_party = set(nox.project.dependency_groups(pyproject, *groups))
    if "test" in groups:
        third_party.update(*map(needs_of_tests, PACKAGES))
    if "examples" in groups:
        third_party.update(*map(needs_of_example, EXAMPLES))
    session.install(*packages, *sorted(third_party), "-c", "constraints.txt")


def needs_of_tests(folder: Path) -> list[str]:
    """Name what the tests of one distribution need beside it."""
    pyproject = nox.project.load_toml(folder / "pyproject.toml")
    return pyproject.get("dependency-groups", {}).get("test", [])


def needs_of_example(folder: Path) -> list[str]:
    """Name what an example and its tests need that is not of this repository."""
    project = nox.project.load_toml(folder / "pyproject.toml")["project"]
    needs = project["dependencies"] + needs_of_tests(folder)
    return [need for need in needs if not need.startswith("brubeck")]


#: A backend, and the files or folders to test on it, or options.
Run = tuple[str, list[Path | str]]


def pytest(session: nox.Session, *runs: Run) -> None:
    """Run tests, each time in a process patched for a backend before anything else.

    All runs are made, also when one fails; several of them two at a time, since tests wait more
    than they work. What one of several prints is shown when it ends.
    """
    together = len(runs) > 1 and not session.posargs
    with ThreadPoolExecutor(max_workers=2 if together else 1) as pool:
        ended = [pool.submit(test_on, session, together, *run) for run in runs]
    failed = [backend for (backend, _), run in zip(runs, ended, strict=True) if not run.result()]
    if failed:
        session.error(f"tests failed on {', '.join(failed)}")


def test_on(session: nox.Session, silent: bool, backend: str, paths: list[Path | str]) -> bool:
    """Make one run of tests, and say whether it succeeded."""
    try:
        output = session.run(
            "pytest",
            *map(str, paths),
            *session.posargs,
            env={"BRUBECK_TEST_CONCURRENCY": backend},
            success_codes=[0, NO_TESTS] if session.posargs else [0],
            silent=silent,
        )
    except nox.command.CommandFailed:
        return False
    if silent:
        print(output, flush=True)
    return True


def backends_of(folder: Path) -> list[str]:
    """Name the green backends that a distribution brings."""
    pyproject = nox.project.load_toml(folder / "pyproject.toml")
    offered = pyproject["project"].get("entry-points", {}).get("brubeck.plugins.v1", {})
    return [name for name in GREEN_BACKENDS if f"concurrency.{name}" in offered]


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting with ruff; `ruff check --fix` and `ruff format` mend most."""
    install(session, "lint", project=False)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of every distribution with mypy, strictly."""
    install(session, "test", "types")
    session.run("mypy", *(str(folder / "src") for folder in PACKAGES))


@nox.session
def imports(session: nox.Session) -> None:
    """Check who imports whom: layers, independent plugins, a hot path without pluggy."""
    install(session, "imports")
    session.run("lint-imports", "--no-logo")


@nox.session
def wheels(session: nox.Session) -> None:
    """Build the wheel of every distribution, once, into dist/."""
    install(session, "build", project=False)
    for old in WHEELS.glob("*.whl"):
        old.unlink()
    for folder in [*PACKAGES, *THIRD_PARTY]:
        with session.chdir(folder):
            session.run("hatchling", "build", "-t", "wheel", "-d", str(WHEELS), silent=True)


def wheel(name: str) -> str:
    """Return the wheel of a distribution that `wheels` has built."""
    return str(next(WHEELS.glob(f"{name.replace('-', '_')}-*.whl")))


def assert_alone(session: nox.Session, present: Iterable[str]) -> None:
    """Fail if any of this repository's packages but `present` can be imported."""
    absent = {folder.name.replace("-", "_") for folder in [*PACKAGES, *THIRD_PARTY]}
    session.run("python", "-I", "-c", ASSERT_ABSENT, *sorted(absent - set(present)))


ASSERT_ABSENT = """
import importlib.util, sys
present = [name for name in sys.argv[1:] if importlib.util.find_spec(name)]
assert not present, f"not alone: {present} can be imported too"
"""


@nox.session(requires=["wheels"], reuse_venv=False)
@nox.parametrize("folder", PLUGINS, ids=[folder.name for folder in PLUGINS])
def alone(session: nox.Session, folder: Path) -> None:
    """Test a plugin's wheel with nothing but the core and the test kit beside it."""
    present = ["brubeck_core", "brubeck_testkit", folder.name]
    session.install(*map(wheel, present), *needs_of_tests(folder), "-c", "constraints.txt")
    assert_alone(session, present)
    pytest(session, ((backends_of(folder) or ["threads"])[0], [folder / "tests"]))


@nox.session(requires=["wheels"], reuse_venv=False)
@nox.parametrize("folder", THIRD_PARTY, ids=[folder.name for folder in THIRD_PARTY])
def third_party(session: nox.Session, folder: Path) -> None:
    """Test a plugin by others from its wheel, alone and then beside our renderers."""
    package = folder.name.replace("-", "_")
    present = ["brubeck_core", "brubeck_testkit", package]
    session.install(*map(wheel, present), "-c", "constraints.txt")
    assert_alone(session, present)
    session.run("brubeck", "plugins", "check", folder.name)
    with session.chdir(folder):
        session.run("pytest")
    ours = [path.name for path in PLUGINS if "renderer." in (path / "pyproject.toml").read_text()]
    session.install(*map(wheel, ours), "-c", "constraints.txt")
    session.run("pytest", str(ROOT / "examples" / "plugins" / "test_five_engines.py"))


@nox.session(requires=["wheels"], reuse_venv=False)
@nox.parametrize("kind", KINDS, ids=KINDS)
def new(session: nox.Session, kind: str) -> None:
    """Write a plugin of a kind with `brubeck new`, in an empty folder elsewhere, and test it."""
    session.install(wheel("brubeck_core"), wheel("brubeck_testkit"), "-c", "constraints.txt")
    with tempfile.TemporaryDirectory() as elsewhere, session.chdir(elsewhere):
        session.run("brubeck", "new", "plugin", "demo", "--kind", kind)
        session.chdir("brubeck-demo")
        session.install("-e", ".[test]", "-c", str(ROOT / "constraints.txt"))
        session.run("pytest")
        session.run("brubeck", "plugins", "check", "brubeck-demo")
        session.install("mypy", "ruff", "-c", str(ROOT / "constraints.txt"))
        session.run("mypy", "--strict", "src")
        session.run("ruff", "format", "--check", "--line-length=100", ".")


@nox.session
def docs(session: nox.Session) -> None:
    """Run the code blocks of the documentation."""
    install(session, "test")
    pytest(session, ("threads", [DOCS_TESTS]))


@nox.session
def examples(session: nox.Session) -> None:
    """Test every example project on every backend.

    Their pages are tested in the runs on threads, with servers on each backend in turn: what drives
    the browser cannot be patched. These runs are the long ones, and one for each example.
    """
    install(session, "test", "examples")
    folders: list[Path | str] = [path / "tests" for path in EXAMPLES]
    each: list[Run] = [("threads", [folder]) for folder in folders]
    pytest(session, *each, *((backend, folders) for backend in GREEN_BACKENDS))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the one suite on every backend, and the cross-package tests once.

    The Python that runs nox has all of it: the suite on each backend, the cross-package tests,
    which start many processes, and the test of the suites. The newest has gevent, the others
    threads.
    """
    install(session, "test")
    if session.python == HERE:
        crossing = [MISTAKES, *sorted(set(ROOT.glob("tests/test_*.py")) - {DOCS_TESTS})]
        pytest(session, ("threads", crossing), *(run for name in BACKENDS for run in suite(name)))
    else:
        pytest(session, *suite("gevent" if session.python == PYTHONS[-1] else "threads"))


def suite(backend: str) -> list[Run]:
    """Name the tests of every distribution on a backend, in parts of about the same length."""
    return [part(backend, folders) for folders in (PLUGINS[::2], PLUGINS[1::2], BASE)]


def part(backend: str, folders: list[Path]) -> Run:
    """Name the tests of some distributions that can be made on a backend.

    A process has one backend: the tests of the others' plugins are not for this one.
    """
    packages = [path for path in folders if backend in (backends_of(path) or BACKENDS)]
    return backend, [f"--ignore={MISTAKES}", *(path / "tests" for path in packages)]


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure the server and its peers side by side, and write docs/benchmarks/."""
    install(session, "bench")
    session.run("python", "-m", "bench", *session.posargs)


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Renew constraints.txt: the newest version of everything that the tests use."""
    session.install("uv")
    session.run("uv", "lock", "--upgrade", silent=True)
    everything = ["--all-packages", "--all-groups", "--all-extras", "--no-emit-workspace"]
    plain = ["--no-hashes", "--no-annotate", "--no-header", "--output-file=constraints.txt"]
    session.run("uv", "export", *everything, *plain, silent=True)
