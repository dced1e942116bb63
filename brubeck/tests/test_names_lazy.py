"""The helper behind every module of this package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from brubeck._names import lazy_names

MakeModule = Callable[..., ModuleType]


@pytest.fixture
def make_module(monkeypatch: pytest.MonkeyPatch) -> MakeModule:
    def make(
        homes: Mapping[str, str],
        own: tuple[str, ...] = (),
        dropped: Mapping[str, str] | None = None,
    ) -> ModuleType:
        module = ModuleType("brubeck.example")
        monkeypatch.setitem(sys.modules, "brubeck.example", module)
        module.__getattr__, module.__dir__ = lazy_names(  # type: ignore[method-assign]
            "brubeck.example", homes, own=own, dropped=dropped
        )
        return module

    return make


@pytest.fixture
def write_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Return a function that makes a package importable, from the source of its `__init__`."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(package: str, source: str) -> None:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(source)
        monkeypatch.delitem(sys.modules, package, raising=False)

    return write


def test_a_name_is_imported_when_it_is_asked_for(make_module: MakeModule) -> None:
    module = make_module({"gcd": "math"})
    assert "gcd" not in vars(module)
    assert module.gcd(4, 6) == 2
    assert "gcd" in vars(module)


def test_an_unknown_name_is_an_attribute_error(make_module: MakeModule) -> None:
    with pytest.raises(AttributeError, match=r"'brubeck\.example' has no attribute 'gdc'"):
        make_module({"gcd": "math"}).gdc  # noqa: B018


def test_a_plugin_that_is_not_installed_gives_the_pip_line(make_module: MakeModule) -> None:
    module = make_module({"Rendering": "brubeck_chamber"})
    with pytest.raises(ImportError) as caught:
        module.Rendering  # noqa: B018
    assert str(caught.value) == (
        "brubeck.example.Rendering comes with brubeck-chamber, which is not installed: "
        'pip install "brubeck[chamber]"'
    )


def test_a_module_inside_a_missing_plugin_gives_the_same(make_module: MakeModule) -> None:
    module = make_module({"User": "brubeck_chamber.users"})
    with pytest.raises(ImportError, match=r'pip install "brubeck\[chamber\]"'):
        module.User  # noqa: B018


@pytest.mark.parametrize("home", ["brubeck_old", "brubeck_old.users"])
def test_a_plugin_without_the_name_is_too_old(
    make_module: MakeModule, write_plugin: Callable[[str, str], None], home: str
) -> None:
    write_plugin("brubeck_old", "")
    with pytest.raises(ImportError, match=r'pip install --upgrade "brubeck\[old\]"'):
        make_module({"User": home}).User  # noqa: B018


def test_a_core_without_the_name_is_too_old(make_module: MakeModule) -> None:
    module = make_module({"Jazz": "brubeck_core.handlers.jazz"})
    with pytest.raises(ImportError, match=r"pip install --upgrade brubeck-core$"):
        module.Jazz  # noqa: B018


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import an_engine_that_is_missing", "No module named 'an_engine_that_is_missing'"),
        ("raise AttributeError('broken')", "broken"),
    ],
    ids=["missing engine", "broken"],
)
def test_what_a_plugin_itself_raises_is_not_hidden(
    make_module: MakeModule,
    write_plugin: Callable[[str, str], None],
    source: str,
    error: str,
) -> None:
    write_plugin("brubeck_broken", source)
    with pytest.raises((ImportError, AttributeError), match=error):
        make_module({"User": "brubeck_broken"}).User  # noqa: B018


def test_a_dropped_name_says_why(make_module: MakeModule) -> None:
    module = make_module({}, dropped={"cookie_encode": "it pickled"})
    with pytest.raises(ImportError, match=r"^brubeck\.example\.cookie_encode is gone: it pickled$"):
        module.cookie_encode  # noqa: B018


def test_what_can_be_imported_is_listed(make_module: MakeModule) -> None:
    module = make_module(
        {"gcd": "math", "Rendering": "brubeck_chamber", "Jazz": "brubeck_core.handlers.jazz"},
        own=("helper",),
        dropped={"cookie_encode": "it pickled"},
    )
    assert module.__all__ == ["gcd", "helper"]
    assert {"gcd", "helper"} <= set(dir(module))
    assert not {"Rendering", "Jazz", "cookie_encode"} & set(dir(module))


def test_a_star_imports_what_is_installed(make_module: MakeModule) -> None:
    make_module({"gcd": "math", "Rendering": "brubeck_chamber"})
    namespace: dict[str, object] = {}
    exec("from brubeck.example import *", namespace)
    assert set(namespace) == {"__builtins__", "gcd"}
