"""gevent.pywsgi, as ``python -m bench.peers.serve_pywsgi MODULE PORT``.

TCP_NODELAY is set, which gevent leaves out: without it every answer on a kept connection waits
40 ms for the client's delayed acknowledgement.
"""

from gevent import monkey

monkey.patch_all()

import socket  # noqa: E402
import sys  # noqa: E402
from importlib import import_module  # noqa: E402

from gevent.pywsgi import WSGIServer  # noqa: E402

listener = socket.create_server(("127.0.0.1", int(sys.argv[2])), backlog=4096)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
WSGIServer(listener, import_module(sys.argv[1]).application, log=None).serve_forever()
