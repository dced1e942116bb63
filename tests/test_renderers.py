"""All renderers side by side: one application, the same data, the same pages.

A further engine is one more entry of `ENGINES`.
"""

from __future__ import annotations

import http.client
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import jinja2
import mako.lookup
import pystache
import pytest
import tornado.template
from brubeck_core import Brubeck, ConfigError, WebMessageHandler
from brubeck_core.config import Config
from brubeck_core.testing import Answer, TestClient
from brubeck_testkit.servers import free_port, serving


@dataclass
class Engine:
    """One engine: where its plugin's names are, and templates that say the same in its language.

    The template ``page`` shows `title`, and `name` and `url` of each of `songs`, in the parent
    or with the partial ``base``; ``flat`` fails at its second line when `title` does.
    """

    name: str
    module: str
    prefix: str
    templates: dict[str, str]
    environment: Callable[[Path], object]
    extension: str = ".html"
    errors: str = field(default="error {{ error_code }}")

    def __post_init__(self) -> None:
        self.templates["errors"] = self.errors

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in self.templates.items():
            (folder / f"{name}{self.extension}").write_text(source)
        return folder

    def template(self, name: str) -> str:
        return name if self.extension == ".mustache" else f"{name}{self.extension}"

    @property
    def mixin(self) -> Any:
        return getattr(importlib.import_module(self.module), f"{self.prefix}Rendering")

    @property
    def renderer(self) -> Any:
        return getattr(importlib.import_module(self.module), f"{self.prefix}Renderer")

    @property
    def load(self) -> Any:
        return getattr(importlib.import_module(self.module), f"load_{self.name}_env")


ENGINES = [
    Engine(
        "jinja2",
        "brubeck_jinja2",
        "Jinja2",
        {
            "base": "<h1>{{ title }}</h1>{% block body %}{% endblock %}",
            "page": '{% extends "base.html" %}{% block body %}{% for song in songs %}'
            '<a href="{{ song.url }}">{{ song.name }}</a>{% endfor %}{% endblock %}',
            "flat": "<p>\n{{ title }}\n",
            "broken": "<p>{% for %}",
        },
        lambda folder: jinja2.Environment(loader=jinja2.FileSystemLoader(folder)),
    ),
    Engine(
        "mako",
        "brubeck_mako",
        "Mako",
        {
            "base": "<h1>${title}</h1>${self.body()}",
            "page": '<%inherit file="base.html"/>\\\n% for song in songs:\n'
            '<a href="${song["url"]}">${song["name"]}</a>\\\n% endfor\n',
            "flat": "<p>\n${title}\n",
            "broken": "% for\n",
        },
        lambda folder: mako.lookup.TemplateLookup([str(folder)]),
        errors="error ${error_code}",
    ),
    Engine(
        "tornado",
        "brubeck_tornado",
        "Tornado",
        {
            "base": "<h1>{{ title }}</h1>{% block body %}{% end %}",
            "page": '{% extends "base.html" %}{% block body %}{% for song in songs %}'
            '<a href="{{ song["url"] }}">{{ song["name"] }}</a>{% end %}{% end %}',
            "flat": "<p>\n{{ title }}\n",
            "broken": "<p>{% for %}",
        },
        lambda folder: tornado.template.Loader(str(folder)),
    ),
    Engine(
        "mustache",
        "brubeck_mustache",
        "Mustache",
        {
            "base": "<h1>{{title}}</h1>",
            "page": '{{> base}}{{#songs}}<a href="{{url}}">{{name}}</a>{{/songs}}',
            "flat": "<p>\n{{title}}\n",
            "broken": "<p>{{/songs}}",
        },
        lambda folder: pystache.Renderer(search_dirs=[str(folder)]),
        extension=".mustache",
        errors="error {{error_code}}",
    ),
]
each_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)

DATA = {
    "title": "<script>alert('five')</script>",
    "songs": [
        {"name": "Take <five>", "url": '/?a=1&b="2"'},
        {"name": "Blue & Rondo", "url": "javascript:'x'"},
    ],
}
#: As a browser reads it; engines differ in how they write quotes.
PAGE = (
    "<h1><script>alert('five')</script></h1>"
    '<a href="/?a=1&b="2"">Take <five></a><a href="javascript:\'x\'">Blue & Rondo</a>'
)


class FlatTyre:
    def __str__(self) -> str:
        raise RuntimeError("flat tyre")


