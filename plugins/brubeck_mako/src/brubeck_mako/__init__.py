"""Brubeck renders Mako templates, with escaping on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_mako.rendering import MakoRendering, load_mako_env

if TYPE_CHECKING:
    from brubeck_mako.renderer import MakoRenderer

__all__ = ["MakoRenderer", "MakoRendering", "load_mako_env"]


def __getattr__(name: str) -> Any:
    """Import the renderer, and its engine, when it is first asked for."""
    if name == "MakoRenderer":
        from brubeck_mako.renderer import MakoRenderer

        return MakoRenderer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
