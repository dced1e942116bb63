"""Everything a plugin author imports.

A registration module (`_plugin.py`, named by the distribution's entry point) imports this
package and nothing else, so that looking at a plugin never imports its engine:

    from brubeck_core.plugin import Option, RendererRegistration, hookimpl

    @hookimpl
    def brubeck_register_renderers():
        yield RendererRegistration(
            name="shout",
            target="brubeck_shout.renderer:ShoutRenderer",
            options=(Option("directories", list, help="Where templates are."),),
        )
"""

from brubeck_core.plugin.hookspecs import hookimpl
from brubeck_core.plugin.registrations import (
    TEMPLATE_FILE_OPTIONS,
    CacheRegistration,
    ConcurrencyRegistration,
    ConnectionRegistration,
    Option,
    QuerysetRegistration,
    Registration,
    RendererRegistration,
    UserStoreRegistration,
)

__all__ = [
    "TEMPLATE_FILE_OPTIONS",
    "CacheRegistration",
    "ConcurrencyRegistration",
    "ConnectionRegistration",
    "Option",
    "QuerysetRegistration",
    "Registration",
    "RendererRegistration",
    "UserStoreRegistration",
    "hookimpl",
]
