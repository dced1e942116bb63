"""The field of MongoDB's identifiers; it needs pymongo."""

from brubeck_dictshield.fields.objectid import ObjectIdField

__all__ = ["ObjectIdField"]
