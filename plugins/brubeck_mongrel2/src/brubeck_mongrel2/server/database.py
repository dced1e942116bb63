"""The sqlite file that Mongrel2 reads its configuration from, once, when it starts."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from brubeck_mongrel2.server.config import (
    Config,
    Directory,
    Handler,
    Host,
    Proxy,
    Server,
    Target,
)

if TYPE_CHECKING:
    from pathlib import Path

# The columns the server selects (src/config/module.c), and those m2sh makes beside them. A NULL
# in any it reads ends its start, so every column has a value.
_SCHEMA = """
CREATE TABLE server (id INTEGER PRIMARY KEY, uuid TEXT, access_log TEXT, error_log TEXT,
    chroot TEXT DEFAULT '/var/www', pid_file TEXT, control_port TEXT DEFAULT '',
    default_host TEXT, name TEXT DEFAULT '', bind_addr TEXT DEFAULT '0.0.0.0', port INTEGER,
    use_ssl INTEGER DEFAULT 0);
CREATE TABLE host (id INTEGER PRIMARY KEY, server_id INTEGER, maintenance BOOLEAN DEFAULT 0,
    name TEXT, matching TEXT);
CREATE TABLE handler (id INTEGER PRIMARY KEY, send_spec TEXT, send_ident TEXT, recv_spec TEXT,
    recv_ident TEXT, raw_payload INTEGER DEFAULT 0, protocol TEXT DEFAULT 'json');
CREATE TABLE proxy (id INTEGER PRIMARY KEY, addr TEXT, port INTEGER);
CREATE TABLE directory (id INTEGER PRIMARY KEY, base TEXT, index_file TEXT, default_ctype TEXT,
    cache_ttl INTEGER DEFAULT 0);
CREATE TABLE route (id INTEGER PRIMARY KEY, path TEXT, reversed BOOLEAN DEFAULT 0,
    host_id INTEGER, target_id INTEGER, target_type TEXT);
CREATE TABLE setting (id INTEGER PRIMARY KEY, key TEXT, value TEXT);
CREATE TABLE mimetype (id INTEGER PRIMARY KEY, mimetype TEXT, extension TEXT);
CREATE TABLE filter (id INTEGER PRIMARY KEY, server_id INTEGER, name TEXT, settings TEXT);
CREATE TABLE xrequest (id INTEGER PRIMARY KEY, server_id INTEGER, name TEXT, settings TEXT);
CREATE TABLE statistic (id SERIAL, other_type TEXT, other_id INTEGER, name TEXT, sum REAL,
    sumsq REAL, n INTEGER, min REAL, max REAL, mean REAL, sd REAL,
    PRIMARY KEY (other_type, other_id, name));
CREATE TABLE log (id INTEGER PRIMARY KEY, who TEXT, what TEXT, location TEXT,
    happened_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, how TEXT, why TEXT);
