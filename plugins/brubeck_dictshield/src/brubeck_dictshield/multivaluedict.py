"""A dictionary in which a key may have several values, as in the query of a URL."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Inside the class, `dict` is one of its own methods.
_Dict = dict


class MultiValueDictKeyError(KeyError):
    """There is no such key."""


class MultiValueDict(dict[Any, Any]):
    """A dictionary of lists that reads like one of single values, the last of each list.

        >>> songs = MultiValueDict({"artist": ["Dave", "Paul"]})
        >>> songs["artist"]
        'Paul'
        >>> songs.getlist("artist")
        ['Dave', 'Paul']

    `dict` itself reads past the methods here: `dict(songs.lists())` is the way to the lists,
    `songs.dict()` to the last values.
    """

    def __init__(
        self, lists: Mapping[Any, list[Any]] | Iterable[tuple[Any, list[Any]]] = ()
    ) -> None:
        source = lists.lists() if isinstance(lists, MultiValueDict) else lists
        super().__init__(source)

    def __getitem__(self, key: Any) -> Any:
        """Return the last value; an empty list if the list is empty."""
        try:
            values = super().__getitem__(key)
        except KeyError:
            raise MultiValueDictKeyError(f"there is no {key!r} here") from None
        return values[-1] if values else []

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, [value])

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the last value, or `default` if there is none."""
        return next(reversed(self.getlist(key)), default)

    def getlist(self, key: Any) -> list[Any]:
        """Return the list of values; a new, empty one if there is no such key."""
        values: list[Any] = super().get(key, [])
        return values

    def setlist(self, key: Any, values: list[Any]) -> None:
        """Replace the list of values."""
        super().__setitem__(key, values)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Set a single value unless the key is there; return the last value."""
        if key not in self:
            self[key] = default
        return self[key]

    def setlistdefault(self, key: Any, default: Iterable[Any] = ()) -> list[Any]:
        """Set a list of values unless the key is there; return the list."""
        if key not in self:
            self.setlist(key, list(default))
        return self.getlist(key)

    def appendlist(self, key: Any, value: Any) -> None:
        """Add a value at the end of a list."""
        super().setdefault(key, []).append(value)

    def update(self, *others: Any, **values: Any) -> None:
        """Add values at the ends of the lists, where a plain dictionary would replace them."""
        if len(others) > 1:
            raise TypeError(f"update takes at most one dictionary, not {len(others)}")
        for other in (*others, values):
            if isinstance(other, MultiValueDict):
                for key, items in other.lists():
                    super().setdefault(key, []).extend(items)
            else:
                for key, value in _Dict(other).items():
                    self.appendlist(key, value)

    def items(self) -> Any:
        """Return pairs of key and last value."""
        return [(key, self[key]) for key in self]

    def values(self) -> Any:
        """Return the last values."""
        return [self[key] for key in self]

    def lists(self) -> Iterator[tuple[Any, list[Any]]]:
        """Yield pairs of key and list."""
        yield from super().items()

    def dict(self) -> _Dict[Any, Any]:
        """Return a plain dictionary of the last values."""
        return {key: self[key] for key in self}

    def copy(self) -> MultiValueDict:
        """Return a dictionary with lists of its own."""
        return self.__copy__()

    def __copy__(self) -> MultiValueDict:
        return type(self)((key, list(values)) for key, values in self.lists())

    def __deepcopy__(self, memo: _Dict[int, Any]) -> MultiValueDict:
        copied = type(self)()
        memo[id(self)] = copied
        for key, values in self.lists():
            copied.setlist(copy.deepcopy(key, memo), copy.deepcopy(values, memo))
        return copied

    def __reduce__(self) -> Any:
        return type(self), (_Dict(self.lists()),)

    def __repr__(self) -> str:
        return f"<MultiValueDict: {_Dict(self.lists())}>"
