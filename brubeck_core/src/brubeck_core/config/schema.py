"""Every setting of the core: the one table to extend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Tables of the core: their keys, types and defaults are the fields of these dataclasses.
TABLES: dict[str, str] = {
    "limits": "brubeck_core.http.limits:Limits",
    "security": "brubeck_core.http.security:Security",
    "session": "brubeck_core.auth.settings:SessionSettings",
    "login": "brubeck_core.auth.settings:LoginSettings",
}
#: The table of the application's own settings, which the core does not know; see `config.own`.
OWN = "settings"


@dataclass(frozen=True, slots=True)
class Key:
    """One setting.

    Args:
        name: the key in ``brubeck.toml``; in the environment ``BRUBECK_`` and the upper case.
        types: what its value may be.
        default: the value when nobody says anything.
        help: one line for people.
        secret: never show the value.
        choices: the only values allowed, when there are such.
    """

    name: str
    types: tuple[type, ...]
    default: Any
    help: str
    secret: bool = False
    choices: tuple[str, ...] = ()


#: The settings that select a plugin: a name, `name@distribution` or `package.module:Class`.
SELECTIONS: dict[str, Key] = {
    key.name: key
    for key in (
        Key("concurrency", (str,), "threads", "how work runs: threads, gevent, eventlet"),
        Key("connection", (str,), None, "how requests come in: wsgi, mongrel2"),
        Key("renderer", (str,), None, "what renders templates: jinja2, mako, string"),
        Key("user_store", (str,), "memory", "where users live"),
        Key("cache", (str,), "memory", "where cached values live"),
        Key("queryset", (str,), "memory", "where the items of an AutoAPI live"),
    )
}

#: Every key that stands at the top level.
KEYS: dict[str, Key] = SELECTIONS | {
    key.name: key
    for key in (
        Key("app", (str,), None, "the application, as package.module:name"),
        Key("plugins", (list,), (), "extensions to enable; the first one is outermost"),
        Key("debug", (bool,), False, "show tracebacks to the client; never in production"),
        Key(
            "cookie_secret",
            (str, list),
            None,
            "what signs cookies; of a list the first signs and all verify",
            secret=True,
        ),
        Key("login_url", (str,), None, "where web_authenticated sends those not logged in"),
        Key("api_base_url", (str,), "", "what the routes of AutoAPIs begin with"),
        Key(
            "log_level",
            (str, int),
            "INFO",
            "the least severe message to log",
            choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
        ),
        Key("workers", (int,), 0, "worker processes of `brubeck run`; 0 serves without any"),
    )
}
