"""The index finds what trying every pattern in order finds, and tries few patterns for it."""

import random
import re
from collections.abc import Iterable

import pytest
from brubeck_core.routing.index import Found, RouteIndex
from brubeck_core.routing.outline import Outline, outline
from brubeck_core.routing.route import Route
from hypothesis import given, settings
from hypothesis import strategies as st

#: Parts of patterns, each with texts that it matches in the right company.
PARTS: dict[str, list[str]] = {
    "/": ["/"],
    "/a": ["/a"],
    "/b": ["/b"],
    "/ab": ["/ab", "/abb"],
    "/1": ["/1"],
    "a": ["a"],
    "b/": ["b/"],
    "/a/b": ["/a/b"],
    "é": ["é"],
    " #": [" #"],
    "-&~": ["-&~"],
    r"\.": ["."],
    r"\/": ["/"],
    r"\ \-": [" -"],
    r"\\": ["\\"],
    r"\]": ["]"],
    # Characters that are optional or repeated.
    "a?": ["", "a"],
    "/a?": ["/", "/a"],
    "/ab*": ["/a", "/abb"],
    "b+?": ["b", "bb"],
    "a*+": ["", "aa"],
    "a{2}": ["aa"],
    "/a{0,2}": ["/", "/aa"],
    "a{,2}?": ["", "a"],
    "/?": ["", "/"],
    "/*": ["", "//"],
    r"\/+": ["/", "//"],
    r"\.?": ["", "."],
    # Braces that repeat nothing.
    "a{b}": ["a{b}"],
    "/{a}": ["/{a}"],
    "a{}": ["a{}"],
    "a{1,b}": ["a{1,b}"],
    "]}": ["]}"],
    # Sets.
    r"\d": ["1"],
    r"\w+": ["a", "ab1"],
    r"\s*": ["", " ", "\n"],
    r"\D": ["a", "/"],
    r"\W+": ["/", "-"],
    r"\S+": ["a/b"],
    ".": ["a", "/"],
    ".*": ["", "a/b"],
    ".+?": ["a", "/"],
    "[ab]": ["a", "b"],
    "[^/]+": ["a", "ab\n"],
    "[^a]": ["b", "/"],
    r"[\w-]*": ["", "a-b"],
    "[+-9]": ["/", "1"],
    "[/]": ["/"],
    r"[\x2f]": ["/"],
    "[]a]+": ["]a"],
    "[^]a]+": ["b/"],
    r"[a\]/]": ["]", "/"],
    "[(|)]": ["(", "|"],
    "[$^]": ["$"],
    "[]]{a}": ["]{a}"],
    # Groups.
    "(a)": ["a"],
    r"(\d+)": ["1", "11"],
    "(?:ab)": ["ab"],
    r"(?P<x>[^/]+)": ["a", "1"],
    "(?:/a)": ["/a"],
    "(?:/a)?": ["", "/a"],
    "(/b)*": ["", "/b/b"],
    "(a|b)": ["a", "b"],
    "(?:a|/b)": ["a", "/b"],
    "(|a)": ["", "a"],
    "(?:a(b|(?:/1))?)+": ["a", "ab", "a/1"],
    "(a|$)": ["", "a"],
    r"(\.a|/)?": ["", ".a", "/"],
    "()": [""],
    # What the reader of outlines does not know.
    "(?=/a)": [""],
    "(?!a|b)": [""],
    "(?<=a)": [""],
    "(?#|()": [""],
    "(?i:a)": ["A"],
    "(?x: / #|\n a )": ["/a"],
    "(?>a|ab)": ["a"],
    "(?P<y>a)(?P=y)": ["aa"],
    r"(b)(?(1)a|/)": ["ba"],
    r"\x2f": ["/"],
    r"\N{SOLIDUS}": ["/"],
    r"\n": ["\n"],
    r"\b": [""],
    # Anchors and alternatives anywhere.
    "|": [""],
    "^": [""],
    "$": [""],
    r"\A": [""],
    r"\Z": [""],
}
#: Parts that many routes share, so that the tree of an index grows deep.
COMMON = ["/", "/a", "/a", "/b", "/ab", "/1", "a", "[^/]+", r"(\d+)", "(a|b)", "/?", ".*", "(/b)*"]
STARTS = ["^/", "^/", "^/", "^/", "^", "/", "", r"\A/", "(?i)", "(?x)", "(?m)/", "(?s)/", "(?a)^/"]
ENDS = ["$", "$", "", "", "/?$", r"\Z", r"\/?\Z", "/", "(.*)$", "/*$", "?$"]
BEHIND = ["", "", "", "/", "\n", "/\n", "\n\n", "a", "/a", "\n/", "A"]

#: A pattern, and a path that it is likely to match.
Pair = tuple[re.Pattern[str], str]


def random_pairs(number: int, parts: list[str], seed: int) -> list[Pair]:
    source = random.Random(seed)
    pairs = []
    while len(pairs) < number:
        chosen = source.choices(parts, k=source.randrange(7))
        start, end = source.choice(STARTS), source.choice(ENDS)
        try:
            regex = re.compile(start + "".join(chosen) + end)
        except re.error:
            continue
        path = "/" * start.endswith("/") + "".join(source.choice(PARTS[part]) for part in chosen)
        pairs.append((regex, path + source.choice(BEHIND)))
    return pairs


POOL = random_pairs(1000, list(PARTS), 1) + random_pairs(1000, COMMON, 2)


def target() -> None:
    """Stand for a handler."""


def try_all(routes: Iterable[Route], path: str) -> Found | None:
    for route in routes:
        match = route.match(path)
        if match is not None:
            return route, match
    return None


