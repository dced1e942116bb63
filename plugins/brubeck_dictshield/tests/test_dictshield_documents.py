"""How a document behaves as an object, and how it says what is wrong with it."""

import copy
import pickle

import pytest
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.errors import ShieldDocException, ShieldException
from brubeck_dictshield.fields import (
    EmbeddedDocumentField,
    IntField,
    ListField,
    LongField,
    StringField,
    UUIDField,
)
from brubeck_dictshield.swap import diff_id_field, swap_field


class Author(EmbeddedDocument):
    email = StringField(regex=".+@")
    name = StringField(required=True)


class Comment(EmbeddedDocument):
    text = StringField(max_length=5)
    author = EmbeddedDocumentField(Author)


class Post(Document):
    title = StringField(required=True, minimized_field_name="t")
    year = IntField(default=1959)
    tags = ListField(StringField(max_length=3))
    author = EmbeddedDocumentField(Author)
    comments = ListField(EmbeddedDocumentField(Comment))


WRONG = {
    "tags": ["jazz", "ok", "cool"],
    "author": {"email": "paul"},
    "comments": [{"text": "five"}, {"text": "take five", "author": {"email": "x", "name": "y"}}],
}
WRONG_PATHS = [
    ("title", "required"),
    ("tags.0", "too_long"),
    ("tags.2", "too_long"),
    ("author.email", "regex"),
    ("author.name", "required"),
    ("comments.1.text", "too_long"),
    ("comments.1.author.email", "regex"),
]


def paths(errors):
    return [(error.path, error.code) for error in errors]


def test_all_errors_come_at_once_with_their_paths():
    with pytest.raises(ShieldDocException) as caught:
        Post(**WRONG).validate(validate_all=True)
    assert paths(caught.value.errors) == WRONG_PATHS
    assert caught.value.doc == "Post"


def test_the_list_of_errors_has_one_for_each_field_and_failing_embedded_field():
    with pytest.raises(ShieldDocException) as caught:
        Post(**WRONG).validate(validate_all=True)
    assert paths(caught.value.error_list) == [
        ("title", "required"),
        ("tags.0", "list_item"),
        ("author.email", "regex"),
        ("author.name", "required"),
        ("comments.1", "list_item"),
    ]


def test_a_class_finds_the_same_errors():
    errors = Post.validate_class_fields(copy.deepcopy(WRONG), validate_all=True)
    assert paths(single for error in errors for single in error.errors) == WRONG_PATHS


def test_the_first_error_has_its_path_too():
    with pytest.raises(ShieldException) as caught:
        Post(title="x", author={"email": "a@", "name": None}).validate()
    assert paths([caught.value]) == [("author.name", "required")]
    assert caught.value.to_dict() == {
        "path": "author.name",
        "code": "required",
        "reason": "is required",
    }


def test_an_error_reads_as_reason_field_and_value():
    with pytest.raises(ShieldException) as caught:
        Author(email="paul", name="x").validate()
    assert str(caught.value) == "does not match .+@ - email:paul"


@pytest.mark.parametrize("name", ["title", "t"])
def test_construction_understands_short_names(name):
    assert Post(**{name: "Take Five"}).title == "Take Five"


def test_values_are_plain_attributes_of_the_document():
    post = Post(title="x")
    assert vars(post)["title"] == "x"
    assert "title" not in vars(Post)
    assert Post.title is Post._fields["title"]
    assert "title" in dir(Post)


def test_an_unknown_attribute_of_the_class_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'Post' has neither"):
        _ = Post.nosuch


def test_unknown_keywords_become_attributes_that_are_not_put_out():
    post = Post(title="x", rogue=5, _cls="Other", self="me")
    assert post.rogue == 5
    assert "rogue" in post
    assert list(post) == ["id", "title", "year", "tags", "author", "comments"]
    assert set(post.to_python()) == {"title", "year", "tags", "comments", "_cls", "_types"}
    assert post.to_python()["_cls"] == "Post"


@pytest.mark.parametrize("name", ["validate", "__class__", "__dict__", "_plan", "to_python"])
def test_unknown_keywords_replace_nothing_of_the_class(name):
    post = Post(**{"title": "x", name: "gotcha"})
    assert post.validate() is True
    assert "gotcha" not in vars(post).values()


def test_defaults_are_not_shared():
    first, second = Post(), Post()
    first.tags.append("x")
    assert second.tags == []


def test_constant_defaults_are_not_shared():
    class Thing(Document):
        tags = ListField(StringField(), default=["a"])

    first = Thing()
    first.tags.append("b")
    assert Thing().tags == ["a"]


