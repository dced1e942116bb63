"""What the servers are asked for, and who is asked."""

from __future__ import annotations

from bench.client import Workload
from bench.peers.content import form_answer

_MANY = 10_000
_FORM = "name=Paul+Desmond&city=San+Francisco&year=1959&title=Take+Five&note=%E2%99%AB+5%2F4"

WORKLOADS = {
    "hello": Workload("Hello, 100 connections", seconds=2, turns=4),
    "varied": Workload("Hello, every request with a head of its own", varied=True),
    "hello-500": Workload("Hello, 500 connections", connections=500, seconds=10),
    "think-500": Workload(
        "Hello, 500 connections that think up to 100 ms", connections=500, seconds=10, think=100
    ),
    "json": Workload("JSON", "/json", "Quartet"),
    "form": Workload("Form", "/form", form_answer("Paul Desmond", "San Francisco"), form=_FORM),
    "page": Workload("Jinja2 page, 20 rows", "/page", "Song &lt;19&gt; &amp; more"),
    "routes": Workload(
        f"The last of {_MANY:,} routes", f"/collection{_MANY - 1}/7", "7", routes=_MANY
    ),
    "long-poll": Workload("Long poll, 500 wait for news", "/news", connections=500),
    "mongrel2": Workload("Behind Mongrel2: Hello, 100 connections", seconds=2, turns=4),
}

#: Everybody, in the order of the tables.
_ALL = (
    "gevent",
    "eventlet",
    "threads",
    "brubeck-raw",
    "brubeck-falcon",
    "granian",
    "starlette",
    "pywsgi",
    "falcon",
    "flask",
    "eventlet-wsgi",
    "waitress",
    "tornado",
)
# Without Falcon, which takes minutes to add ten thousand routes, and Flask.
_FRAMEWORKS = ("gevent", "eventlet", "threads", "starlette", "tornado")

#: Who takes part in what.
TAKING_PART = {
    "hello": _ALL,
    "varied": ("gevent", "eventlet", "threads", "granian", "starlette", "falcon", "waitress"),
    "hello-500": _ALL,
    "think-500": _ALL,
    "json": _ALL,
    "form": _ALL,
    "page": _ALL,
    "routes": _FRAMEWORKS,
    # The others have no way to wait without a thread for each who waits.
    "long-poll": ("gevent", "eventlet", "starlette", "tornado"),
    "mongrel2": ("mongrel2-gevent", "mongrel2-eventlet", "mongrel2-threads", "mongrel2-bare"),
}