"""

#: The columns the server reads, by table; none of them may be NULL.
READ_COLUMNS = {
    "server": "uuid access_log error_log chroot pid_file control_port default_host name bind_addr "
    "port use_ssl",
    "host": "server_id name matching",
    "handler": "send_spec send_ident recv_spec recv_ident raw_payload protocol",
    "proxy": "addr port",
    "directory": "base index_file default_ctype cache_ttl",
    "route": "path host_id target_id target_type",
    "setting": "key value",
    "mimetype": "mimetype extension",
    "xrequest": "server_id name settings",
}

#: Class and table of a target, by a route's target_type.
TARGETS: dict[str, tuple[type[Target], str]] = {
    "handler": (Handler, "handler"),
    "dir": (Directory, "directory"),
    "proxy": (Proxy, "proxy"),
}


def write_config(config: Config, path: Path) -> None:
    """Write `config` to the sqlite file `path`, in place of what was there, or not at all.

    Raises `OSError` when the file cannot be written.
    """
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as connection, connection:
        connection.executescript(_SCHEMA)
        _Writer(connection).write(config)
    os.replace(draft, path)


def read_config(path: Path) -> Config:
    """Return what the sqlite file `path` holds, whoever wrote it.

    Raises `FileNotFoundError`, and `sqlite3.Error` for another kind of file.
    """
    with closing(open_config(path)) as connection:
        return _Reader(connection).read()


def open_config(path: Path) -> sqlite3.Connection:
    """Open the sqlite file `path` for reading. Raises `FileNotFoundError`."""
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no Mongrel2 configuration at {path}; `brubeck mongrel2 init` writes one"
        )
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


class _Writer:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._targets: dict[Target, int] = {}

    def write(self, config: Config) -> None:
        for server in config.servers:
            self._server(server)
        for key, value in config.settings.items():
            self._insert("setting", key=key, value=str(value))
        for extension, mimetype in config.mimetypes.items():
            self._insert("mimetype", mimetype=mimetype, extension=extension)

    def _server(self, server: Server) -> None:
        columns = READ_COLUMNS["server"].split()
        server_id = self._insert("server", **{name: getattr(server, name) for name in columns})
        for host in server.hosts:
            host_id = self._insert(
                "host", server_id=server_id, name=host.name, matching=host.matching or host.name
            )
            for path, target in host.routes.items():
                target_type, target_id = self._target(target)
                self._insert(
                    "route",
                    path=path,
                    host_id=host_id,
                    target_id=target_id,
                    target_type=target_type,
                )
        for name in server.xrequests:
            self._insert("xrequest", server_id=server_id, name=name, settings="0:}")

    def _target(self, target: Target) -> tuple[str, int]:
        """Write a target once, however many routes lead to it: the server binds it per row."""
        target_type, table = next(
            (name, table) for name, (kind, table) in TARGETS.items() if isinstance(target, kind)
        )
        if target not in self._targets:
            columns = {name: getattr(target, name) for name in READ_COLUMNS[table].split()}
            self._targets[target] = self._insert(table, **columns)
        return target_type, self._targets[target]

    def _insert(self, table: str, **columns: str | int) -> int:
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
        row = self._connection.execute(statement, tuple(columns.values())).lastrowid
        assert row is not None  # every INSERT makes a row
        return row


class _Reader:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self) -> Config:
        return Config(
            servers=tuple(self._server(row) for row in self._rows("SELECT * FROM server")),
            settings={row["key"]: row["value"] for row in self._rows("SELECT * FROM setting")},
            mimetypes={
                row["extension"]: row["mimetype"] for row in self._rows("SELECT * FROM mimetype")
            },
        )

    def _rows(self, query: str, *parameters: Any) -> list[sqlite3.Row]:
        return self._connection.execute(query, parameters).fetchall()

    def _server(self, row: sqlite3.Row) -> Server:
        columns = {name: row[name] for name in READ_COLUMNS["server"].split()}
        hosts = self._rows("SELECT * FROM host WHERE server_id = ?", row["id"])
        return Server(
            **{**columns, "use_ssl": bool(row["use_ssl"])},
            hosts=tuple(self._host(host) for host in hosts),
            xrequests=self._xrequests(row["id"]),
        )

    def _xrequests(self, server_id: int) -> tuple[str, ...]:
        try:
            rows = self._rows("SELECT name FROM xrequest WHERE server_id = ?", server_id)
        except sqlite3.OperationalError:  # a configuration older than extended replies
            return ()
        return tuple(row["name"] for row in rows)

    def _host(self, row: sqlite3.Row) -> Host:
        routes = self._rows("SELECT * FROM route WHERE host_id = ?", row["id"])
        found = ((route["path"], self._target(route)) for route in routes)
        return Host(
            name=row["name"],
            matching="" if row["matching"] == row["name"] else row["matching"],
            routes={path: target for path, target in found if target is not None},
        )

    def _target(self, route: sqlite3.Row) -> Target | None:
        if route["target_type"] not in TARGETS:
            return None
        kind, table = TARGETS[route["target_type"]]
        rows = self._rows(f"SELECT * FROM {table} WHERE id = ?", route["target_id"])
        if not rows:
            return None
        values: dict[str, Any] = {name: rows[0][name] for name in READ_COLUMNS[table].split()}
        if "raw_payload" in values:
            values["raw_payload"] = bool(values["raw_payload"])
        return kind(**values)
