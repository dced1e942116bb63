"""What the conformance suites share: declared capabilities, and no test that goes missing.

class TestMyCache(CacheSuite):
    capabilities = {"shared"}
    skips = {"test_a_key_is_only_ever_data": "keys of this store are letters and digits"}
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, TypeVar

import pytest
from brubeck_core.config.suggest import did_you_mean

Test = TypeVar("Test", bound=Callable[..., object])

_NEEDS = "brubeck_needs"


def needs(capability: str) -> Callable[[Test], Test]:
    """Mark a standard test as one for implementations that declare `capability`."""

    def mark(test: Test) -> Test:
        setattr(test, _NEEDS, capability)
        return test

    return mark


class Suite:
    """The base of every conformance suite.

    A suite is a class declared with ``standard=True``; the tests it has are standard tests. An
    author derives a test class from it, overrides the fixtures it names, and says what is special:

    Attributes:
        capabilities: what the implementation offers beyond what every one of its kind has to;
            each opens the tests that need it.
        skips: the standard tests that do not apply, by name, each with the reason. They are
            skipped, and pytest's report shows why. A test that is replaced by another of its
            name has to be here too.

    A standard test that is missing or replaced without a reason, a reason for no test, and a
    capability that no test asks for are errors: `TypeError`, when the class is made.
    """

    capabilities: ClassVar[Collection[str]] = frozenset()
    skips: ClassVar[Mapping[str, str]] = {}

    _standard: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, *, standard: bool = False) -> None:
        if not standard:
            _check(cls)
            return
        cls._standard = {
            name: test
            for base in reversed(cls.__mro__)
            for name, test in vars(base).items()
            if name.startswith("test")
        }

    @classmethod
    def standard_tests(cls) -> frozenset[str]:
        """Return the names of the tests that the suite consists of."""
        return frozenset(cls._standard)

    @classmethod
    def known_capabilities(cls) -> frozenset[str]:
        """Return the capabilities that a test class may declare."""
        tests = cls._standard.values()
        return frozenset(getattr(test, _NEEDS) for test in tests if hasattr(test, _NEEDS))

    @pytest.fixture(autouse=True)
    def _only_what_applies(self, request: pytest.FixtureRequest) -> None:
        name = request.function.__name__
        if self._standard.get(name) is not request.function.__func__:
            return  # the author's own
        if name in self.skips:
            pytest.skip(self.skips[name])
        capability = getattr(request.function, _NEEDS, None)
        if capability is not None and capability not in self.capabilities:
            pytest.skip(f"for those that declare the capability {capability!r}")


def _check(cls: type[Suite]) -> None:
    standard = cls._standard
    for name, test in standard.items():
        if name not in cls.skips and inspect.getattr_static(cls, name, None) is not test:
            raise TypeError(
                f"{cls.__qualname__} leaves out or replaces the standard test {name!r} without a "
                f"reason; give it back, or say why: skips = {{{name!r}: 'why'}}"
            )
    for name, reason in cls.skips.items():
        if name not in standard:
            raise TypeError(
                f"{cls.__qualname__}: skips names {name!r}, which is no standard test of this "
                f"suite.{did_you_mean(name, standard)}"
            )
        if not isinstance(reason, str) or not reason.strip():
            raise TypeError(f"{cls.__qualname__}: skips has no reason for {name!r}")
    known = cls.known_capabilities()
    for capability in cls.capabilities:
        if capability not in known:
            raise TypeError(
                f"{cls.__qualname__}: no standard test needs the capability {capability!r}."
                f"{did_you_mean(capability, known)} There are: {', '.join(sorted(known)) or 'none'}"
            )
