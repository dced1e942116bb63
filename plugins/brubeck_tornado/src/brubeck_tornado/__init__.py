"""Brubeck renders Tornado's templates, with escaping on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_tornado.rendering import TornadoRendering, load_tornado_env

if TYPE_CHECKING:
    from brubeck_tornado.renderer import TornadoRenderer

__all__ = ["TornadoRenderer", "TornadoRendering", "load_tornado_env"]


def __getattr__(name: str) -> Any:
    """Import the renderer, and its engine, when it is first asked for."""
    if name == "TornadoRenderer":
        from brubeck_tornado.renderer import TornadoRenderer

        return TornadoRenderer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
