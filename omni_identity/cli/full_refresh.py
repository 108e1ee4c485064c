"""Forgets what was derived from the landed rows, so that the next run computes all of it anew."""

from __future__ import annotations

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.golden_ids import create_settled_tables
from omni_identity.identity.ledger import create_ledger
from omni_identity.identity.pending import start_over
from omni_identity.model.home import Home

STANDARDISED = (
    "landed.standardised_contacts",
    "landed.standardising_rules",
    "landed.interaction_identifiers",
)
"""What follows from the landed rows alone; the frozen model stays what it is."""


def forget_derived(home: Home) -> None:
    """Empty the derived tables of ``home`` in one transaction; nothing to do before a first run.

    A run killed afterwards loses nothing: the next one derives it all again. Raises ``HomeIsBusy``.
    """
    if not home.warehouse_file.exists():
        return
    with DuckDBEngine(home.warehouse_file) as engine, engine.transaction():
        for table in STANDARDISED:
            schema, name = table.split(".")
            known = engine.fetch(
                "select 1 as x from duckdb_tables() where database_name = current_database()"
                " and schema_name = $schema and table_name = $name",
                {"schema": schema, "name": name},
            )
            if known.height:
                engine.run(f"delete from {table}")
        create_ledger(engine)
        create_settled_tables(engine)
        start_over(engine)
