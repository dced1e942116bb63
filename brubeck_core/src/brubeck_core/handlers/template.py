"""The handler that renders templates; each engine's mixin is this class with a name set."""

from __future__ import annotations

from typing import Any, ClassVar

from brubeck_core.handlers.web import WebMessageHandler
from brubeck_core.http.response import HTML, Response
from brubeck_core.interfaces.renderer import Renderer


class TemplateRendering(WebMessageHandler):
    """Add `render_template`, and error answers made by the engine's error template."""

    #: The renderer to use: a name as in config, or None for the application's own.
    renderer_name: ClassVar[str | None] = None

    @property
    def renderer(self) -> Renderer:
        """The renderer of this handler."""
        return self.application.get_renderer(self.renderer_name)

    def render_template(
        self, template_file: str, _status_code: int = 200, **context: Any
    ) -> Response:
        """Render a template with `context` as the body of the answer."""
        text = self.renderer.render(template_file, context)
        self.set_body(text, {"Content-Type": HTML}, _status_code)
        return self.render()

    def error_body(self, status_code: int, detail: str) -> tuple[str | bytes, str] | None:
        """Render the engine's error template, when there is one and it works."""
        try:
            renderer = self.renderer
            if renderer.has_template(renderer.error_template):
                context = {
                    "error_code": status_code,
                    "error_message": self.status_msg,
                    "detail": detail,
                }
                return renderer.render(renderer.error_template, context), HTML
        except Exception as error:
            self.application.report_error(self.message, error)
        return super().error_body(status_code, detail)
