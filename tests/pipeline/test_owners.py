"""Which step owns which table: every table that a step names is in the registry, and every other is accounted for."""

from __future__ import annotations

from omni_identity.channels.configuration import parse_configuration
from omni_identity.model.tables import warehouse_tables
from omni_identity.pipeline.sequence import named, owners, steps_of

BESIDE_TABLES = {"landing", "models", "candidate", "published", "published_files"}
"""Folders that steps read and write."""
BY_NO_STEP = {
    "ledger.erasure_entries": "erasure",
    "ledger.restorations": "omni restore",
    "ledger.steps": "the runner",
    "ledger.writer": "the opening of the warehouse",
}

FEEDS = {
    "contacts": {"files": "c/*.csv", "record_id": "id", "mapping": {"email": "mail"}},
    "interactions": {
        "files": "i/*.csv",
        "interaction_id": "id",
        "kind": "kind",
        "occurred_at": "at",
    },
}
CONFIGURATION = parse_configuration(
    {
        "version": 1,
        "channels": [{"name": "web", **FEEDS}],
        "destinations": {"lake": {"type": "folder", "path": "/lake"}},
    }
)
STEPS = steps_of(CONFIGURATION)
TABLES = set(warehouse_tables(CONFIGURATION.vocabulary))


def test_steps_read_and_write_tables_of_the_registry_alone() -> None:
    for step in STEPS:
        named_tables = step.tables_read | step.tables_written
        assert named_tables - BESIDE_TABLES <= TABLES, step.name


def test_every_table_has_a_step_that_owns_it_or_is_written_outside_the_steps() -> None:
    assert owners(STEPS).keys() - BESIDE_TABLES == TABLES - BY_NO_STEP.keys()


def test_the_first_step_of_the_list_that_writes_a_table_owns_it() -> None:
    first, second = named(STEPS, "source_records", "golden_ids")
    assert owners((first, second))["changed.records"] == "source_records"
    assert owners(STEPS)["landed.quarantined_files"] == "deliveries"
    assert owners(STEPS)["derived.customers"] == "golden_ids"
    assert owners(STEPS)["derived.candidate_pairs"] == "candidate_pairs"
