"""What programs use of this plugin: the mixin and the loader, as the original had them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from brubeck_core.handlers.template import TemplateRendering

if TYPE_CHECKING:
    from brubeck_core.builtin.template_files import Directories
    from brubeck_jinja2.renderer import Jinja2Renderer


class Jinja2Rendering(TemplateRendering):
    """Render with Jinja2, whatever the application's own renderer is."""

    renderer_name = "jinja2"


def load_jinja2_env(
    template_dir: Directories | None, **options: Any
) -> Callable[[], Jinja2Renderer]:
    """Return a `template_loader` for the templates of a directory.

    Args:
        template_dir: one directory, or several.
        options: those of `Jinja2Renderer`.

    Raises `ValueError` for the directory None.
    """
    from brubeck_jinja2.renderer import Jinja2Renderer

    return Jinja2Renderer.loader(template_dir, **options)
