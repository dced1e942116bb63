"""Falcon."""

from __future__ import annotations

from typing import Any

import falcon
import jinja2

from bench.peers.content import DOCUMENT, HELLO, PAGE, ROUTES, ROWS, TEMPLATES, form_answer

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, auto_reload=False
)


class Hello:
    def on_get(self, request: Any, response: Any) -> None:
        response.content_type = falcon.MEDIA_HTML
        response.text = HELLO


class Document:
    def on_get(self, request: Any, response: Any) -> None:
        response.media = DOCUMENT


class Form:
    def on_post(self, request: Any, response: Any) -> None:
        fields = request.get_media()
        response.content_type = falcon.MEDIA_HTML
        response.text = form_answer(fields["name"], fields["city"])


class Page:
    def on_get(self, request: Any, response: Any) -> None:
        response.content_type = falcon.MEDIA_HTML
        response.text = _environment.get_template(PAGE).render(heading="Songs", rows=ROWS)


class Item:
    def on_get(self, request: Any, response: Any, number: int) -> None:
        response.content_type = falcon.MEDIA_HTML
        response.text = str(number)


application = falcon.App()
for path, resource in {"/": Hello(), "/json": Document(), "/form": Form(), "/page": Page()}.items():
    application.add_route(path, resource)
for n in range(ROUTES):
    application.add_route(f"/collection{n}/{{number:int}}", Item())
