"""What is compared: each comparison with its levels; those of declared attributes are as their kinds say."""

from __future__ import annotations

from omni_identity.linkage.comparisons.births import BIRTH_DATE, BIRTHS, GENDER
from omni_identity.linkage.comparisons.comparison import Comparison
from omni_identity.linkage.comparisons.contact_points import (
    CONTACT_POINTS,
    EMAIL,
    compare_identifier,
)
from omni_identity.linkage.comparisons.names import FIRST, LAST, NAMES
from omni_identity.linkage.comparisons.places import PLACES, STREET
from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.attribute_kinds import attribute_kind

__all__ = [
    "BIRTH_DATE",
    "EMAIL",
    "FIRST",
    "GENDER",
    "LAST",
    "STREET",
    "Comparison",
    "possible_comparisons",
]


def compare_attribute(name: str, compare: str) -> Comparison:
    """A comparison of a user-declared attribute, with the levels of its kind."""
    column = f"attribute_{name}"
    return Comparison(name, (column,), attribute_kind(compare).levels(column))


def possible_comparisons(vocabulary: Vocabulary) -> tuple[Comparison, ...]:
    """Every comparison that the vocabulary allows, in a fixed order."""
    identifiers = [i for i in vocabulary.identifiers if i not in ("email", "phone", "whatsapp")]
    return (
        *NAMES,
        *BIRTHS,
        *PLACES,
        *CONTACT_POINTS,
        *(compare_identifier(name) for name in identifiers),
        *(compare_attribute(name, compare) for name, compare in vocabulary.evidence),
    )
