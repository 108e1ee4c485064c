"""Tables of what was last published, and of what has changed since."""

from __future__ import annotations

from omni_identity.model.tables.columns import (
    CHANNEL,
    CONTENT_HASH,
    FEED,
    INTERACTION_ID,
    PATH,
    RECORD_NO,
)
from omni_identity.model.tables.context import AUDIENCE_LOG, AUDIENCE_MEMBERS
from omni_identity.model.tables.customers import (
    CROSSWALK,
    CROSSWALK_CHANGES,
    GOLDEN_ID_EVENTS,
    HOUSEHOLD_EVENTS,
    HOUSEHOLD_MEMBERS,
)
from omni_identity.model.tables.table import Column, Table

_GOLDEN_ID = CROSSWALK.column("golden_id")
_CHANGED = (
    Table("records", "One row per source record that came, changed or went.", (RECORD_NO,), ("record_no",)),
    Table(
        "linkage_records",
        "One row per record for which that changed anything that linkage sees.",
        (RECORD_NO,),
        ("record_no",),
    ),
    Table(
        "regrouped_records",
        "One row per record whose customer was decided again, or that left.",
        (RECORD_NO,),
        ("record_no",),
    ),
    Table(
        "customers",
        "One row per golden ID, old or new, of a customer who may be another.",
        (_GOLDEN_ID,),
        ("golden_id",),
    ),
    Table(
        "identifiers",
        "One row per identifier value that changed records gained, lost or hold.",
        (
            Column("identifier", "VARCHAR", "The identifier.", nullable=False),
            Column("value", "VARCHAR", "The value.", "personal", False),
        ),
        ("identifier", "value"),
    ),
    Table(
        "interactions",
        "One row per interaction that was looked at again.",
        (CHANNEL, INTERACTION_ID),
        ("channel", "interaction_id"),
    ),
    Table(
        "seen_landings",
        "One row per landing that records, or interactions, are up to date with.",
        (CHANNEL, FEED, CONTENT_HASH, PATH, Column("version", "BIGINT", "As in landings.", nullable=False)),
        ("channel", "feed", "path", "version"),
    ),
)  # fmt: skip
CHANGED_TABLES = tuple(table.within("changed") for table in _CHANGED)
"""Every table of schema ``changed``: marks that go when what they mark is published."""

_SETTLED = (
    Table(
        "crosswalk",
        "One row per record of the last publication; an erased one names no channel.",
        CROSSWALK.without("match_probability", "strict_id", "loose_id"),
        (),
    ),
    *(GOLDEN_ID_EVENTS, CROSSWALK_CHANGES, HOUSEHOLD_EVENTS),
    Table(
        "household_members",
        "One row per golden customer who lived with another one in the last publication.",
        *(HOUSEHOLD_MEMBERS.columns, HOUSEHOLD_MEMBERS.key),
    ),
    Table(
        "audience_members",
        "One row per audience and customer in it in the last publication.",
        AUDIENCE_MEMBERS.columns[:2],
        ("audience", "golden_id"),
    ),
    AUDIENCE_LOG,
    Table(
        "landings",
        "One row per landing whose file is in a publication.",
        (
            CHANNEL,
            FEED,
            PATH,
            Column("version", "INTEGER", "As in landed.landings.", nullable=False),
        ),
        ("channel", "feed", "path", "version"),
    ),
)
SETTLED_TABLES = tuple(table.within("settled") for table in _SETTLED)
"""Every table of schema ``settled``: what was last published."""
