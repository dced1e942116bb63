"""The template renderers of one application: its own, and those that handlers name."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING, Any

from brubeck_core.config import Setting
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import Renderer
from brubeck_core.plugin.resolve import check_class, load_target, resolve, select

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


class Renderers:
    """Find the renderer for a handler; each is made once, when it is first asked for.

    Args:
        app: the application, whose setting `renderer` selects its own renderer.
        template_loader: a function without arguments that returns its own renderer in place of
            that, or an environment for `Renderer.adopt`.

    Raises `ConfigError` for a selection that cannot be met, and for a loader that returns None.
    """

    def __init__(self, app: Brubeck, template_loader: Callable[[], Any] | None) -> None:
        self._app = app
        self._lock = RLock()
        self._selected = app.config.selection("renderer")
        #: What the program's loader returned, if there was one.
        self.environment: Any = None
        if template_loader is not None:
            self.environment = template_loader()
            if self.environment is None:
                raise ConfigError(
                    "the template_loader returned None; it has to return a renderer or a template "
                    'engine\'s environment, as load_jinja2_env("templates") does'
                )
        self._made: dict[str | None, Renderer] = {}
        own = self._own()
        if own is not None:
            self._made[None] = own

    def setup(self) -> None:
        """Set the application's own renderer up."""
        own = self._made.get(None)
        if own is not None:
            own.setup(self._app)

    def get(self, name: str | None = None) -> Renderer:
        """Return the renderer of that name, or the application's own.

        The application's own is also the one of its name. Any other gets the options of its
        table in the configuration. Raises `ConfigError`.
        """
        # PERF: made once; after that, this is all there is to do.
        renderer = self._made.get(name)
        return self._make(name) if renderer is None else renderer

    def _make(self, name: str | None) -> Renderer:
        if name is None:
            raise ConfigError(f"no template renderer is selected{self._advice()}")
        with self._lock:
            if name not in self._made:
                self._made[name] = self._named(name)
            return self._made[name]

    def _own(self) -> Renderer | None:
        if isinstance(self.environment, Renderer):
            return self.environment
        if self._selected.value is None:
            return None
        if self.environment is not None and self._selected_name() is not None:
            adopted = self._class_of(self._selected).adopt(self.environment)
            if adopted is not None:
                return adopted
        return self._resolve(self._selected)

    def _named(self, name: str) -> Renderer:
        own = self._made.get(None)
        if own is not None and own is not self.environment and name == self._selected_name():
            return own
        setting = Setting(name, f"a handler that renders with {name}")
        cls = self._class_of(setting)
        if isinstance(own, cls):
            return own
        adopted = None if self.environment is None else cls.adopt(self.environment)
        renderer = adopted or self._resolve(setting)
        renderer.setup(self._app)
        return renderer

    def _selected_name(self) -> str | None:
        """Return the name in a selection such as ``jinja2`` or ``jinja2@brubeck-jinja2``."""
        value = self._selected.value
        return value.partition("@")[0] if isinstance(value, str) and ":" not in value else None

    def _resolve(self, setting: Setting) -> Renderer:
        renderer: Renderer = resolve("renderer", setting, self._app.config, self._app.plugins)
        return renderer

    def _class_of(self, setting: Setting) -> type[Renderer]:
        registration, who = select("renderer", setting, self._app.plugins)
        because = setting.describe("renderer")
        target = load_target(registration, who, because)
        check_class("renderer", target, because)
        assert isinstance(target, type)
        return target

    def _advice(self) -> str:
        if self.environment is None:
            return (
                ': write renderer = "jinja2" (or another) in brubeck.toml, or give '
                "Brubeck(renderer=...) or Brubeck(template_loader=...)"
            )
        kind = type(self.environment)
        return (
            f". The template_loader returned a {kind.__module__}.{kind.__qualname__}, which is no "
            "renderer: write the name of its engine's renderer in brubeck.toml, such as "
            'renderer = "jinja2", or render with that engine\'s mixin, such as Jinja2Rendering'
        )
