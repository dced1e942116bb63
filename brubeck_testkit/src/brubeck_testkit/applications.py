"""Applications for tests, which no file and no environment variable of the tester can change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brubeck_core import patching
from brubeck_core.app.brubeck import Brubeck
from brubeck_core.config import Config

#: What `make_app` is: `Brubeck`, with settings of the test kit below those that are given.
MakeApp = Callable[..., Brubeck]


def bare_config() -> Config:
    """Return a configuration of defaults, without files and environment.

    The connection is `local`, and the backend the one that this process was prepared for.
    """
    settings = {"connection": "local", "concurrency": patching.active() or "threads"}
    return Config(Path.cwd()).with_overrides(settings, "the test kit")


@contextmanager
def making_apps() -> Iterator[MakeApp]:
    """Yield a function that makes applications, and call their stop hooks at the end.

    The fixture `make_app`.
    """
    made: list[Brubeck] = []

    def make(*arguments: Any, **settings: Any) -> Brubeck:
        app = Brubeck(*arguments, config=bare_config(), **settings)
        made.append(app)
        return app

    yield make
    for app in reversed(made):
        for hook in app.plugins.stopping():
            try:
                hook(app=app)
            except Exception:
                app.log.exception("a brubeck_app_stopping hook failed")
