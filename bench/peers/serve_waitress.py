"""Waitress, as ``python -m bench.peers.serve_waitress MODULE PORT``."""

import logging
import sys
from importlib import import_module

import waitress

# It warns of every request that waits for one of its four threads.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
application = import_module(sys.argv[1]).application
waitress.serve(
    application, host="127.0.0.1", port=int(sys.argv[2]), connection_limit=20_000, backlog=4096
)
