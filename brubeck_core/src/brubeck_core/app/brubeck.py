"""The application: what to answer with, and what to answer through."""

from __future__ import annotations

import logging
import os
import re
import traceback
from collections.abc import Callable, Iterable
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from brubeck_core.app.dispatch import Dispatch, guard, route_requests
from brubeck_core.app.renderers import Renderers
from brubeck_core.app.unavailable import UnavailableLog
from brubeck_core.builtin.memory_cache import MemoryCache
from brubeck_core.config import Config, current
from brubeck_core.errors import ConfigError, HTTPError, StoreUnavailable
from brubeck_core.handlers.message import MessageHandler
from brubeck_core.http.request import Request
from brubeck_core.http.response import Response
from brubeck_core.http.wsgi import WSGIRequest, check_body_length, send
from brubeck_core.interfaces.cache import Cache
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_core.interfaces.connection import Connection
from brubeck_core.interfaces.queryset import Queryset
from brubeck_core.interfaces.renderer import Renderer
from brubeck_core.interfaces.users import UserStore
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.resolve import resolve
from brubeck_core.routing.route import Target
from brubeck_core.routing.table import RouteTable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from brubeck_core.auth.accounts import Accounts
    from brubeck_core.auth.sessions import Sessions
    from brubeck_core.handlers.autoapi.base import AutoAPIBase
    from brubeck_core.handlers.autoapi.resource import Resource

Function = TypeVar("Function", bound=Callable[..., Any])


