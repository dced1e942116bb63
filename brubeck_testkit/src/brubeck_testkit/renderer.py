"""What every renderer promises, as tests.

class TestMyRenderer(RendererSuite):
    placeholder = "{{ value }}"

    @pytest.fixture
    def write_template(self, tmp_path):
        def write(name, source):
            (tmp_path / name).write_text(source, "utf-8")
        return write

    @pytest.fixture
    def renderer(self, tmp_path):
        return MyRenderer([tmp_path])
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from brubeck_core.interfaces.renderer import Renderer, TemplateNotFound
from brubeck_testkit.suite import Suite, needs

WriteTemplate = Callable[[str, str], object]


class _Markup:
    """A value that is not text, but turns into markup."""

    def __str__(self) -> str:
        return "<b onclick='steal()'>Dave & Paul</b>"


#: Values that must come out as the text they are, whatever they try: name and value.
XSS_CASES: tuple[tuple[str, object], ...] = (
    ("script", "<script>alert(1)</script>"),
    ("image", "<img src=x onerror=alert(1)>"),
    ("mixed case", "<ScRiPt >alert(1)</sCrIpT>"),
    ("end of the element", "</p><script>alert(1)</script>"),
    ("end of a text area", "</textarea><script>alert(1)</script>"),
    ("out of double quotes", '" onmouseover="alert(1)'),
    ("out of single quotes", "' onmouseover='alert(1)"),
    ("out of a comment", "--><script>alert(1)</script>"),
    ("ampersand", "Dave & Paul"),
    ("ready-made entity", "&lt;script&gt;"),
    ("numeric entity", "&#60;script&#62;"),
    ("open tag at the end", "<a href="),
    ("braces of a template", "{{ 7 * 7 }}"),
    ("dollar of a template", "${7 * 7}"),
    ("dollar name", "$value"),
    ("tag of a template", "<% 7 * 7 %>"),
    ("block of a template", "{% raw %}"),
    ("comment of a template", "## not a comment"),
    ("partial of a template", "{{> secret }}"),
    ("unescaped mustache", "{{{ value }}}"),
    ("not text", _Markup()),
)


class _FlatTyre:
    """A value that cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("flat tyre")


class _SafeMarkup(str):
    """Text that says of itself that it is markup, as `markupsafe.Markup` does."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


class RendererSuite(Suite, standard=True):
    """Override `placeholder` and the fixtures `write_template` and `renderer`.

    The capabilities: ``"includes"``, a template can include another one, with `include` set;
    ``"markup"``, a value with an `__html__` method is markup already.
    """

    #: What prints the context's `value` in this engine's templates, as one would normally do.
    placeholder: str
    #: The name of a template, and what includes it into another.
    include: tuple[str, str]

    @pytest.fixture
    def write_template(self) -> WriteTemplate:
        """Return a function that takes a template's name and source and puts it in place."""
        raise NotImplementedError("override the fixture `write_template`")

    @pytest.fixture
    def renderer(self) -> Renderer:
        """Return a renderer that finds what `write_template` wrote."""
        raise NotImplementedError("override the fixture `renderer`")

    def test_the_context_fills_the_template(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", f"<p>Take {self.placeholder}</p>")
        assert renderer.render("page.html", {"value": "five"}).strip() == "<p>Take five</p>"

    def test_a_template_renders_again_with_another_context(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", f"<p>{self.placeholder}</p>")
        pages = [renderer.render("page.html", {"value": value}).strip() for value in (4, 5)]
        assert pages == ["<p>4</p>", "<p>5</p>"]

    def test_templates_and_values_are_unicode(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", f"<p>café {self.placeholder}</p>")
        page = renderer.render("page.html", {"value": "♫ 🎷"})
        assert page.strip() == "<p>café ♫ 🎷</p>"

    @pytest.mark.parametrize(
        "value", [case[1] for case in XSS_CASES], ids=[case[0] for case in XSS_CASES]
    )
    def test_a_value_stays_text(
        self, renderer: Renderer, write_template: WriteTemplate, value: object
    ) -> None:
        write_template("page.html", f"<p>{self.placeholder}</p>")
        page = renderer.render("page.html", {"value": value})
        assert _read(page) == [("start", "p", []), ("text", str(value)), ("end", "p")]

    @pytest.mark.parametrize(
        "value", [case[1] for case in XSS_CASES], ids=[case[0] for case in XSS_CASES]
    )
    @pytest.mark.parametrize("quote", ['"', "'"], ids=["double quotes", "single quotes"])
    def test_a_value_stays_in_its_attribute(
        self, renderer: Renderer, write_template: WriteTemplate, quote: str, value: object
    ) -> None:
        write_template("page.html", f"<p title={quote}{self.placeholder}{quote}></p>")
        page = renderer.render("page.html", {"value": value})
        assert _read(page) == [("start", "p", [("title", str(value))]), ("end", "p")]

    @needs("includes")
    @pytest.mark.parametrize(
        "value", [case[1] for case in XSS_CASES], ids=[case[0] for case in XSS_CASES]
    )
    def test_a_value_stays_text_in_an_included_template(
        self, renderer: Renderer, write_template: WriteTemplate, value: object
    ) -> None:
        name, include = self.include
        write_template(name, f"<p>{self.placeholder}</p>")
        write_template("page.html", f"<div>{include}</div>")
        page = renderer.render("page.html", {"value": value})
        assert _read(page)[1:-1] == [("start", "p", []), ("text", str(value)), ("end", "p")]

    @needs("markup")
    def test_markup_is_left_alone(self, renderer: Renderer, write_template: WriteTemplate) -> None:
        write_template("page.html", f"<p>{self.placeholder}</p>")
        page = renderer.render("page.html", {"value": _SafeMarkup("<b>five</b>")})
        assert page.strip() == "<p><b>five</b></p>"

    def test_a_value_that_cannot_be_shown_is_an_error_of_this_page_alone(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", f"<p>{self.placeholder}</p>")
        with pytest.raises(Exception, match="flat tyre"):
            renderer.render("page.html", {"value": _FlatTyre()})
        assert renderer.render("page.html", {"value": "five"}).strip() == "<p>five</p>"

    def test_rendering_leaves_the_context_alone(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", f"<p>{self.placeholder}</p>")
        context = {"value": "<five>"}
        renderer.render("page.html", context)
        assert context == {"value": "<five>"}

    def test_it_knows_the_templates_there_are(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", "<p></p>")
        assert renderer.has_template("page.html") is True
        assert renderer.has_template("other.html") is False

    def test_a_missing_template_is_named_with_near_names(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("success.html", "<p></p>")
        with pytest.raises(TemplateNotFound) as caught:
            renderer.render("sucess.html", {})
        assert "'sucess.html'" in str(caught.value)
        assert "'success.html'" in str(caught.value)

    @pytest.mark.parametrize(
        "name",
        ["", ".", "..", "../page.html", "a/../../page.html", "/etc/passwd", "page.html\0.txt"],
        ids=repr,
    )
    def test_a_name_that_leaves_the_templates_is_refused(
        self, renderer: Renderer, name: str
    ) -> None:
        assert renderer.has_template(name) is False
        with pytest.raises(TemplateNotFound):
            renderer.render(name, {})

    def test_it_names_a_template_for_errors(self, renderer: Renderer) -> None:
        assert isinstance(renderer.error_template, str)
        assert renderer.error_template


def _read(page: str) -> list[tuple[object, ...]]:
    """Read `page` as a browser does: elements with their attributes, and text unescaped."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[object, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(("start", tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("end", tag))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))
