"""The hot path: from a request to an answer, always.

Everything here is resolved when the application starts; a request only calls bound names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ClientDisconnected, HTTPError, StoreUnavailable
from brubeck_core.handlers.message import MessageHandler
from brubeck_core.handlers.methods import allow_header
from brubeck_core.http.cross_site import SAFE_METHODS, cross_site_check
from brubeck_core.http.default_headers import default_headers
from brubeck_core.http.problems import problem_body
from brubeck_core.http.request import Request
from brubeck_core.http.response import Response, to_response
from brubeck_core.http.status import reason
from brubeck_core.routing.route import Arguments, Route, Target

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

#: What answers a request. The application's own raises no `Exception` but `ClientDisconnected`.
Dispatch = Callable[[Request], Response]


def route_requests(app: Brubeck) -> Dispatch:
    """Make the inner dispatch: find the route, call its target. It may raise.

    Raises `ConfigError` when the table ``[security]`` will not do.
    """
    find = app.routes.find
    not_found = _not_found_with(app)
    security = app.config.security
    refuse_cross_site = cross_site_check(security.trusted_origins, app.config.session.cookie)

    def checks(target: Target) -> bool:
        return security.cross_site_check and getattr(target, "cross_site_check", True)

    def dispatch(request: Request) -> Response:
        found = find(request.path)
        if found is None:
            return not_found(request)
        route, match = found
        method = request.method
        target = route.by_method.get(method) or route.target
        if target is None and method == "HEAD":
            target = route.by_method.get("GET")
        if target is None:
            return _other_method(route, method)
        # PERF: most requests are a GET.
        if method != "GET" and method not in SAFE_METHODS and checks(target):
            refuse_cross_site(request)
        arguments = route.arguments(match)
        if isinstance(target, type):
            handler = target(app, request)
            handler._url_args = arguments
            # PERF: by its name, which spares the interpreter a way through C.
            response: Response = handler.__call__()
            return response
        return _call(target, app, request, arguments)

    return dispatch


def guard(app: Brubeck, dispatch: Dispatch) -> Dispatch:
    """Make the outermost dispatch: whatever goes wrong inside, there is one complete answer.

    Only `ClientDisconnected` goes up, when there is nobody left to answer.
    """
    # Exceptions that mean "this task is to end", such as a killed greenlet's, go on up.
    task_ends = app.concurrency.task_ends
    complete = default_headers(app.config.security)

    def answer(request: Request) -> Response:
        try:
            return complete(request, dispatch(request).finish(request.method))
        except HTTPError as error:
            return complete(request, refuse(request, error))
        except ClientDisconnected:
            raise
        except task_ends:
            raise
        except BaseException as error:
            app.report_error(request, error)
            return complete(request, error_response(request, 500, app.describe_error(error)))

    def refuse(request: Request, error: HTTPError) -> Response:
        if isinstance(error, StoreUnavailable):
            app.report_unavailable(error)
        try:
            return error_response(request, error.status, error.detail, error.headers)
        except ValueError as bad:
            app.report_error(request, bad)
            return error_response(request, 500, app.describe_error(bad))

    return answer


def error_response(
    request: Request, status: int, detail: str = "", headers: dict[str, str] | None = None
) -> Response:
    """Make the complete plain answer for an error outside of any handler."""
    phrase = reason(status)
    try:
        made = problem_body(status, phrase, detail, request.header("accept"))
    except HTTPError:
        made = None
    response = Response(b"", status, headers)
    if made is not None:
        response.body = made[0]
        response.set_header("Content-Type", made[1])
    return response.finish(request.method)


def _not_found_with(app: Brubeck) -> Dispatch:
    base_handler = app.base_handler

    def not_found(request: Request) -> Response:
        if base_handler is None:
            raise HTTPError(404)
        handler: MessageHandler = base_handler(app, request)
        return handler.render_error(handler.NOT_FOUND)

    return not_found


def _other_method(route: Route, method: str) -> Response:
    """Answer for a method that nothing on the route is there for."""
    allowed = allow_header(route.by_method)
    if method == "OPTIONS":
        return Response(b"", 200, {"Allow": allowed, "Access-Control-Allow-Methods": allowed})
    raise HTTPError(405, headers={"Allow": allowed})


def _call(
    target: Callable[..., Any], app: Brubeck, request: Request, arguments: Arguments
) -> Response:
    args, kwargs = arguments
    return to_response(target(app, request, *args, **kwargs))
