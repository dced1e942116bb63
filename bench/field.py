"""Who takes part: this project on each backend, and its peers."""

from __future__ import annotations

from bench.peers.content import TEMPLATES
from bench.servers import Peer, python

_OURS = {
    "BRUBECK_CONNECTION": "wsgi",
    "BRUBECK_CONNECTION__WSGI__PORT": "{port}",
    # Some workloads have thousands of handlers that wait.
    "BRUBECK_CONNECTION__WSGI__MAX_REQUESTS": "20000",
    "BRUBECK_RENDERER": "jinja2",
    "BRUBECK_RENDERER__JINJA2__DIRECTORIES": TEMPLATES,
    "BRUBECK_LOG_LEVEL": "ERROR",
}


def _ours(label: str, backend: str, **further: str) -> Peer:
    command = python("brubeck_core", "run", "bench.peers.brubeck_app:app")
    return Peer(label, command, {**_OURS, "BRUBECK_CONCURRENCY": backend, **further})


def _served(label: str, by: str, application: str) -> Peer:
    return Peer(label, python(f"bench.peers.{by}", f"bench.peers.{application}", "{port}"), {})


def _behind(label: str, backend: str) -> Peer:
    return Peer(label, python("bench.peers.behind_mongrel2", "{port}", backend), {})


_GUNICORN = (
    "--worker-class=gevent",
    "--worker-connections=20000",
    "--backlog=4096",
    "--bind=127.0.0.1:{port}",
    "--log-level=error",
    "bench.peers.flask_app:application",
)
_UVICORN = (
    "--loop=uvloop",
    "--http=httptools",
    "--no-access-log",
    "--log-level=error",
    "--backlog=4096",
    "--timeout-keep-alive=75",
    "--port={port}",
    "bench.peers.starlette_app:application",
)
_GRANIAN = (
    "--interface=wsgi",
    "--workers=1",
    "--backlog=4096",
    "--no-access-log",
    "--no-log",
    "--port={port}",
    "bench.peers.raw_wsgi:application",
)

PEERS = {
    "gevent": _ours("Brubeck on gevent", "gevent"),
    "eventlet": _ours("Brubeck on eventlet", "eventlet"),
    "threads": _ours("Brubeck on threads", "threads"),
    "brubeck-raw": _served("raw WSGI on Brubeck's server (gevent)", "serve_brubeck", "raw_wsgi"),
    "brubeck-falcon": _served("Falcon on Brubeck's server (gevent)", "serve_brubeck", "falcon_app"),
    "granian": Peer("raw WSGI on Granian", python("granian", *_GRANIAN), {}),
    "starlette": Peer("Starlette on uvicorn", python("uvicorn", *_UVICORN), {}),
    "pywsgi": _served("raw WSGI on gevent.pywsgi", "serve_pywsgi", "raw_wsgi"),
    "falcon": _served("Falcon on gevent.pywsgi", "serve_pywsgi", "falcon_app"),
    "flask": Peer("Flask on gunicorn (gevent)", python("gunicorn", *_GUNICORN), {}),
    "eventlet-wsgi": _served("raw WSGI on eventlet.wsgi", "serve_eventlet", "raw_wsgi"),
    "waitress": _served("raw WSGI on waitress", "serve_waitress", "raw_wsgi"),
    "tornado": Peer("Tornado", python("bench.peers.tornado_app", "{port}"), {}),
    "mongrel2-gevent": _behind("Brubeck behind Mongrel2, gevent", "gevent"),
    "mongrel2-eventlet": _behind("Brubeck behind Mongrel2, eventlet", "eventlet"),
    "mongrel2-threads": _behind("Brubeck behind Mongrel2, threads", "threads"),
    "mongrel2-bare": _behind("a bare loop of pyzmq behind Mongrel2", "bare"),
}
