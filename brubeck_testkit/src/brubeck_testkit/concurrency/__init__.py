"""What every concurrency backend promises, as tests.

class TestMyBackend(ConcurrencySuite):
    @pytest.fixture
    def backend(self):
        return MyBackend()

A backend that needs the patch is tested in a process that was patched first; see
`brubeck_testkit.plugin`.
"""

from brubeck_testkit.concurrency.patching import PatchSuite
from brubeck_testkit.concurrency.sockets import SocketSuite
from brubeck_testkit.concurrency.waits import WaitSuite
from brubeck_testkit.concurrency.watches import WatchSuite
from brubeck_testkit.concurrency.work import WorkSuite

__all__ = ["ConcurrencySuite", "PatchSuite"]


class ConcurrencySuite(WorkSuite, WaitSuite, WatchSuite, SocketSuite, standard=True):
    """Override the fixture `backend` with one that returns the backend.

    The capability ``"interrupts"`` is for backends that interrupt running work where it waits, as
    those of threads cannot.
    """
