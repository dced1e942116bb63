"""The outcome of a call, carried from one thread to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Outcome(Generic[T]):
    """What `fn(*args, **kwargs)` returned or raised, whatever it was.

    Thread pools of greenlet libraries print exceptions, or die of some, so none reaches them.
    """

    __slots__ = ("_error", "_value")

    def __init__(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> None:
        self._value: T
        self._error: BaseException | None = None
        try:
            self._value = fn(*args, **kwargs)
        except BaseException as error:
            self._error = error

    def get(self) -> T:
        """Return what it returned, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._value
