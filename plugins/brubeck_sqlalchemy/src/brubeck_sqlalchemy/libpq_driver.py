"""How psycopg and psycopg2 connect, which both are libpq: bounded in time, as far as it can be."""

from __future__ import annotations

from math import ceil
from typing import Any

from sqlalchemy import URL


def split_arguments(url: URL, timeout: float) -> tuple[URL, dict[str, Any]]:
    """Return the URL, and arguments for the time limit; what the URL says itself is left alone.

    A server that is gone, or works for too long, is noticed. One that hangs while its machine
    lives is not: libpq has no limit for that.
    """
    milliseconds = max(1, int(timeout * 900))
    limits = {
        # Whole seconds (PostgreSQL manual, 34.1.2).
        "connect_timeout": ceil(timeout),
        "tcp_user_timeout": milliseconds,
        "options": f"-c statement_timeout={milliseconds}",
    }
    return url, {name: value for name, value in limits.items() if name not in url.query}
