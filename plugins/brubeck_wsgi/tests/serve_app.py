"""A WSGI application that `brubeck_wsgi.serve` carries: ``... serve_app ADDRESS``.

It says on standard output when it is asked, and answers when it is told to on standard input.
"""

from __future__ import annotations

import sys
from typing import Any

import brubeck_wsgi


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    print("asked", flush=True)
    sys.stdin.readline()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"answered"]


brubeck_wsgi.serve(application, sys.argv[1])
