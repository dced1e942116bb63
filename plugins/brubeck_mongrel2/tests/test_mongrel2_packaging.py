"""The distribution keeps what every plugin promises."""

import subprocess
import sys

from brubeck_testkit.packaging import PackagingSuite


class TestPackaging(PackagingSuite):
    distribution = "brubeck-mongrel2"


def test_importing_it_brings_no_zeromq_along():
    """A context made before a fork or a patch would be of no use after it."""
    program = "import brubeck_mongrel2, sys; print('zmq' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"False\n"
