"""Users as a CSV table: a header, and a line for each user, sorted by name.

Text stands in its cell as it is. Other values, and text that would be read as something else, are
JSON. A field that a user does not have is an empty cell.

A cell never begins with what makes a spreadsheet compute it (``=``, ``+``, ``-`` before anything
but a number, ``@``), because users choose some of what is in it: such text is JSON, which begins
with a quotation mark. (CWE-1236; OWASP, "CSV Injection".)
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from brubeck_core.errors import BrubeckError

NAME = "username"

#: The values of a user by field.
Record = dict[str, Any]
#: The cells of a user that are not empty, by field.
Cells = dict[str, str]

#: Characters that a cell may have; the csv module reads no more than 131072.
MAX_CELL = 100_000

_FORMULA = "=+-@＝＋－＠"  # noqa: RUF001 - some spreadsheets take the wide ones, too
_NESTED = '[{"'
# Where the semicolon separates cells, what follows it is the beginning of one; a quotation mark
# there, even an unpaired one, is taken off.
_HIDDEN_FORMULA = re.compile(rf';[\s"]*[{re.escape(_FORMULA)}]')
# Spreadsheets write them in capitals: an account that is not active has to stay so.
_TRUTHS = {"true": True, "false": False}


class BadTable(BrubeckError):
    """A table cannot be read; `line` is where."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


class Table:
    """The users of a file by name.

    Args:
        columns: the fields in the order of the file, without `username`, which is the first.
        users: the cells of each user by the user's name.
    """

    def __init__(self, columns: Iterable[str] = (), users: Mapping[str, Cells] = {}) -> None:
        self.columns = dict.fromkeys(columns)
        self.users = dict(users)

    @classmethod
    def parse(cls, text: str) -> Table:
        """Read the text of a file that a person may have edited.

        Rows may be in any order and short of cells, names in upper case; there may be blank lines
        and spaces around cells. Raises `BadTable` for all that could be meant in two ways.
        """
        rows = _rows(text)
        line, header = next(rows, (1, [NAME]))
        fields = [_header(cell) for cell in header]
        if NAME not in fields:
            raise BadTable(line, f"no column is named {NAME}; cells are separated by commas")
        for field in fields:
            if fields.count(field) > 1:
                raise BadTable(line, f"two columns are named {field!r}")
        users: dict[str, Cells] = {}
        lines: dict[str, int] = {}
        for line, row in rows:
            if len(row) > len(fields):
                raise BadTable(line, f"{len(row)} cells, but the header has {len(fields)} columns")
            cells = {field: cell for field, cell in zip(fields, row, strict=False) if cell}
            name = _name(cells.pop(NAME, ""), line)
            if name in lines:
                raise BadTable(line, f"there is a user named {name!r} in line {lines[name]}, too")
            lines[name] = line
            users[name] = cells
        return cls((field for field in fields if field != NAME), users)

    def text(self) -> str:
        """Return the text of the file, in which each user has one line."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow([NAME, *map(to_cell, self.columns)])
        for name in sorted(self.users):
            cells = self.users[name]
            writer.writerow([to_cell(name), *(cells.get(column, "") for column in self.columns)])
        return written.getvalue()

    def get(self, name: str) -> Record | None:
        """Return the user of that name, or None."""
        cells = self.users.get(name)
        if cells is None:
            return None
        return {NAME: name, **{field: from_cell(cell) for field, cell in cells.items()}}

    def put(self, user: Mapping[str, Any]) -> None:
        """Add or replace a user. Raises `ValueError` for values that JSON does not have."""
        cells = {field: to_cell(value) for field, value in user.items() if field != NAME}
        for text in (user[NAME], *cells):
            if not isinstance(text, str):
                raise ValueError(f"the name of a field has to be text, not {type(text).__name__}")
        # As they are written: escapes can be several times as long as what they stand for.
        for cell in (to_cell(user[NAME]), *map(to_cell, cells), *cells.values()):
            if len(cell) > MAX_CELL:
                raise ValueError(f"{cell[:20]!r}... has more than {MAX_CELL} characters")
        self.users[user[NAME]] = cells
        self.columns.update(dict.fromkeys(cells))


def to_cell(value: Any) -> str:
    """Return the cell for a value. Raises `ValueError` for one that JSON does not have."""
    if not isinstance(value, str):
        return _json(value)
    # What is printable has no line break in it: a user has one line.
    plain = value.isprintable() and value == value.strip() and not _HIDDEN_FORMULA.search(value)
    if plain and value and value[0] not in _FORMULA + _NESTED and not _is_json(value):
        return value
    return _json(value)


def from_cell(cell: str) -> Any:
    """Return the value of a cell that is not empty."""
    truth = _TRUTHS.get(cell.lower())
    if truth is not None:
        return truth
    try:
        return json.loads(cell, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return cell


def _json(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        what = type(value).__name__
        raise ValueError(f"a value of type {what} cannot be stored as JSON: {error}") from None
    if not text.isprintable():
        text = json.dumps(value)
    # A semicolon can only be inside a text.
    return text.replace(";", r"\u003b") if _HIDDEN_FORMULA.search(text) else text


def _is_json(text: str) -> bool:
    return from_cell(text) is not text


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with its last line's number."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadTable(reader.line_num, str(error)) from None


def _header(cell: str) -> str:
    field = from_cell(cell)
    return field if isinstance(field, str) else cell


def _name(cell: str, line: int) -> str:
    name = _header(cell).lower()
    if not name:
        raise BadTable(line, f"a user without a name: the column {NAME} is empty")
    return name
