"""Signed cookies as handlers set and read them."""

from __future__ import annotations

from typing import Any

import pytest
from brubeck_core import Brubeck, WebMessageHandler
from brubeck_core.errors import SigningError
from brubeck_core.testing import TestClient

OLD, NEW = "an old secret of more than 32 bytes", "a new secret of more than 32 bytes"


def read_back(signs: Any, reads: Any) -> str | None:
    """Sign a cookie with a secret, and return what is read with another."""

    class Cookie(WebMessageHandler):
        def post(self) -> Any:
            self.set_cookie("user", "ann", secret=signs)
            return self.render(200)

        def get(self) -> Any:
            return {"user": self.get_cookie("user", "nobody", secret=reads)}

    client = TestClient(Brubeck(connection="local", handler_tuples=[("^/", Cookie)]))
    assert client.post("/").status == 200
    user: str | None = client.get("/").json()["user"]
    return user


@pytest.mark.parametrize(
    ("signs", "reads", "expected"),
    [
        (OLD, OLD, "ann"),
        (OLD, OLD.encode(), "ann"),
        (OLD, NEW, "nobody"),
        (OLD, [NEW, OLD], "ann"),
        (OLD, (NEW, OLD), "ann"),
        ([NEW, OLD], NEW, "ann"),
        ((NEW, OLD), NEW, "ann"),
        ((NEW, OLD), OLD, "nobody"),
    ],
)
def test_the_first_secret_signs_and_all_verify(signs: Any, reads: Any, expected: str) -> None:
    assert read_back(signs, reads) == expected


@pytest.mark.parametrize("secret", [None, "", b"", [], (), [NEW, ""], (NEW, "")])
def test_an_empty_secret_signs_and_reads_nothing(secret: Any) -> None:
    class Cookie(WebMessageHandler):
        def get(self) -> Any:
            for use in (
                lambda: self.set_cookie("user", "ann", secret=secret),
                lambda: self.get_cookie("user", secret=secret),
            ):
                with pytest.raises(SigningError, match="empty"):
                    use()
            return "none"

    client = TestClient(Brubeck(connection="local", handler_tuples=[("^/", Cookie)]))
    answer = client.get("/", headers={"Cookie": "user=ann"})
    assert (answer.text, answer.header("Set-Cookie")) == ("none", None)
