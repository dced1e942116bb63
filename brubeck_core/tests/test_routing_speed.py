"""The cost of finding a route, against the number of routes and the length of the path."""

from collections.abc import Callable
from time import thread_time

import pytest
from brubeck_core.routing.table import RouteTable

MANY = 10_000


def target() -> None:
    """Stand for a handler."""


def table_of(pattern: str, number: int) -> RouteTable:
    table = RouteTable()
    for each in range(number):
        table.add(pattern.replace("{}", str(each)), target)
    return table


def seconds(find: Callable[[str], object], path: str, times: int) -> float:
    start = thread_time()
    for _ in range(times):
        find(path)
    return thread_time() - start


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("^/item/{}$", "/item/{}"),
        (r"^/api/v{}/(\w+)", "/api/v{}/songs"),
        (r"^/user/(?P<id>\d+)/a{}/?$", "/user/123/a{}"),
    ],
)
def test_many_routes_cost_what_few_cost(pattern: str, path: str) -> None:
    few, many = table_of(pattern, 10), table_of(pattern, MANY)
    last_of_few, last_of_many = path.replace("{}", "9"), path.replace("{}", str(MANY - 1))
    # In turns and the best of many, as other programs slow the processor down now and then.
    pairs = [
        (seconds(few.find, last_of_few, 200), seconds(many.find, last_of_many, 200))
        for _ in range(50)
    ]
    ratio = min(of_many for _, of_many in pairs[1:]) / min(of_few for of_few, _ in pairs[1:])
    assert ratio < 3


def test_a_long_path_through_many_routes() -> None:
    """A path of 8 KiB takes less than 5 ms, whatever is in it."""
    patterns = [
        "^/item/{}$",
        r"^/user/(?P<id>\d+)/a{}/?$",
        r"^/api/v{}/(\w+)",
        r"^/(en|de)/page{}/[^/]+$",
        "^/x{}",
    ]
    table = RouteTable()
    for number in range(MANY // len(patterns)):
        for pattern in patterns:
            table.add(pattern.replace("{}", str(number)), target)
    paths = [
        unit * (8192 // len(unit))
        for unit in ("/", "a", "/a", "/user/1", "/en/page1", "/item", "\n", "%", "/x1", "é/")
    ]
    table.find("/")
    for path in paths:
        assert min(seconds(table.find, path, 1) for _ in range(5)) < 0.005, path[:20]


def test_an_index_of_many_routes_is_made_at_once() -> None:
    pattern = r"^/user/(?P<id>\d+)/b{}/?$"
    compiling, indexing = [], []
    for _ in range(5):
        start = thread_time()
        table = table_of(pattern, MANY // 5)
        compiling.append(thread_time() - start)
        indexing.append(seconds(table.find, "/", 1))
    assert min(indexing) < min(compiling)
