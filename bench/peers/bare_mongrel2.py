"""As little as one can do behind Mongrel2: ``python -m bench.peers.bare_mongrel2 PULL PUB``.

A blocking loop that reads who has asked, and answers the same bytes to everything.
"""

from __future__ import annotations

import sys

import zmq

from bench.peers.content import HELLO

_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b"
    % (len(HELLO), HELLO.encode())
)

context = zmq.Context()
pull, pub = context.socket(zmq.PULL), context.socket(zmq.PUB)
pull.connect(sys.argv[1])
pub.connect(sys.argv[2])
while True:
    sender, conn_id, _ = pull.recv().split(b" ", 2)
    pub.send(b"%b %d:%b, %b" % (sender, len(conn_id), conn_id, _ANSWER))
