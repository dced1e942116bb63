"""Handlers that answer in JSON."""

from __future__ import annotations

import json
from typing import Any

from brubeck_core.handlers.web import WebMessageHandler
from brubeck_core.http.response import JSON, Response


class JSONMessageHandler(WebMessageHandler):
    """Answer with the payload as JSON.

    The body is ``{"status_code", "status_msg", "timestamp"}`` plus what `add_to_payload` added;
    errors and redirects have the first two alone. Text given to `set_body` is not sent.
    """

    content_type = JSON
    _bare = False

    def clear_payload(self) -> None:
        """Forget the payload; what is left describes the status only."""
        super().clear_payload()
        self._bare = True

    def render(
        self,
        status_code: int | None = None,
        http_200: bool = False,
        hide_status: bool = False,
        **kwargs: Any,
    ) -> Response:
        """Make the answer.

        Args:
            status_code: a last word on the status.
            http_200: answer 200 whatever the status inside the payload is.
            hide_status: send the value under ``data`` alone, when there is one.
        """
        if status_code is not None:
            self.set_status(status_code)
        data: Any = self._full_payload()
        if hide_status and "data" in self._payload:
            data = self._payload["data"]
        self.body = json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
        self.headers["Content-Type"] = self.content_type
        return super().render(None, http_200)

    def error_body(self, status_code: int, detail: str) -> tuple[str | bytes, str] | None:
        """Leave the body to `render`: a JSON handler's errors are in its own form."""
        if detail:
            self.add_to_payload("detail", detail)
        return None

    def _full_payload(self) -> dict[str, Any]:
        payload = super()._full_payload()
        if self._bare:
            del payload[self._TIMESTAMP]
        return payload


class JsonSchemaMessageHandler(WebMessageHandler):
    """Serve JSON schemas: what `manifest` returns, by default ``[]``."""

    content_type = "application/schema+json"

    def manifest(self) -> list[Any]:
        """Return the schemas to serve."""
        return []

    def get(self) -> Response:
        """Answer with the manifest."""
        self.set_body(
            json.dumps(self.manifest()).encode(), headers={"Content-Type": self.content_type}
        )
        return self.render()
