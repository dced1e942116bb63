"""Layered settings; every value remembers where it came from.

From strongest to weakest: the command line, an argument of `Brubeck(...)`, the environment,
``brubeck.toml``, ``[tool.brubeck]`` of ``pyproject.toml``, what the launcher chose, the default.
"""

from brubeck_core.config.config import Config
from brubeck_core.config.layers import Rank
from brubeck_core.config.process import current, prefer, set_current
from brubeck_core.config.setting import Setting

__all__ = ["Config", "Rank", "Setting", "current", "prefer", "set_current"]
