"""Users as a CSV table: everything comes back, people can edit it, spreadsheets compute nothing."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from brubeck_core.builtin.csv_table import BadTable, Table, from_cell, to_cell


def read(text: str) -> dict[str, Any]:
    table = Table.parse(text)
    return {name: table.get(name) for name in table.users}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("ann@example.com", "ann@example.com"),
        ("two words", "two words"),
        ("a,b", "a,b"),
        ('say "x"', 'say "x"'),
        ("élodie", "élodie"),
        ("2012-01-05", "2012-01-05"),
        ("007", "007"),
        ("None", "None"),
        ("$argon2id$v=19$m=65536,t=3,p=4$x", "$argon2id$v=19$m=65536,t=3,p=4$x"),
        ("", '""'),
        ("5", '"5"'),
        ("true", '"true"'),
        ("FALSE", '"FALSE"'),
        ("null", '"null"'),
        ("NaN", "NaN"),
        (" padded ", '" padded "'),
        ("two\nlines", r'"two\nlines"'),
        ("a\0b", r'"a\u0000b"'),
        ("\ud800", r'"\ud800"'),
        ("[draft]", '"[draft]"'),
        ('"quoted"', r'"\"quoted\""'),
        ("=1+1", '"=1+1"'),
        ("+49 30", '"+49 30"'),
        ("-cmd", '"-cmd"'),
        ("@sum", '"@sum"'),
        ("＝1", '"＝1"'),  # noqa: RUF001
        ("\t=1", r'"\t=1"'),
        ("a;=1", r'"a\u003b=1"'),
        ('a;"=1', r'"a;\"=1"'),
        ("a; b", "a; b"),
        (True, "true"),
        (5, "5"),
        (-5, "-5"),
        (10**30, "1" + "0" * 30),
        (1.5, "1.5"),
        (None, "null"),
        ([], "[]"),
        ({"a": ["é", 1]}, '{"a": ["é", 1]}'),
        (["a;=1"], r'["a\u003b=1"]'),
    ],
)
def test_a_value_comes_back_from_its_cell(value: object, cell: str) -> None:
    assert to_cell(value) == cell
    back = from_cell(cell)
    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize("text", ["[" * 50_000, "[" * 50_000 + "]" * 50_000, "9" * 50_000])
def test_a_long_text_stays_a_text(text: str) -> None:
    assert from_cell(to_cell(text)) == text


@pytest.mark.parametrize(
    "user",
    [
        {"username": "ann", "value": float("nan")},
        {"username": "ann", "value": object()},
        {"username": "ann", "value": b"bytes"},
        {"username": "ann", "value": "x" * 200_000},
        {"username": "x" * 200_000},
        {"username": "ann", "x" * 200_000: 1},
        {"username": "ann", 5: "five"},
        {"username": "ann", "value": 10**5000},
        {"username": "\1" * 30_000},
        {"username": "a", "\1" * 30_000: 1},
    ],
    ids=range(10),
)
def test_what_cannot_be_stored_is_refused(user: dict[str, Any]) -> None:
    table = Table()
    with pytest.raises(ValueError, match=r"cannot be stored|characters|has to be text"):
        table.put(user)
    assert table.text() == "username\n"


def test_users_have_a_line_each_sorted_by_name() -> None:
    table = Table()
    for name in ("dave", "élodie", "ann", "joe, the second", "=cmd", "ann b"):
        table.put({"username": name, "bio": "two\nlines\r\n", "n": 1})
    table.put({"username": "bob", "email": "bob@example.com"})
    lines = table.text().splitlines()
    assert lines[0] == "username,bio,n,email"
    rows = list(csv.reader(lines[1:]))
    names = [from_cell(row[0]) for row in rows]
    assert names == ["=cmd", "ann", "ann b", "bob", "dave", "joe, the second", "élodie"]
    assert rows[3] == ["bob", "", "", "bob@example.com"]
    assert read(table.text()) == {name: table.get(name) for name in names}


@pytest.mark.parametrize("start", "=+-@\t\r\n＝＋－＠")  # noqa: RUF001
def test_no_cell_is_a_formula(start: str) -> None:
    bad = f"{start}hyperlink(1)"
    table = Table()
    table.put({"username": bad, bad: bad, "more": [bad, f"x;{bad}"], "some": f"a; {bad}"})
    table.put({"username": "bob", "some": f'say "so";"{bad}"'})
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(table.text()), delimiter=delimiter):
            assert not [cell for cell in row if cell.lstrip().startswith(bad[0].strip() or bad)]
    assert read(table.text())[bad] == table.get(bad)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("empty", "", {}),
        ("blank", "\n\n", {}),
        ("header alone", "username,email\n", {}),
        ("as written", "username,n\nann,1\n", {"ann": {"n": 1}}),
        ("windows", "username,n\r\nann,1\r\n", {"ann": {"n": 1}}),
        ("no last line break", "username,n\nann,1", {"ann": {"n": 1}}),
        ("spaces", " username , n\n ann , 1\n", {"ann": {"n": 1}}),
        ("blank lines", "\nusername,n\n\nann,1\n  \n,\n", {"ann": {"n": 1}}),
        ("short row", "username,a,b\nann,1\n", {"ann": {"a": 1}}),
        ("unsorted", "username\nbob\nann\n", {"bob": {}, "ann": {}}),
        ("upper case", "username\nANN\n", {"ann": {}}),
        ("a number for a name", "username\n42\n", {"42": {}}),
        ("name last", "n,username\n1,ann\n", {"ann": {"n": 1}}),
        ("quoted", 'username,bio\n"ann","a, b\nc"\n', {"ann": {"bio": "a, b\nc"}}),
        ("a number for a field", "username,5\nann,x\n", {"ann": {"5": "x"}}),
        ("by a spreadsheet", "username,a,b\nann,FALSE,TRUE\n", {"ann": {"a": False, "b": True}}),
    ],
)
def test_a_file_that_a_person_edited(name: str, text: str, expected: dict[str, Any]) -> None:
    assert read(text) == {user: {"username": user, **rest} for user, rest in expected.items()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,email\n", "line 1: no column is named username"),
        ("username;email\nann;x\n", "line 1: no column is named username"),
        ("username,a,a\n", "line 1: two columns are named 'a'"),
        ("username,\nann,x\nbob,y,z\n", "line 3: 3 cells, but the header has 2"),
        ("username,a\nann,1\n,2\n", "line 3: a user without a name"),
        ("username\nann\nbob\n\nAnn\n", "line 5: there is a user named 'ann' in line 2, too"),
        ('username,a\nann,"x\n', "line 2: unexpected end of data"),
        ('username,a\nann,"x"y\n', "line 2: ',' expected after"),
        (f"username\n{'x' * 200_000}\n", "line 2: field larger than field limit"),
    ],
)
def test_a_broken_file_says_where(text: str, message: str) -> None:
    with pytest.raises(BadTable) as caught:
        Table.parse(text)
    assert message in str(caught.value)
