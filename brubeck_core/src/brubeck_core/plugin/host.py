"""The plugins of one application: a typed face over pluggy's manager."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pluggy
from brubeck_core.plugin import hookspecs
from brubeck_core.plugin.errors import MisspeltHookError, blaming
from brubeck_core.plugin.index import PluginIndex
from brubeck_core.plugin.loader import load_extensions
from brubeck_core.plugin.trace import trace

if TYPE_CHECKING:
    import click
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.app.dispatch import Dispatch
    from brubeck_core.config import Config
    from brubeck_core.http.request import Request

#: What `PluginHost.wrappers` returns: called as ``f(app=app, dispatch=dispatch)``.
Wrapper = Callable[..., "Dispatch | None"]


class PluginHost:
    """Hold the plugins that one application uses, and call their hooks.

    Hooks are called in the order of registration: the extensions as ``plugins = [...]`` names
    them, then the plugins that selections bring. An exception is told with the plugin's name.

    Args:
        config: the application's, whose extensions are loaded at once. Raises as
            `load_extensions` does.
        index: the installed plugins; those of this process when none is given.
    """

    def __init__(self, config: Config | None = None, index: PluginIndex | None = None) -> None:
        self.index = PluginIndex.installed() if index is None else index
        self.manager = pluggy.PluginManager("brubeck")
        self.manager.add_hookspecs(hookspecs)
        #: Calls one hook of all plugins: ``host.hook.brubeck_app_created(app=app)``.
        self.hook = Hooks(self)
        if config is not None:
            load_extensions(config, self)

    # -- registering --------------------------------------------------------------------

    def register(self, plugin: object, label: str) -> bool:
        """Add a plugin under the label that messages use; say whether it is new.

        One module may stand behind several entry points; it is registered once. Raises
        `MisspeltHookError` for a hook that does not exist, and `BrokenPluginError` for one
        whose arguments are wrong; the plugin is not registered then.
        """
        if self.manager.is_registered(plugin):
            return False
        with blaming(label, "registering its hooks"):
            self.manager.register(plugin, name=label)
        for caller in self.manager.get_hookcallers(plugin) or ():
            optional = all(impl.optionalhook for impl in caller.get_hookimpls())
            if not caller.has_spec() and not optional:
                self.unregister(plugin)
                raise MisspeltHookError(label, caller.name, hook_names())
        trace(f"{label}: registered, with {', '.join(self.hooks_of(plugin)) or 'no hooks'}")
        return True

    def unregister(self, plugin: object) -> None:
        """Remove a plugin and all its hooks."""
        self.manager.unregister(plugin)

    def hooks_of(self, plugin: object) -> list[str]:
        """Return the names of the hooks that a registered plugin implements."""
        return sorted(caller.name for caller in self.manager.get_hookcallers(plugin) or ())

    # -- calling ------------------------------------------------------------------------

    def call(self, plugin: object, hook: str, **arguments: Any) -> list[Any]:
        """Call a hook of one plugin alone, and return its results."""
        others = [other for other in self.manager.get_plugins() if other is not plugin]
        results: list[Any] = self.manager.subset_hook_caller(hook, others)(**arguments)
        return results

    def implementations(self, hook: str) -> list[Callable[..., Any]]:
        """Return a function for each plugin that implements `hook`, in the order of their calls.

        It returns what the plugin's hook does, and raises `BrokenPluginError` for what that
        raises; a `ConfigError` is passed on as it is.
        """
        caller: pluggy.HookCaller = getattr(self.manager.hook, hook)
        implementers = {id(impl.plugin) for impl in caller.get_hookimpls()}
        return [
            partial(self._call_one, label, plugin, hook)
            for label, plugin in self.manager.list_name_plugin()
            if id(plugin) in implementers
        ]

    def wrappers(self) -> list[Wrapper]:
        """Return the implementations of `brubeck_wrap_dispatch`, the innermost first."""
        return self.implementations("brubeck_wrap_dispatch")[::-1]

    def stopping(self) -> list[Callable[..., object]]:
        """Return the implementations of `brubeck_app_stopping`, the last to start first."""
        return self.implementations("brubeck_app_stopping")[::-1]

    def _call_one(self, label: str, plugin: object, hook: str, **arguments: Any) -> Any:
        trace(f"{label}: call {hook}")
        with blaming(label, f"{hook}()"):
            results = self.call(plugin, hook, **arguments)
        return results[0] if results else None


class Hooks:
    """The hooks that are called for all plugins, under their own names."""

    def __init__(self, host: PluginHost) -> None:
        self._host = host

    def brubeck_app_created(self, *, app: Brubeck) -> None:
        """Tell all plugins. Raises `BrokenPluginError` for the first that fails."""
        self._call("brubeck_app_created", app=app)

    def brubeck_app_starting(self, *, app: Brubeck) -> None:
        """Tell all plugins. Raises `BrokenPluginError` for the first that fails."""
        self._call("brubeck_app_starting", app=app)

    def brubeck_cli_commands(self, *, group: click.Group) -> None:
        """Ask all plugins. Raises `BrokenPluginError` for the first that fails."""
        self._call("brubeck_cli_commands", group=group)

    def brubeck_handler_error(
        self, *, app: Brubeck, request: Request, error: BaseException
    ) -> None:
        """Tell all plugins; what they raise is logged."""
        for implementation in self._host.implementations("brubeck_handler_error"):
            try:
                implementation(app=app, request=request, error=error)
            except Exception as failure:
                import logging  # not before the monkey patch

                logging.getLogger("brubeck").error("%s", failure, exc_info=failure)

    def _call(self, hook: str, **arguments: Any) -> None:
        for implementation in self._host.implementations(hook):
            implementation(**arguments)


def hook_names() -> list[str]:
    """Return the names of all hooks there are."""
    return sorted(name for name in vars(hookspecs) if name.startswith("brubeck_"))
