"""What is known of every path that a pattern matches, and when nothing is."""

import re

import pytest
from brubeck_core.routing.outline import outline

NOTHING = "*"


def drawn(pattern: str) -> str:
    """Draw an outline: segments between slashes, a star where the rest of one is unknown."""
    return "/".join(
        text if whole else text + "*" for text, whole in outline(re.compile(pattern))[0]
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", NOTHING),
        ("^", NOTHING),
        ("^/", "/*"),
        ("/", "/*"),
        (r"\A/", "/*"),
        ("^/brubeck", "/brubeck*"),
        ("^/a/b/c", "/a/b/c*"),
        (r"^/v1\.0/a\-b\/c", "/v1.0/a-b/c*"),
        ("^/café/ä#1 &~,;=@", "/café/ä#1 &~,;=@*"),
        (r"^/a\\b", "/a*"),
        # Something without a slash, and what comes behind the next slash.
        (r"^/user/(?P<id>\d+)/edit$", "/user/*/edit"),
        (r"^/user/(\w+)-(\d+)/edit/", "/user/*/edit/*"),
        (r"^/song-(\d+)x/edit$", "/song-*/edit"),
        ("^/[^/]+/(?:a|b(c|d))/e$", "/*/*/e"),
        (r"^/[\w.-]{1,20}/e$", "/*/e"),
        ("^/[]x]/e$", "/*/e"),
        ("^/()/e$", "/*/e"),
        # Characters that need not be there.
        ("^/songs?/e$", "/song*/e"),
        ("^/ab*c/e$", "/a*/e"),
        ("^/ab+?c/e$", "/a*/e"),
        ("^/ab{0,2}c/e$", "/a*/e"),
        ("^/ab*+c/e$", "/a*/e"),
        (r"^/a\.?b/e$", "/a*/e"),
        ("^/é?/e$", "/*/e"),
        # What may match a slash ends it.
        ("^/files/(.*)/e$", "/files/*"),
        ("^/a.b/e$", "/a*"),
        (r"^/a\D/e$", "/a*"),
        ("^/a[^b]/e$", "/a*"),
        ("^/a[+-9]/e$", "/a*"),
        (r"^/a[\x2f]/e$", "/a*"),
        (r"^/a[]\]/]/e$", "/a*"),
        ("^/a(/b)?/e$", "/a*"),
        ("^/a(?:/b)/e$", "/a*"),
        ("^/a/?/e$", "/a*"),
        ("^/a/*e$", "/a*"),
        (r"^/a\/+e$", "/a*"),
        # So does what is not understood.
        ("^/a(?=x)/e$", "/a*"),
        ("^/a(?!x)/e$", "/a*"),
        ("^/a(?i:x)/e$", "/a*"),
        ("^/a(?#x)/e$", "/a*"),
        ("^/a(?>x)/e$", "/a*"),
        (r"^/(?P<x>a)(?P=x)/e$", "/*"),
        (r"^/(a)\1/e$", "/*"),
        (r"^/a\x2fe$", "/a*"),
        (r"^/a\b/e$", "/a*"),
        ("^/a^/e$", "/a*"),
        ("^/a$/e$", "/a*"),
        ("^/a{id}/e$", "/*"),
        ("^/{id}/e$", NOTHING),
        ("^/ab{}/e$", "/a*/e"),
        ("^/a]/e$", "/a*"),
        # Alternatives outside of groups, or that may be outside, leave nothing.
        ("^/a$|^/b$", NOTHING),
        ("^/a/(b)|", NOTHING),
        ("|^/a", NOTHING),
        ("^/a(.*)b|c", NOTHING),
        ("^/a(?=b|c)", NOTHING),
        ("^/a(?#()|b", NOTHING),
        (r"^/a\x2f(b|c)", NOTHING),
        ("^/a[|]", NOTHING),
        (r"^/a\|b", "/a|b*"),
        ("^/a(b|c(/|d)|)", "/a*"),
        # Flags change what the rest means.
        ("(?i)^/a$", NOTHING),
        ("(?x)^/a #b\n$", NOTHING),
        ("(?m)^/a$", NOTHING),
        ("(?a)^/a$", NOTHING),
    ],
)
def test_outline(pattern: str, expected: str) -> None:
    assert drawn(pattern) == expected


def test_a_pattern_compiled_with_flags_leaves_nothing() -> None:
    assert outline(re.compile("^/a$", re.IGNORECASE)).segments == outline(re.compile("")).segments


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^/a$", ["/a"]),
        (r"/a/b\.c$", ["/a/b.c"]),
        (r"\A/a\Z", ["/a"]),
        ("^/$", ["/"]),
        ("^$", [""]),
        ("^/a/$", ["/a/"]),
        ("^/a/?$", ["/a", "/a/"]),
        (r"^/a\/?\Z", ["/a", "/a/"]),
        ("^a$", ["a"]),
        ("^/a", []),
        ("^/a/?", []),
        ("^/a/??$", []),
        ("^/a/*$", []),
        ("^/ab?$", []),
        ("^/(a)$", []),
        (r"^/a\$", []),
        ("^/a$|^/b$", []),
        ("^/a.$", []),
        ("^/a.b$", []),
        ("^/(?:.)/b/?$", []),
        ("(?i)^/a$", []),
    ],
)
def test_the_only_paths(pattern: str, expected: list[str]) -> None:
    assert list(outline(re.compile(pattern)).paths) == expected


@pytest.mark.parametrize(
    "set_", ["[[a]", "[+--]", "[]+--]", "[^]&&a]", "[a&&b]", "[a||b]", "[a~~b]"]
)
def test_a_set_that_python_warns_of_is_warned_of_once(set_: str) -> None:
    with pytest.warns(FutureWarning, match="Possible"):
        regex = re.compile(f"^/x{set_}/y")
    assert outline(regex).paths == ()
