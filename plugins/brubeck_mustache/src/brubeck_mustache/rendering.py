"""What programs use of this plugin: the mixin and the loader, as the original had them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from brubeck_core.handlers.template import TemplateRendering

if TYPE_CHECKING:
    from brubeck_core.builtin.template_files import Directories
    from brubeck_mustache.renderer import MustacheRenderer


class MustacheRendering(TemplateRendering):
    """Render with Mustache, whatever the application's own renderer is."""

    renderer_name = "mustache"


def load_mustache_env(
    template_dir: Directories | None, **options: Any
) -> Callable[[], MustacheRenderer]:
    """Return a `template_loader` for the templates of a directory.

    Args:
        template_dir: one directory, or several.
        options: those of `MustacheRenderer`.

    Raises `ValueError` for the directory None.
    """
    from brubeck_mustache.renderer import MustacheRenderer

    return MustacheRenderer.loader(template_dir, **options)
