"""The table of routes: order, the switch from few to many, and what makes paths equal."""

import re

import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.routing.table import RouteTable


def one() -> None:
    """Stand for a handler."""


def two() -> None:
    """Stand for another handler."""


def table_of(*patterns: str) -> RouteTable:
    table = RouteTable()
    for pattern in patterns:
        table.add(pattern, one)
    return table


def found(table: RouteTable, path: str) -> str | None:
    result = table.find(path)
    return result and result[0].pattern


# Enough routes, which match nothing below, to make the table use an index.
OTHERS = tuple(f"^/other{number}$" for number in range(20))


@pytest.fixture(params=["few", "many"])
def others(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return () if request.param == "few" else OTHERS


@pytest.mark.parametrize(
    ("name", "patterns", "path", "expected"),
    [
        ("no route", [], "/", None),
        ("none that matches", ["^/a$", "^/b$"], "/c", None),
        ("the first of two", ["^/a", "^/ab"], "/abc", "^/a"),
        ("the first, though less exact", [r"^/(\w+)$", "^/about$"], "/about", r"^/(\w+)$"),
        ("the first, though more exact", ["^/about$", r"^/(\w+)$"], "/about", "^/about$"),
        ("the second when the first fails", ["^/a$", "^/ab"], "/abc", "^/ab"),
        ("a catch-all in front", ["^/", "^/a$"], "/a", "^/"),
        ("a catch-all behind", ["^/a$", "^/"], "/b", "^/"),
        ("beginnings of a beginning", [r"^/ab\w", r"^/abc\w*", r"^/a\w*"], "/a", r"^/a\w*"),
        ("no slash in front", [r"^(\w+)/a$"], "b/a", r"^(\w+)/a$"),
        ("without a caret", ["a", "/a"], "/a", "/a"),
        ("only at the start", ["b", "/a"], "/ab", "/a"),
        ("open at the end", ["^/a"], "/abc/d", "^/a"),
        ("nothing but the end", ["^$"], "", "^$"),
        ("a path that is a star", [r"^\*$"], "*", r"^\*$"),
        ("dollar before a last newline", ["^/a$"], "/a\n", "^/a$"),
        ("dollar before one newline only", ["^/a$"], "/a\n\n", None),
        ("the very end", [r"^/a\Z"], "/a\n", None),
        ("an optional slash and a newline", ["^/a/?$"], "/a/\n", "^/a/?$"),
        ("a newline of a group's", [r"^/(\s)$"], "/\n", r"^/(\s)$"),
        ("a flag", ["(?i)^/a$"], "/A", "(?i)^/a$"),
        ("alternatives", ["^/a$|^/b$"], "/b", "^/a$|^/b$"),
        ("spaces and comments", ["(?x) ^/a  # this"], "/ab", "(?x) ^/a  # this"),
        # What makes one path another.
        ("another case", ["^/a$"], "/A", None),
        ("one slash more", ["^/a$"], "/a/", None),
        ("two slashes", ["^/a/b$"], "/a//b", None),
        ("parameters", ["^/a$"], "/a;v=1", None),
        ("a dot segment", ["^/b$"], "/a/../b", None),
        ("a decoded slash", ["^/a/b$"], "/a/b", "^/a/b$"),
        ("a slash encoded twice", ["^/a/b$"], "/a%2Fb", None),
        ("digits of all scripts", [r"^/(\d+)$"], "/٣", r"^/(\d+)$"),
        ("digits of ASCII", [r"^/([0-9]+)$"], "/٣", None),
        ("a letter composed otherwise", ["^/é$"], "/e\u0301", None),
    ],
)
def test_find(
    name: str, patterns: list[str], path: str, expected: str | None, others: tuple[str, ...]
) -> None:
    assert found(table_of(*others, *patterns), path) == expected, name
    assert found(table_of(*patterns, *others), path) == expected


def test_find_gives_the_match() -> None:
    result = table_of(r"^/(?P<name>\w+)/(\d+)").find("/songs/7/x")
    assert result is not None
    route, match = result
    assert route.match("/songs/7/x") is not None
    assert (match.groups(), match.groupdict()) == (("songs", "7"), {"name": "songs"})


def test_every_number_of_routes() -> None:
    table = RouteTable()
    for number in range(30):
        assert found(table, f"/{number}/x") is None
        table.add(rf"^/{number}/(\w+)$", one)
        # Routes added after a search are found by the next.
        for added in range(number + 1):
            assert found(table, f"/{added}/x") == rf"^/{added}/(\w+)$"


def test_a_route_added_later_does_not_win_over_an_earlier_one(others: tuple[str, ...]) -> None:
    table = table_of(*others, "^/a$")
    assert found(table, "/a") == "^/a$"
    table.add("^/", one)
    assert found(table, "/a") == "^/a$"
    assert found(table, "/b") == "^/"


def test_the_same_pattern_is_one_route(others: tuple[str, ...]) -> None:
    table = table_of(*others)
    route = table.add("^/a$", one, ["GET"])
    table.add("^/", one)
    assert table.add("^/a$", two, ["POST"]) is route
    assert route.by_method == {"GET": one, "POST": two}
    assert found(table, "/a") == "^/a$"


def test_it_iterates_in_order_and_has_a_length() -> None:
    table = table_of("^/b", "^/a", "^/b", *OTHERS)
    assert [route.pattern for route in table] == ["^/b", "^/a", *OTHERS]
    assert len(table) == 22


def test_a_compiled_pattern_keeps_its_flags(others: tuple[str, ...]) -> None:
    table = table_of(*others)
    table.add(re.compile("^/a$", re.IGNORECASE), one)
    assert found(table, "/A") == "^/a$"


def test_a_wrong_pattern_is_refused_and_adds_nothing() -> None:
    table = RouteTable()
    with pytest.raises(ConfigError):
        table.add("^/(", one)
    assert len(table) == 0
