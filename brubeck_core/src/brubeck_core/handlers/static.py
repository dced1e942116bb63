"""Serve the files of a folder on a route."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from brubeck_core.http.request import Request
from brubeck_core.http.response import Response
from brubeck_core.http.static import StaticFiles

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


def serving_files(files: StaticFiles) -> Callable[..., Response]:
    """Make the target of a route for GET whose one argument is the path below the folder."""

    def serve(app: Brubeck, request: Request, path: str = "") -> Response:
        whole = request.method == "HEAD"
        answer = files.open(
            path,
            if_none_match=request.header("if-none-match"),
            if_modified_since=request.header("if-modified-since"),
            # A range is of GET alone (RFC 9110 §14.2).
            range=None if whole else request.header("range"),
            if_range=request.header("if-range"),
        )
        response = Response(answer.body, answer.status, answer.headers)
        if response.streaming:
            response.set_header("Content-Length", str(answer.length))
        return response

    return serve
