"""A REST API made from a model: derive from `AutoAPIBase`, and hand it to `register_api`."""

from brubeck_core.handlers.autoapi.base import AutoAPIBase as AutoAPIBase
