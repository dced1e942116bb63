"""The documents of DictShield."""

from brubeck_dictshield.document import BaseDocument, Document, EmbeddedDocument
from brubeck_dictshield.errors import DictFieldNotFound, ShieldDocException, ShieldException
from brubeck_dictshield.metaclass import DocumentMetaclass
from brubeck_dictshield.swap import diff_id_field, swap_field

TopLevelDocumentMetaclass = DocumentMetaclass

__all__ = [
    "BaseDocument",
    "DictFieldNotFound",
    "Document",
    "DocumentMetaclass",
    "EmbeddedDocument",
    "ShieldDocException",
    "ShieldException",
    "TopLevelDocumentMetaclass",
    "diff_id_field",
    "swap_field",
]