def handler(engine: Engine, *bases: type) -> Any:
    class Page(*(bases or (engine.mixin,))):  # type: ignore[misc]
        def get(self) -> Any:
            name = self.get_argument("template", "page", strip=False)
            context = {**DATA, "title": FlatTyre()} if name == "flat" else DATA
            return self.render_template(engine.template(name), **context)

    return Page


def make_app(tmp_path: Path, engine: Engine, *bases: type, **settings: Any) -> Brubeck:
    settings.setdefault("template_loader", engine.load(engine.write(tmp_path / engine.name)))
    routes = [("^/$", handler(engine, *bases))]
    return Brubeck(connection="local", handler_tuples=routes, **settings)


def get(app: Brubeck, template: str = "page") -> Answer:
    return TestClient(app).get("/", query={"template": template})


def test_one_application_with_a_handler_for_each_engine_gives_the_same_pages(
    tmp_path: Path,
) -> None:
    renderers: dict[str, Any] = {
        engine.name: {"directories": [str(engine.write(tmp_path / engine.name))]}
        for engine in ENGINES
    }
    app = Brubeck(
        connection="local",
        renderer={"use": ENGINES[0].name, **renderers},
        handler_tuples=[(f"^/{engine.name}$", handler(engine)) for engine in ENGINES],
    )
    client = TestClient(app)
    answers = {engine.name: client.get(f"/{engine.name}") for engine in ENGINES}
    assert {answer.status for answer in answers.values()} == {200}
    pages = {name: unescape(answer.text.strip()) for name, answer in answers.items()}
    assert pages == {engine.name: PAGE for engine in ENGINES}
    assert [name for name, answer in answers.items() if "<script" in answer.text] == []
    assert [name for name, answer in answers.items() if '"2"' in answer.text] == []


@each_engine
@pytest.mark.parametrize("mixin_alone", [True, False], ids=["alone", "after WebMessageHandler"])
def test_both_ways_of_deriving_a_handler_have_templates_and_templated_errors(
    tmp_path: Path, engine: Engine, mixin_alone: bool
) -> None:
    bases = (engine.mixin,) if mixin_alone else (WebMessageHandler, engine.mixin)
    client = TestClient(make_app(tmp_path, engine, *bases))
    assert unescape(client.get("/").text.strip()) == PAGE
    refused = client.post("/")
    assert (refused.status, refused.text.strip()) == (405, "error 405")
    assert refused.header("allow") == "GET, HEAD, OPTIONS"


@each_engine
def test_function_handlers_render_with_the_applications_own(tmp_path: Path, engine: Engine) -> None:
    app = make_app(tmp_path, engine)
    page = app.render_template(engine.template("page"), **DATA)
    assert unescape(page.strip()) == PAGE


@each_engine
@pytest.mark.parametrize("by_name", [False, True], ids=["for the mixin", "selected"])
def test_a_loader_may_return_an_environment_of_the_engine(
    tmp_path: Path, engine: Engine, by_name: bool
) -> None:
    folder = engine.write(tmp_path)
    settings = {"renderer": engine.name} if by_name else {}
    app = make_app(tmp_path, engine, template_loader=lambda: engine.environment(folder), **settings)
    answer = get(app)
    assert unescape(answer.text.strip()) == PAGE
    assert "<script" not in answer.text
    assert TestClient(app).post("/").text.strip() == "error 405"
    if by_name:
        assert app.render_template(engine.template("page"), **DATA) == answer.text


@each_engine
def test_an_instance_needs_no_configuration(tmp_path: Path, engine: Engine) -> None:
    renderer = engine.renderer(engine.write(tmp_path))
    app = make_app(tmp_path, engine, template_loader=None, renderer=renderer)
    assert unescape(get(app).text.strip()) == PAGE
    assert app.get_renderer(engine.name) is renderer


@each_engine
def test_a_configuration_file_selects_and_configures(tmp_path: Path, engine: Engine) -> None:
    engine.write(tmp_path / "pages")
    toml = f'connection = "local"\n[renderer]\nuse = "{engine.name}"\n'
    table = f'[renderer.{engine.name}]\ndirectories = ["pages"]\n'
    (tmp_path / "brubeck.toml").write_text(toml + table)
    app = Brubeck(config=Config.load(tmp_path, {}), handler_tuples=[("^/$", handler(engine))])
    assert unescape(get(app).text.strip()) == PAGE


