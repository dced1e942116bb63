"""Processes that patch for eventlet: in time, too late, and not at all."""

from brubeck_testkit.concurrency import PatchSuite
from brubeck_testkit.interpreter import run_python

QUIET = "import warnings; warnings.simplefilter('ignore')"


class TestEventletPatch(PatchSuite):
    name = "eventlet"
    foreign_patch = f"{QUIET}; import eventlet; eventlet.monkey_patch()"
    half_a_patch = f"{QUIET}; import eventlet; eventlet.monkey_patch(thread=False)"


def test_the_users_own_import_of_eventlet_still_warns() -> None:
    assert "Eventlet is deprecated" in run_python("import eventlet").stderr
