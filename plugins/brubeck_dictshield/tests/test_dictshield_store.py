"""The user store that lets only valid documents through."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from brubeck_core.builtin.memory_users import MemoryUserStore
from brubeck_core.config import Config
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.users import DuplicateUser
from brubeck_core.plugin.host import PluginHost
from brubeck_dictshield import _plugin
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.errors import ShieldDocException
from brubeck_dictshield.fields import (
    DateTimeField,
    EmbeddedDocumentField,
    SortedListField,
    StringField,
)
from brubeck_dictshield.store import DictShieldUserStore
from brubeck_dictshield.users import User

MOMENT = datetime(1920, 12, 6, 3, 4, 27, 500)
USER = {"username": "Paul", "email": "paul@example.com", "last_login": 1, "date_joined": 2}


class Member(Document):
    username = StringField(required=True)
    since = DateTimeField()


@pytest.fixture
def store():
    return DictShieldUserStore()


def test_a_user_is_kept_as_its_document_says(store):
    created = store.create({**USER, "rogue": 5, "last_login": "1"})
    assert created == {**USER, "username": "paul", "is_active": False}
    assert store.load("PAUL") == created


def test_a_document_can_be_kept_and_comes_back_as_one(store):
    store.create(User(**USER))
    user = store.load_document("paul")
    assert isinstance(user, User)
    assert user.email == "paul@example.com"
    assert store.load_document("nobody") is None


@pytest.mark.parametrize("keep", ["create", "save"])
def test_a_wrong_user_is_refused_with_every_error(store, keep):
    store.create(USER)
    with pytest.raises(ShieldDocException) as caught:
        getattr(store, keep)({"username": "x" * 31, "email": "nope"})
    assert [(error.path, error.code) for error in caught.value.errors] == [
        ("username", "too_long"),
        ("email", "invalid_email"),
    ]
    assert store.load("paul")["email"] == "paul@example.com"


def test_names_are_unique_and_users_can_be_changed_and_removed(store):
    store.create(USER)
    with pytest.raises(DuplicateUser):
        store.create({**USER, "username": "PAUL"})
    store.save({**USER, "email": None})
    assert "email" not in store.load("paul")
    assert store.delete("Paul")
    assert not store.delete("Paul")
    with pytest.raises(KeyError):
        store.save(USER)


def test_values_are_kept_as_json_has_them():
    store = DictShieldUserStore(document=Member)
    store.create({"username": "paul", "since": "2012-01-05T10:30:00.5Z"})
    assert store.load("paul")["since"] == "2012-01-05T10:30:00.500000+00:00"
    assert store.load_document("paul").since.microsecond == 500000


class Gig(EmbeddedDocument):
    at = DateTimeField(format="%d.%m.")


class Player(Document):
    username = StringField(required=True)
    born = DateTimeField(format="%Y", uniq_field="birth")
    first = EmbeddedDocumentField(Gig)
    gigs = SortedListField(EmbeddedDocumentField(Gig), ordering="at")


def test_a_moment_is_kept_whole_whatever_its_format():
    store = DictShieldUserStore(document=Player)
    player = Player(username="paul", born=MOMENT, first={"at": MOMENT}, gigs=[{"at": MOMENT}])
    store.create(player)
    assert store.load_document("paul") == player
    store.save(store.load("paul"))
    assert store.load_document("paul") == player


def test_another_store_can_keep_the_users():
    inner = MemoryUserStore()
    DictShieldUserStore(inner).create(USER)
    assert inner.load("paul")["email"] == "paul@example.com"


@pytest.mark.parametrize(
    "selected", [MemoryUserStore, "brubeck_core.builtin.memory_users:MemoryUserStore"]
)
def test_the_other_store_is_found_when_an_application_is_built(selected):
    store = DictShieldUserStore(selected)
    with pytest.raises(ConfigError, match="found when an application is built"):
        store.load("paul")
    config = Config([])
    store.setup(SimpleNamespace(config=config, plugins=PluginHost(config)))
    store.create(USER)
    assert store.load("paul")


def test_it_does_not_keep_users_in_itself():
    with pytest.raises(ConfigError, match="this store itself"):
        DictShieldUserStore("dictshield").setup(SimpleNamespace())


@pytest.mark.parametrize(
    "document",
    [5, Document, "json:dumps", "brubeck_dictshield.nosuch:User"],
)
def test_the_document_has_to_be_one_with_a_username(document):
    with pytest.raises(ConfigError, match=r"user_store\.dictshield"):
        DictShieldUserStore(document=document)


def test_the_document_can_be_named():
    assert DictShieldUserStore(document="brubeck_dictshield.users:User").document is User


def test_the_registration_names_it_and_its_options():
    (registration,) = _plugin.brubeck_register_user_stores()
    assert registration.name == "dictshield"
    assert registration.target == f"{DictShieldUserStore.__module__}:DictShieldUserStore"
    assert [option.name for option in registration.options] == ["store", "document"]