@each_engine
def test_a_misspelt_option_in_a_file_is_an_error_with_the_right_one(
    tmp_path: Path, engine: Engine
) -> None:
    toml = f'[renderer]\nuse = "{engine.name}"\n[renderer.{engine.name}]\nauto_relaod = true\n'
    (tmp_path / "brubeck.toml").write_text(toml)
    with pytest.raises(ConfigError, match=r"brubeck\.toml.*Did you mean 'auto_reload'"):
        Brubeck(connection="local", config=Config.load(tmp_path, {}))


@each_engine
def test_a_misspelt_option_in_a_program_is_an_error_with_the_right_one(
    tmp_path: Path, engine: Engine
) -> None:
    load = engine.load(tmp_path, auto_relaod=True)
    with pytest.raises(ConfigError, match=r"'auto_relaod'\. Did you mean 'auto_reload'"):
        Brubeck(connection="local", template_loader=load)


@each_engine
def test_a_loader_needs_a_directory(engine: Engine) -> None:
    with pytest.raises(ValueError, match="needs a directory"):
        engine.load(None)


@each_engine
@pytest.mark.parametrize("errors", ["works", "missing", "broken"])
@pytest.mark.parametrize("name", ["nowhere", "broken", "flat", "../page", "page\0"])
def test_what_cannot_be_rendered_is_a_complete_500(
    tmp_path: Path, engine: Engine, name: str, errors: str
) -> None:
    app = make_app(tmp_path, engine)
    template = tmp_path / engine.name / f"errors{engine.extension}"
    if errors == "missing":
        template.unlink()
    elif errors == "broken":
        template.write_text(engine.templates["broken"])
    answer = get(app, name)
    assert answer.status == 500
    assert answer.header("content-length") == str(len(answer.body))
    if errors == "works":
        assert answer.text.strip() == "error 500"
    else:
        assert answer.text.startswith("<!doctype html>")
        assert "500" in answer.text
        assert "Traceback" not in answer.text
    assert get(app).status == 200


@each_engine
@pytest.mark.parametrize(
    ("name", "said"),
    [("flat", "line 2:"), ("broken", "line 1:"), ("flt", "Did you mean")],
)
def test_debug_mode_shows_the_template_and_its_line(
    tmp_path: Path, engine: Engine, name: str, said: str
) -> None:
    answer = get(make_app(tmp_path, engine, debug=True), name)
    assert answer.status == 500
    page = unescape(answer.text)
    assert f"'{engine.template(name)}'" in page
    assert said in page
    assert "<script" not in answer.text
    if name != "flt":
        assert "Its context: title" in page


README = """
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.templating import {prefix}Rendering, load_{name}_env
from brubeck.connections import WSGIConnection

class DemoHandler({bases}):
    def get(self):
        context = {{
            'title': 'J2 <D2>',
            'songs': [],
        }}
        return self.render_template('{template}', **context)

class FailingHandler({prefix}Rendering):
    def get(self):
        class Odd:
            def __str__(self):
                raise ValueError('odd')
        return self.render_template('{template}', title=Odd(), songs=[])

config = {{
    'msg_conn': WSGIConnection(port=6767),
    'handler_tuples': [(r'^/brubeck', DemoHandler), (r'^/fails', FailingHandler)],
    'template_loader': load_{name}_env('./templates/{name}'),
}}

Brubeck(**config).run()
"""

#: What the original's README writes, and what its demos do.
BASES = ["WebMessageHandler, {prefix}Rendering", "{prefix}Rendering"]


@each_engine
@pytest.mark.parametrize("backend", ["threads", "gevent", "eventlet"])
def test_programs_of_the_originals_readme(tmp_path: Path, engine: Engine, backend: str) -> None:
    bases = BASES[backend == "threads"].format(prefix=engine.prefix)
    engine.write(tmp_path / "templates" / engine.name)
    port = free_port()
    names = {"prefix": engine.prefix, "name": engine.name, "template": engine.template("page")}
    file = tmp_path / "app.py"
    file.write_text(README.format(bases=bases, **names).replace("6767", str(port)))
    environment = {"BRUBECK_CONCURRENCY": backend}
    with serving([sys.executable, str(file)], port, env=environment, cwd=tmp_path):
        # One connection: what cannot be rendered does not cost the client its own.
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        seen = []
        for path in ("/brubeck", "/fails", "/brubeck"):
            connection.request("GET", path)
            answer = connection.getresponse()
            seen.append((answer.status, answer.read().decode().strip()))
        connection.close()
    page = (200, "<h1>J2 &lt;D2&gt;</h1>")
    assert seen == [page, (500, "error 500"), page]
