"""The API of the to-do list, as a client of the original's page uses it."""

import runpy
import uuid
from pathlib import Path

import pytest
from brubeck_core.config import Config, set_current
from brubeck_core.testing import TestClient

HERE = Path(__file__).parent.parent


@pytest.fixture
def client():
    set_current(Config.load(HERE, overrides={"connection": "local"}))
    try:
        app = runpy.run_path(str(HERE / "app.py"))["app"]
        yield TestClient(app, headers={"Accept": "application/json"})
    finally:
        set_current(None)


def test_the_life_of_a_todo(client):
    made = client.post("/todo/", json={"text": "Count to five", "order": 1, "done": False})
    todo = made.json()
    assert made.status == 201
    assert uuid.UUID(todo["id"])
    path = f"/todo/{todo['id']}/"
    # The original's page sends back the whole object, with the status that stood in it.
    changed = client.put(path, json=todo | {"done": True})
    assert (changed.status, changed.json()["done"]) == (200, True)
    assert [each["text"] for each in client.get("/todo/").json()] == ["Count to five"]
    removed = client.delete(path)
    assert (removed.status, [each["id"] for each in removed.json()]) == (200, [todo["id"]])
    assert client.get("/todo/").json() == []


def test_several_at_once(client):
    several = [{"text": text, "order": n} for n, text in enumerate(["one", "two"])]
    answer = client.post("/todo/", json=several)
    assert (answer.status, [todo["done"] for todo in answer.json()]) == (201, [False, False])


@pytest.mark.parametrize(
    ("todo", "errors"),
    [
        ({"order": 1}, [("text", "required")]),
        ({"text": "", "order": 1}, [("text", "required")]),
        ({"text": "x" * 201, "order": 1}, [("text", "too_long")]),
        ({"text": "x", "order": -1}, [("order", "below_min")]),
        ({"text": "x", "order": "first"}, [("order", "wrong_type")]),
        ({"text": ["x"], "order": 1}, [("text", "wrong_type")]),
    ],
)
def test_what_will_not_do_is_told_and_not_kept(client, todo, errors):
    answer = client.post("/todo/", json=todo)
    assert answer.status == 400
    assert [(e["path"], e["code"]) for e in answer.json()["errors"]] == errors
    assert client.get("/todo/").json() == []


@pytest.mark.parametrize("id", [str(uuid.UUID(int=5)), "five", "%00"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_ids(client, method, id):
    assert client.request(method, f"/todo/{id}/").status == 404


@pytest.mark.parametrize("body", [b"{", b'{"order": NaN}', b"text=x"])
def test_what_is_no_json(client, body):
    headers = {"Content-Type": "application/json"}
    assert client.post("/todo/", body=body, headers=headers).status == 400


def test_another_site_cannot_write(client):
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    todo = {"text": "x", "order": 1}
    assert client.post("/todo/", json=todo, headers=headers).status == 403
    assert client.get("/todo/").json() == []


def test_the_page_takes_nothing_from_elsewhere(client):
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.header("Content-Type") == "text/html; charset=utf-8"
    assert page.header("Content-Security-Policy").startswith("default-src 'self'")
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_the_model_is_described(client):
    todo = client.get("/manifest.json").json()
    assert "Todo" in str(todo)
