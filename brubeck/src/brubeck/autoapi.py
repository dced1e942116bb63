"""A REST API made from a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brubeck._names import lazy_names

if TYPE_CHECKING:
    from brubeck_core.handlers.autoapi import AutoAPIBase as AutoAPIBase
else:
    __getattr__, __dir__ = lazy_names(__name__, {"AutoAPIBase": "brubeck_core.handlers.autoapi"})
