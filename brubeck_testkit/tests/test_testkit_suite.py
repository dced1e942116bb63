"""No standard test is lost in silence: what is left out has a reason."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from brubeck_core.builtin.memory_cache import MemoryCache
from brubeck_testkit.cache import CacheSuite
from brubeck_testkit.suite import Suite

A_TEST = "test_a_missing_key_loads_as_none"


def own_test(self) -> None:
    """Stand for a test of the author's."""


class Mixin:
    test_a_missing_key_loads_as_none = own_test


NO_REASON = rf"TestMine leaves out or replaces the standard test '{A_TEST}' without a reason"

#: Classes that are refused: a name, the bases, what the class holds, and what the error says.
REFUSED = [
    ("a test left out", (CacheSuite,), {A_TEST: None}, NO_REASON),
    ("a test replaced", (CacheSuite,), {A_TEST: own_test}, NO_REASON),
    ("a test replaced by a mixin", (Mixin, CacheSuite), {}, NO_REASON),
    ("a reason without words", (CacheSuite,), {"skips": {A_TEST: " "}}, "has no reason for"),
    (
        "a reason for no test",
        (CacheSuite,),
        {"skips": {"test_a_missing_key_loads_as_nome": "why"}},
        f"is no standard test of this suite. Did you mean '{A_TEST}'",
    ),
    (
        "an unknown capability",
        (CacheSuite,),
        {"capabilities": {"shred"}},
        "needs the capability 'shred'. Did you mean 'shared'",
    ),
]


@pytest.mark.parametrize(
    ("bases", "members", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_class_that_would_lose_a_test_is_refused(bases, members, said):
    with pytest.raises(TypeError, match=said):
        type("TestMine", bases, members)


def test_a_test_that_was_taken_out_of_the_suite_is_missed():
    class Suited(Suite, standard=True):
        def test_something(self) -> None: ...

    del Suited.test_something
    with pytest.raises(TypeError, match="'test_something' without a reason"):
        type("TestMine", (Suited,), {})


@pytest.mark.parametrize("replacement", [None, own_test])
def test_a_reason_is_all_it_takes(replacement):
    members = {A_TEST: replacement, "skips": {A_TEST: "nothing is ever missing here"}}
    assert type("TestMine", (CacheSuite,), members).standard_tests() >= {A_TEST}


EXAMPLE = """
    from brubeck_testkit.suite import Suite, needs

    class Example(Suite, standard=True):
        def test_always(self): print("[always]")
        @needs("magic")
        def test_magic(self): print("[magic]")
        @needs("music")
        def test_music(self): print("[music]")
        def test_left_out(self): print("[left out]")
        def test_replaced(self): print("[the standard one]")

    class TestExample(Example):
        capabilities = {"music"}
        skips = {"test_left_out": "for this example", "test_replaced": "because it can be"}
        def test_replaced(self): print("[the other one]")
        def test_own(self): print("[own]")
"""
RUN = "import pytest, sys; sys.exit(pytest.main(['-qs', '-rs', '-p', 'no:cacheprovider', 'x.py']))"


def test_what_applies_runs_and_the_report_shows_the_rest(tmp_path, run_python):
    (tmp_path / "x.py").write_text(dedent(EXAMPLE))
    done = run_python(RUN, cwd=tmp_path)
    ran = set(re.findall(r"\[([a-z ]+)\]", done.stdout))
    assert ran == {"always", "music", "the other one", "own"}
    assert "for this example" in done.stdout
    assert "for those that declare the capability 'magic'" in done.stdout
    assert "4 passed, 2 skipped" in done.stdout


def test_a_failing_standard_test_shows_what_it_compared():
    class Inventive(MemoryCache):
        def load(self, key: str) -> str | None:
            return "something"

    with pytest.raises(AssertionError, match=r"assert 'something' is None"):
        CacheSuite().test_a_missing_key_loads_as_none(Inventive())
