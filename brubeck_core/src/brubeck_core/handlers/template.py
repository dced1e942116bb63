"""The handler that renders templates; each engine's mixin is this class with a name set."""

from __future__ import annotations

from typing import Any, ClassVar

from brubeck_core.handlers.web import WebMessageHandler
from brubeck_core.http.negotiation import error_format
from brubeck_core.http.problems import problem_body
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
        """Render a template with `context` as the body of the answer.

        It is sent as HTML, unless the handler has set another Content-Type.
        """
        self.set_body(self.renderer.render(template_file, context), None, _status_code)
        return self.render()

    def error_body(self, status_code: int, detail: str) -> tuple[str | bytes, str] | None:
        """Render the engine's error template, when there is one and it works.

        Its context has `error_code`, `error_message` and `detail`. A client that asks for JSON
        gets problem+json (RFC 9457) instead; an exception in debug mode gets the plain page,
        which shows its traceback whatever the template leaves out.
        """
        accept = self.message.header("accept") or "text/html"
        traceback = self.application.debug and status_code == self.SERVER_ERROR and detail
        if not traceback and error_format(accept) != "json":
            try:
                page = self._error_page(status_code, detail)
            except Exception as error:
                self.application.report_error(self.message, error)
                failure = self.application.describe_error(error)
                detail = "\n".join(filter(None, (detail, failure)))
            else:
                if page is not None:
                    return page, HTML
        return problem_body(status_code, self.status_msg, detail, accept)

    def _error_page(self, status_code: int, detail: str) -> str | None:
        renderer = self.renderer
        if not renderer.has_template(renderer.error_template):
            return None
        context = {
            "error_code": status_code,
            "error_message": self.status_msg,
            "detail": detail,
        }
        return renderer.render(renderer.error_template, context)
