"""What all renderers of template files have in common, whatever their engine."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from brubeck_core.builtin.template_errors import Place, add_place
from brubeck_core.builtin.template_files import (
    Directories,
    find_template,
    is_safe_name,
    package_directories,
    template_directories,
    template_not_found,
)
from brubeck_core.config.suggest import did_you_mean
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import Renderer, TemplateNotFound

if TYPE_CHECKING:
    from typing import Self

    from brubeck_core.app.brubeck import Brubeck


class FileRenderer(Renderer):
    """Render template files; a subclass has `load` and `fill`, and most have `make_engine`.

    Args:
        directories: where templates are; the first that has a name wins. A relative one is below
            the application's configuration directory.
        packages: importable packages that have templates, searched after the directories:
            ``"package"`` for its folder ``templates``, ``"package:folder"`` for another.
        auto_reload: compile a template again when its file has changed. None means in debug
            mode only.
        options: the engine's, as the subclass declares them.

    Raises `ConfigError` for an option that there is not.
    """

    #: The options of the engine, by name.
    engine_options: ClassVar[Collection[str]] = ()
    #: Options that the engine has, but that are not to be set, each with the reason.
    refused_options: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        directories: Directories = "templates",
        packages: str | Sequence[str] = (),
        auto_reload: bool | None = None,
        **options: Any,
    ) -> None:
        self._check(options)
        self.directories = template_directories(directories) + package_directories(packages)
        self.auto_reload = bool(auto_reload)
        self._as_debug = auto_reload is None
        self._safe: set[str] = set()
        self.make_engine(options)

    def make_engine(self, options: dict[str, Any]) -> None:
        """Make what `load` and `fill` need; called once, when all else is in place.

        Args:
            options: those that were given.
        """

    @classmethod
    def loader(cls, template_dir: Directories | None, **options: Any) -> Callable[[], Self]:
        """Return a function without arguments that makes such a renderer: a `template_loader`.

        Raises `ValueError` for the directory None.
        """
        if template_dir is None:
            raise ConfigError(
                f"the {cls.__name__} needs a directory with templates, and was given None"
            )
        return partial(cls, template_dir, **options)

    def setup(self, app: Brubeck) -> None:
        """Take relative directories from the application's, and reload as it debugs."""
        self.directories = tuple(app.config.directory / d for d in self.directories)
        if self._as_debug:
            self.auto_reload = app.debug

    @abstractmethod
    def load(self, name: str) -> Any:
        """Return a template compiled, from a cache if it can.

        Raises `TemplateNotFound`; any other exception means the template is broken.
        """

    @abstractmethod
    def fill(self, template: Any, context: Mapping[str, Any]) -> str:
        """Render what `load` returned; text from the context is escaped."""

    def place_of(self, error: Exception) -> Place | None:
        """Return the line of a template where `load` or `fill` failed, if the error tells."""
        return None

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        try:
            return self.fill(self._load(name), context)
        except TemplateNotFound:
            raise
        except Exception as error:
            add_place(error, name, context, self._place_of(error))
            raise

    def has_template(self, name: str) -> bool:
        try:
            self._load(name)
        except TemplateNotFound:
            return False
        except Exception:
            return True  # it is there, and broken
        return True

    def find(self, name: str) -> Path | None:
        """Return the file of template `name`; None for a name that is not safe, or not there."""
        return find_template(name, self.directories)

    def name_of(self, path: str | Path) -> str:
        """Return the name of the template in a file, or its path if it is not one of these."""
        path = Path(path)
        below = (d for d in self.directories if path.is_relative_to(d))
        return next((path.relative_to(d).as_posix() for d in below), str(path))

    def not_found(self, name: str) -> TemplateNotFound:
        """Make the error for a template that is not there."""
        return template_not_found(name, self.directories)

    def _check(self, options: Collection[str]) -> None:
        who = type(self).__name__
        known = ("directories", "packages", "auto_reload", *self.engine_options)
        for name in options:
            if name in self.refused_options:
                because = self.refused_options[name]
                raise ConfigError(f"{who} does not take the option {name!r}: {because}")
            if name not in known:
                raise ConfigError(
                    f"{who} has no option {name!r}.{did_you_mean(name, known)} "
                    f"Its options: {', '.join(known)}"
                )

    def _place_of(self, error: Exception) -> Place | None:
        try:
            return self.place_of(error)
        except Exception:
            return None  # what cannot be explained is still to be told

    def _load(self, name: str) -> Any:
        # PERF: a name is looked at once; only those of templates that exist are kept.
        if name in self._safe:
            return self.load(name)
        if not is_safe_name(name):
            raise self.not_found(name)
        template = self.load(name)
        self._safe.add(name)
        return template
