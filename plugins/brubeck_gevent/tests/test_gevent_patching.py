"""Processes that patch for gevent: in time, too late, and not at all."""

from __future__ import annotations

import pytest
from brubeck_testkit.interpreter import run_python

CHECK = """
from brubeck_core import bootstrap, patching
from brubeck_core.config import Setting, current
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.resolve import resolve
def check():
    setting = Setting("gevent", "test")
    patching.check(resolve("concurrency", setting, current(), PluginHost()))
    print("checked")
"""

FOREIGN_PATCH = "from gevent import monkey; monkey.patch_all()"
HALF_A_PATCH = "from gevent import monkey; monkey.patch_all(thread=False)"


def test_a_program_that_patches_first_may_serve() -> None:
    result = run_python(CHECK + "bootstrap.patch('gevent'); check()")
    assert (result.stdout, result.stderr) == ("checked\n", "")


def test_warnings_as_errors_do_not_stop_the_start() -> None:
    code = "import warnings; warnings.simplefilter('error')\n" + CHECK
    result = run_python(code + "bootstrap.patch('gevent'); check()")
    assert (result.stdout, result.stderr) == ("checked\n", "")


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
def test_a_program_that_patches_too_late_is_told_why(early: str, culprit: str) -> None:
    result = run_python(f"{early}\n{CHECK}\nbootstrap.patch('gevent'); check()")
    assert "PatchedTooLateError" in result.stderr
    assert f"Imported too early: {culprit}." in result.stderr


def test_a_program_that_never_patches_is_told_how() -> None:
    result = run_python(CHECK + "check()")
    assert "NotPatchedError" in result.stderr
    assert 'brubeck_core.bootstrap.patch("gevent")' in result.stderr


def test_a_patch_applied_by_somebody_else_is_accepted() -> None:
    result = run_python(f"import socket\n{FOREIGN_PATCH}\n{CHECK}\ncheck()")
    assert result.stdout == "checked\n", result.stderr


def test_half_a_patch_is_none() -> None:
    result = run_python(f"{HALF_A_PATCH}\n{CHECK}\ncheck()")
    assert "NotPatchedError" in result.stderr


def test_ssl_imported_first_still_works() -> None:
    code = """
import ssl
from brubeck_core import bootstrap
bootstrap.patch("gevent")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_3
context.options |= ssl.OP_NO_COMPRESSION
print(type(context).__module__.split(".")[0])
"""
    result = run_python(code)
    assert result.stdout == "gevent\n", result.stderr


@pytest.mark.parametrize("start", ["backend.spawn(stop)", "backend.pool(1).spawn(stop)"])
@pytest.mark.parametrize(("error", "status"), [("SystemExit(3)", 3), ("KeyboardInterrupt", 130)])
def test_the_end_of_the_process_is_not_swallowed_by_work(
    start: str, error: str, status: int
) -> None:
    code = f"""
from brubeck_core import bootstrap
bootstrap.patch("gevent")
from brubeck_gevent.backend import GeventConcurrency
backend = GeventConcurrency()
def stop():
    raise {error}
{start}
backend.sleep(10)
print("slept")
"""
    result = run_python(code, timeout=20)
    assert result.stdout == ""
    assert result.returncode in (status, -2)
