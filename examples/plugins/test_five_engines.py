"""One application, five handlers, an engine each; the fifth engine is somebody else's plugin."""

from __future__ import annotations

import pytest
from brubeck_core import TemplateRendering
from brubeck_core.testing import TestClient

#: The same page in the language of each engine.
TEMPLATES = {
    "jinja2": (
        "page.html",
        "<h1>{{ title }}</h1><ul>{% for song in songs %}<li>{{ song }}</li>{% endfor %}</ul>",
    ),
    "mako": (
        "page.html",
        "<h1>${title}</h1><ul>\\\n% for song in songs:\n<li>${song}</li>\\\n% endfor\n</ul>",
    ),
    "tornado": (
        "page.html",
        "<h1>{{ title }}</h1><ul>{% for song in songs %}<li>{{ song }}</li>{% end %}</ul>",
    ),
    "mustache": (
        "page.mustache",
        "<h1>{{title}}</h1><ul>{{#songs}}<li>{{.}}</li>{{/songs}}</ul>",
    ),
    "chameleon": (
        "page.html",
        '<h1>${title}</h1><ul><tal:all repeat="song songs"><li>${song}</li></tal:all></ul>',
    ),
}
PAGE = (
    "<h1>Dave &amp; Paul</h1><ul><li>Take five</li>"
    "<li>&lt;script&gt;alert(1)&lt;/script&gt;</li><li>Café ♫</li></ul>"
)


class PageHandler(TemplateRendering):
    """Show the songs; a subclass says by which engine."""

    def get(self):
        name, _ = TEMPLATES[self.renderer_name]
        songs = ["Take five", "<script>alert(1)</script>", "Café ♫"]
        return self.render_template(name, title="Dave & Paul", songs=songs)


@pytest.fixture
def client(make_app, tmp_path):
    tables, handlers = {}, []
    for engine, (name, source) in TEMPLATES.items():
        folder = tmp_path / engine
        folder.mkdir()
        (folder / name).write_text(source)
        tables[engine] = {"directories": [str(folder)]}
        handler = type(f"{engine}_handler", (PageHandler,), {"renderer_name": engine})
        handlers.append((f"^/{engine}$", handler))
    return TestClient(make_app(renderer={"use": "jinja2", **tables}, handler_tuples=handlers))


@pytest.mark.parametrize("engine", TEMPLATES)
def test_every_engine_renders_the_same_escaped_page(client, engine):
    answer = client.get(f"/{engine}")
    assert (answer.status, answer.text.strip()) == (200, PAGE)
