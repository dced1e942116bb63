"""What brubeck-mako offers; importing this imports no Mako."""

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
    Option("strict_undefined", bool, "Make a missing value an error where it is used."),
    Option("imports", list, 'Python lines for the top of each template, "import json" for one.'),
    Option("module_directory", str, "Keep compiled templates in files there, which are run."),
    Option("input_encoding", str, "Of template files; utf-8 unless set."),
    Option("encoding_errors", str, "What undecodable bytes do; strict unless set."),
    Option("enable_loop", bool, "Have `loop` in for loops; true unless set."),
    Option(
        "collection_size", int, "Keep so many compiled templates; -1, which is all, unless set."
    ),
)


@hookimpl
def brubeck_register_renderers() -> Iterable[RendererRegistration]:
    yield RendererRegistration(
        name="mako",
        target="brubeck_mako.renderer:MakoRenderer",
        options=(*TEMPLATE_FILE_OPTIONS, *ENGINE_OPTIONS),
        summary="Mako templates, with every value escaped.",
        requires=(("mako", "Mako"),),
    )
