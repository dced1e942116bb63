"""The API: alone, and beside the pages."""

import base64

import pytest

PASSWORD = "quiet river banks"
ANN = {"username": "ann", "password": PASSWORD}


@pytest.fixture
def ann(app, clock):
    """Make an account with 30 links, of one millisecond each, and return it."""
    user = app.accounts.create("ann", PASSWORD)
    for number in range(30):
        app.links.add(user, {"title": f"{number}", "url": "http://a.example/", "tags": "jazz"})
    return user


def basic(text):
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def asked(api, **query):
    """Return the numbers of the links that the API gives out, and how many there are."""
    answer = api.get("/", query=query, headers=basic(f"ann:{PASSWORD}"))
    assert answer.status == 200
    data = answer.json()["data"]
    return [int(item["title"]) for item in data["items"]], data["num_items"]


@pytest.mark.parametrize("path", ["/", "/links/of/mine"])
def test_links_as_json(api, ann, path):
    answer = api.get(path, query={"count": "1"}, headers=basic(f"ann:{PASSWORD}"))
    assert answer.header("Content-Type") == "application/json"
    body = answer.json()
    assert set(body) == {"status_code", "status_msg", "timestamp", "data"}
    [item] = body["data"]["items"]
    assert len(item.pop("id")) == 36
    assert item == {
        "owner_username": "ann",
        "created_at": 1_700_000_000_029,
        "updated_at": 1_700_000_000_029,
        "title": "29",
        "url": "http://a.example/",
        "tags": ["jazz"],
        "liked": False,
        "archived": False,
        "deleted": False,
    }


def test_ways_to_ask(api, app, ann, log_in):
    assert api.post("/", form=ANN).json()["data"]["num_items"] == 30
    assert api.post("/", headers=basic(f"ann:{PASSWORD}")).json()["data"]["num_items"] == 30
    # Where pages and API are one site, by the login of the pages.
    dave = log_in("dave")
    assert dave.get("/api").json()["data"] == {"num_items": 0, "items": []}


@pytest.mark.parametrize(
    ("method", "headers", "form"),
    [
        ("GET", {}, None),
        ("POST", {}, None),
        ("POST", {}, {}),
        ("POST", {}, ANN | {"password": "wrong"}),
        ("POST", {}, {"username": "ann"}),
        ("POST", {}, {"username": "paul", "password": PASSWORD}),
        ("GET", basic("ann:wrong"), None),
        ("GET", basic("nobody:quiet river banks"), None),
        ("GET", basic("ann"), None),
        ("GET", basic(""), None),
        ("GET", {"Authorization": "Basic"}, None),
        ("GET", {"Authorization": "Basic \u00fc!"}, None),
        ("GET", {"Authorization": "Basic /w=="}, None),
        ("GET", {"Authorization": f"Bearer {PASSWORD}"}, None),
    ],
)
def test_who_is_unknown_gets_nothing(api, ann, method, headers, form):
    answer = api.request(method, "/", headers=headers, form=form)
    assert answer.status == 401
    assert answer.json() == {"status_code": 401, "status_msg": "Authentication failed"}
    assert answer.header("WWW-Authenticate") == 'Basic realm="Readify", charset="UTF-8"'


def test_passwords_in_addresses_are_not_read(api, ann):
    assert api.get("/", query=ANN).status == 401


def test_after_some_failures_there_is_a_pause(api, ann):
    for _ in range(5):
        api.get("/", headers=basic("ann:wrong"))
    answer = api.get("/", headers=basic(f"ann:{PASSWORD}"))
    assert answer.status == 429
    assert int(answer.header("Retry-After")) >= 1
    assert answer.json()["status_code"] == 429


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, range(29, 4, -1)),
        ({"page": "1"}, range(4, -1, -1)),
        ({"page": "2"}, []),
        ({"count": "2", "page": "1"}, [27, 26]),
        ({"count": "2", "skip": "29"}, [0]),
        ({"count": "1000"}, range(29, 4, -1)),
        ({"count": "0"}, []),
        ({"since": "1700000000028"}, [29, 28]),
        ({"since": "1800000000000"}, []),
        # What is no number is as if it were not there.
        ({"count": "-1"}, range(29, 4, -1)),
        ({"page": "two"}, range(29, 4, -1)),
        ({"skip": "1.5"}, range(29, 4, -1)),
        ({"since": "9" * 5000}, range(29, 4, -1)),
        ({"page": "\u0662"}, range(29, 4, -1)),
        ({"page": "9223372036854775807"}, []),
    ],
)
def test_pages(api, ann, query, numbers):
    total = {"1700000000028": 2, "1800000000000": 0}.get(query.get("since"), 30)
    assert asked(api, **query) == ([*numbers], total)


def test_what_is_archived_or_deleted_is_left_out(api, app, ann):
    items, _ = app.links.find(ann, {}, count=3)
    for item, action in zip(items, ("archive", "delete", "like"), strict=True):
        app.links.act(ann, str(item.id), action)
    assert asked(api, count="2") == ([27, 26], 28)


def test_errors_are_json_too(api):
    answer = api.request("DELETE", "/")
    assert answer.status == 405
    assert answer.header("Content-Type") == "application/json"
