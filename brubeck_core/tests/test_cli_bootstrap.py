"""The first phase of a process, each case in an interpreter of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from brubeck_testkit.distributions import fake_distribution
from brubeck_testkit.interpreter import run_python

#: What may not be there when the patch is applied; `ssl` is the one that cannot be mended.
DENIED = (
    "asyncio",
    "brubeck_core.app",
    "brubeck_eventlet",
    "brubeck_gevent",
    "brubeck_wsgi",
    "click",
    "concurrent.futures",
    "eventlet",
    "gevent",
    "http.client",
    "multiprocessing",
    "ssl",
    "subprocess",
    "urllib.request",
    "zmq",
)

#: A backend that says what it finds when it is asked to patch.
PLUGIN = """
    from brubeck_core.plugin import ConcurrencyRegistration, hookimpl

    @hookimpl
    def brubeck_register_concurrency():
        yield ConcurrencyRegistration({name!r}, "{module}_backend:Spy")
"""
BACKEND = """
    import sys
    from brubeck_core.interfaces.concurrency import Concurrency

    class Spy(Concurrency):
        name = {name!r}
        needs_patch = True
        patched = False

        def patch(self):
            Spy.patched = True
            print("patch", self.name, *sorted(sys.modules))

        def is_patched(self):
            return Spy.patched

    Spy.__abstractmethods__ = frozenset()
"""


def backend(directory: Path, name: str) -> Path:
    return fake_distribution(
        directory,
        f"brubeck-{name}",
        entry_points={"brubeck.plugins.v1": {f"concurrency.{name}": f"{name}_plugin"}},
        modules={
            f"{name}_plugin.py": PLUGIN.format(name=name, module=name),
            f"{name}_backend.py": BACKEND.format(name=name),
        },
    )


LAUNCH = "import sys; from brubeck_core.bootstrap import main; sys.argv[0] = 'brubeck'; main()"


@pytest.mark.parametrize(
    ("args", "env", "toml"),
    [
        (["run", "--concurrency", "spy"], {}, ""),
        (["run", "."], {"BRUBECK_CONCURRENCY": "spy"}, ""),
        (["run"], {}, 'concurrency = "spy"'),
        (["run", "site.py:app", "--concurrency=spy"], {}, ""),
    ],
)
def test_the_launcher_patches_before_it_imports_anything_else(
    tmp_path: Path, args: list[str], env: dict[str, str], toml: str
) -> None:
    (tmp_path / "brubeck.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "site.py").write_text("print('application')", encoding="utf-8")
    done = run_python(
        LAUNCH, args=args, env=env, path=[backend(tmp_path, "spy"), tmp_path], cwd=tmp_path
    )
    patch, name, *modules = done.stdout.splitlines()[0].split()
    assert (patch, name) == ("patch", "spy"), done.stderr
    assert not {module for module in modules if module in DENIED}


@pytest.mark.parametrize("args", [["--help"], ["run", "--help"], ["plugins"], ["config"], []])
def test_other_commands_patch_nothing(tmp_path: Path, args: list[str]) -> None:
    done = run_python(
        LAUNCH,
        args=args,
        env={"BRUBECK_CONCURRENCY": "spy"},
        path=[backend(tmp_path, "spy")],
        cwd=tmp_path,
    )
    assert "patch spy" not in done.stdout
    assert "Traceback" not in done.stderr


#: Hides the real plugins, so that it does not matter which of them are installed.
LIKE_THE_ORIGINAL = """
from brubeck_core import bootstrap, patching
from brubeck_core.config import current
from brubeck_core.plugin.index import PluginIndex
made_up = [e for e in PluginIndex.installed().entries if e.name == "threads" or e.version == "1.0"]
PluginIndex.installed = classmethod(lambda cls: PluginIndex(made_up))
{before}
bootstrap.patch_like_the_original()
bootstrap.patch_like_the_original()
assert bootstrap.chosen() == current().selection("concurrency")
print(patching.active(), bootstrap.chosen().origin, sep="|")
"""
IMPORTED = "chosen by import brubeck.request_handling"

ORIGINALS: list[tuple[str, list[str], str, str, str]] = [
    ("gevent first", ["gevent", "eventlet"], "", "", f"gevent|{IMPORTED}"),
    ("then eventlet", ["eventlet"], "", "", f"eventlet|{IMPORTED}"),
    ("then threads", [], "", "", f"threads|{IMPORTED}"),
    (
        "the configured one before all",
        ["gevent", "eventlet"],
        "eventlet",
        "",
        "eventlet|environment variable BRUBECK_CONCURRENCY",
    ),
    (
        "the one that is loaded already",
        ["gevent", "eventlet"],
        "",
        "import sys; sys.modules['eventlet'] = sys",
        f"eventlet|{IMPORTED}",
    ),
    (
        "the one that is patched already",
        ["gevent", "eventlet"],
        "gevent",
        "bootstrap.patch('eventlet')",
        "eventlet|argument of patch()",
    ),
]


@pytest.mark.parametrize(
    ("installed", "configured", "before", "expected"),
    [pytest.param(*case, id=name) for name, *case in ORIGINALS],
)
def test_patching_as_the_original_did(
    tmp_path: Path, installed: list[str], configured: str, before: str, expected: str
) -> None:
    done = run_python(
        LIKE_THE_ORIGINAL.format(before=before),
        env={"BRUBECK_CONCURRENCY": configured},
        path=[backend(tmp_path, name) for name in installed],
        cwd=tmp_path,
    )
    assert done.stdout.splitlines()[-1:] == [expected], done.stderr


def test_an_unknown_backend_is_told_without_a_traceback(tmp_path: Path) -> None:
    done = run_python(LAUNCH, args=["run", "--concurrency", "thread"], cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(
        'brubeck: concurrency = "thread" (option --concurrency): there is no concurrency backend '
        "'thread'. Did you mean 'threads'?"
    )
    assert "Traceback" not in done.stderr
