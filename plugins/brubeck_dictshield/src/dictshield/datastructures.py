"""The multi-value dictionary of DictShield."""

from brubeck_dictshield.multivaluedict import MultiValueDict, MultiValueDictKeyError

__all__ = ["MultiValueDict", "MultiValueDictKeyError"]
