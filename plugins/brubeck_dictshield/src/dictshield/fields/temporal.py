"""The fields of moments of DictShield."""

from brubeck_dictshield.fields import DateTimeField, TimeStampField

__all__ = ["DateTimeField", "TimeStampField"]
