"""What `render_template` of a handler costs over calling the template engine itself.

`python -m bench.render_overhead` prints a line per engine: microseconds of CPU time for a page of
20 rows that extends another one, made by the engine alone, by the renderer, and by a handler from
its construction to its answer. It fails when a handler costs more than `ALLOWED` times its engine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brubeck_core import Brubeck
from brubeck_core.http.request import Request
from brubeck_jinja2 import Jinja2Rendering, load_jinja2_env
from brubeck_mako import MakoRendering, load_mako_env
from brubeck_mustache import MustacheRendering, load_mustache_env
from brubeck_tornado import TornadoRendering, load_tornado_env

from bench.peers.content import PAGE, ROWS
from bench.peers.content import TEMPLATES as JINJA2

#: The most that a handler may cost, as a multiple of its engine.
ALLOWED = 1.10
_ROUNDS, _CALLS = 300, 10

CONTEXT = {"heading": "Songs", "rows": ROWS}

#: The page of the other benchmarks, in the languages of the other engines.
TEMPLATES: dict[str, dict[str, str]] = {
    "jinja2": {name: Path(JINJA2, name).read_text() for name in ("base.html", PAGE)},
    "mako": {
        "base.html": """<!doctype html>
<html lang="en">
  <head><title><%block name="title"/></title></head>
  <body>
    <nav><a href="/">Home</a> <a href="/songs">Songs</a></nav>
    ${self.body()}
  </body>
</html>
""",
        "page.html": """<%inherit file="base.html"/>
<%block name="title">${heading}</%block>
<h1>${heading}</h1>
<table>
  % for row in rows:
  <tr class="${loop.cycle('odd', 'even')}">
    <td>${row["number"]}</td><td>${row["title"]}</td><td>${row["artist"]}</td>
    <td>${"long" if row["seconds"] > 110 else "short"}</td>
  </tr>
  % endfor
</table>
""",
    },
    "tornado": {
        "base.html": """<!doctype html>
<html lang="en">
  <head><title>{% block title %}{% end %}</title></head>
  <body>
    <nav><a href="/">Home</a> <a href="/songs">Songs</a></nav>
    {% block body %}{% end %}
  </body>
</html>
""",
        "page.html": """{% extends "base.html" %}
{% block title %}{{ heading }}{% end %}
{% block body %}
<h1>{{ heading }}</h1>
<table>
  {% for number, row in enumerate(rows) %}
  <tr class="{{ ('odd', 'even')[number % 2] }}">
    <td>{{ row["number"] }}</td><td>{{ row["title"] }}</td><td>{{ row["artist"] }}</td>
    <td>{% if row["seconds"] > 110 %}long{% else %}short{% end %}</td>
  </tr>
  {% end %}
</table>
{% end %}
""",
    },
    "mustache": {
        "head.mustache": """<!doctype html>
<html lang="en">
  <head><title>{{heading}}</title></head>
  <body>
    <nav><a href="/">Home</a> <a href="/songs">Songs</a></nav>
""",
        "page.mustache": """{{> head}}
<h1>{{heading}}</h1>
<table>
  {{#rows}}
  <tr>
    <td>{{number}}</td><td>{{title}}</td><td>{{artist}}</td><td>{{seconds}}</td>
  </tr>
  {{/rows}}
</table>
  </body>
</html>
""",
    },
}
_MIXINS: dict[str, Any] = {
    "jinja2": (Jinja2Rendering, load_jinja2_env, PAGE),
    "mako": (MakoRendering, load_mako_env, PAGE),
    "tornado": (TornadoRendering, load_tornado_env, PAGE),
    "mustache": (MustacheRendering, load_mustache_env, "page"),
}


def main() -> int:
    """Print the table; return 1 when an engine costs more than it may."""
    print(f"{'engine':10}{'alone':>10}{'renderer':>10}{'handler':>10}{'ratio':>8}")
    too_slow = []
    with tempfile.TemporaryDirectory() as folder:
        for engine in TEMPLATES:
            alone, renderer, handler = best_of(*calls(engine, Path(folder) / engine))
            ratio = handler / alone
            shown = "".join(f"{seconds * 1e6:10.1f}" for seconds in (alone, renderer, handler))
            print(f"{engine:10}{shown}{ratio:8.3f}")
            if ratio > ALLOWED:
                too_slow.append(engine)
    if too_slow:
        print(f"more than {ALLOWED} times its engine: {', '.join(too_slow)}")
    return bool(too_slow)


def calls(engine: str, folder: Path) -> tuple[Callable[[], object], ...]:
    """Return what makes the page: the engine, the renderer, and a new handler."""
    folder.mkdir()
    for name, source in TEMPLATES[engine].items():
        (folder / name).write_text(source)
    mixin, load, page = _MIXINS[engine]
    app = Brubeck(connection="local", template_loader=load(folder))
    renderer = app.template_env

    class Page(mixin):  # type: ignore[misc, valid-type]
        def get(self) -> Any:
            return self.render_template(page, **CONTEXT)

    request = Request("GET", "/")
    alone: dict[str, Callable[[], object]] = {
        "jinja2": lambda: renderer.environment.get_template(page).render(**CONTEXT),
        "mako": lambda: renderer.environment.get_template(page).render(**CONTEXT),
        "tornado": lambda: renderer.environment.load(page).generate(**CONTEXT),
        "mustache": lambda: renderer.load(page).render(renderer._engine, CONTEXT),
    }
    answer = Page(app, request)()
    assert answer.status == 200, answer
    assert b"&lt;19&gt;" in answer.body
    return alone[engine], lambda: renderer.render(page, CONTEXT), lambda: Page(app, request)()


def best_of(*functions: Callable[[], object]) -> list[float]:
    """Return the CPU seconds of a call of each, its best round's; the functions take turns."""
    best = [float("inf")] * len(functions)
    for _ in range(_ROUNDS):
        for place, function in enumerate(functions):
            started = time.process_time()
            for _ in range(_CALLS):
                function()
            best[place] = min(best[place], (time.process_time() - started) / _CALLS)
    return best


if __name__ == "__main__":
    sys.exit(main())
