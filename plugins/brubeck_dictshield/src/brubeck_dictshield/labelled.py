"""One row of an accessible form: a label, an input, a hint, and what is wrong (WCAG 2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Self


class Html(str):
    """Markup: template engines that ask for `__html__`, as Jinja2 does, leave it as it is."""

    __slots__ = ()

    def __html__(self) -> Self:
        return self


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one field.

    Args:
        kind: the type of the input; `radio` asks yes or no.
        value: text, or for yes or no a truth value; None for none.
        attributes: further ones of the input, by name; None leaves one out.
    """

    name: str
    label: str
    kind: str
    value: Any = None
    hint: str = ""
    problem: str = ""
    attributes: Mapping[str, str | None] | None = None

    def html(self) -> str:
        """Return the row; hint and problem belong to its input (1.3.1, 3.3.1)."""
        said = {"hint": self.hint, "problem": self.problem}
        about = " ".join(f"{self.name}-{what}" for what, text in said.items() if text)
        attributes = {
            **(self.attributes or {}),
            "aria-describedby": about or None,
            "aria-invalid": "true" if self.problem else None,
        }
        notes = {
            what: f'  <p class="{what}" id="{escape(self.name)}-{what}">{escape(text)}</p>\n'
            for what, text in said.items()
            if text
        }
        start, inputs, end = (self._choice if self.kind == "radio" else self._input)(attributes)
        return f"{start}{notes.get('hint', '')}{inputs}{notes.get('problem', '')}{end}"

    def _input(self, attributes: Mapping[str, str | None]) -> tuple[str, str, str]:
        named = {"id": self.name, "type": self.kind, "name": self.name, "value": self.value}
        label = f'  <label for="{escape(self.name)}">{escape(self.label)}</label>\n'
        return (
            f'<div class="field">\n{label}',
            f"  <input{_written({**named, **attributes})}>\n",
            "</div>",
        )

    def _choice(self, attributes: Mapping[str, str | None]) -> tuple[str, str, str]:
        answers = []
        for answer, word, chosen in (("true", "Yes", True), ("false", "No", False)):
            mark = "" if self.value is chosen else None
            named = {"type": "radio", "name": self.name, "value": answer, "checked": mark}
            answers.append(f"  <label><input{_written({**named, **attributes})}> {word}</label>\n")
        legend = f"  <legend>{escape(self.label)}</legend>\n"
        return f'<fieldset class="field">\n{legend}', "".join(answers), "</fieldset>"


def _written(attributes: Mapping[str, str | None]) -> str:
    return "".join(
        f" {escape(name)}" + (f'="{escape(value)}"' if value else "")
        for name, value in attributes.items()
        if value is not None
    )
