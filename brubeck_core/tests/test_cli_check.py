"""`brubeck plugins check`: what it notices, which plugins it finds, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from brubeck_core.cli.check import find_named
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.index import PluginIndex
from brubeck_core.plugin.kinds import GROUP
from brubeck_testkit.distributions import fake_distribution
from brubeck_testkit.interpreter import clean_environment

REGISTRATION = """
    from brubeck_core.plugin import CacheRegistration, Option, hookimpl

    @hookimpl
    def brubeck_register_caches():
        yield CacheRegistration(
            "shelf",
            "shelf.cache:Shelf",
            options=(Option("max_entries", int, "Keep at most so many."),),
            summary="A shelf.",
        )
"""
FILES = {
    "shelf/__init__.py": "",
    "shelf/py.typed": "",
    "shelf/_plugin.py": REGISTRATION,
    "shelf/cache.py": """
        from brubeck_core.builtin.memory_cache import MemoryCache as Shelf
    """,
}


def check(
    tmp_path: Path,
    *arguments: str,
    files: dict[str, str | None] | None = None,
    entry: str = "cache.shelf",
    group: str = GROUP,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    """Install `shelf`, with some files changed, and check it."""
    modules = {name: text for name, text in (FILES | (files or {})).items() if text is not None}
    site = fake_distribution(
        tmp_path, "brubeck-shelf", entry_points={group: {entry: "shelf._plugin"}}, modules=modules
    )
    return subprocess.run(
        [sys.executable, "-m", "brubeck_core", "plugins", "check", *arguments],
        cwd=tmp_path,
        env=clean_environment(env, [site]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_good_plugin_is_good(tmp_path: Path) -> None:
    done = check(tmp_path, "cache.shelf")
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert lines[0] == ["cache.shelf", "of brubeck-shelf 1.0"]
    assert {line[0] for line in lines[2:-2]} == {"ok"}
    assert done.stdout.endswith("\nEverything is as it should be.\n")
    assert done.returncode == 0


@pytest.mark.parametrize(
    "name", ["shelf", "cache.shelf", "brubeck-shelf", "Brubeck_Shelf", "shelf@brubeck-shelf"]
)
def test_a_plugin_is_found_by_each_of_its_names(tmp_path: Path, name: str) -> None:
    assert check(tmp_path, name).stdout.startswith("cache.shelf of brubeck-shelf 1.0\n")


WRONG = {
    "another api version": ({"group": "brubeck.plugins.v9"}, "entry point", "for version 9 of"),
    "an unknown kind": ({"entry": "poet.shelf"}, "entry point", "the kinds are concurrency,"),
    "an import of its library": (
        {"files": {"shelf/_plugin.py": "import library\n", "library.py": ""}},
        "imports",
        "importing shelf._plugin brings library",
    ),
    "no hook": ({"files": {"shelf/_plugin.py": ""}}, "hooks", "shelf._plugin implements no hook"),
    "a misspelt hook": (
        {"files": {"shelf/_plugin.py": REGISTRATION.replace("_caches", "_cashes")}},
        "loading",
        "Did you mean 'brubeck_register_caches'?",
    ),
    "a syntax error": ({"files": {"shelf/_plugin.py": "?"}}, "loading", "SyntaxError"),
    "no py.typed": ({"files": {"shelf/py.typed": None}}, "types", "shelf has no py.typed"),
    "another name": (
        {"files": {"shelf/_plugin.py": REGISTRATION.replace('"shelf"', '"rack"')}},
        "loading",
        "announces 'shelf', but brubeck_register_caches()",
    ),
    "no summary": (
        {"files": {"shelf/_plugin.py": REGISTRATION.replace("A shelf.", "")}},
        "registration",
        "it has no summary",
    ),
    "no implementation": (
        {"files": {"shelf/cache.py": None}},
        "loading",
        "there is no module 'shelf.cache'",
    ),
    "an incomplete one": (
        {"files": {"shelf/cache.py": "class Shelf: pass"}},
        "loading",
        "does not derive from brubeck_core.interfaces.cache.Cache",
    ),
    "an option too many": (
        {"files": {"shelf/_plugin.py": REGISTRATION.replace("max_entries", "colour")}},
        "options",
        "takes no argument 'colour'",
    ),
    "an option without help": (
        {"files": {"shelf/_plugin.py": REGISTRATION.replace("Keep at most so many.", "")}},
        "options",
        "'max_entries' has no help",
    ),
    "a setting that is wrong": (
        {"BRUBECK_CACHE__SHELF__MAX_ENTRIES": "many"},
        "settings",
        "it has to be a whole number",
    ),
}


@pytest.mark.parametrize(("changes", "subject", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(
    tmp_path: Path, changes: dict[str, str], subject: str, said: str
) -> None:
    done = check(tmp_path, "brubeck-shelf", "--json", **changes)
    [shown] = json.loads(done.stdout)
    wrong = {finding["subject"]: finding for finding in shown["findings"] if not finding["fine"]}
    assert said in wrong[subject]["text"]
    assert done.returncode == 1


def test_an_extension_has_hooks_and_no_target(tmp_path: Path) -> None:
    source = """
        from brubeck_core.plugin import hookimpl

        @hookimpl
        def brubeck_app_created(app):
            pass
    """
    files: dict[str, str | None] = {"shelf/_plugin.py": source}
    done = check(tmp_path, "shelf", "--json", entry="extension.shelf", files=files)
    [shown] = json.loads(done.stdout)
    subjects = [finding["subject"] for finding in shown["findings"]]
    assert subjects == ["entry point", "imports", "hooks", "types"]
    assert done.returncode == 0


def test_a_name_that_nothing_has_is_told_with_a_near_one(tmp_path: Path) -> None:
    done = check(tmp_path, "shelve")
    assert "no installed plugin is called 'shelve'" in done.stderr
    assert "Did you mean 'shelf'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("name", ["redis", "cache.redis", "brubeck-redis"])
def test_a_known_plugin_that_is_not_installed_comes_with_the_pip_line(name: str) -> None:
    with pytest.raises(ConfigError, match="It comes with brubeck-redis: pip install"):
        find_named(name, PluginIndex([]))


def test_each_step_is_traced_on_demand(tmp_path: Path) -> None:
    steps = check(tmp_path, "shelf", BRUBECK_TRACE_PLUGINS="1").stderr
    told = [line.partition("] ")[2] for line in steps.splitlines()]
    who = "brubeck-shelf 1.0 (cache.shelf)"
    assert told[0].startswith("read the entry points: ")
    assert f"{who}: import shelf._plugin" in told
    assert f"{who}: registered, with brubeck_register_caches" in told
    assert told[-1] == f"{who}: import shelf.cache:Shelf"
