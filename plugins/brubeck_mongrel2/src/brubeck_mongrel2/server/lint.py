"""Find the traps in a Mongrel2 configuration before the server or its clients do.

Mongrel2 takes many a configuration that then loses answers without a word, or gives one
client's answer to another. Each check says what would happen and what to change.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from brubeck_mongrel2.server import lint_idents, lint_server, lint_settings
from brubeck_mongrel2.server.database import READ_COLUMNS, TARGETS, open_config, read_config
from brubeck_mongrel2.server.findings import Finding, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from brubeck_mongrel2.server.config import Config

#: Tables without which an older configuration loads all the same.
_OPTIONAL_TABLES = frozenset({"xrequest"})


def check_file(path: Path) -> list[Finding]:
    """Return what is wrong in the sqlite file `path`, errors first.

    Raises `FileNotFoundError`.
    """
    with closing(open_config(path)) as connection:
        try:
            broken = list(_check_tables(connection))
        except sqlite3.DatabaseError as problem:
            return [
                error(str(path), f"it is no sqlite file ({problem})", "write it anew with init")
            ]
    # What the server cannot load is not worth a closer look.
    return broken or check_config(read_config(path))


def check_config(config: Config) -> list[Finding]:
    """Return what is wrong in `config`, errors first."""
    findings: Iterable[Finding] = (
        *lint_server.check(config),
        *lint_idents.check(config),
        *lint_settings.check(config),
    )
    return sorted(findings, key=lambda finding: finding.level)


def _check_tables(connection: sqlite3.Connection) -> Iterator[Finding]:
    for table, names in READ_COLUMNS.items():
        present = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
        if not present and table in _OPTIONAL_TABLES:
            continue
        missing = [name for name in names.split() if name not in present]
        if missing:
            yield error(
                f"table {table}",
                f"it lacks {', '.join(missing)}, and Mongrel2 will not start",
                "write the configuration with `brubeck mongrel2 init`, or with m2sh 1.9 or newer",
            )
            continue
        empty = " OR ".join(f"{name} IS NULL" for name in names.split())
        for row in connection.execute(f"SELECT id FROM {table} WHERE {empty}"):
            yield error(
                f"table {table}, row {row['id']}",
                "a column is NULL, and Mongrel2 will not start",
                "write an empty text or 0 instead",
            )
        if table == "route":
            yield from _check_routes(connection)


def _check_routes(connection: sqlite3.Connection) -> Iterator[Finding]:
    for row in connection.execute("SELECT id, path, target_id, target_type FROM route"):
        where = f"route {row['path']}"
        if row["target_type"] not in TARGETS:
            yield error(
                where, f"a {row['target_type']!r} is no target", "use handler, dir or proxy"
            )
            continue
        _, table = TARGETS[row["target_type"]]
        query = f"SELECT id FROM {table} WHERE id = ?"
        if connection.execute(query, (row["target_id"],)).fetchone() is None:
            yield error(
                where,
                f"its target, {table} {row['target_id']}, does not exist",
                f"add that row to table {table}, or take the route out",
            )
