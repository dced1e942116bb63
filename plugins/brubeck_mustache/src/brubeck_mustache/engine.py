"""Pystache's engine, with templates and partials parsed once, and errors that know their line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from brubeck_core.builtin.template_errors import Place
from pystache import Renderer
from pystache.common import TemplateNotFoundError
from pystache.context import ContextStack
from pystache.parsed import ParsedTemplate
from pystache.parser import ParsingError, parse
from pystache.renderengine import RenderEngine

#: How many partials are kept parsed, counting each indentation of one.
_MOST_PARTIALS = 2_000


class BrokenTemplate(ParsingError):  # type: ignore[misc]
    """A template that cannot be parsed, with the place."""

    def __init__(self, error: ParsingError, name: str, source: str) -> None:
        super().__init__(str(error), error.info)
        # The position is behind the tag, and behind the line of one that has it for itself.
        line = source[: error.info.position].rstrip().count("\n") + 1
        self.place = Place(name, line, source)


class MustacheTemplate:
    """A template, parsed. Raises `BrokenTemplate`.

    Args:
        name: its name.
        source: its text.
    """

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.source = source
        try:
            self._parsed: ParsedTemplate = parse(source, raise_on_mismatch=True)
        except ParsingError as error:
            raise BrokenTemplate(error, name, source) from None

    def render(self, engine: Engine, context: Mapping[str, Any]) -> str:
        """Render with a context whose names may be anything."""
        stack = ContextStack(context if isinstance(context, dict) else dict(context))
        text: str = self._parsed.render(engine, stack)
        return text


class Engine(RenderEngine):  # type: ignore[misc]
    """A pystache engine that parses no partial twice.

    Args:
        environment: what it is to render like.
        load: returns the template behind the name of a partial, or None.
    """

    def __init__(
        self, environment: Renderer, load: Callable[[str], MustacheTemplate | None]
    ) -> None:
        made = environment._make_render_engine()
        super().__init__(made.literal, made.escape, made.resolve_context, None, made.to_str)
        self._parse = lru_cache(_MOST_PARTIALS)(parse)
        self._load = load
        self._is_strict = environment.missing_tags == "strict"
        self.resolve_partial = (
            self._partial if environment.partials is None else made.resolve_partial
        )

    def render(
        self, template: str, context_stack: ContextStack, delimiters: tuple[str, str] | None = None
    ) -> str:
        """Render the text of a partial."""
        text: str = self._parse(template, delimiters).render(self, context_stack)
        return text

    def _render_value(
        self, val: object, context: ContextStack, delimiters: tuple[str, str] | None = None
    ) -> str:
        # What a function returned is new each time, and not worth keeping.
        source = self.literal(val if isinstance(val, str | bytes) else self.to_str(val))
        text: str = parse(source, delimiters).render(self, context)
        return text

    def _partial(self, name: str) -> str:
        template = self._load(name)
        if template is not None:
            return template.source
        if self._is_strict:
            raise TemplateNotFoundError(f"there is no template {name!r} for {{{{> {name}}}}}")
        return ""


def place_in(error: BaseException) -> Place | None:
    """Return the line of the tag at which rendering failed: the first tag of its name."""
    if isinstance(error, BrokenTemplate):
        return error.place
    template: MustacheTemplate | None = None
    tag = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        owner: Any = frame.f_locals.get("self")
        if isinstance(owner, MustacheTemplate):
            template = owner
        elif frame.f_code is Engine.render.__code__:
            template = owner._load(tag)  # of a partial; its tag was just before
        elif type(owner).__module__ == "pystache.parser":
            tag = owner.key
    if template is None:
        return None
    found = re.search(rf"\{{\{{\W*{re.escape(tag)}(?![\w.])", template.source)
    if found is None:
        return None
    line = template.source.count("\n", 0, found.start()) + 1
    return Place(template.name, line, template.source)
