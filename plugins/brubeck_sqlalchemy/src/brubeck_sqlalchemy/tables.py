"""The two tables, and how they come to be."""

from __future__ import annotations

from typing import Any

from brubeck_sqlalchemy.documents import MOST_CHARACTERS
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    cast,
    inspect,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import UserDefinedType


class Document(UserDefinedType[Any]):
    """JSON text; where a database has a better form for it, that is used.

    It is read with `brubeck_sqlalchemy.documents.decode`, because some drivers give its value.
    """

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "TEXT"

    def bind_expression(self, bindvalue: Any) -> ColumnElement[Any]:
        return cast(bindvalue, self)


@compiles(Document, "postgresql")
def _jsonb(element: Document, compiler: Any, **_: Any) -> str:
    return "JSONB"


_METADATA = MetaData()

USERS = Table(
    "brubeck_users",
    _METADATA,
    Column("username", String(MOST_CHARACTERS), primary_key=True),
    # Kept, but never searched: its text may have anything in it.
    Column("record", Text, nullable=False),
)

ITEMS = Table(
    "brubeck_items",
    _METADATA,
    # Grows with each new item: the order of creation.
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("collection", String(MOST_CHARACTERS), nullable=False),
    Column("id", String(MOST_CHARACTERS), nullable=False),
    Column("item", Document, nullable=False),
    UniqueConstraint("collection", "id"),
    # Pages of a collection come from its index.
    UniqueConstraint("collection", "position"),
)


def make_table(connection: Connection, table: Table) -> None:
    """Make a table unless it is there.

    Of several processes at once, one may make it while another is about to; PostgreSQL then
    raises an error, and whoever tries again finds the table.
    """
    if not inspect(connection).has_table(table.name):
        connection.execute(CreateTable(table, if_not_exists=True))
