"""What an API answers when something goes wrong, with its store above all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from brubeck_core.builtin.memory_queryset import MemoryQueryset
from brubeck_core.errors import HTTPError, StoreUnavailable
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.interfaces.queryset import Outcome, Status
from brubeck_core.testing import TestClient


@dataclass
class Song:
    title: str = ""
    id: str | None = None


class Songs(AutoAPIBase):
    model = Song


def client_of(make_app: Any, *apis: Any, **settings: Any) -> TestClient:
    app = make_app(**settings)
    for api in apis:
        app.register_api(api)
    return TestClient(app)


def api(**settings: Any) -> type[AutoAPIBase]:
    return type("API", (AutoAPIBase,), {"model": Song, **settings})


class Counting(MemoryQueryset):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    def read_many(self, item_ids: Any) -> list[Outcome]:
        self.asked.append([*item_ids])
        return super().read_many(self.asked[-1])


def test_several_items_are_asked_for_at_once(make_app: Any) -> None:
    queries = Counting()
    client = client_of(make_app, api(queries=queries))
    client.post("/song/", json=[{"id": "a"}, {"id": "b"}])
    answer = client.get("/song/b,x,a,b/")
    results = [(each["id"], each["status_code"]) for each in answer.json()["data"]]
    assert results == [("b", 200), ("x", 404), ("a", 200)]
    assert queries.asked == [["b", "x", "a"]]


class Failing(MemoryQueryset):
    error: Exception = HTTPError(503, "The songs are out of reach.", {"Retry-After": "1"})

    def find(self, query: Any) -> Any:
        raise self.error

    read_one = find  # type: ignore[assignment]


def test_a_store_that_is_down(make_app: Any) -> None:
    client = client_of(make_app, api(queries=Failing()))
    for path in ("/song/", "/song/a/"):
        answer = client.get(path, headers={"Accept": "application/json"})
        assert (answer.status, answer.header("retry-after")) == (503, "1")
        assert answer.json()["detail"] == "The songs are out of reach."
        assert client.get(path).json()["status_code"] == 503


def test_a_store_that_breaks(make_app: Any) -> None:
    queries = Failing()
    queries.error = ValueError("the password is abc")
    answer = client_of(make_app, api(queries=queries)).get("/song/", headers={"Accept": "*/*"})
    assert (answer.status, answer.json()) == (500, {"status": 500, "title": "Server error"})


class Leaving(MemoryQueryset):
    """A store that is away after two writes."""

    left = 2

    def create_one(self, item: Any, *, version: str | None = None) -> Outcome:
        self.leave()
        return super().create_one(item, version=version)

    def destroy_one(self, item_id: str, *, version: str | None = None) -> Outcome:
        self.leave()
        return super().destroy_one(item_id, version=version)

    def leave(self) -> None:
        if not self.left:
            raise StoreUnavailable("songs", retry_after=2)
        self.left -= 1


def test_a_store_that_goes_away_in_the_middle(make_app: Any, caplog: Any) -> None:
    queries = Leaving()
    client = client_of(make_app, api(queries=queries))
    answer = client.post("/song/", json=[{"id": each} for each in "abcd"])
    assert (answer.status, answer.header("retry-after")) == (207, "2")
    results = [(each["id"], each["status_code"]) for each in answer.json()["data"]]
    assert results == [("a", 201), ("b", 201), ("c", 503), ("d", 503)]
    assert [song["id"] for song in client.get("/song/").json()["data"]] == ["a", "b"]
    assert client.post("/song/", json=[{"id": "c"}, {"id": "d"}]).status == 503
    queries.left = 1
    answer = client.delete("/song/x,a,b/")
    assert [each["status_code"] for each in answer.json()["data"]] == [404, 200, 503]
    assert [song["id"] for song in client.get("/song/").json()["data"]] == ["b"]
    assert "the store cannot be reached: songs" in caplog.text


class Refusing(MemoryQueryset):
    def create_one(self, item: Any, *, version: str | None = None) -> Outcome:
        return Status.FAILED, item


def test_what_a_store_cannot_keep(make_app: Any) -> None:
    client = client_of(make_app, api(queries=Refusing()))
    answer = client.post("/song/", json={"title": "x"}, headers={"Accept": "application/json"})
    assert (answer.status, answer.json()["title"]) == (400, "Bad request")
    assert answer.json()["detail"].startswith("The store cannot keep this item")
    assert client.post("/song/", json=[{"title": "x"}]).json()["data"][0]["status_code"] == 400


class Busy(MemoryQueryset):
    def create_one(self, item: Any, *, version: str | None = None) -> Outcome:
        return Status.CONFLICT, item["id"]


def test_somebody_who_is_always_faster(make_app: Any) -> None:
    assert client_of(make_app, api(queries=Busy())).post("/song/", json={}).status == 409


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/song/x/", 404), ("POST", "/song/", 415), ("GET", "/song/?x=1", 422)],
)
def test_a_client_that_accepts_nothing_gets_the_status_alone(
    make_app: Any, method: str, path: str, status: int
) -> None:
    payload = client_of(make_app, Songs).request(method, path).json()
    assert set(payload) == {"status_code", "status_msg", "timestamp"}
    assert payload["status_code"] == status
