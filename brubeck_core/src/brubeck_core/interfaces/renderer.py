"""The interface of a template renderer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import BrubeckError

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


class TemplateNotFound(BrubeckError, LookupError):
    """No template of that name; the message has the directories searched and near names."""


class Renderer(ABC):
    """Turn a template's name and a context into text, with escaping on."""

    #: The template that `render_error` looks for.
    error_template: str = "errors.html"

    def setup(self, app: Brubeck) -> None:  # noqa: B027 - most have nothing to prepare
        """Prepare for `app`; called once, when the application is built."""

    @classmethod
    def adopt(cls, environment: object) -> Renderer | None:
        """Return a renderer around an environment of this one's engine, made by the program.

        What a `template_loader` returns is offered to it. None, as here, means that it is of
        another engine, or that the engine has no such thing.
        """
        return None

    @abstractmethod
    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """Render template `name`; text from the context is escaped.

        Raises `TemplateNotFound`; any other exception means the template is broken.
        """

    @abstractmethod
    def has_template(self, name: str) -> bool:
        """Say whether template `name` exists, without rendering it."""
