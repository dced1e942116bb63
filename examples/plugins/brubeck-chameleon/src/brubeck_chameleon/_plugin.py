"""What this plugin offers. Looking at it imports nothing but the plugin interface."""

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
    Option("boolean_attributes", list, "Attributes that are there or not; HTML's own unless set."),
    Option("enable_comment_interpolation", bool, "Fill in ${...} in comments; on unless set."),
    Option("enable_data_attributes", bool, "Take data-tal-* for tal:*; off unless set."),
    Option("encoding", str, "Of values that are bytes; utf-8 unless set."),
    Option("implicit_i18n_translate", bool, "Translate all text; off unless set."),
    Option("restricted_namespace", bool, "Refuse attributes such as v-on:click; on unless set."),
    Option("strict", bool, "Check expressions when a template is compiled; on unless set."),
    Option("trim_attribute_space", bool, "Leave one blank between attributes; off unless set."),
)


@hookimpl
def brubeck_register_renderers() -> Iterable[RendererRegistration]:
    yield RendererRegistration(
        name="chameleon",
        target="brubeck_chameleon.renderer:ChameleonRenderer",
        options=(*TEMPLATE_FILE_OPTIONS, *ENGINE_OPTIONS),
        summary="Chameleon page templates, with every value escaped.",
        requires=(("chameleon", "Chameleon"),),
    )
