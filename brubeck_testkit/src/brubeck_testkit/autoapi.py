"""What every AutoAPI promises, over any queryset.

class TestMyAutoAPI(AutoAPISuite):
    @pytest.fixture
    def queryset(self):
        return MyQueryset()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar

import pytest
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.http.problems import PROBLEM
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_core.interfaces.queryset import Item, Queryset, Status
from brubeck_core.testing import Answer, TestClient
from brubeck_testkit.applications import MakeApp
from brubeck_testkit.autoapi_cases import CONVERSATIONS
from brubeck_testkit.autoapi_steps import TAG, Step
from brubeck_testkit.suite import Suite


@dataclass
class Song:
    """An item of everybody's, with a field of each kind."""

    _private_fields: ClassVar[Any] = ("plays",)
    _read_only_fields: ClassVar[Any] = ("added",)

    title: str
    year: int | None = None
    live: bool = False
    tempo: float = 0.0
    tags: list[str] = field(default_factory=list)
    plays: int = 0
    added: int = 0
    id: str | None = None


@dataclass
class Note:
    """An item of somebody's."""

    text: str
    owner: str
    updated_at: int = 0
    id: str | None = None


@dataclass
class Post:
    """An item of somebody's that everybody sees a part of."""

    _public_fields: ClassVar[Any] = ("text",)

    text: str
    owner: str
    draft: str = ""
    id: str | None = None


class AutoAPISuite(Suite, standard=True):
    """Override the fixture `queryset` with one that returns an empty queryset."""

    @pytest.fixture
    def queryset(self) -> Queryset:
        raise NotImplementedError("override the fixture `queryset` to return an empty queryset")

    @pytest.fixture
    def songs(self, queryset: Queryset) -> Queryset:
        """Return the queryset of the songs."""
        return queryset.collection("songs")

    @pytest.fixture
    def between(self) -> list[Callable[[], object]]:
        """Return a list of functions to call between reading a song and writing it."""
        return []

    @pytest.fixture
    def client(
        self,
        make_app: MakeApp,
        queryset: Queryset,
        songs: Queryset,
        between: list[Callable[[], object]],
    ) -> TestClient:
        """Return a client of an application with APIs of songs, notes and posts."""
        moments = count(1)

        class API(AutoAPIBase):
            max_items = 10
            max_count = 3

            def get_current_user(self) -> str | None:
                return self.message.header("x-user")

        class Songs(API):
            model = Song
            queries = songs

            def complete(self, values: dict[str, Any], item: Item | None) -> None:
                for call in between:
                    call()

        class Notes(API):
            model = Note
            queries = queryset.collection("notes")
            owner_field = "owner"
            read_only = ("updated_at",)

            def complete(self, values: dict[str, Any], item: Item | None) -> None:
                values["updated_at"] = next(moments)

        class Posts(API):
            model = Post
            queries = queryset.collection("posts")
            owner_field = "owner"
            public_read = True

        app = make_app()
        for api in (Songs, Notes, Posts):
            app.register_api(api)
        return TestClient(app, headers={"Accept": "application/json"})

    @pytest.mark.parametrize("name", CONVERSATIONS)
    def test_a_conversation(self, client: TestClient, name: str) -> None:
        etag = ""
        for step in CONVERSATIONS[name]:
            headers = {key: etag if it == TAG else it for key, it in step.headers.items()}
            answer = client.request(step.method, step.path, json=step.body, headers=headers)
            check(step, answer)
            etag = answer.header("etag") or etag

    def test_private_values_of_clients_are_not_stored(
        self, client: TestClient, songs: Queryset
    ) -> None:
        song = {"id": "a", "title": "x", "plays": 99}
        assert client.post("/song/", json=song).status == 201
        assert songs.read_one("a")[1]["plays"] == 0

    def test_private_values_stay_when_an_item_is_replaced(
        self, client: TestClient, songs: Queryset
    ) -> None:
        client.post("/song/", json={"id": "a", "title": "x"})
        _, stored = songs.read_one("a")
        songs.update_one({**stored, "plays": 7, "added": 5})
        assert client.put("/song/a/", json={"title": "y"}).json()["data"]["added"] == 5
        assert client.patch("/song/a/", json={"year": 1}).status == 200
        assert songs.read_one("a")[1] == {**stored, "title": "y", "year": 1, "plays": 7, "added": 5}

    def test_changes_of_parts_at_once_are_all_kept(
        self,
        client: TestClient,
        songs: Queryset,
        between: list[Callable[[], object]],
        concurrency: Concurrency,
    ) -> None:
        client.post("/song/", json={"id": "a", "title": "x"})
        between.append(lambda: concurrency.sleep(0.01))
        changes: list[Mapping[str, Any]] = [
            {"title": "y"},
            {"year": 1959},
            {"live": True},
            {"tempo": 172.0},
            {"tags": ["jazz"]},
        ]
        tasks = [concurrency.spawn(client.patch, "/song/a/", json=change) for change in changes]
        done = [task.result(60).status for task in tasks]
        status, song = songs.read_one("a")
        # Whoever loses too often is told, and may try again.
        kept = [all(song[key] == change[key] for key in change) for change in changes]
        assert status is Status.OK
        assert kept == [code == 200 for code in done]
        assert set(done) <= {200, 409}

    def test_of_writes_of_one_version_at_once_one_is_done(
        self,
        client: TestClient,
        between: list[Callable[[], object]],
        concurrency: Concurrency,
    ) -> None:
        etag = client.post("/song/", json={"id": "a", "title": "x"}).header("etag")
        between.append(lambda: concurrency.sleep(0.01))
        headers = {"If-Match": str(etag)}

        def write(year: int) -> int:
            song = {"title": "x", "year": year}
            return client.put("/song/a/", json=song, headers=headers).status

        tasks = [concurrency.spawn(write, year) for year in range(4)]
        assert sorted(task.result(60) for task in tasks) == [200, 412, 412, 412]


def check(step: Step, answer: Answer) -> None:
    """Compare an answer with what a step expects."""
    statuses = step.status if isinstance(step.status, tuple) else (step.status,)
    assert answer.status in statuses, answer.body
    for name, value in step.fields.items():
        assert answer.header(name) == value
    if answer.status >= 400 and not isinstance(step.expected, list):
        assert answer.header("content-type") == PROBLEM
        assert answer.json()["status"] == answer.status
    if isinstance(step.expected, str):
        errors = answer.json()["errors"]
        assert step.expected in [f"{error['code']}@{error['path']}" for error in errors]
    elif isinstance(step.expected, dict):
        assert_has(answer.json()["data"], step.expected)
    elif isinstance(step.expected, list):
        found = answer.json()["data"]
        assert len(found) == len(step.expected)
        for item, expected in zip(found, step.expected, strict=True):
            assert_has(item, expected)


def assert_has(item: dict[str, Any], expected: dict[str, Any]) -> None:
    """Compare the members that are expected; None is for what is not there, too."""
    assert {name: item.get(name) for name in expected} == expected
