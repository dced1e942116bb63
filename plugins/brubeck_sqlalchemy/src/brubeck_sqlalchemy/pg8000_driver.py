"""How pg8000 connects: bounded in time, and with TLS contexts that are made once."""

from __future__ import annotations

import ssl
from typing import Any

from brubeck_core.errors import ConfigError
from sqlalchemy import URL, Engine, event

# The number of the type in PostgreSQL's table pg_type.
_JSONB = 3802
_MODES = ("disable", "prefer", "require", "verify-full")


def split_arguments(url: URL, timeout: float) -> tuple[URL, dict[str, Any]]:
    """Return a URL without libpq's `sslmode`, and arguments that mean the same and the time limit.

    Raises `ConfigError` for an unknown mode.
    """
    mode = url.query.get("sslmode", "prefer")
    if mode not in _MODES:
        raise ConfigError(f"url: sslmode is one of {', '.join(_MODES)}, not {mode!r}")
    # The server gives up a little earlier, and the connection can be used again.
    limit = {"statement_timeout": str(max(1, int(timeout * 900)))}
    arguments: dict[str, Any] = {"timeout": timeout, "startup_params": limit}
    # What pg8000 makes by itself reads all of the system's certificates for each connection:
    # 50 ms in which no other task runs.
    if mode == "disable":
        arguments["ssl_context"] = False
    elif mode == "verify-full":
        arguments["ssl_context"] = ssl.create_default_context()
    elif mode == "require":
        arguments["ssl_context"] = _trusting()
    return url.difference_update_query(["sslmode"]), arguments


def prepare_engine(engine: Engine) -> None:
    """Let an engine use TLS if the server offers it, and go without if not, as libpq does.

    It leaves jsonb to `brubeck_sqlalchemy.documents.decode`.
    """
    context: ssl.SSLContext | bool = _trusting()

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.register_in_adapter(_JSONB, str)

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, record: object, arguments: Any, named: dict[str, Any]) -> Any:
        nonlocal context
        if "ssl_context" in named:
            return None
        try:
            return dialect.connect(*arguments, **named, ssl_context=context)
        except dialect.loaded_dbapi.InterfaceError as error:
            if "refuses SSL" not in str(error):
                raise
        context = False
        return dialect.connect(*arguments, **named, ssl_context=context)


def _trusting() -> ssl.SSLContext:
    """Return a context that encrypts, and does not ask who the server is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
