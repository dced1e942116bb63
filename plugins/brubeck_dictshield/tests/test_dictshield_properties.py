"""What holds for documents of any values."""

from datetime import UTC, timezone

from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.errors import ShieldException
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
    LongField,
    MD5Field,
    MultiValueDictField,
    SortedListField,
    StringField,
    TimeStampField,
    URLField,
    UUIDField,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

#: Machines that are busy otherwise must not make a test fail.
calmly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


class Part(EmbeddedDocument):
    name = StringField(required=True)
    size = IntField()
    parts = ListField(EmbeddedDocumentField("self"))


class Whole(Document):
    text = StringField(uniq_field="t")
    number = IntField()
    ratio = FloatField()
    price = DecimalField()
    flag = BooleanField()
    moment = DateTimeField()
    ref = UUIDField()
    place = GeoPointField()
    options = DictField()
    query = MultiValueDictField()
    numbers = ListField(IntField())
    moments = ListField(DateTimeField())
    part = EmbeddedDocumentField(Part)
    parts = ListField(EmbeddedDocumentField(Part))


finite = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(alphabet="abcdef", min_size=1)
zones = (
    st.none()
    | st.timedeltas()
    .filter(lambda d: abs(d.total_seconds()) < 80000)
    .map(lambda delta: timezone(delta - delta % (delta.resolution * 60_000_000)))
    | st.just(UTC)
)
moments = st.datetimes(timezones=zones)
parts = st.recursive(
    st.fixed_dictionaries({"name": names}, optional={"size": st.integers()}),
    lambda inner: st.fixed_dictionaries({"name": names, "parts": st.lists(inner, max_size=2)}),
    max_leaves=4,
)
valid = st.fixed_dictionaries(
    {},
    optional={
        "id": st.uuids(),
        "text": st.text(),
        "number": st.integers() | st.integers().map(str),
        "ratio": finite,
        "price": st.decimals(allow_nan=False, allow_infinity=False, places=2),
        "flag": st.booleans(),
        "moment": moments,
        "ref": st.uuids() | st.uuids().map(str),
        "place": st.tuples(finite, finite).map(list),
        "options": st.dictionaries(names, st.integers() | st.text()),
        "query": st.dictionaries(names, st.lists(st.text())),
        "numbers": st.lists(st.integers()),
        "moments": st.lists(moments),
        "part": parts,
        "parts": st.lists(parts, max_size=3),
    },
)

#: What JSON can bring.
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

FIELDS = {
    "base": BaseField(choices=["a", 1]),
    "text": StringField(regex="a", max_length=2, validation=lambda value: value > "a"),
    "url": URLField(),
    "email": EmailField(),
    "hash": MD5Field(),
    "number": LongField(min_value=1, choices={1, 2}),
    "ratio": FloatField(max_value=1),
    "price": DecimalField(min_value=1),
    "flag": BooleanField(),
    "moment": DateTimeField(format="%Y"),
    "stamp": TimeStampField(),
    "ref": UUIDField(),
    "place": GeoPointField(),
    "options": DictField(),
    "query": MultiValueDictField(),
    "numbers": SortedListField([IntField(), StringField()], ordering="a"),
    "part": EmbeddedDocumentField(Part),
    "parts": ListField(EmbeddedDocumentField(Part)),
}
Strict = type(Document)("Strict", (Document,), dict(FIELDS))


@calmly
@given(valid)
def test_a_valid_document_comes_back_from_its_output(values):
    whole = Whole(**values)
    assert whole.validate(validate_all=True)
    again = Whole(**whole.to_python())
    assert again.validate()
    assert again.to_python() == whole.to_python()


@calmly
@given(valid)
def test_a_valid_document_comes_back_from_json(values):
    whole = Whole(**values)
    again = Whole(**whole.to_json(encode=False))
    assert again.validate()
    assert again.to_json() == whole.to_json()


def refusal(work):
    """Return the error of the family that `work` ends in, if any; others come through."""
    try:
        work()
    except ShieldException as error:
        return error
    return None


@calmly
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), anything))
def test_no_value_lets_a_raw_error_out(values):
    strict = Strict(**values)
    by_class = Strict.validate_class_partial(dict(values), validate_all=True)
    by_document = refusal(lambda: strict.validate(validate_all=True))
    assert by_document is None or {error.path for error in by_document.error_list} <= {
        error.path for error in by_class
    }
    outputs = (
        strict.to_python,
        strict.to_json,
        lambda: Strict.make_ownersafe(strict),
        lambda: Strict.make_json_ownersafe(strict),
        lambda: Strict.make_json_ownersafe(values),
    )
    assert all(error.path for error in map(refusal, outputs) if error)


@calmly
@given(st.dictionaries(st.text(), anything))
def test_any_keywords_make_a_document(values):
    whole = Whole(**values)
    assert set(whole.to_python()) <= {"t", *Whole._fields, "_cls", "_types"}
