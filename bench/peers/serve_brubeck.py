"""Any WSGI application on this project's server, on gevent: ``... serve_brubeck MODULE PORT``."""

from brubeck_gevent.backend import GeventConcurrency

concurrency = GeventConcurrency()
concurrency.patch()

import sys  # noqa: E402
from importlib import import_module  # noqa: E402

import brubeck_wsgi  # noqa: E402

application = import_module(sys.argv[1]).application
brubeck_wsgi.serve(application, f"127.0.0.1:{sys.argv[2]}", concurrency)
