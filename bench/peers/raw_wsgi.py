"""WSGI without any framework: the least that an application can cost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import jinja2

from bench.peers.content import DOCUMENT, HELLO, PAGE, ROWS, TEMPLATES, form_answer

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, auto_reload=False
)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    content_type, body = _answers[environ["PATH_INFO"]](environ)
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]


def _hello(environ: dict[str, Any]) -> tuple[str, bytes]:
    return "text/html; charset=utf-8", HELLO.encode()


def _json(environ: dict[str, Any]) -> tuple[str, bytes]:
    return "application/json", json.dumps(DOCUMENT).encode()


def _form(environ: dict[str, Any]) -> tuple[str, bytes]:
    fields = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
    return "text/html; charset=utf-8", form_answer(fields["name"][0], fields["city"][0]).encode()


def _page(environ: dict[str, Any]) -> tuple[str, bytes]:
    page = _environment.get_template(PAGE).render(heading="Songs", rows=ROWS)
    return "text/html; charset=utf-8", page.encode()


def _sleep(environ: dict[str, Any]) -> tuple[str, bytes]:
    time.sleep(float(environ["QUERY_STRING"].partition("=")[2]))
    return "text/html; charset=utf-8", b""


_answers = {"/": _hello, "/json": _json, "/form": _form, "/page": _page, "/sleep": _sleep}
