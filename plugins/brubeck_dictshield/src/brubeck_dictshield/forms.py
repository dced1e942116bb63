"""Documents as HTML forms: of the plain kind, and accessible ones that tell what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

from brubeck_dictshield.document import BaseDocument
from brubeck_dictshield.errors import FormPunch
from brubeck_dictshield.fields import BaseField
from brubeck_dictshield.jsonable import jsonable
from brubeck_dictshield.labelled import Html, Row
from brubeck_dictshield.visible import visible

#: By the name of a class of field, the type of its input; text is the rest.
FIELD_MAP: Mapping[str, str] = {"BooleanField": "radio"}
#: By the name of a field, the type of its input; wins over the class of field.
NAME_MAP: Mapping[str, str] = {"password": "password"}
#: What `Form.as_fields` puts beside the maps: phones offer another keyboard for these.
_KEYBOARDS: Mapping[str, str] = {"EmailField": "email", "URLField": "url"}


class Form:
    """A form for the documents of one class.

    The id, the internal and the private fields have no row.

    Args:
        model: a class derived from `Document`.
        private_fields: take the place of the model's own list.
        field_map: see `FIELD_MAP`.
        name_map: see `NAME_MAP`.
    """

    def __init__(
        self,
        model: type[BaseDocument],
        private_fields: Collection[str] | None = None,
        field_map: Mapping[str, str] = FIELD_MAP,
        name_map: Mapping[str, str] = NAME_MAP,
    ) -> None:
        if not (isinstance(model, type) and issubclass(model, BaseDocument) and model._top_level):
            raise FormPunch(f"a form is made for a class derived from Document, not for {model!r}")
        hidden = model._private_fields if private_fields is None else private_fields
        self._model = model
        self._field_map = field_map
        self._name_map = name_map
        self._rows = {
            name: field
            for name, field in model._fields.items()
            if name not in model._internal_fields and name not in (hidden or ())
        }

    def as_p(
        self,
        values: BaseDocument | Mapping[str, Any] | None = None,
        p_class: str | None = None,
        input_class: str | None = None,
    ) -> str:
        """Return a paragraph for each field.

        Args:
            values: what the inputs show: a dictionary, or a document of the model.
            p_class, input_class: CSS classes.

        Raises `FormPunch` for values of another kind.
        """
        shown = self._shown(values)
        return "\n".join(
            f"<p{_css(p_class)}>{_label(name)} {self._inputs(name, shown, input_class)}</p>"
            for name in self._rows
        )

    def as_div(
        self,
        values: BaseDocument | Mapping[str, Any] | None = None,
        div_class: str | None = None,
        label_class: str | None = None,
        input_class: str | None = None,
        skip_fields: Collection[str] | None = None,
    ) -> str:
        """Return a division with a label and an input for each field.

        Args:
            values: what the inputs show: a dictionary, or a document of the model.
            div_class, label_class, input_class: CSS classes.
            skip_fields: names of fields to leave out.

        Raises `FormPunch` for values of another kind.
        """
        shown = self._shown(values)
        return "\n".join(
            f"<div{_css(div_class)}>\n"
            f"    <label{_css(label_class)}>{_label(name)}</label>\n"
            f"    {self._inputs(name, shown, input_class)}\n"
            "</div>\n"
            for name in self._rows
            if name not in (skip_fields or ())
        )

    def as_fields(
        self,
        values: BaseDocument | Mapping[str, Any] | None = None,
        problems: Mapping[str, str] | None = None,
        *,
        fields: Sequence[str] | None = None,
        labels: Mapping[str, str] | None = None,
        hints: Mapping[str, str] | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Html:
        """Return labelled inputs, each with a hint and with what is wrong with it.

        Screen readers tell hints and problems along with their inputs, and the first input that
        has a problem gets the focus. CSS classes are `field`, `hint` and `problem`.

        Args:
            values: what the inputs show: a dictionary, or a document of the model.
            problems: what is wrong, by the name of the field.
            fields: the names of those to show, in this order; all unless given.
            labels: in place of the fields' names.
            hints: what to know before typing.
            attributes: of inputs, such as ``{"username": {"autocomplete": "username"}}``.

        Give the form's tag `novalidate`, or browsers refuse things in their own words first.
        Raises `FormPunch` for values of another kind, and for fields there are not.
        """
        shown, wrong = self._shown(values), problems or {}
        names = [*self._rows] if fields is None else fields
        for name in names:
            if name not in self._rows:
                raise FormPunch(f"a form for {self._model.__name__} has no field {name!r}")
        focus = next((name for name in names if wrong.get(name)), None)
        rows = []
        for name in names:
            field = self._rows[name]
            extra: dict[str, str | None] = {**(attributes or {}).get(name, {})}
            kind, value = self._kind(name, field, _KEYBOARDS), shown.get(name)
            if kind != "radio":
                # A password is never written back into a page.
                value = _text(field, value) if value and kind != "password" else None
            if focus is not None:
                extra["autofocus"] = "" if name == focus else None
            label = (labels or {}).get(name, _words(name))
            hint = (hints or {}).get(name, "")
            # No maxlength: browsers cut what is pasted without a word.
            extra = {"required": "" if field.required else None} | extra
            rows.append(Row(name, label, kind, value, hint, wrong.get(name, ""), extra))
        return Html("\n".join(row.html() for row in rows))

    def _shown(self, values: Any) -> Mapping[str, Any]:
        if values is None:
            return {}
        if isinstance(values, self._model):
            return vars(values)
        if isinstance(values, Mapping):
            return values
        raise FormPunch(
            f"a form for {self._model.__name__} shows a dictionary or a document of that class, "
            f"not {values!r}"
        )

    def _inputs(self, name: str, values: Mapping[str, Any], css: str | None) -> str:
        field = self._rows[name]
        kind, value = self._kind(name, field), values.get(name)
        if kind == "radio":
            return " ".join(
                f"{_input(css, kind, name, answer, checked=value is chosen)} {word}"
                for answer, word, chosen in (("true", "Yes", True), ("false", "No", False))
            )
        # A password is never written back into a page.
        shown = _text(field, value) if value and kind != "password" else None
        return _input(css, kind, name, shown)

    def _kind(self, name: str, field: BaseField[Any], more: Mapping[str, str] | None = None) -> str:
        if name in self._name_map:
            return self._name_map[name]
        kinds = {**(more or {}), **self._field_map}
        classes = (cls.__name__ for cls in type(field).__mro__)
        return next((kinds[cls] for cls in classes if cls in kinds), "text")


def _words(name: str) -> str:
    return name.replace("_", " ").title()


def _label(name: str) -> str:
    return f"{escape(_words(name))}:"


def _input(css: str | None, kind: str, name: str, value: str | None, checked: bool = False) -> str:
    shown = "" if value is None else f' value="{escape(value)}"'
    mark = " checked" if checked else ""
    return f'<input{_css(css)} type="{escape(kind)}" name="{escape(name)}"{shown}{mark} />'


def _css(name: str | None) -> str:
    return "" if name is None else f' class="{escape(name)}"'


def _text(field: BaseField[Any], value: Any) -> str | None:
    # Documents inside keep their private fields to themselves here, too.
    see = field.safe if field.embedded() else visible
    plain = jsonable(see(value, "owner", as_json=False))
    if plain is None:
        return None
    return ", ".join(map(str, plain)) if isinstance(plain, list) else str(plain)
