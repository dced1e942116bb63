"""The test client sends what a client would."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from brubeck_core import Brubeck
from brubeck_core.testing import TestClient

Transport = Literal["direct", "wsgi"]

both = pytest.mark.parametrize("transport", ["direct", "wsgi"])


def client_for(function: Any, transport: Transport) -> TestClient:
    return TestClient(Brubeck(connection="local", handler_tuples=[("", function)]), transport)


def show(application: Any, message: Any) -> dict[str, Any]:
    return {
        "method": message.method,
        "path": message.path,
        "arguments": message.arguments,
        "files": {
            name: [(file["filename"], file["content_type"], len(file["body"])) for file in files]
            for name, files in message.files.items()
        },
        "cookies": message.cookies,
        "remote_addr": message.remote_addr,
        "url": message.url,
    }


@both
@pytest.mark.parametrize(
    ("path", "options", "expected"),
    [
        ("/a?b=c", {}, {"path": "/a", "arguments": {"b": ["c"]}}),
        ("/a%20b", {}, {"path": "/a b", "url": "http://localhost:6767/a b"}),
        ("/caf%C3%A9?q=café", {}, {"path": "/café", "arguments": {"q": ["café"]}}),
        ("/", {"query": {"q": ["é", "2"]}}, {"arguments": {"q": ["é", "2"]}}),
        ("/", {"headers": {"Cookie": "a=1"}}, {"cookies": {"a": "1"}}),
        ("/", {}, {"remote_addr": "127.0.0.1", "method": "GET"}),
    ],
)
def test_get(path: str, options: Any, expected: Any, transport: Transport) -> None:
    answer = client_for(show, transport).get(path, **options).json()
    assert {key: answer[key] for key in expected} == expected


@both
def test_a_form(transport: Transport) -> None:
    answer = client_for(show, transport).post("/?a=1", form={"a": "2", "b": ["3", "é"]}).json()
    assert answer["arguments"] == {"a": ["1", "2"], "b": ["3", "é"]}


@both
def test_files(transport: Transport) -> None:
    files = {"f": [("a.txt", b"abc", "text/plain"), ("b", b"", "image/png")]}
    answer = client_for(show, transport).post("/", form={"t": "x"}, files=files).json()
    assert answer["arguments"] == {"t": ["x"]}
    assert answer["files"] == {"f": [["a.txt", "text/plain", 3], ["b", "image/png", 0]]}


@both
def test_json(transport: Transport) -> None:
    client = client_for(lambda application, message: message.json(), transport)
    assert client.put("/", json={"a": [1, None]}).json() == {"a": [1, None]}


@both
def test_cookies_are_kept_and_forgotten(transport: Transport) -> None:
    from brubeck_core import WebMessageHandler

    class Visits(WebMessageHandler):
        def get(self) -> Any:
            self.set_cookie("visits", f"{self.get_cookie('visits', '')}i; ")
            self.set_body("")
            return self.render()

        def delete(self) -> Any:
            self.delete_cookies()
            return self.render(200)

    client = client_for(Visits, transport)
    client.get("/")
    client.get("/")
    assert client.cookie("visits") == "i; i; "
    client.delete("/")
    assert client.cookies == {}


@both
def test_a_streamed_body_is_read_and_closed(transport: Transport) -> None:
    closed = []

    def stream(application: Any, message: Any) -> Any:
        try:
            yield "one "
            yield b"two"
        finally:
            closed.append(True)

    answer = client_for(stream, transport).get("/")
    assert (answer.text, closed) == ("one two", [True])
