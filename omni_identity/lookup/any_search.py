"""Finds golden customers by anything that ``omni lookup`` takes: what is exact first, then numbers, then names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_identity.channels.configuration import Configuration
from omni_identity.lookup.customer_search import Found, find_customers
from omni_identity.lookup.name_search import find_by_name
from omni_identity.lookup.number_search import find_by_number

if TYPE_CHECKING:
    import duckdb


def look_up(
    published: duckdb.DuckDBPyConnection, configuration: Configuration, term: str, limit: int
) -> Found:
    """Return whom ``term`` leads to: what finds anybody first is all that is looked for.

    Golden ID, record and identifiers (:func:`find_customers`); numbers of interactions; names and postcodes,
    unless the term is of a form that no name has. Names and numbers lead to ``limit`` customers at most.
    """
    found = find_customers(published, configuration, term)
    if not found.golden_ids and not found.how:
        found = find_by_number(published, term, limit)
    if not found.golden_ids and not found.how and _may_be_name(configuration, term):
        found = find_by_name(published, term, limit)
    return found


def _may_be_name(configuration: Configuration, term: str) -> bool:
    channel, colon, _ = term.strip().partition(":")
    names_channel = bool(colon) and channel in {known.name for known in configuration.channels}
    return "@" not in term and not names_channel
