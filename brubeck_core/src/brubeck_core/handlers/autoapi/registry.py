"""Give an application its APIs: their routes, and what describes them."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING

from brubeck_core.errors import ConfigError
from brubeck_core.handlers.autoapi.base import AutoAPIBase
from brubeck_core.handlers.autoapi.description.handlers import add_description
from brubeck_core.handlers.autoapi.resource import STATUS_FIELDS, Resource
from brubeck_core.models import Model, model_of
from brubeck_core.models.schemas import kind_of

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


def register(app: Brubeck, api: type[AutoAPIBase], prefix: str | None, documented: bool) -> None:
    """Add the routes of an API to an application.

    Raises `ConfigError` for a class that is no API, whose settings do not fit its model, or
    whose path or items are another's.
    """
    if not (isinstance(api, type) and issubclass(api, AutoAPIBase)):
        raise ConfigError(f"register_api takes a class derived from AutoAPIBase, not {api!r}")
    name = api.__qualname__
    if api in app.apis:
        raise ConfigError(
            f"{name} is registered already; derive a class from it to have another API of its kind"
        )
    if api.model is None:
        raise ConfigError(f"{name} has no model; write `model = Song` into the class")
    model = model_of(api.model)
    path = _path(prefix if prefix is not None else f"{app.api_base_url}/{model.name.lower()}")
    _check_place(app, api, model, path)
    if api.queries is None:
        queries = app.queryset.collection(model.name.lower())
    else:
        queries = api.queries
        queries.setup(app)
    resource = Resource(api, model, queries, path, documented, _name(app, api, model))
    _check_names(resource)
    if documented and not any(it.documented for it in app.apis.values()):
        add_description(app)
    app.apis[api] = resource
    app.add_route_rule(rf"^{re.escape(path)}(?:/(?P<ids>[^/]+))?/?\Z", api)


def _path(text: str) -> str:
    """Return a path with one slash between its parts, and none at its end."""
    path = "/".join(["", *filter(None, text.split("/"))])
    if not path:
        raise ConfigError("the prefix of an API is empty; give a path, such as '/songs'")
    return path


def _name(app: Brubeck, api: type[AutoAPIBase], model: Model) -> str:
    """Return a name that no other documented API has: the model's if it is free."""
    taken = {other.name for other in app.apis.values() if other.documented}
    numbered = (f"{api.__name__}.{number}" for number in count(2))
    return next(name for name in chain([model.name, api.__name__], numbered) if name not in taken)


def _check_place(app: Brubeck, api: type[AutoAPIBase], model: Model, path: str) -> None:
    """Raise `ConfigError` for an API whose path or items are another's."""
    for known, other in app.apis.items():
        if other.path == path:
            raise ConfigError(
                f"{api.__qualname__} and {known.__qualname__} are both at {path}; give "
                "register_api a prefix for one of them"
            )
        is_namesake = other.model.name.lower() == model.name.lower()
        shares = is_namesake and api.queries is None and known.queries is None
        if shares and other.model.cls is not model.cls:
            raise ConfigError(
                f"two models are called {model.name}, and the items of {api.__qualname__} and "
                f"{known.__qualname__} would get mixed up; give one of them `queries` of its own, "
                "such as app.queryset.collection('another name')"
            )


def _check_names(resource: Resource) -> None:
    """Raise `ConfigError` for settings that name what is no field of the model."""
    api, model = resource.api, resource.model
    given = {
        "read_only": api.read_only,
        "write_only": api.write_only,
        "owner_field": [api.owner_field] if api.owner_field else [],
    }
    for setting, names in given.items():
        if isinstance(names, str):
            raise ConfigError(f"{api.__qualname__}.{setting} has to be a list of names")
        unknown = sorted(set(names) - set(model.fields))
        if unknown:
            raise ConfigError(
                f"{api.__qualname__}.{setting} names {unknown[0]!r}, which is no field of "
                f"{model.name}; there are: {', '.join(model.fields)}"
            )
    owner = api.owner_field
    if owner is not None and kind_of(model.fields[owner]) not in (None, "string"):
        raise ConfigError(
            f"{api.__qualname__}.owner_field names {owner!r}, which holds no text; owners are "
            "text, as `owner` returns them"
        )
    taken = sorted(set(STATUS_FIELDS) & set(model.fields))
    if taken:
        raise ConfigError(
            f"{model.name} has a field {taken[0]!r}, a name that every item of an answer has for "
            "its own status; call the field something else"
        )
