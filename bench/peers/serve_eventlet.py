"""eventlet.wsgi, as ``python -m bench.peers.serve_eventlet MODULE PORT``."""

import warnings

warnings.simplefilter("ignore")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import sys  # noqa: E402
from importlib import import_module  # noqa: E402

import eventlet.wsgi  # noqa: E402

# Its defaults, a backlog of 50 and 1024 greenlets, are too small for some of the workloads.
listener = eventlet.listen(("127.0.0.1", int(sys.argv[2])), backlog=4096)
application = import_module(sys.argv[1]).application
eventlet.wsgi.server(listener, application, log_output=False, max_size=20_000)
