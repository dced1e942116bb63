"""What brubeck-jinja2 offers; importing this imports no Jinja2."""

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
    Option("extensions", list, 'Import strings of Jinja2 extensions, "jinja2.ext.do" for one.'),
    Option("undefined", str, 'What a missing value does: "StrictUndefined" makes it an error.'),
    Option("trim_blocks", bool, "Remove the first newline after a block."),
    Option("lstrip_blocks", bool, "Remove the blanks from the start of a line to a block."),
    Option("keep_trailing_newline", bool, "Keep the newline at a template's end."),
    Option("newline_sequence", str, "What ends lines; \\n unless set."),
    Option("block_start_string", str, "What begins a block; {% unless set."),
    Option("block_end_string", str, "What ends a block; %} unless set."),
    Option("variable_start_string", str, "What begins a value; {{ unless set."),
    Option("variable_end_string", str, "What ends a value; }} unless set."),
    Option("comment_start_string", str, "What begins a comment; {# unless set."),
    Option("comment_end_string", str, "What ends a comment; #} unless set."),
    Option("line_statement_prefix", str, "What makes a line a statement; nothing unless set."),
    Option("line_comment_prefix", str, "What makes a line a comment; nothing unless set."),
    Option("cache_size", int, "Keep so many compiled templates; -1, which is all, unless set."),
)


@hookimpl
def brubeck_register_renderers() -> Iterable[RendererRegistration]:
    yield RendererRegistration(
        name="jinja2",
        target="brubeck_jinja2.renderer:Jinja2Renderer",
        options=(*TEMPLATE_FILE_OPTIONS, *ENGINE_OPTIONS),
        summary="Jinja2 templates, with every value escaped.",
        requires=(("jinja2", "Jinja2"), ("markupsafe", "MarkupSafe")),
    )
