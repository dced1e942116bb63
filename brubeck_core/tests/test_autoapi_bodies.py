"""What an API takes as a body, and what it makes of bad ones."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.testing import Answer, TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@dataclass
class Song:
    title: str
    year: int | None = None
    tags: list[str] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)
    id: str | None = None


class Songs(AutoAPIBase):
    model = Song


@pytest.fixture
def client(make_app: Any) -> TestClient:
    app = make_app()
    app.register_api(Songs)
    return TestClient(app)


def stored(client: TestClient) -> list[str]:
    return [song["title"] for song in client.get("/song/").json()["data"]]


SONG = b'{"title": "x"}'


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=utf-8", 201),
        ("text/plain", 415),
        ("application/merge-patch+json", 415),
        ("application/xml", 415),
        ("", 415),
        (None, 415),
    ],
)
def test_the_type_of_a_body(client: TestClient, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    assert client.post("/song/", body=SONG, headers=headers).status == status
    assert stored(client) == (["x"] if status == 201 else [])


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/merge-patch+json", 200),
        ("application/json-patch+json", 415),
    ],
)
def test_the_type_of_a_patch(client: TestClient, content_type: str, status: int) -> None:
    client.post("/song/", json={"id": "a", "title": "x"})
    answer = client.patch("/song/a/", body=b'{"year": 5}', headers={"Content-Type": content_type})
    assert answer.status == status
    offered = answer.header("accept-patch")
    assert offered == (None if status == 200 else "application/merge-patch+json, application/json")


BODIES = {
    "nothing": b"",
    "rubbish": b"{bad",
    "two values": b"{} {}",
    "a number": b"5",
    "null": b"null",
    "NaN": b'{"title": NaN}',
    "infinity": b'{"title": "x", "year": 1e999}',
    "a huge integer": b'{"title": "x", "year": ' + b"9" * 5000 + b"}",
    "not UTF-8": b'{"title": "\xff"}',
    "a lone surrogate": b'{"title": "\\ud800"}',
    "deep lists": b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"title":' * 5000 + b"1" + b"}" * 5000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_is_no_item(client: TestClient, method: str, body: bytes) -> None:
    path = "/song/" if method == "POST" else "/song/a/"
    headers = {"Content-Type": "application/json"}
    assert client.request(method, path, body=body, headers=headers).status == 400
    assert stored(client) == []


# -- forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [None, {"other": ("a.txt", b"", "text/plain")}])
def test_json_in_a_form(client: TestClient, files: Any) -> None:
    answer = client.post("/song/", form={"data": '{"title": "x\\ny"}'}, files=files)
    assert answer.status == 201
    assert stored(client) == ["x\ny"]


@pytest.mark.parametrize("form", [{}, {"data": ""}, {"data": "{bad"}, {"title": "x"}], ids=str)
def test_forms_without_an_item(client: TestClient, form: dict[str, str]) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/song/", form=form, headers=headers).status == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost:6767"}, 201),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_forms_of_other_sites(client: TestClient, headers: dict[str, str], status: int) -> None:
    form = {"data": '{"title": "x"}'}
    assert client.post("/song/", form=form, headers=headers).status == status


# -- much of it ------------------------------------------------------------------------------------


HUGE = {
    "many wrong items": [{"title": 5, "tags": [1] * 1000}] * 90,
    "a long unknown name": [{"title": "x", "n" * 500_000: 1}],
    "long names above wrong values": [{"title": "x", "notes": {"n" * 100_000: ["x"] * 10_000}}],
    "many unknown names": [{"title": "x", **{f"n{number}": 1 for number in range(50_000)}}],
}


@pytest.mark.parametrize("body", HUGE.values(), ids=HUGE)
def test_what_is_told_of_much_that_is_wrong_is_little(client: TestClient, body: Any) -> None:
    began = time.perf_counter()
    answer = client.post("/song/", json=body, headers={"Accept": "*/*"})
    assert time.perf_counter() - began < 3
    assert answer.status in (400, 422)
    assert len(answer.body) < 30_000
    assert 1 <= len(answer.json()["errors"]) <= 100


# -- anything --------------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars,
    lambda each: (
        st.lists(each, max_size=4)
        | st.dictionaries(st.sampled_from(["title", "year", "tags", "notes", "id", "x"]), each)
    ),
    max_leaves=12,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=values,
    method=st.sampled_from(["POST", "PUT", "PATCH"]),
    path=st.sampled_from(["/song/", "/song/a/", "/song/a,b/", "/song/%2e%2e/"]),
)
def test_whatever_is_sent_is_answered(
    client: TestClient, body: Any, method: str, path: str
) -> None:
    try:
        text = json.dumps(body, allow_nan=False)
    except ValueError:
        return
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    answer: Answer = client.request(method, path, body=text, headers=headers)
    assert answer.status in (200, 201, 207, 400, 404, 422)
    found = client.get("/song/").json()["data"]
    assert all(
        {*song} <= {"id", "title", "year", "tags", "notes", "status_code", "status_msg"}
        for song in found
    )
