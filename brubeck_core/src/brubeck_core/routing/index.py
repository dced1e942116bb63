"""Find a path's route among many, at a cost that does not grow with their number."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from itertools import chain

from brubeck_core.routing.outline import Segment, outline
from brubeck_core.routing.route import Route

#: A route with its match.
Found = tuple[Route, re.Match[str]]

# A route as it is tried: its place in the order, which no other route shares, first.
_Entry = tuple[int, Callable[[str], re.Match[str] | None], Route]

# A route with the known segments of its paths.
_Outlined = tuple[_Entry, tuple[Segment, ...]]

# Trying this many patterns costs less than one more step down the tree.
_FEW = 2


class RouteIndex:
    """Routes, arranged by the outlines of their patterns.

    Only routes whose outline a path fits are tried, in their order; those without an outline
    are tried for every path. So the first match wins as it does when all are tried. The cost
    depends on how many outlines the path fits, which is one or two in most tables.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        # The tree begins behind the first slash, as nearly every path begins with one.
        self._root = _Node(1)
        self._depth = 1
        # For patterns such as ^/about$: the routes by path, and what was found for such paths.
        # Clients cannot make it grow, as it has no other paths.
        self._by_path: dict[str, list[_Entry]] = {}
        self._found: dict[str, Found] = {}
        outlined: list[_Outlined] = []
        for number, route in enumerate(routes):
            entry = (number, route.match, route)
            segments, paths = outline(route.regex)
            for path in paths:
                self._by_path.setdefault(path, []).append(entry)
            if not paths:
                outlined.append((entry, segments))
        self._grow(outlined)

    def find(self, path: str) -> Found | None:
        """Return the first route whose pattern matches `path`, with the match."""
        found = self._found.get(path)
        if found is not None:
            return found
        fitting = self._fitting(path)
        if path[-1:] == "\n":
            # An outline has no newline at its end, though its pattern may match there.
            fitting += self._fitting(path[:-1])
        if not fitting:
            return None
        entries = fitting[0] if len(fitting) == 1 else sorted(chain.from_iterable(fitting))
        for _, match_path, route in entries:
            match = match_path(path)
            if match is not None:
                if path in self._by_path:
                    self._found[path] = route, match
                return route, match
        return None

    def _fitting(self, path: str) -> list[list[_Entry]]:
        """Return the routes with an outline that `path` fits, in groups."""
        fitting = []
        if path in self._by_path:
            fitting.append(self._by_path[path])
        segments = path.split("/", self._depth)
        count = len(segments)
        nodes = [self._root]
        for node in nodes:  # and for those that join while it goes
            if node.entries:
                fitting.append(node.entries)
            if node.level < count:
                segment = segments[node.level]
                if segment in node.whole:
                    nodes.append(node.whole[segment])
                if node.any is not None:
                    nodes.append(node.any)
                if node.starts:
                    for length, starts in node.starts.items():
                        child = starts.get(segment[:length])
                        if child is not None:
                            nodes.append(child)
        return fitting

    def _grow(self, outlined: list[_Outlined]) -> None:
        """Divide routes by one segment after the other, until few are left together."""
        growing = [(self._root, outlined)]
        for node, routes in growing:
            groups: dict[Segment, list[_Outlined]] = {}
            for entry, segments in routes:
                if len(segments) == node.level:
                    node.entries.append(entry)
                else:
                    groups.setdefault(segments[node.level], []).append((entry, segments))
            if groups:
                self._depth = max(self._depth, node.level + 1)
            else:
                node.level = _NO_LEVEL
            for segment, group in groups.items():
                child = node.add(segment)
                if len(group) <= _FEW:
                    child.level = _NO_LEVEL
                    child.entries = [entry for entry, _ in group]
                else:
                    growing.append((child, group))


# The level of nodes that have none behind them: more than a path has segments.
_NO_LEVEL = sys.maxsize


class _Node:
    """A place in the tree: the outlines that begin with the same segments.

    A path that fits these segments reaches the node, whatever follows in it.
    """

    __slots__ = ("any", "entries", "level", "starts", "whole")

    def __init__(self, level: int) -> None:
        #: The place in the path of the segment that leads on from here.
        self.level = level
        #: The routes to try for every path that comes here.
        self.entries: list[_Entry] = []
        #: Where a path goes on: by its next segment, with any segment, and by the beginning of
        #: the segment, for each length of beginnings, in characters.
        self.whole: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.starts: dict[int, dict[str, _Node]] = {}

    def add(self, segment: Segment) -> _Node:
        """Add and return the node behind `segment`."""
        child = _Node(self.level + 1)
        if segment.whole:
            self.whole[segment.text] = child
        elif not segment.text:
            self.any = child
        else:
            self.starts.setdefault(len(segment.text), {})[segment.text] = child
        return child
