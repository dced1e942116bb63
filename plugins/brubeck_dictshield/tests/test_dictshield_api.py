"""Documents behind an AutoAPI."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.models import InvalidItem, Model, model_of
from brubeck_core.testing import TestClient
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.fields import (
    BaseField,
    BooleanField,
    DateTimeField,
    DecimalField,
    DictField,
    EmailField,
    EmbeddedDocumentField,
    FloatField,
    GeoPointField,
    IntField,
    ListField,
    MD5Field,
    MillisecondField,
    StringField,
    TimeStampField,
    URLField,
    UUIDField,
)
from brubeck_dictshield.users import User, UserProfile

ID = "111b4bb7-55f5-441b-ba25-c7a4fd99442c"


class Comment(EmbeddedDocument):
    _public_fields: ClassVar[Any] = ["text"]
    _private_fields: ClassVar[Any] = ["address"]

    text = StringField(required=True, max_length=20)
    address = StringField()
    answers = ListField(EmbeddedDocumentField("self"))


class Post(Document):
    _private_fields: ClassVar[Any] = ["thoughts"]
    _public_fields: ClassVar[Any] = ["title", "comments"]

    class Meta:
        id_options = {"auto_fill": True}

    title = StringField(required=True, minimized_field_name="t")
    year = IntField(min_value=1920)
    thoughts = StringField(required=True)
    comments = ListField(EmbeddedDocumentField(Comment))
    first = EmbeddedDocumentField(Comment)
    on = DateTimeField(format="%d.%m.%Y")


@pytest.fixture
def model() -> Model:
    return model_of(Post)


@pytest.fixture
def client(make_app: Any) -> TestClient:
    class Posts(AutoAPIBase):
        model = Post

    app = make_app()
    app.register_api(Posts)
    return TestClient(app, headers={"Accept": "application/json"})


def test_an_item_is_json_under_the_fields_own_names(model: Model) -> None:
    values = {"title": "x", "year": 1959, "on": "1959-07-01T12:00:00Z"}
    assert model.make_item(values, ID) == {
        "id": ID,
        "title": "x",
        "year": 1959,
        "comments": [],
        "on": "1959-07-01T12:00:00+00:00",
    }


def test_views_are_those_of_the_document(model: Model) -> None:
    comments = [{"text": "nice", "answers": [{"text": "thanks"}]}]
    values = {"title": "x", "thoughts": "!", "comments": comments, "on": "1959-07-01T12:00:00Z"}
    item = model.make_item(values, ID)
    owners = model.show(item, "owner")
    assert (owners["id"], owners["t"], owners["on"]) == (ID, "x", "01.07.1959")
    assert owners["comments"] == [{"text": "nice", "answers": [{"text": "thanks", "answers": []}]}]
    assert "thoughts" not in owners
    assert model.show(item, "public") == {"id": ID, "t": "x", "comments": [{"text": "nice"}]}


def test_what_programs_stored_can_be_shown(model: Model) -> None:
    stored = Post(id=ID, title="x", on=datetime(1959, 7, 1, tzinfo=UTC)).to_python()
    item = model.tidy(stored)
    assert (item["id"], item["title"], item["on"]) == (ID, "x", "1959-07-01T00:00:00+00:00")
    assert "_cls" not in item
    assert model.tidy(item) == item


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"title": ""}, {"title required"}),
        ({"title": "x", "year": "1959"}, {"year wrong_type"}),
        ({"title": "x", "year": 1900}, {"year below_min"}),
        ({"title": "x", "comments": [{"text": "x" * 21}]}, {"comments.0.text too_long"}),
        ({"title": "x", "first": {}}, {"first.text required"}),
        ({"title": "x", "on": "yesterday"}, {"on not_datetime"}),
        (
            {"year": True, "comments": 5},
            {"title required", "year wrong_type", "comments wrong_type"},
        ),
    ],
    ids=str,
)
def test_what_is_wrong_has_path_and_code(
    model: Model, values: dict[str, Any], expected: set[str]
) -> None:
    with pytest.raises(InvalidItem) as caught:
        model.make_item(values, ID)
    assert {f"{error.path} {error.code}" for error in caught.value.errors} == expected


def test_short_names_can_be_sent_back(client: TestClient) -> None:
    post = client.post("/post/", json={"id": ID, "title": "x"}).json()["data"]
    assert client.put(f"/post/{ID}/", json={**post, "t": "y"}).json()["data"]["t"] == "y"
    assert client.patch(f"/post/{ID}/", json={"title": "z"}).json()["data"]["t"] == "z"
    assert client.get(f"/post/{ID}/?fields=t").json()["data"]["t"] == "z"


class Address(EmbeddedDocument):
    _private_fields: ClassVar[Any] = ["checked_by"]

    city = StringField(required=True, minimized_field_name="c")
    street = StringField(minimized_field_name="s")
    checked_by = StringField(uniq_field="by")
    former = EmbeddedDocumentField("self", minimized_field_name="f")


class Person(Document):
    class Meta:
        id_options: ClassVar[Any] = {"auto_fill": True}

    home = EmbeddedDocumentField(Address, minimized_field_name="h")
    others = ListField(EmbeddedDocumentField(Address))


@pytest.fixture
def people(make_app: Any) -> TestClient:
    app = make_app()
    app.register_api(type("People", (AutoAPIBase,), {"model": Person}))
    return TestClient(app, headers={"Accept": "application/json"})


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_short_names_inside_can_be_sent_back(people: TestClient, method: str) -> None:
    former = {"city": "Oakland", "street": "1st"}
    person = {"home": {"city": "Concord", "former": former}, "others": [{"city": "Paris"}]}
    shown = people.post("/person/", json=person).json()["data"]
    assert shown["h"] == {"c": "Concord", "f": {"c": "Oakland", "s": "1st"}}
    path = f"/person/{shown['id']}/"
    shown["h"]["f"]["c"] = "Berkeley"
    shown["others"][0]["c"] = "Rome"
    answer = people.request(method, path, json=shown)
    assert answer.status == 200
    assert answer.json()["data"] == {**shown, "status_code": 200, "status_msg": "OK"}
    change = {"h": {"f": {"s": None}}}
    assert people.patch(path, json=change).json()["data"]["h"]["f"] == {"c": "Berkeley"}


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/person/{id}/"), ("POST", "/person/"), ("PATCH", "/person/{id}/")]
)
def test_private_values_inside_stay_when_an_item_is_replaced(
    people: TestClient, method: str, path: str
) -> None:
    home = {"city": "Concord", "former": {"city": "Oakland"}}
    item_id = people.post("/person/", json={"home": home}).json()["data"]["id"]
    items = people.app.queryset.collection("person")
    _, stored = items.read_one(item_id)
    stored["home"]["by"] = stored["home"]["former"]["by"] = "Joe"
    items.update_one(stored)
    new = {"id": item_id, "home": {"city": "Rome", "former": {"city": "Paris"}}}
    assert people.request(method, path.format(id=item_id), json=new).status == 200
    _, stored = items.read_one(item_id)
    assert (stored["home"]["city"], stored["home"]["by"]) == ("Rome", "Joe")
    former = stored["home"]["former"]
    assert (former["city"], former["by"]) == ("Paris", "Joe")


def test_the_stored_name_of_the_id_is_understood(client: TestClient) -> None:
    assert client.post("/post/", json={"_id": ID, "title": "x"}).json()["data"]["id"] == ID
    assert client.put(f"/post/{ID.upper()}/", json={"title": "y"}).status == 200
    assert client.put(f"/post/{ID}/", json={"_id": ID[::-1], "title": "y"}).status == 400


def test_private_values_inside_are_refused(client: TestClient) -> None:
    post = {"title": "x", "first": {"text": "y", "address": "z"}}
    answer = client.post("/post/", json=post)
    assert answer.status == 422
    [error] = answer.json()["errors"]
    assert (error["path"], error["code"]) == ("first.address", "internal_field_overwrite")


def test_a_private_value_of_its_own_is_left_out(client: TestClient) -> None:
    assert client.post("/post/", json={"id": ID, "title": "x", "thoughts": "y"}).status == 201
    assert "thoughts" not in client.app.queryset.collection("post").read_one(ID)[1]


class Everything(Document):
    any = BaseField()
    yes = BooleanField(default=True)
    on = DateTimeField()
    at = TimeStampField()
    ms = MillisecondField(default=0)
    price = DecimalField(max_value=5)
    extra = DictField()
    mail = EmailField()
    rate = FloatField(min_value=0.5)
    place = GeoPointField()
    digest = MD5Field()
    name = StringField(required=True, min_length=2, max_length=9, regex="[a-z]+$")
    kind = StringField(choices=["a", "b"], description="Which of the two.")
    tags = ListField(StringField())
    mixed = ListField([IntField(), StringField()])
    page = URLField()
    other = UUIDField(required=True)


def test_the_schema_of_every_field() -> None:
    null = {"type": "null"}
    whole = {"minimum": -(2**63), "maximum": 2**63 - 1}
    assert model_of(Everything).schema == {
        "title": "Everything",
        "type": "object",
        "required": ["name", "other"],
        "properties": {
            "id": {"type": ["string", "null"], "format": "uuid"},
            "any": {},
            "yes": {"type": ["boolean", "null"], "default": True},
            "on": {"type": ["string", "null"], "format": "date-time"},
            "at": {"type": ["integer", "string", "null"], **whole},
            "ms": {"type": ["integer", "null"], "default": 0, **whole},
            "price": {},
            "extra": {"type": ["object", "null"]},
            "mail": {"type": ["string", "null"], "format": "email"},
            "rate": {"type": ["number", "null"], "minimum": 0.5},
            "place": {"type": ["array", "object", "null"]},
            "digest": {},
            "name": {
                "type": "string",
                "minLength": 2,
                "maxLength": 9,
                "pattern": "^(?:[a-z]+$)",
            },
            "kind": {"anyOf": [{"enum": ["a", "b"]}, null], "description": "Which of the two."},
            "tags": {"type": ["array", "null"], "items": {"type": "string"}},
            "mixed": {
                "type": ["array", "null"],
                "items": {"anyOf": [{"type": "integer", **whole}, {"type": "string"}]},
            },
            "page": {"type": ["string", "null"], "format": "uri"},
            "other": {"type": "string", "format": "uuid"},
        },
    }


def test_what_is_put_out_can_be_taken_in_again() -> None:
    model = model_of(Everything)
    values = {
        "name": "dave",
        "other": ID,
        "at": 5,
        "on": "1959-07-01T12:00:00+00:00",
        "price": "4.5",
        "place": [1, 2.5],
        "extra": {"a": [1]},
        "mixed": [1, "x"],
        "kind": "a",
    }
    item = model.make_item(values, ID)
    assert model.make_item(model.fields_of(item), item["id"]) == item


def test_embedded_documents_are_described_without_what_is_private(model: Model) -> None:
    comment = model.definitions["Post.Comment"]
    assert list(comment["properties"]) == ["text", "answers"]
    assert model.schema["properties"]["first"]["anyOf"][0] == {
        "$ref": "#/components/schemas/Post.Comment"
    }


def test_users_and_profiles_are_models() -> None:
    user = model_of(User)
    assert {"password", "is_active"} == user.private
    with pytest.raises(InvalidItem):
        model_of(UserProfile).make_item({"name": "Dave"}, None)
    profile = {"owner_id": ID, "owner_username": "dave", "name": "Dave"}
    assert "owner_id" not in model_of(UserProfile).show(
        model_of(UserProfile).make_item(profile, None), "owner"
    )


class Account(Document):
    name = StringField(id_field=True, required=True)
    email = EmailField()


def test_another_field_may_be_the_id(make_app: Any) -> None:
    api = type("Accounts", (AutoAPIBase,), {"model": Account})
    app = make_app()
    app.register_api(api)
    client = TestClient(app)
    account = client.post("/account/", json={"name": "dave", "email": "d@example.org"})
    assert account.json()["data"] == {
        "id": "dave",
        "name": "dave",
        "email": "d@example.org",
        "status_code": 201,
        "status_msg": "Created",
    }
    assert client.put("/account/dave/", json={"email": "e@example.org"}).status == 200
    assert client.put("/account/dave/", json={"name": "paul"}).status == 422
    assert client.get("/account/dave/").json()["data"]["email"] == "e@example.org"
