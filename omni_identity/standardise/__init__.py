"""Standardising: raw attributes of contacts to one form each, a frame in and a frame out, no I/O."""

from __future__ import annotations

from omni_identity.standardise.birth_date import choose_date_order, date_order_evidence
from omni_identity.standardise.contacts import standardise_contacts
from omni_identity.standardise.flags import attribute_of_placeholder
from omni_identity.standardise.identifiers import standardise_identifiers
from omni_identity.standardise.rules import DateOrder, Rules, standardised_columns

__all__ = [
    "DateOrder",
    "Rules",
    "attribute_of_placeholder",
    "choose_date_order",
    "date_order_evidence",
    "standardise_contacts",
    "standardise_identifiers",
    "standardised_columns",
]
