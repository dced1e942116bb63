"""Template engines: the mixin that renders, and the function that loads the environment."""

# A plugin that is not installed is `Any` to a type checker.
# mypy: disable-error-code="import-not-found, attr-defined"

from __future__ import annotations

from typing import TYPE_CHECKING

from brubeck._names import lazy_names

if TYPE_CHECKING:
    from brubeck_jinja2 import Jinja2Rendering as Jinja2Rendering
    from brubeck_jinja2 import load_jinja2_env as load_jinja2_env
    from brubeck_mako import MakoRendering as MakoRendering
    from brubeck_mako import load_mako_env as load_mako_env
    from brubeck_mustache import MustacheRendering as MustacheRendering
    from brubeck_mustache import load_mustache_env as load_mustache_env
    from brubeck_tornado import TornadoRendering as TornadoRendering
    from brubeck_tornado import load_tornado_env as load_tornado_env
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "Jinja2Rendering": "brubeck_jinja2",
            "MakoRendering": "brubeck_mako",
            "MustacheRendering": "brubeck_mustache",
            "TornadoRendering": "brubeck_tornado",
            "load_jinja2_env": "brubeck_jinja2",
            "load_mako_env": "brubeck_mako",
            "load_mustache_env": "brubeck_mustache",
            "load_tornado_env": "brubeck_tornado",
        },
    )
