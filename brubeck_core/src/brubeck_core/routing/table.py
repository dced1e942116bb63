"""The ordered list of routes; the first whose pattern matches wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from brubeck_core.routing.index import Found, RouteIndex
from brubeck_core.routing.route import Route, Target

# Up to this many routes, trying one after the other takes no longer than asking an index.
_FEW = 8


class RouteTable:
    """Routes in the order they were added.

    Paths are compared as the request has them: decoded once, so that ``%2F`` is a slash and
    ``%252F`` is not; in upper and lower case; with every slash, also the last, and with
    ``;parameters``. The pattern alone says what is equal: ``/?$`` takes both ``/a`` and ``/a/``,
    ``(?i)`` every case, and ``\\d`` digits of all scripts, where ``[0-9]`` takes ASCII's.
    """

    def __init__(self) -> None:
        self._routes: list[Route] = []
        self._by_pattern: dict[str | re.Pattern[str], Route] = {}
        # While there are few routes, all of them; after that none, and an index, which is made
        # when it is first needed after a route was added.
        self._few: list[tuple[Callable[[str], re.Match[str] | None], Route]] = []
        self._index: RouteIndex | None = None

    def add(
        self,
        pattern: str | re.Pattern[str],
        target: Target,
        methods: str | Iterable[str] | None = None,
    ) -> Route:
        """Add a route at the end and return it.

        A pattern that is there already is not tried twice: its route gains the methods.
        Raises `ConfigError` when the pattern is not a regular expression.
        """
        route = self._by_pattern.get(pattern)
        if route is not None:
            route.add(target, methods)
            return route
        route = Route(pattern, target, methods)
        self._routes.append(route)
        self._by_pattern[pattern] = route
        if len(self._routes) <= _FEW:
            self._few.append((route.match, route))
        else:
            self._few = []
            self._index = None
        return route

    def find(self, path: str) -> Found | None:
        """Return the first route whose pattern matches `path`, with the match.

        The cost does not grow with the number of routes (see `RouteIndex`).
        """
        few = self._few
        for match_path, route in few:
            match = match_path(path)
            if match is not None:
                return route, match
        if few:
            return None
        index = self._index
        if index is None:
            index = self._index = RouteIndex(self._routes)
        return index.find(path)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def __len__(self) -> int:
        return len(self._routes)
