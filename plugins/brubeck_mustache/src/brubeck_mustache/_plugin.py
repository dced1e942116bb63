"""What brubeck-mustache offers; importing this imports no pystache."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import (
    TEMPLATE_FILE_OPTIONS,
    Option,
    RendererRegistration,
    hookimpl,
)

#: Options of the engine that a configuration file can have.
ENGINE_OPTIONS = (
    Option("file_extension", str, "What names are given to find their files; mustache unless set."),
    Option("file_encoding", str, "Of template files; utf-8 unless set."),
    Option("string_encoding", str, "Of bytes among the values; utf-8 unless set."),
    Option("decode_errors", str, "What undecodable bytes do; strict unless set."),
    Option("missing_tags", str, '"strict" makes a missing value an error; "ignore" unless set.'),
    Option("partials", dict, "Templates for {{> name}} by name, in place of files."),
)


@hookimpl
def brubeck_register_renderers() -> Iterable[RendererRegistration]:
    yield RendererRegistration(
        name="mustache",
        target="brubeck_mustache.renderer:MustacheRenderer",
        options=(*TEMPLATE_FILE_OPTIONS, *ENGINE_OPTIONS),
        summary="Mustache templates by pystache, with every {{value}} escaped.",
        requires=(("pystache", "pystache"),),
    )
