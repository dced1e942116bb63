"""`require_program`: a path, a skip on a person's machine, a failure in CI."""

import shutil

import pytest
from brubeck_testkit.programs import require_program

MISSING = "no-such-program-anywhere"


def test_a_program_that_is_there_gives_its_path():
    assert require_program("sh", install="never needed") == shutil.which("sh")


def test_a_missing_program_skips_with_the_install_line(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="run: apt-get install nothing"):
        require_program(MISSING, install="apt-get install nothing")


def test_a_missing_program_fails_in_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="run: apt-get install nothing"):
        require_program(MISSING, install="apt-get install nothing")
