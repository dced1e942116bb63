"""Documents as HTML forms."""

import pytest
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.errors import FormPunch
from brubeck_dictshield.fields import (
    BaseField,
    BooleanField,
    EmailField,
    EmbeddedDocumentField,
    IntField,
    ListField,
    StringField,
    URLField,
)
from brubeck_dictshield.forms import Form


class Account(Document):
    _private_fields = ["owner"]
    username = StringField()
    password = StringField()
    date_joined = IntField()
    is_active = BooleanField()
    tags = ListField(StringField())
    owner = StringField()


class Part(EmbeddedDocument):
    _private_fields = ["secret"]
    size = IntField()
    secret = StringField()


class Host(Document):
    part = EmbeddedDocumentField(Part)
    parts = ListField(EmbeddedDocumentField(Part))
    bag = BaseField()


class Special(Account):
    pass


class Simple(Document):
    username = StringField()


def test_a_division_for_each_field_in_the_order_of_the_class():
    shown = Form(Account).as_div(
        {"username": "jd", "tags": ["a", "b"], "password": "secret"},
        div_class="d",
        label_class="l",
        input_class="i",
        skip_fields=["is_active"],
    )
    assert shown == "\n".join(
        f'<div class="d">\n    <label class="l">{label}:</label>\n'
        f'    <input class="i" type="{kind}" name="{name}"{value} />\n</div>\n'
        for label, kind, name, value in [
            ("Username", "text", "username", ' value="jd"'),
            ("Password", "password", "password", ""),
            ("Date Joined", "text", "date_joined", ""),
            ("Tags", "text", "tags", ' value="a, b"'),
        ]
    )


PART = {"size": 5, "secret": "hidden"}


@pytest.mark.parametrize(
    "values",
    [
        Host(part=PART, parts=[PART], bag={"of": Part(**PART)}),
        {"part": PART, "parts": [PART, Part(**PART)], "bag": Part(**PART)},
        {"part": {**PART, "size": "wrong"}, "parts": [{**PART, "size": "5"}]},
        {"part": [PART], "parts": PART},
    ],
    ids=["document", "dictionary", "wrong values", "wrong kinds"],
)
def test_private_values_of_documents_inside_stay_out_of_the_page(values):
    form = Form(Host)
    for shown in (form.as_p(values), form.as_div(values), form.as_fields(values)):
        assert "hidden" not in shown
        assert 'name="part"' in shown


def test_values_are_escaped():
    shown = Form(Simple).as_p(Simple(username="\"><script>'"), p_class='"x')
    assert shown == (
        '<p class="&quot;x">Username: <input type="text" name="username" '
        'value="&quot;&gt;&lt;script&gt;&#x27;" /></p>'
    )


@pytest.mark.parametrize(
    ("value", "marks"), [(True, (" checked", "")), (False, ("", " checked")), (None, ("", ""))]
)
def test_a_boolean_can_be_chosen(value, marks):
    skip = [name for name in Account._fields if name != "is_active"]
    shown = Form(Account).as_div({"is_active": value}, skip_fields=skip)
    assert (
        f'<input type="radio" name="is_active" value="true"{marks[0]} /> Yes '
        f'<input type="radio" name="is_active" value="false"{marks[1]} /> No'
    ) in shown


def test_the_private_list_can_be_replaced():
    shown = Form(Account, private_fields=[]).as_p()
    assert 'name="owner"' in shown
    assert 'name="owner"' not in Form(Account).as_p()


def test_maps_choose_the_type_of_input():
    form = Form(Simple, field_map={"StringField": "search"}, name_map={})
    assert 'type="search"' in form.as_p()
    assert 'type="hidden"' in Form(Simple, name_map={"username": "hidden"}).as_p()


@pytest.mark.parametrize("values", [Account(username="jd"), Special(username="jd")])
def test_documents_of_the_model_and_its_subclasses_can_be_shown(values):
    assert 'value="jd"' in Form(Account).as_p(values)


class Embedded(EmbeddedDocument):
    username = StringField()


@pytest.mark.parametrize("model", [EmbeddedDocument, Embedded, 5, Simple()])
def test_only_documents_of_their_own_have_forms(model):
    with pytest.raises(FormPunch):
        Form(model)


@pytest.mark.parametrize("values", ["text", [], Account()])
def test_other_values_cannot_be_shown(values):
    with pytest.raises(FormPunch):
        Form(Simple).as_p(values)


class Song(Document):
    title = StringField(required=True, max_length=40)
    page_url = URLField()
    sender = EmailField(max_length=100)
    password = StringField()
    liked = BooleanField()
    tags = ListField(StringField())


def test_a_labelled_input_with_its_hint_and_problem():
    shown = Form(Song).as_fields(
        {"title": "Take <5>"},
        {"title": 'Not "this".'},
        fields=["title"],
        labels={"title": "The song's title"},
        hints={"title": "As on the sleeve."},
        attributes={"title": {"autocomplete": "off"}},
    )
    assert shown == (
        '<div class="field">\n'
        '  <label for="title">The song&#x27;s title</label>\n'
        '  <p class="hint" id="title-hint">As on the sleeve.</p>\n'
        '  <input id="title" type="text" name="title" value="Take &lt;5&gt;" required '
        'autocomplete="off" autofocus aria-describedby="title-hint title-problem" '
        'aria-invalid="true">\n'
        '  <p class="problem" id="title-problem">Not &quot;this&quot;.</p>\n'
        "</div>"
    )
    assert shown.__html__() is shown


@pytest.mark.parametrize(
    ("field", "value", "written"),
    [
        ("page_url", "x", 'type="url" name="page_url" value="x">'),
        ("sender", None, 'type="email" name="sender">'),
        ("password", "secret", 'type="password" name="password">'),
        ("tags", ["a", "b"], 'type="text" name="tags" value="a, b">'),
    ],
)
def test_fields_have_the_input_that_suits_them(field, value, written):
    shown = Form(Song).as_fields({field: value}, fields=[field])
    assert f'<input id="{field}" {written}' in shown


def test_a_choice_is_a_group_with_a_legend():
    assert Form(Song).as_fields({"liked": False}, fields=["liked"]) == (
        '<fieldset class="field">\n'
        "  <legend>Liked</legend>\n"
        '  <label><input type="radio" name="liked" value="true"> Yes</label>\n'
        '  <label><input type="radio" name="liked" value="false" checked> No</label>\n'
        "</fieldset>"
    )


@pytest.mark.parametrize(
    ("problems", "focused"),
    [({}, "sender"), ({"tags": "no", "page_url": "no"}, "page_url"), ({"other": "no"}, "sender")],
)
def test_the_first_problem_gets_the_focus(problems, focused):
    shown = Form(Song).as_fields({}, problems, attributes={"sender": {"autofocus": ""}})
    inputs = [line for line in shown.splitlines() if "autofocus" in line]
    assert len(inputs) == 1
    assert f'name="{focused}"' in inputs[0]


def test_fields_there_are_not():
    with pytest.raises(FormPunch, match="has no field 'owner'"):
        Form(Account).as_fields(fields=["owner"])
