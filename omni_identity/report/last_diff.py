"""The identity diff of a run that was not published, read from the warehouse it left behind."""

from __future__ import annotations

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.reading import attached_warehouse
from omni_identity.identity.identity_changes import Change, list_changes
from omni_identity.identity.identity_diff import IdentityDiff, compare_identities
from omni_identity.model.home import Home

SHOWN_CHANGES = 10

_BEFORE, _AFTER = "warehouse.settled.crosswalk", "warehouse.derived.customers"


def read_last_diff(home: Home) -> tuple[IdentityDiff, list[Change]]:
    """Compare the last publication with what the run derived; return the diff and its largest changes."""
    with DuckDBEngine() as engine, attached_warehouse(engine, home, "warehouse"):
        diff = compare_identities(engine, _BEFORE, _AFTER, "warehouse.changed.customers")
        records = "warehouse.derived.source_records"
        return diff, list_changes(engine, _BEFORE, _AFTER, records, SHOWN_CHANGES)
