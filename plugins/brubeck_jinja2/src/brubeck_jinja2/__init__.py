"""Brubeck renders Jinja2 templates, with escaping on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_jinja2.rendering import Jinja2Rendering, load_jinja2_env

if TYPE_CHECKING:
    from brubeck_jinja2.renderer import Jinja2Renderer

__all__ = ["Jinja2Renderer", "Jinja2Rendering", "load_jinja2_env"]


def __getattr__(name: str) -> Any:
    """Import the renderer, and its engine, when it is first asked for."""
    if name == "Jinja2Renderer":
        from brubeck_jinja2.renderer import Jinja2Renderer

        return Jinja2Renderer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
