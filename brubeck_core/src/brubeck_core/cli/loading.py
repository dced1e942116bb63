"""Import the application that a command is about."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from brubeck_core.app.brubeck import Brubeck
from brubeck_core.cli.launch import launch_config
from brubeck_core.cli.target import Target, locate
from brubeck_core.config import Config, set_current
from brubeck_core.config.suggest import did_you_mean
from brubeck_core.errors import ConfigError

#: Where an application is looked for when nothing names it.
FILES = ("app", "wsgi")
NAMES = ("app", "application")
FACTORIES = ("create_app", "make_app")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An application, and how it was found.

    Args:
        app: the application.
        name: ``"module:name"``.
        has_run: whether its module called `run` itself, which has returned by now.
    """

    app: Brubeck
    name: str
    has_run: bool


def load_app(target: str | None, options: Mapping[str, Any], *, serve: bool) -> Loaded:
    """Import the application that a target, the configuration or a common file name says.

    The configuration becomes the current one, so that the application uses it.

    Args:
        target: as given on the command line; see `locate`.
        options: those of ``brubeck run``; see `launch_config`.
        serve: whether the module may serve by calling `run` while it is imported, as the
            original's programs do. If not, that call returns at once.

    Raises `ConfigError` when there is no application, saying where it was looked for.
    """
    place = locate(target)
    place.enter()
    config = launch_config(place, options)
    set_current(config)
    return _find(place, config, serve)


def _find(target: Target, config: Config, serve: bool) -> Loaded:
    name, said = target.name, "the command line"
    if name is None:
        setting = config.setting("app")
        name, said = setting.value, setting.describe("app")
    if name is not None:
        found = _load(name, said, target, serve)
        if found is None:
            raise ConfigError(
                f"{said}: {name} has no application; looked for {_looked_for()}. "
                f"Name it: {name}:NAME"
            )
        return found
    files = [file for file in FILES if _file(target, file)]
    for file in files:
        found = _load(file, f"{file}.py", target, serve)
        if found is not None:
            return found
    tried = " or ".join(f"{file}.py" for file in FILES)
    looked = f" (looked for {_looked_for()} in {' and '.join(files)}.py)" if files else ""
    raise ConfigError(
        f"nothing says which application to use: {target.directory} has no brubeck.toml with "
        f'app = "module:name", and no {tried} with an application{looked}. '
        "Name a directory, file.py, file.py:name or module:name"
    )


def _load(name: str, said: str, target: Target, serve: bool) -> Loaded | None:
    module_name, _, attribute = name.partition(":")
    with _runs(serve) as ran:
        module = _import(module_name, said, target)
    attribute = attribute.removesuffix("()")
    names = [attribute] if attribute else [n for n in (*NAMES, *FACTORIES) if hasattr(module, n)]
    for candidate in names:
        app = _application(module, candidate, said)
        if app is not None:
            return Loaded(app, f"{module_name}:{candidate}", app in ran)
    applications = {n: v for n, v in vars(module).items() if isinstance(v, Brubeck)}
    if len(applications) == 1:
        (candidate, app) = applications.popitem()
        return Loaded(app, f"{module_name}:{candidate}", app in ran)
    return None


def _application(module: ModuleType, name: str, said: str) -> Brubeck | None:
    value: object = module
    for part in name.split("."):
        if not hasattr(value, part):
            guess = did_you_mean(part, vars(module))
            raise ConfigError(f"{said}: {module.__name__} has no {name!r}.{guess}")
        value = getattr(value, part)
    if isinstance(value, Brubeck):
        return value
    shown = f"{module.__name__}:{name}"
    if isinstance(value, type) or not callable(value):
        if name in NAMES:
            return None
        raise ConfigError(f"{said}: {shown} is a {type(value).__name__}, no application")
    try:
        inspect.signature(value).bind()
    except TypeError as error:
        raise ConfigError(
            f"{said}: {shown} is called without arguments to make the application, but {error}"
        ) from None
    app = value()
    if not isinstance(app, Brubeck):
        raise ConfigError(f"{said}: {shown}() returned a {type(app).__name__}, no application")
    return app


def _import(name: str, said: str, target: Target) -> ModuleType:
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise ConfigError(
                f"{said}: there is no module {error.name!r} in {target.directory} or elsewhere "
                "on the module search path"
            ) from error
        raise
    here = _file(target, name)
    if here is not None and not here.samefile(getattr(module, "__file__", None) or "/"):
        raise ConfigError(
            f"{said}: {here} has the name of another module, {module!r}, which Python has loaded "
            "already. Rename it"
        )
    return module


@contextmanager
def _runs(serve: bool) -> Iterator[list[Brubeck]]:
    """Collect the applications whose `run` is called meanwhile; let them serve only if asked."""
    ran: list[Brubeck] = []
    run = Brubeck.run

    def noted_run(self: Brubeck) -> None:
        ran.append(self)
        if serve:
            run(self)

    Brubeck.run = noted_run  # type: ignore[method-assign]
    try:
        yield ran
    finally:
        Brubeck.run = run  # type: ignore[method-assign]


def _file(target: Target, module: str) -> Path | None:
    """Return the file of a module in the target's directory, if it is there."""
    path = target.directory.joinpath(*module.split("."))
    candidates = (path.with_name(f"{path.name}.py"), path / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _looked_for() -> str:
    return ", ".join([*NAMES, *(f"{name}()" for name in FACTORIES)])
