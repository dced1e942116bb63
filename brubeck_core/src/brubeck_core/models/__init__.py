"""Models of any make as AutoAPI sees them.

A class says itself how it wants to be seen, by a class method ``__brubeck_model__`` that returns
a `Model`, as DictShield's documents do; dataclasses, msgspec's structs and pydantic's models are
known here. None of these libraries is imported before a class of it is given.
"""

from brubeck_core.models.find import model_of as model_of
from brubeck_core.models.model import FieldError as FieldError
from brubeck_core.models.model import InvalidItem as InvalidItem
from brubeck_core.models.model import Model as Model
from brubeck_core.models.model import View as View
