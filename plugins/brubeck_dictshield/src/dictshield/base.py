"""The errors of DictShield."""

from brubeck_dictshield.errors import (
    DictPunch,
    InvalidShield,
    ShieldDocException,
    ShieldException,
)

__all__ = ["DictPunch", "InvalidShield", "ShieldDocException", "ShieldException"]
