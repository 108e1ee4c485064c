"""Every generated data set by name: how it is made, and with how many records."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.accuracy.generated import (
    companies_people,
    crm_contacts,
    damaged_names,
    family_mailboxes,
    five_channels_moves,
    five_sources,
    historical,
    names_and_birth_dates,
    neighbours,
    repeated_guests,
)
from benchmarks.accuracy.mapping import SHIPPED, load_mapping, write_home

GENERATED: dict[str, Callable[..., pl.DataFrame]] = {
    "neighbours": neighbours.build,
    "historical": historical.build,
    "names_and_birth_dates": names_and_birth_dates.build,
    "damaged_names": damaged_names.build,
    "crm_contacts": crm_contacts.build,
    "five_sources": five_sources.build,
    "five_channels_moves": five_channels_moves.build,
    "companies_people": companies_people.build,
    "repeated_guests": repeated_guests.build,
    "family_mailboxes": family_mailboxes.build,
}
"""``build(records, seed)`` returns records with ``unique_id``, ``cluster`` and what the mapping names."""


def describe_generated(name: str) -> str:
    """What a generated set is like, in the words of its module; empty for another set."""
    module = inspect.getmodule(GENERATED[name]) if name in GENERATED else None
    return inspect.cleandoc(module.__doc__ or "") if module else ""


def write_generated(home: Path, name: str) -> Path:
    """Write the home of a generated set in its own size; return its labels."""
    return write_home(home, GENERATED[name](), load_mapping(SHIPPED / f"{name}.yaml"))