def described(found: Found | None) -> object:
    return found and (found[0], found[1].span(), found[1].groups(), found[1].groupdict())


@settings(max_examples=2000, deadline=None)
@given(
    st.lists(st.sampled_from(POOL), max_size=20),
    st.lists(st.text("ab/1.-A\n", max_size=6), max_size=3),
)
def test_it_finds_what_trying_all_finds(pairs: list[Pair], other_paths: list[str]) -> None:
    routes = [Route(regex, target) for regex, _ in pairs]
    index = RouteIndex(routes)
    for path in [*(path for _, path in pairs), *other_paths]:
        expected = described(try_all(routes, path))
        assert described(index.find(path)) == expected, path
        # Once more, as an index remembers some answers.
        assert described(index.find(path)) == expected, path


def test_a_path_that_a_pattern_matches_fits_its_outline() -> None:
    paths = [path for _, path in POOL]
    matched = 0
    for number, (regex, _) in enumerate(POOL):
        known = outline(regex)
        for path in paths[number : number + 50]:
            if regex.match(path):
                matched += 1
                assert fits(path, known) or fits(path.removesuffix("\n"), known), (regex, path)
    # Otherwise this and the test above would prove little.
    assert matched > len(POOL)


def fits(path: str, known: Outline) -> bool:
    if known.paths:
        return path in known.paths
    segments = path.split("/")
    return len(segments) >= len(known.segments) and all(
        segment == text if whole else segment.startswith(text)
        for segment, (text, whole) in zip(segments, known.segments, strict=False)
    )


# -- how many patterns are tried ---------------------------------------------------------------


def tries(patterns: Iterable[str], path: str) -> tuple[int, str | None]:
    """Return how many patterns the index tries for `path`, and the one it finds."""
    tried: list[str] = []

    def counted(route: Route) -> Route:
        match_path = route.match

        def match(path: str) -> re.Match[str] | None:
            tried.append(route.pattern)
            return match_path(path)

        route.match = match
        return route

    found = RouteIndex(counted(Route(pattern, target)) for pattern in patterns).find(path)
    return len(tried), found and found[0].pattern


MANY = 300


@pytest.mark.parametrize(
    ("name", "pattern", "path", "most"),
    [
        ("whole paths", r"^/item/{}$", "/item/{}", 1),
        ("whole paths, slash or not", r"^/item/{}/?$", "/item/{}/", 1),
        ("without a caret", r"/item/{}\Z", "/item/{}", 1),
        ("escapes", r"^/item\.{}\-x$", "/item.{}-x", 1),
        ("a group behind", r"^/api/v{}/(\w+)", "/api/v{}/songs", 2),
        ("a group before", r"^/user/(?P<id>\d+)/a{}$", "/user/5/a{}", 2),
        ("groups around", r"^/(\w+)/(?:[^/]+)/{}/([a-z-]+)/?$", "/a/b/{}/c-d", 2),
        ("alternatives in a group", r"^/(en|de)/page{}/(?:edit|show)$", "/de/page{}/show", 2),
        ("everything behind", r"^/files{}/(.*)$", "/files{}/a/b/c", 2),
        ("unanchored", r"^/song/{}x", "/song/{}xyz/1", 2),
        ("a group in the segment", r"^/song{}-(\d+)$", "/song{}-7", 2),
        ("something optional", r"^/song/{}s?/(\d+)", "/song/{}s/7", 10),
        ("one text the other's beginning", r"^/{}", "/{}", 10),
    ],
)
def test_it_tries_few_of_many(name: str, pattern: str, path: str, most: int) -> None:
    patterns = [pattern.replace("{}", str(number)) for number in range(1000, 1000 + MANY)]
    for number in (0, MANY // 2, MANY - 1):
        count, found = tries(patterns, path.replace("{}", str(1000 + number)))
        assert found == patterns[number]
        assert count <= most, name


def test_it_tries_few_for_a_path_without_a_route() -> None:
    patterns = [rf"^/api/v{number}/(\w+)/edit/?$" for number in range(MANY)]
    for path in ("/", "/api/", "/api/v", "/api/v5", "/nothing/here", "*", "", "/api/v5/a/b\n"):
        count, found = tries(patterns, path)
        assert found is None
        assert count <= 2


def test_patterns_without_an_outline_are_tried_in_their_place() -> None:
    patterns = [
        *(rf"^/a{number}/(\d+)$" for number in range(20)),
        r"(?i)^/A7/7",
        *(rf"^/a{number}/(\w+)$" for number in range(20)),
        r"^/a7/x|^/y",
    ]
    for path, most, expected in [
        ("/a7/5", 1, r"^/a7/(\d+)$"),
        ("/A7/77", 1, "(?i)^/A7/7"),
        ("/a7/x", 3, r"^/a7/(\w+)$"),
        ("/y", 2, "^/a7/x|^/y"),
    ]:
        assert tries(patterns, path) == (most, expected)


def test_a_tree_deeper_than_python_recurses() -> None:
    deep = "/(a)" * 2000
    patterns = [f"^{deep}/{number}$" for number in range(4)]
    assert tries(patterns, "/a" * 2000 + "/3") == (1, patterns[3])
    assert tries(patterns, "/a" * 1999) == (0, None)


def test_it_remembers_only_paths_of_its_own() -> None:
    index = RouteIndex([Route("^/a$", target), Route("^/b/?$", target), Route("^/", target)])
    for path in ("/a", "/a\n", "/b", "/b/", "/c", "/a/"):
        assert index.find(path) is not None
    assert sorted(index._found) == ["/a", "/b", "/b/"]
