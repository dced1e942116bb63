"""Renderers that are wrong in one way each."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.builtin.template_files import template_not_found
from brubeck_core.config.suggest import did_you_mean
from brubeck_core.interfaces.renderer import Renderer, TemplateNotFound
from brubeck_testkit.renderer import RendererSuite


class Right(Renderer):
    """Templates in a dictionary: `{{ name }}` for a value, `[[ name ]]` for a template."""

    def __init__(self) -> None:
        self.templates: dict[str, str] = {}

    def has_template(self, name: str) -> bool:
        return name in self.templates

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        return self.fill(self.source(name), context)

    def source(self, name: str) -> str:
        if name not in self.templates:
            raise TemplateNotFound(f"no template {name!r}.{did_you_mean(name, self.templates)}")
        return self.templates[name]

    def fill(self, source: str, context: Mapping[str, Any]) -> str:
        def part(found: re.Match[str]) -> str:
            if found["include"]:
                return self.fill_included(self.source(found["include"]), context)
            return self.show(context[found["name"]])

        return re.sub(r"\{\{ (?P<name>\w+) \}\}|\[\[ (?P<include>\S+) \]\]", part, source)

    def fill_included(self, source: str, context: Mapping[str, Any]) -> str:
        return self.fill(source, context)

    def show(self, value: Any) -> str:
        return value.__html__() if hasattr(value, "__html__") else escape(str(value))


class Wrong(RendererSuite):
    capabilities = {"includes", "markup"}
    placeholder = "{{ value }}"
    include = ("part.html", "[[ part.html ]]")
    made: type[Right]

    @pytest.fixture
    def renderer(self):
        return self.made()

    @pytest.fixture
    def write_template(self, renderer):
        return renderer.templates.__setitem__


class TestRight(Wrong):
    meant_for = None
    made = Right


class TestLosesWords(Wrong):
    meant_for = "test_the_context_fills_the_template"

    class made(Right):
        def source(self, name):
            return super().source(name).replace("Take ", "")


class TestKeepsPages(Wrong):
    meant_for = "test_a_template_renders_again_with_another_context"

    class made(Right):
        def __init__(self):
            super().__init__()
            self.pages = {}

        def render(self, name, context):
            if name not in self.pages:
                self.pages[name] = super().render(name, context)
            return self.pages[name]


class TestKnowsASCIIOnly(Wrong):
    meant_for = "test_templates_and_values_are_unicode"

    class made(Right):
        def render(self, name, context):
            return super().render(name, context).encode("ascii", "replace").decode()


class TestEscapesOnlyWhatEndsAttributes(Wrong):
    meant_for = "test_a_value_stays_text"

    class made(Right):
        def show(self, value):
            return super().show(value).replace("&lt;", "<")

        def fill_included(self, source, context):
            return Right.fill(Right(), source, context)


class TestEscapesNoQuotes(Wrong):
    meant_for = "test_a_value_stays_in_its_attribute"

    class made(Right):
        def show(self, value):
            return super().show(value).replace("&quot;", '"').replace("&#x27;", "'")


class TestEscapesNothingThatIsIncluded(Wrong):
    meant_for = "test_a_value_stays_text_in_an_included_template"

    class made(Right):
        def fill_included(self, source, context):
            return source.replace("{{ value }}", str(context["value"]))


class TestEscapesMarkup(Wrong):
    meant_for = "test_markup_is_left_alone"

    class made(Right):
        def show(self, value):
            return escape(str(value))


class TestSwallowsErrors(Wrong):
    meant_for = "test_a_value_that_cannot_be_shown_is_an_error_of_this_page_alone"

    class made(Right):
        def show(self, value):
            try:
                return super().show(value)
            except RuntimeError:
                return ""


class TestChangesItsContext(Wrong):
    meant_for = "test_rendering_leaves_the_context_alone"

    class made(Right):
        def render(self, name, context):
            page = super().render(name, context)
            context["rendered"] = True
            return page


class TestAnswersWithTheSource(Wrong):
    meant_for = "test_it_knows_the_templates_there_are"

    class made(Right):
        def has_template(self, name):
            return name in self.templates and self.templates[name]


class TestGivesNoHint(Wrong):
    meant_for = "test_a_missing_template_is_named_with_near_names"

    class made(Right):
        def source(self, name):
            if name not in self.templates:
                raise template_not_found(name, [])
            return self.templates[name]


class TestReadsAnyFile(Wrong):
    meant_for = "test_a_name_that_leaves_the_templates_is_refused"

    class made(Right):
        def has_template(self, name):
            return name in self.templates or os.path.isfile(name)

        def source(self, name):
            return Path(name).read_text() if os.path.isfile(name) else super().source(name)


class TestNamesNoErrorTemplate(Wrong):
    meant_for = "test_it_names_a_template_for_errors"

    class made(Right):
        error_template = ""
