"""One route: its pattern, its targets by method, and the arguments it takes from a path."""

import re
from functools import partial

import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.routing.route import Arguments, Route


def one() -> None:
    """Stand for a handler."""


def two() -> None:
    """Stand for another handler."""


class Handler:
    """Stand for a handler class."""


@pytest.mark.parametrize(
    ("name", "pattern", "path", "expected"),
    [
        ("no group", "^/a", "/a", ((), {})),
        ("a group that gives nothing", "^/(?:a|b)", "/a", ((), {})),
        ("unnamed", r"^/(\w+)/(\d+)", "/ann/7", (("ann", "7"), {})),
        ("unnamed and missing", r"^/(\w+)(?:/(\d+))?", "/ann", (("ann", None), {})),
        ("unnamed and empty", r"^/(\w*)", "/", (("",), {})),
        ("named", r"^/(?P<x>\w+)/(?P<y>\d+)", "/ann/7", ((), {"x": "ann", "y": "7"})),
        ("named and missing", r"^/(?P<x>\w+)(/(?P<y>\d+))?", "/ann", ((), {"x": "ann"})),
        ("named and empty", r"^/(?P<x>\w*)/(?P<y>\d*)", "//7", ((), {"y": "7"})),
        ("named and unnamed", r"^/(\w+)/(?P<y>\d+)", "/ann/7", ((), {"y": "7"})),
        ("a zero is not empty", r"^/(?P<x>\d)", "/0", ((), {"x": "0"})),
    ],
)
def test_arguments(name: str, pattern: str, path: str, expected: Arguments) -> None:
    route = Route(pattern, one)
    match = route.match(path)
    assert match is not None, name
    assert route.arguments(match) == expected


@pytest.mark.parametrize(
    ("name", "methods", "by_method", "target"),
    [
        ("for every method", None, {}, one),
        ("a list", ["GET", "POST"], {"GET": one, "POST": one}, None),
        ("any case", ["get", "Post"], {"GET": one, "POST": one}, None),
        ("one as text", "get", {"GET": one}, None),
        ("an iterator", iter(["GET"]), {"GET": one}, None),
        ("one that is not known", ["PURGE"], {"PURGE": one}, None),
    ],
)
def test_methods(name: str, methods: object, by_method: object, target: object) -> None:
    route = Route("^/", one, methods)  # type: ignore[arg-type]
    assert (route.by_method, route.target) == (by_method, target), name
    assert list(route.methods) == list(route.by_method)


@pytest.mark.parametrize(
    ("name", "first", "second", "by_method", "target"),
    [
        ("another method", ["GET"], ["POST"], {"GET": one, "POST": two}, None),
        ("the same method", ["GET"], ["GET"], {"GET": one}, None),
        ("one the same, one new", ["GET"], ["GET", "PUT"], {"GET": one, "PUT": two}, None),
        ("all others", ["GET"], None, {"GET": one}, two),
        ("nothing left", None, ["GET"], {}, one),
        ("nothing left of all", None, None, {}, one),
    ],
)
def test_a_second_target_gets_what_the_first_left(
    name: str, first: list[str] | None, second: list[str] | None, by_method: object, target: object
) -> None:
    route = Route("^/", one, first)
    route.add(two, second)
    assert (route.by_method, route.target) == (by_method, target), name


@pytest.mark.parametrize("methods", [[], (), iter([])])
def test_an_empty_list_of_methods_is_refused(methods: object) -> None:
    with pytest.raises(ConfigError, match=r"route '\^/' has an empty list of methods.*leave it"):
        Route("^/", one, methods)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="empty list of methods"):
        Route("^/", one).add(two, [])


@pytest.mark.parametrize(
    ("name", "pattern", "message"),
    [
        ("open group", "^/(", r"route '\^/\(' is not a regular expression: missing \).*backslash"),
        ("bad escape", r"^/\q", r"bad escape \\q at position 2"),
        ("repeats nothing", "*", "nothing to repeat"),
        ("flags too late", "^/(?i)a", "global flags not at the start"),
        ("repeats too often", "^/a{99999999999999999999}", "repetition number is too large"),
        ("nested too deep", "(" * 5000 + ")" * 5000, "not a regular expression"),
        ("bytes", b"^/", "route b'\\^/' is not text; .*then its handler"),
        ("a handler", Handler, "Handler'> is not text"),
        ("nothing", None, "route None is not text"),
    ],
)
def test_what_is_not_a_pattern_is_refused(name: str, pattern: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Route(pattern, one)  # type: ignore[arg-type]


def test_a_compiled_pattern() -> None:
    route = Route(re.compile("^/a$", re.IGNORECASE), one)
    assert route.match("/A") is not None
    assert route.pattern == "^/a$"


@pytest.mark.parametrize(
    ("target", "methods", "expected"),
    [
        (one, None, f"{__name__}.one"),
        (one, ["GET", "POST"], f"{__name__}.one"),
        (Handler, None, f"{__name__}.Handler"),
    ],
)
def test_its_name_says_the_targets(target: object, methods: object, expected: str) -> None:
    assert Route("^/", target, methods).name == expected  # type: ignore[arg-type]


def test_the_name_of_several_targets_and_of_one_without_a_name() -> None:
    route = Route("^/", one, ["GET"])
    route.add(two, ["PUT"])
    route.add(partial(one), None)
    first, second, third = route.name.split(", ")
    assert (first, second) == (f"{__name__}.one", f"{__name__}.two")
    assert third.startswith("functools.functools.partial(")
    assert repr(Route("^/a", one)) == f"<Route '^/a' {__name__}.one>"
