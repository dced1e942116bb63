"""Brubeck renders Mustache templates by pystache, with escaping on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_mustache.rendering import MustacheRendering, load_mustache_env

if TYPE_CHECKING:
    from brubeck_mustache.renderer import MustacheRenderer

__all__ = ["MustacheRenderer", "MustacheRendering", "load_mustache_env"]


def __getattr__(name: str) -> Any:
    """Import the renderer, and its engine, when it is first asked for."""
    if name == "MustacheRenderer":
        from brubeck_mustache.renderer import MustacheRenderer

        return MustacheRenderer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