def test_assigning_none_or_deleting_brings_the_default_back():
    post = Post(year=1960)
    post.year = None
    assert post.year == 1959
    post.year = 1961
    del post.year
    assert post.year == 1959


def test_an_attribute_that_is_no_field_can_be_deleted():
    post = Post(rogue=1)
    del post.rogue
    assert not hasattr(post, "rogue")


def test_equality_asks_for_class_and_fields():
    assert Author(name="a") == Author(name="a")
    assert Author(name="a") != Author(name="b")
    assert Author(name="a") != Comment()
    assert len(Author()) == 2


def test_documents_cannot_be_keys():
    with pytest.raises(TypeError):
        hash(Author())


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda document: pickle.loads(pickle.dumps(document))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_documents_can_be_copied(copied):
    post = Post(title="x", author={"name": "a"}, comments=[{"text": "five"}])
    assert copied(post) == post


def test_a_subclass_can_drop_a_field():
    class Untitled(Post):
        title = None

    assert "title" not in Untitled._fields
    assert Untitled().validate()


def test_two_bases_are_both_named():
    class A(Document):
        a = StringField()

    class B(Document):
        b = StringField()

    class C(A, B):
        pass

    assert C(a="1", b="2").to_python() == {
        "a": "1",
        "b": "2",
        "_cls": "B.A.C",
        "_types": ["A", "B", "B.A.C"],
    }


def test_inheritance_can_be_kept_out_of_the_output():
    class Plain(Document):
        _meta = {"allow_inheritance": False}
        a = StringField()

    assert Plain(a="x").to_python() == {"a": "x"}


def test_meta_is_read_and_removed():
    class Kept(Document):
        class Meta:
            bucket = "songs"
            id_options = {"auto_fill": True}

    assert Kept._meta["bucket"] == "songs"
    assert not hasattr(Kept, "Meta")
    assert "_id" in Kept().to_python()


def test_a_subclass_can_choose_another_id():
    class Numbered(Post):
        class Meta:
            id_field = IntField

    assert Numbered(_id="7").id == 7
    assert isinstance(Post.id, UUIDField)


def test_a_subclass_keeps_the_id_of_its_base():
    class Numbered(Document):
        class Meta:
            id_field = IntField

    class Titled(Numbered):
        title = StringField()

    assert Titled.id is Numbered.id


def test_subclasses_can_be_looked_up_by_the_name_in_stored_data():
    class Extra(Author):
        size = IntField()

    stored = Post(author=Extra(name="a", size=1)).to_python()["author"]
    found = Author._get_subclasses()[stored["_cls"]]
    assert found(**stored) == Extra(name="a", size=1)


def test_swapping_keeps_the_options_that_do_not_depend_on_the_type():
    class Owned(Document):
        owner = StringField(required=True, description="whose", max_length=3)

    swapped = swap_field(Owned, IntField, ["id", "owner"])
    assert (swapped.owner.required, swapped.owner.description) == (True, "whose")
    assert swapped(id="7", owner="8").to_python() == {
        "_id": 7,
        "owner": 8,
        "_cls": "Owned.Owned",
        "_types": ["Owned", "Owned.Owned"],
    }


def test_a_decorator_swaps_ids():
    @diff_id_field(IntField, ["id"])
    class Numbered(Document):
        pass

    assert Numbered(id="7").id == 7


def test_swapping_what_is_not_there_is_an_error():
    with pytest.raises(ShieldException, match="'nosuch'"):
        swap_field(Post, IntField, ["nosuch"])


def test_a_field_may_store_values_its_own_way():
    class MillisField(LongField):
        def __set__(self, instance, value):
            if value is not None:
                instance._data[self.field_name] = value * 1000

    class Timed(Document):
        at = MillisField(default=0)

    timed = Timed(at=5)
    assert timed.at == 5000
    timed.at = 6
    assert timed.to_python()["at"] == 6000
    assert Timed().at == 0


class Track(EmbeddedDocument):
    length = IntField()


class Record(Document):
    title = StringField(max_length=3)
    names = ListField(StringField(max_length=3))
    tracks = ListField(EmbeddedDocumentField(Track))


def test_thousands_of_errors_keep_no_frames_alive():
    wrong = {"title": "long", "names": ["long"], "tracks": [{"length": "x"}]}
    with pytest.raises(ShieldException) as caught:
        Record(**wrong).validate(validate_all=True)
    judged = Record.validate_class_fields(wrong, validate_all=True)
    for errors in (caught.value.errors, [one for error in judged for one in error.errors]):
        assert [error.path for error in errors] == ["title", "names.0", "tracks.0.length"]
        assert not any(error.__traceback__ for error in errors)
