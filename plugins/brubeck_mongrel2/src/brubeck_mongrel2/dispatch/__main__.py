"""The dispatcher beside supervised workers.

It is ``python -m brubeck_mongrel2.dispatch PULL PUB FOLDER``.
"""

from __future__ import annotations

import sys

from brubeck_mongrel2.dispatch.messages import address_in
from brubeck_mongrel2.dispatch.program import run

if __name__ == "__main__":
    pull_addr, pub_addr, folder = sys.argv[1:]
    run(pull_addr, pub_addr, address_in(folder, pull_addr), supervised=True)
