"""The ordered list of routes; the first whose pattern matches wins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from brubeck_core.routing.route import Route, Target


class RouteTable:
    """Routes in the order they were added."""

    def __init__(self) -> None:
        self._routes: list[Route] = []
        self._by_pattern: dict[str, Route] = {}

    def add(self, pattern: str, target: Target, methods: Iterable[str] | None = None) -> Route:
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
        return route

    def find(self, path: str) -> tuple[Route, re.Match[str]] | None:
        """Return the first route whose pattern matches `path`, with the match."""
        for route in self._routes:
            match = route.match(path)
            if match is not None:
                return route, match
        return None

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def __len__(self) -> int:
        return len(self._routes)
