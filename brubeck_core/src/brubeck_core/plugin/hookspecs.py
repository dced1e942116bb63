"""The hook specifications: every place where a plugin can take part.

Registration hooks are called when a plugin is selected. Lifecycle hooks are called per
application, never per request; only plugins named in ``plugins = [...]`` and the selected
ones take part, in the order in which ``plugins`` names them. No hook is `historic` or
`firstresult`: selection is by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.app.dispatch import Dispatch
    from brubeck_core.http.request import Request
    from brubeck_core.plugin.registrations import (
        CacheRegistration,
        ConcurrencyRegistration,
        ConnectionRegistration,
        QuerysetRegistration,
        RendererRegistration,
        UserStoreRegistration,
    )

hookspec = pluggy.HookspecMarker("brubeck")
hookimpl = pluggy.HookimplMarker("brubeck")


@hookspec
def brubeck_register_concurrency() -> Iterable[ConcurrencyRegistration]:  # type: ignore[empty-body]
    """Offer concurrency backends.

    Called when one of them is selected, before anything is patched: import nothing but
    `brubeck_core.plugin` in the module that implements it.

        @hookimpl
        def brubeck_register_concurrency():
            yield ConcurrencyRegistration("fibers", "brubeck_fibers.backend:Fibers")
    """


@hookspec
def brubeck_register_connections() -> Iterable[ConnectionRegistration]:  # type: ignore[empty-body]
    """Offer connections.

    Called when one of them is selected: import nothing but `brubeck_core.plugin` in the module
    that implements it, so that what is not selected costs nothing.

        @hookimpl
        def brubeck_register_connections():
            yield ConnectionRegistration("scgi", "brubeck_scgi.connection:SCGIConnection")
    """


@hookspec
def brubeck_register_renderers() -> Iterable[RendererRegistration]:  # type: ignore[empty-body]
    """Offer template renderers.

    Called when one of them is selected: import nothing but `brubeck_core.plugin` in the module
    that implements it, so that what is not selected costs nothing.

        @hookimpl
        def brubeck_register_renderers():
            yield RendererRegistration(
                "shout",
                "brubeck_shout.renderer:ShoutRenderer",
                options=(Option("directories", list, "Where templates are."),),
            )
    """


@hookspec
def brubeck_register_user_stores() -> Iterable[UserStoreRegistration]:  # type: ignore[empty-body]
    """Offer user stores.

    Called when one of them is selected: import nothing but `brubeck_core.plugin` in the module
    that implements it, so that what is not selected costs nothing.

        @hookimpl
        def brubeck_register_user_stores():
            yield UserStoreRegistration("ldap", "brubeck_ldap.store:LDAPStore")
    """


@hookspec
def brubeck_register_caches() -> Iterable[CacheRegistration]:  # type: ignore[empty-body]
    """Offer caches.

    Called when one of them is selected: import nothing but `brubeck_core.plugin` in the module
    that implements it, so that what is not selected costs nothing.

        @hookimpl
        def brubeck_register_caches():
            yield CacheRegistration("disk", "brubeck_disk.cache:DiskCache")
    """


@hookspec
def brubeck_register_querysets() -> Iterable[QuerysetRegistration]:  # type: ignore[empty-body]
    """Offer querysets.

    Called when one of them is selected: import nothing but `brubeck_core.plugin` in the module
    that implements it, so that what is not selected costs nothing.

        @hookimpl
        def brubeck_register_querysets():
            yield QuerysetRegistration("disk", "brubeck_disk.queryset:DiskQueryset")
    """


@hookspec
def brubeck_app_created(app: Brubeck) -> None:
    """Take part at the end of `Brubeck(...)`: add routes, set attributes.

    An exception ends the construction.

        @hookimpl
        def brubeck_app_created(app):
            app.add_route_rule("^/healthz$", healthy)
    """


@hookspec
def brubeck_app_starting(app: Brubeck) -> None:
    """Take part right before the first request is accepted, in the serving process.

    An exception ends the start.

        @hookimpl
        def brubeck_app_starting(app):
            app.metrics = Metrics()
    """


@hookspec
def brubeck_app_stopping(app: Brubeck) -> None:
    """Take part after the last answer, before the process ends.

    The plugin named first in ``plugins = [...]`` is called last. Exceptions are logged.

        @hookimpl
        def brubeck_app_stopping(app):
            app.metrics.flush()
    """


@hookspec
def brubeck_cli_commands(group: click.Group) -> None:
    """Add commands to the `brubeck` command.

    Called for the plugins that config names, when the command line lists its commands or is
    asked for one that is not built in. A built-in command of the same name stays.

        @hookimpl
        def brubeck_cli_commands(group):
            @group.command()
            def greet():
                click.echo("Take five")
    """


@hookspec
def brubeck_handler_error(app: Brubeck, request: Request, error: BaseException) -> None:
    """Hear of an exception that a handler did not expect; the client gets a 500 in any case.

    Called after the exception was logged. Exceptions of the hook are logged and ignored.

        @hookimpl
        def brubeck_handler_error(app, request, error):
            tracker.report(error, path=request.path)
    """


@hookspec
def brubeck_wrap_dispatch(app: Brubeck, dispatch: Dispatch) -> Dispatch | None:
    """Wrap the function that turns a request into a response: middleware.

    Called once, when the application is built; the wrapped function runs for every request.
    Return None to stay out. The plugin named first in ``plugins = [...]`` is outermost.

        @hookimpl
        def brubeck_wrap_dispatch(app, dispatch):
            def timed(request):
                start = time.monotonic()
                response = dispatch(request)
                app.metrics.observe(time.monotonic() - start)
                return response
            return timed
    """
