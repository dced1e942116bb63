"""What brubeck-tornado offers; importing this imports no Tornado."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import (
    TEMPLATE_FILE_OPTIONS,
    Option,
    RendererRegistration,
    hookimpl,
)

#: Options of the engine that a configuration file can have.
ENGINE_OPTIONS = (Option("whitespace", str, '"all" keeps it, "single" and "oneline" collapse it.'),)


@hookimpl
def brubeck_register_renderers() -> Iterable[RendererRegistration]:
    yield RendererRegistration(
        name="tornado",
        target="brubeck_tornado.renderer:TornadoRenderer",
        options=(*TEMPLATE_FILE_OPTIONS, *ENGINE_OPTIONS),
        summary="Tornado's templates, with every value escaped.",
        requires=(("tornado", "tornado"),),
    )
