"""The outline of a pattern: what every path that it matches has in common.

An outline may promise too little, never too much: where this reader does not know a part of a
pattern, it takes the part for one that matches anything.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Segment(NamedTuple):
    """What is known of one segment of a path, the text between two slashes."""

    text: str
    #: Whether `text` is all of the segment, or only its beginning.
    whole: bool


class Outline(NamedTuple):
    """What is known of the paths that a pattern matches.

    A newline at the end of a path is left out of account: ``$`` matches before it too.
    """

    #: The first segments. More may follow.
    segments: tuple[Segment, ...]
    #: All the paths, where the pattern leaves no more than two; otherwise none.
    paths: tuple[str, ...]


def outline(regex: re.Pattern[str]) -> Outline:
    """Return what every path that `regex` matches has in common.

    Text, groups, character sets and repetitions are understood. What may match a slash inside
    of a group or more than once, and what is not understood, ends the outline. Flags, and
    alternatives outside of groups, leave nothing known.
    """
    if regex.flags != re.UNICODE:
        return _NOTHING_KNOWN
    pattern = regex.pattern
    segments: list[Segment] = []
    text = ""
    # Whether `text` is followed, in its segment, by something without a slash; or by anything.
    more = anything = False
    depth = 0
    # Paths are matched from their start: an anchor there says nothing.
    position = 1 if pattern.startswith("^") else 2 if pattern.startswith(r"\A") else 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            if "|" in pattern[position:]:
                return _NOTHING_KNOWN
            break
        position = token.end()
        kind = token.lastgroup
        if kind == "open":
            depth += 1
            more = True
        elif kind == "close":
            depth -= 1
        elif kind == "or":
            if not depth:
                return _NOTHING_KNOWN
        elif anything:
            # Only alternatives, which would undo what is known, still matter.
            continue
        elif kind == "text":
            if not more:
                text += token["text"].replace("\\", "")
        elif kind == "slash":
            if depth:
                anything = True
            else:
                segments.append(Segment(text, not more))
                text = ""
                more = False
        elif kind == "set":
            more = True
            anything = re.match(token["set"], "/") is not None
        else:
            segments.append(Segment(text, not more))
            paths: tuple[str, ...] = ()
            if all(segment.whole for segment in segments):
                path = "/".join(segment.text for segment in segments)
                paths = (path,) if kind == "end" else (path, path + "/")
            return Outline(tuple(segments), paths)
    return Outline((*segments, Segment(text, False)), ())


_NOTHING_KNOWN = Outline((Segment("", False),), ())

# What is repeated is a set, or a group: it may be there any number of times. Sets that Python
# warns about, for what they may mean one day, are no tokens.
_TOKEN = re.compile(
    r"""
    (?:
        (?P<text> (?: [^]\\/.^$*+?{}[()|] | \\[^\\/a-zA-Z0-9] )+ )
        | (?P<slash> \\?/ )
      ) (?! [*+?{] )
    | (?P<open> \( (?: \?: | \?P<[^>]*> | (?!\?) ) )
    | (?P<or> \| )
    | (?P<end> (?: \$ | \\Z ) \Z )
    | (?P<end_or_slash> \\?/\? (?: \$ | \\Z ) \Z )
    | (?:
        (?P<close> \) )
        | (?P<set>
            \\[dDsSwW]
            | \[ \^?+ \]?+ (?: (?!--) [^]\\[&|~] | \\. )* \]
            | \.
            | \\[^a-zA-Z0-9]
            | [^]\\.^$*+?{}[()|]
        )
      ) (?: (?: [*+?] | \{[0-9,]*\} ) [+?]? )?
    """,
    re.VERBOSE | re.DOTALL,
)
