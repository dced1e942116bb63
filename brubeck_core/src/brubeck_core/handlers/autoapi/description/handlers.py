"""The addresses that describe an application's APIs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import HTTPError
from brubeck_core.handlers.autoapi.description.openapi import openapi_document
from brubeck_core.handlers.autoapi.description.schemas import model_schema
from brubeck_core.handlers.json import JsonSchemaMessageHandler
from brubeck_core.http.response import Response, json_response

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.http.request import Request

#: The files of the pages, and what they are.
_FILES = {
    "": ("docs.html", "text/html; charset=utf-8"),
    "data/": ("data.html", "text/html; charset=utf-8"),
    "assets/docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "assets/data.js": ("data.js", "text/javascript; charset=utf-8"),
    "assets/form.js": ("form.js", "text/javascript; charset=utf-8"),
    "assets/shared.js": ("shared.js", "text/javascript; charset=utf-8"),
    "assets/style.css": ("style.css", "text/css; charset=utf-8"),
}

# The pages need nothing but their own files and the APIs, wherever the application is mounted.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class ManifestHandler(JsonSchemaMessageHandler):
    """Serve the JSON schemas of the documented APIs' models, without what is private."""

    def manifest(self) -> list[Any]:
        """Return the schemas to serve."""
        apis = self.application.apis.values()
        return [model_schema(resource) for resource in apis if resource.documented]


def add_description(app: Brubeck) -> None:
    """Add the routes of manifest, OpenAPI and pages."""

    @cache
    def document() -> dict[str, Any]:
        return openapi_document(app)

    def answer_openapi(app: Brubeck, request: Request) -> Response:
        # Its addresses begin where the application is mounted.
        servers = [{"url": request.script_name or "/"}]
        headers = {"X-Content-Type-Options": "nosniff"}
        return json_response({**document(), "servers": servers}, headers=headers)

    app.add_route_rule(r"^/manifest\.json\Z", ManifestHandler)
    app.add_route_rule(r"^/openapi\.json\Z", answer_openapi, ["GET"])
    app.add_route_rule(r"^/docs\Z", redirect_to_pages, ["GET"])
    app.add_route_rule(r"^/docs/(?P<name>(?:data/|assets/[a-z]+\.[a-z]+)?)\Z", answer_page, ["GET"])


def answer_page(app: Brubeck, request: Request, name: str = "") -> Response:
    """Answer with a page or one of its files. Raises `HTTPError` 404."""
    if name not in _FILES:
        raise HTTPError(404)
    file, content_type = _FILES[name]
    return Response(
        _content(file),
        headers={
            "Content-Type": content_type,
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        },
    )


def redirect_to_pages(app: Brubeck, request: Request) -> Response:
    """Lead to the same address with a slash, which the pages' files are relative to."""
    return Response(b"", 308, {"Location": f"{request.script_name}/docs/"})


@cache
def _content(file: str) -> bytes:
    return files(__package__).joinpath("pages", file).read_bytes()
