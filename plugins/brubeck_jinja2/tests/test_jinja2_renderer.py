"""The Jinja2 renderer keeps every promise of a renderer, and its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from brubeck_jinja2 import Jinja2Renderer
from brubeck_testkit.renderer import RendererSuite, WriteTemplate


@pytest.fixture
def write_template(tmp_path: Path) -> WriteTemplate:
    def write(name: str, source: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")

    return write


@pytest.fixture
def renderer(tmp_path: Path) -> Jinja2Renderer:
    return Jinja2Renderer([tmp_path])


class TestJinja2Renderer(RendererSuite):
    capabilities = {"includes", "markup"}
    placeholder = "{{ value }}"
    include = ("part.html", '{% include "part.html" %}')

    @pytest.fixture
    def write_template(self, write_template: WriteTemplate) -> WriteTemplate:
        return write_template

    @pytest.fixture
    def renderer(self, renderer: Jinja2Renderer) -> Jinja2Renderer:
        return renderer
