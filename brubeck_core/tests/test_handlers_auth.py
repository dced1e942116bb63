"""Answers for somebody who is known, however a handler gets to know them."""

from __future__ import annotations

from typing import Any

import pytest
from brubeck_core import Brubeck, WebMessageHandler, authenticated, web_authenticated
from brubeck_core.errors import HTTPError
from brubeck_core.testing import TestClient


class Known(WebMessageHandler):
    """Who is asking is in a cookie, as in the original's README."""

    def get_current_user(self) -> Any:
        return self.get_cookie("user")


class Page(Known):
    @web_authenticated
    def get(self) -> Any:
        self.set_body("letters")
        return self.render()


class Plain(Known):
    @authenticated
    def get(self) -> Any:
        return {"letters": 2}


class Greeting(Known):
    def get(self) -> Any:
        return f"Hello {self.current_user or 'stranger'}"


class Missing(Known):
    @authenticated
    def get(self) -> Any:
        raise HTTPError(404)


class OwnProperty(WebMessageHandler):
    current_user = "ann"  # type: ignore[assignment]

    @authenticated
    def get(self) -> Any:
        return "letters"


class Says(Known):
    @authenticated
    def get(self) -> Any:
        self.set_body("a map", {"Cache-Control": "private, max-age=5"})
        return self.render()


class Anybody(Known):
    def get(self) -> Any:
        return "news"


@pytest.mark.parametrize(
    ("handler", "cookie", "status", "expected"),
    [
        (Page, "user=ann", 200, "no-store"),
        (Plain, "user=ann", 200, "no-store"),
        (Greeting, "user=ann", 200, "no-store"),
        (Greeting, "", 200, None),
        (Missing, "user=ann", 404, "no-store"),
        (OwnProperty, "", 200, "no-store"),
        (Says, "user=ann", 200, "private, max-age=5"),
        (Anybody, "user=ann", 200, None),
        (Page, "", 401, None),
    ],
)
def test_what_is_for_somebody_known_is_kept_by_no_cache(
    handler: type[WebMessageHandler], cookie: str, status: int, expected: str | None
) -> None:
    app = Brubeck(connection="local", handler_tuples=[("^/", handler)])
    answer = TestClient(app).get("/", headers={"Cookie": cookie})
    assert (answer.status, answer.header("Cache-Control")) == (status, expected)
