"""The first phase of a process: choose the concurrency backend and patch, before all else.

What is imported here is imported unpatched. It is kept to the configuration and the plugin
system, which bring none of the modules that cannot be patched afterwards, such as `ssl`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from brubeck_core.cli.launch import launch_config, peek
from brubeck_core.cli.report import report
from brubeck_core.cli.target import locate
from brubeck_core.config import Rank, current, prefer, set_current
from brubeck_core.errors import ConcurrencyError, ConfigError
from brubeck_core.workers.supervised import adopt, is_supervised

if TYPE_CHECKING:
    from brubeck_core.config import Setting

#: What `patch_like_the_original` takes when nothing is configured, the first installed one.
PREFERRED_BACKENDS = ("gevent", "eventlet")

_chosen: Setting | None = None


def main() -> None:
    """Run the command ``brubeck``.

    ``brubeck run`` patches first, on the strength of the command line, the environment and the
    files, and only then imports the commands, the plugins and the application. With workers it
    does so in each of them, and this process only supervises.
    """
    arguments = sys.argv[1:]
    try:
        adopt()
        launch = peek(arguments)
        if launch is not None:
            target = locate(launch.target)
            target.enter()
            config = launch_config(target, launch.options)
            if config.get("workers") and not is_supervised():
                from brubeck_core.cli.workers import supervise

                sys.exit(supervise(config))
            set_current(config)
            patch()
        from brubeck_core.cli.main import brubeck

        brubeck.main(arguments, prog_name="brubeck")
    except (ConfigError, ConcurrencyError) as error:
        sys.exit(report(error))


def patch(name: str | None = None) -> None:
    """Patch this process for its concurrency backend; call it before importing anything else.

    Args:
        name: the backend, such as ``"gevent"``; by default the configured one. The command line
            of ``brubeck run`` is stronger.

    Raises `ConfigError` when there is no such backend, and `ConcurrencyError` when it is too
    late.
    """
    global _chosen
    if name is not None:
        prefer({"concurrency": name}, "argument of patch()", Rank.ARGUMENT)
    from brubeck_core import patching
    from brubeck_core.plugin.host import PluginHost
    from brubeck_core.plugin.resolve import resolve

    config = current()
    setting = config.selection("concurrency")
    patching.apply(resolve("concurrency", setting, config, PluginHost()))
    _chosen = setting


def patch_like_the_original() -> None:
    """Patch as importing the original Brubeck did, unless this process was patched already.

    The backend is the configured one, or else gevent if it is installed, or else eventlet, or
    else threads. Raises as `patch` does.
    """
    if _chosen is not None:
        return
    if current().selection("concurrency").is_default:
        from brubeck_core.plugin.index import PluginIndex

        index = PluginIndex.installed()
        installed = [name for name in PREFERRED_BACKENDS if index.find("concurrency", name)]
        # A server such as gunicorn may have loaded, and patched for, one of them.
        installed.sort(key=lambda name: name not in sys.modules)
        name = installed[0] if installed else "threads"
        prefer({"concurrency": name}, "chosen by import brubeck.request_handling")
    patch()


def chosen() -> Setting | None:
    """Return the setting by which this process was patched; None when it was not, by Brubeck."""
    return _chosen
