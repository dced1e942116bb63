"""One route: a pattern and what answers for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from brubeck_core.errors import ConfigError

#: A handler class, called as ``Class(app, request)``, or a function, ``f(app, request, ...)``.
Target = Callable[..., Any]

#: Positional and keyword arguments taken from the path.
Arguments = tuple[tuple[Any, ...], dict[str, Any]]

_NO_ARGUMENTS: Arguments = ((), {})


class Route:
    """A regular expression for paths and its target, or a target per method.

    Patterns match from the start of the path, without being anchored at its end, as `re.match`
    does. Named groups become keyword arguments, and those that matched nothing are left out, so
    that defaults apply; without named groups, the unnamed ones become positional arguments.

    Args:
        pattern: the regular expression.
        target: what answers.
        methods: the method or methods the target is for, in any case; None for every method.

    Raises `ConfigError` when the pattern is not a regular expression for text, or `methods` is
    empty.
    """

    __slots__ = ("_named", "by_method", "match", "pattern", "regex", "target")

    def __init__(
        self,
        pattern: str | re.Pattern[str],
        target: Target,
        methods: str | Iterable[str] | None = None,
    ) -> None:
        self.regex = regex = _compile(pattern)
        self.pattern = regex.pattern
        self.match = regex.match
        self._named: bool | None = bool(regex.groupindex) if regex.groups else None
        #: The target for every method, or None when there is one per method.
        self.target: Target | None = None
        #: Targets by upper-case method.
        self.by_method: dict[str, Target] = {}
        self.add(target, methods)

    def add(self, target: Target, methods: str | Iterable[str] | None) -> None:
        """Let `target` answer for `methods` that nothing added before answers for."""
        if methods is None:
            if self.target is None:
                self.target = target
            return
        names = [methods] if isinstance(methods, str) else list(methods)
        if not names:
            raise ConfigError(
                f"the route {self.pattern!r} has an empty list of methods, so nothing would "
                'reach its target; name some, as in method=["GET", "POST"], or leave it out '
                "for all"
            )
        if self.target is None:
            for name in names:
                self.by_method.setdefault(name.upper(), target)

    def arguments(self, match: re.Match[str]) -> Arguments:
        """Return the arguments that the path gave."""
        if self._named is None:
            return _NO_ARGUMENTS
        if self._named:
            return (), {name: value for name, value in match.groupdict().items() if value}
        return match.groups(), {}

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods this route names; empty when its target answers for all it can."""
        return tuple(self.by_method)

    @property
    def name(self) -> str:
        """The targets' qualified names, for people."""
        targets = dict.fromkeys(self.by_method.values())
        if self.target is not None:
            targets[self.target] = None
        return ", ".join(
            f"{target.__module__}.{getattr(target, '__qualname__', repr(target))}"
            for target in targets
        )

    def __repr__(self) -> str:
        return f"<Route {self.pattern!r} {self.name}>"


def _compile(pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    try:
        regex = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ConfigError(
            f"the route {pattern!r} is not a regular expression: {error}; put a backslash "
            "before each character that is meant as it is (re.escape does that)"
        ) from None
    except TypeError:
        regex = None
    if regex is None or not isinstance(regex.pattern, str):
        raise ConfigError(
            f"the route {pattern!r} is not text; a route is a regular expression for paths, "
            'such as "^/songs/(\\d+)$", and then its handler'
        )
    return regex
