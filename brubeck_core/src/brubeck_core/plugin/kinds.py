"""The kinds of plugin there are, and what holds for each; the one table to extend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of plugin.

    Args:
        name: in entry points (``renderer.jinja2``) and in config (``renderer = "jinja2"``).
        label: for messages.
        hook: the hook whose implementations return this kind's registrations.
        interface: ``"module:Class"`` of the abstract base class.
    """

    name: str
    label: str
    hook: str
    interface: str


#: Every kind that is selected by a setting of its own name.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "concurrency",
            "concurrency backend",
            "brubeck_register_concurrency",
            "brubeck_core.interfaces.concurrency:Concurrency",
        ),
        Kind(
            "connection",
            "connection",
            "brubeck_register_connections",
            "brubeck_core.interfaces.connection:Connection",
        ),
        Kind(
            "renderer",
            "template renderer",
            "brubeck_register_renderers",
            "brubeck_core.interfaces.renderer:Renderer",
        ),
        Kind(
            "user_store",
            "user store",
            "brubeck_register_user_stores",
            "brubeck_core.interfaces.users:UserStore",
        ),
        Kind(
            "cache",
            "cache",
            "brubeck_register_caches",
            "brubeck_core.interfaces.cache:Cache",
        ),
        Kind(
            "queryset",
            "queryset",
            "brubeck_register_querysets",
            "brubeck_core.interfaces.queryset:Queryset",
        ),
    )
}

#: Plugins with lifecycle hooks only; enabled by name in ``plugins = [...]``.
EXTENSION = "extension"

#: The entry point group; the number is the version of the plugin API.
API_VERSION = 1
GROUP_PREFIX = "brubeck.plugins.v"
GROUP = f"{GROUP_PREFIX}{API_VERSION}"

#: Plugins of this project by ``kind.name``, and the distribution that brings each: what makes
#: "known but not installed" possible.
CATALOGUE: dict[str, str] = {
    "concurrency.gevent": "brubeck-gevent",
    "concurrency.eventlet": "brubeck-eventlet",
    "connection.wsgi": "brubeck-wsgi",
    "connection.mongrel2": "brubeck-mongrel2",
    "renderer.jinja2": "brubeck-jinja2",
    "renderer.mako": "brubeck-mako",
    "renderer.tornado": "brubeck-tornado",
    "renderer.mustache": "brubeck-mustache",
    "user_store.dictshield": "brubeck-dictshield",
    "user_store.sql": "brubeck-sqlalchemy",
    "queryset.sql": "brubeck-sqlalchemy",
    "user_store.redis": "brubeck-redis",
    "cache.redis": "brubeck-redis",
    "queryset.redis": "brubeck-redis",
    "user_store.mongo": "brubeck-mongo",
    "queryset.mongo": "brubeck-mongo",
}
