"""The forms of DictShield."""

from brubeck_dictshield.errors import FormPunch
from brubeck_dictshield.forms import Form

__all__ = ["Form", "FormPunch"]
