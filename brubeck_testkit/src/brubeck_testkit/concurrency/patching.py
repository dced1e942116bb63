"""What a backend that patches the standard library promises to programs that start."""

from __future__ import annotations

import pytest
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.suite import Suite

CHECK = """
from brubeck_core import bootstrap, patching
from brubeck_core.config import Setting, current
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.resolve import resolve

def make():
    return resolve("concurrency", Setting({name!r}, "test"), current(), PluginHost())

def check():
    patching.check(make())
    print("checked")
"""


class PatchSuite(Suite, standard=True):
    """Set the class attributes. Every test runs programs of its own, on any backend.

    Attributes:
        name: of the backend, which has to be installed.
        foreign_patch: a program's own lines that apply the whole patch.
        half_a_patch: lines that leave threads unpatched.
    """

    name: str
    foreign_patch: str
    half_a_patch: str

    def run(self, *parts: str, status: int | None = None) -> tuple[str, str]:
        """Run a program of these parts, and return what it wrote to stdout and stderr."""
        result = run_python("\n".join(parts), timeout=30)
        if status is not None:
            assert result.returncode in (status, -2), result.stderr
        return result.stdout, result.stderr

    @property
    def check(self) -> str:
        return CHECK.format(name=self.name)

    @property
    def patch(self) -> str:
        return f"bootstrap.patch({self.name!r})"

    @pytest.mark.parametrize("first", ["", "import warnings; warnings.simplefilter('error')"])
    def test_a_program_that_patches_first_may_serve(self, first: str) -> None:
        assert self.run(first, self.check, self.patch, "check()") == ("checked\n", "")

    @pytest.mark.parametrize(
        ("early", "culprit"),
        [
            ("from socket import socket", "__main__ (has socket.socket)"),
            ("from ssl import SSLContext", "__main__ (has ssl.SSLContext)"),
            (
                "import threading\nclass Mine(threading.local): pass",
                "__main__ (has a subclass of threading.local)",
            ),
        ],
    )
    def test_a_program_that_patches_too_late_is_told_why(self, early: str, culprit: str) -> None:
        _, errors = self.run(early, self.check, self.patch, "check()", status=1)
        assert "PatchedTooLateError" in errors
        assert f"Imported too early: {culprit}." in errors

    def test_a_program_that_never_patches_is_told_how(self) -> None:
        _, errors = self.run(self.check, "check()", status=1)
        assert "NotPatchedError" in errors
        assert f'brubeck_core.bootstrap.patch("{self.name}")' in errors

    def test_a_patch_applied_by_somebody_else_is_accepted(self) -> None:
        output, errors = self.run("import socket", self.foreign_patch, self.check, "check()")
        assert output == "checked\n", errors

    def test_half_a_patch_is_none(self) -> None:
        _, errors = self.run(self.half_a_patch, self.check, "check()", status=1)
        assert "NotPatchedError" in errors

    def test_ssl_imported_first_still_works(self) -> None:
        output, errors = self.run(
            "import ssl",
            self.check,
            self.patch,
            "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)",
            "context.minimum_version = ssl.TLSVersion.TLSv1_3",
            "context.options |= ssl.OP_NO_COMPRESSION",
            "print(type(context).__module__ != 'ssl')",
        )
        assert output == "True\n", errors

    @pytest.mark.parametrize("start", ["spawn(stop)", "pool(1).spawn(stop)"])
    @pytest.mark.parametrize(
        ("error", "status"), [("SystemExit(3)", 3), ("KeyboardInterrupt", 130)]
    )
    def test_the_end_of_the_process_is_not_swallowed_by_work(
        self, start: str, error: str, status: int
    ) -> None:
        output, _ = self.run(
            self.check,
            self.patch,
            "def stop():",
            f"    raise {error}",
            "backend = make()",
            f"backend.{start}",
            "backend.sleep(20)",
            "print('slept')",
            status=status,
        )
        assert output == ""
