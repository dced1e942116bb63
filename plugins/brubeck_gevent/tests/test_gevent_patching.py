"""Processes that patch for gevent: in time, too late, and not at all."""

from brubeck_testkit.concurrency import PatchSuite


class TestGeventPatch(PatchSuite):
    name = "gevent"
    foreign_patch = "from gevent import monkey; monkey.patch_all()"
    half_a_patch = "from gevent import monkey; monkey.patch_all(thread=False)"