class Brubeck:
    """An application.

    Every argument that is also a setting wins over environment and files. The application is a
    WSGI callable (PEP 3333); `run` serves it through its connection.

    Args:
        msg_conn: the connection: an instance, a class, or a name as in config.
        handler_tuples: ``(pattern, handler)`` pairs, tried in order; see `add_route_rule`.
        base_handler: a handler class whose `render_error` answers for unknown paths.
        template_loader: a function without arguments that returns a renderer or an engine's
            environment, such as ``load_jinja2_env("templates")``.
        db_conn: anything; handlers find it as `db_conn`.
        mongrel2_pair: the two addresses of a Mongrel2 handler, in place of `msg_conn`.
        config: the configuration; by default the launcher's, else that of the current directory.
        settings: further settings by name: `concurrency`, `renderer`, `user_store`, `cache`,
            `queryset`, `plugins`, `debug`, `cookie_secret`, `login_url`, `api_base_url`,
            `log_level`, `limits`, `security`, `session`, `login`, `settings`.

    Raises `ConfigError`, also when nothing selects a connection.
    """

    def __init__(
        self,
        msg_conn: Connection | type[Connection] | str | None = None,
        handler_tuples: Iterable[tuple[str, Target]] | None = None,
        *,
        base_handler: type[MessageHandler] | None = None,
        template_loader: Callable[[], Any] | None = None,
        db_conn: Any = None,
        mongrel2_pair: tuple[str, str] | None = None,
        config: Config | None = None,
        **settings: Any,
    ) -> None:
        if msg_conn is not None:
            settings["connection"] = msg_conn
        elif mongrel2_pair is not None:
            pull, pub = mongrel2_pair
            settings["connection"] = {"use": "mongrel2", "mongrel2": {"pull": pull, "pub": pub}}
        base = config if config is not None else current()
        self.config = base.with_overrides(settings, "argument of Brubeck()")
        self.log = logging.getLogger("brubeck")
        self.log.setLevel(self.config.get("log_level"))
        self._unavailable = UnavailableLog(self.log)
        self.debug: bool = self.config.get("debug")
        self.cookie_secret: str | list[str] | None = self.config.get("cookie_secret")
        self.login_url: str | None = self.config.get("login_url")
        self.api_base_url: str = self.config.get("api_base_url")
        self.limits = self.config.limits
        self.base_handler = base_handler
        self.db_conn = db_conn
        self.routes = RouteTable()
        #: The APIs made from models, by their classes.
        self.apis: dict[type[AutoAPIBase], Resource] = {}

        self.plugins = PluginHost(self.config)
        self.concurrency: Concurrency = self._resolve("concurrency")
        self.connection = self._connection()
        self.user_store: UserStore = self._resolve("user_store")
        self.cache: Cache = self._resolve("cache")
        self.queryset: Queryset = self._resolve("queryset")
        self._renderers = Renderers(self, template_loader)
        #: What `template_loader` returned.
        self.template_env: Any = self._renderers.environment

        self._start_lock = Lock()
        self._started = False
        self._on_start: list[Callable[[Brubeck], object]] = []
        self._on_stop: list[Callable[[Brubeck], object]] = []
        #: Answers a request; never raises an `Exception`. The first call starts the application.
        self.dispatch: Dispatch = self._start_and_dispatch
        for pattern, target in handler_tuples or ():
            self.add_route_rule(pattern, target)
        for plugin in (self.user_store, self.cache, self.queryset):
            plugin.setup(self)
        self._renderers.setup()
        self.plugins.hook.brubeck_app_created(app=self)

    # -- routes --------------------------------------------------------------------------------

    def add_route(
        self, pattern: str | re.Pattern[str], method: str | Iterable[str] | None = None
    ) -> Callable[[Function], Function]:
        """Let a function answer: ``@app.add_route("^/brubeck", method="GET")``.

        The function is called as ``f(application, message, ...)`` with the arguments of the
        route. Without a method it answers for all of them.
        """

        def register(function: Function) -> Function:
            self.add_route_rule(pattern, function, method)
            return function

        return register

    def add_route_rule(
        self,
        pattern: str | re.Pattern[str],
        target: Target,
        methods: str | Iterable[str] | None = None,
    ) -> None:
        """Add a route behind those there are.

        Args:
            pattern: a regular expression, matched from the start of the path.
            target: a handler class or a function.
            methods: the methods the target is asked for; None for all of them. A handler class
                answers for those it defines.

        Raises `ConfigError` for a pattern that is none, and once the application has started.
        """
        if self._started:
            raise ConfigError(
                f"the route {pattern!r} was added after the application had started; add routes "
                "before run() and before the first request"
            )
        if isinstance(target, type) and not issubclass(target, MessageHandler):
            raise ConfigError(
                f"the handler of the route {pattern!r} is the class {target.__qualname__}, which "
                "is not derived from MessageHandler or WebMessageHandler"
            )
        self.routes.add(pattern, target, methods)

    def add_static(
        self,
        prefix: str,
        folder: str | os.PathLike[str],
        *,
        max_age: int = 3600,
        index: str | None = None,
    ) -> None:
        """Serve the files of a folder: ``app.add_static("/media", "media")``.

        Args:
            prefix: what their paths begin with; ``"/"`` for a whole site.
            folder: relative to the application's directory, or absolute. Nothing outside of it is
                served, and nothing whose name begins with a dot.
            max_age: seconds a browser may keep a file without asking again; 0 to ask each time.
            index: the file that answers for a folder, such as ``"index.html"``.

        Raises `ConfigError` if it is not a folder, and once the application has started.
        """
        from brubeck_core.handlers.static import serving_files
        from brubeck_core.http.static import StaticFiles

        files = StaticFiles(self.config.directory / folder, max_age=max_age, index=index)
        pattern = f"^{re.escape(prefix.rstrip('/'))}/(?P<path>.*)$"
        self.add_route_rule(pattern, serving_files(files), "GET")

    def register_api(
        self, api: type[AutoAPIBase], prefix: str | None = None, *, documented: bool = True
    ) -> None:
        """Serve the items of a model: ``app.register_api(Songs)``.

        Args:
            api: a class derived from `AutoAPIBase`.
            prefix: the path of the API; by default `api_base_url`, a slash and the model's name
                in lower case.
            documented: whether ``/manifest.json``, ``/openapi.json`` and the pages below
                ``/docs`` describe it.

        Raises `ConfigError` when the class or its model will not do.
        """
        # Imported here: most applications have no API.
        from brubeck_core.handlers.autoapi.registry import register

        register(self, api, prefix, documented)

    # -- serving -------------------------------------------------------------------------------

    def on_start(self, function: Function) -> Function:
        """Call ``function(app)`` when the application starts, in each serving process.

        The place to spawn work in the background; an exception ends the start. A decorator:
        ``@app.on_start``.
        """
        self._on_start.append(function)
        return function

    def on_stop(self, function: Function) -> Function:
        """Call ``function(app)`` when the application is told to stop.

        Requests in flight are still waited for then: the place to end work in the background,
        and to wake up those who hold an answer back. Exceptions are logged. A decorator.
        """
        self._on_stop.append(function)
        return function

    def start(self) -> None:
        """Build what requests need, once: middleware is folded and the start hooks are called.

        `run`, the first request and the test client do this themselves.
        """
        with self._start_lock:
            if self._started:
                return
            dispatch = route_requests(self)
            # The hooks' results come last plugin first: the plugin named first is outermost.
            for implementation in self.plugins.wrappers():
                dispatch = implementation(app=self, dispatch=dispatch) or dispatch
            self.connection.setup(self)
            self.plugins.hook.brubeck_app_starting(app=self)
            for function in self._on_start:
                function(self)
            answer = guard(self, dispatch)
            self._started = True
            self.dispatch = answer

    def run(self) -> None:
        """Serve until the process is told to stop.

        Raises `ConcurrencyError` when the process is not patched as the concurrency backend
        needs it, `ConfigError` when an address cannot be used.
        """
        from brubeck_core.app.serving import serve

        serve(self)

    def stop(self, timeout: float = 30.0) -> None:
        """Stop serving; requests in flight get `timeout` seconds to end."""
        while self._on_stop:
            function = self._on_stop.pop()
            try:
                function(self)
            except Exception:
                self.log.exception("a function that was to be called at the stop failed")
        self.connection.stop(timeout)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request of a WSGI server (PEP 3333)."""
        try:
            request: Request = WSGIRequest(environ, self.limits)
            if environ.get("CONTENT_LENGTH"):
                check_body_length(environ, self.limits)
        except HTTPError as error:
            response = self.refuse(Request(environ["REQUEST_METHOD"]), error)
        else:
            response = self.dispatch(request)
        return send(response, start_response)

    def refuse(self, request: Request, error: HTTPError) -> Response:
        """Answer an error that came before dispatch as dispatch would have."""

        def fail(request: Request) -> Response:
            raise error

        return guard(self, fail)(request)

    def _start_and_dispatch(self, request: Request) -> Response:
        self.start()
        return self.dispatch(request)

    # -- people --------------------------------------------------------------------------------

    @cached_property
    def sessions(self) -> Sessions:
        """What opens sessions; handlers have theirs as `self.session`."""
        from brubeck_core.auth.sessions import Sessions

        if self.config.get("workers") > 1 and type(self.cache) is MemoryCache:
            self.log.warning(
                "sessions are kept in the memory of each of several workers, which know nothing "
                'of one another\'s: select a cache they share, such as cache = "redis"'
            )
        return Sessions(self.cache, self.config.session)

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of the user store: made, checked, and given new passwords."""
        from brubeck_core.auth.accounts import Accounts

        return Accounts(self)

    # -- templates -----------------------------------------------------------------------------

    def get_renderer(self, name: str | None = None) -> Renderer:
        """Return the renderer of that name, or the application's own.

        Raises `ConfigError` when there is none.
        """
        return self._renderers.get(name)

    def render_template(self, template_file: str, **context: Any) -> str:
        """Render a template with the application's own renderer; for function handlers."""
        return self.get_renderer().render(template_file, context)

    # -- errors --------------------------------------------------------------------------------

    def report_error(self, request: Request, error: BaseException) -> None:
        """Log an exception that nobody expected, and tell the plugins that want to know."""
        self.log.error("%s %r failed", request.method, request.path, exc_info=error)
        try:
            self.plugins.hook.brubeck_handler_error(app=self, request=request, error=error)
        except Exception:
            self.log.exception("a brubeck_handler_error hook failed")

    def report_unavailable(self, error: StoreUnavailable) -> None:
        """Log that a store cannot be reached, at most once a second for each store."""
        self._unavailable.report(error)

    def describe_error(self, error: BaseException) -> str:
        """Return what a client may know of an exception: its traceback in debug mode, or ''."""
        return "".join(traceback.format_exception(error)) if self.debug else ""

    # -- wiring --------------------------------------------------------------------------------

    def _resolve(self, kind: str) -> Any:
        return resolve(kind, self.config.selection(kind), self.config, self.plugins)

    def _connection(self) -> Connection:
        if self.config.selection("connection").value is None:
            raise ConfigError(
                "no connection: give Brubeck(msg_conn=WSGIConnection(port=6767)), or write "
                'connection = "wsgi" in brubeck.toml, or set BRUBECK_CONNECTION=wsgi'
            )
        connection: Connection = self._resolve("connection")
        return connection
