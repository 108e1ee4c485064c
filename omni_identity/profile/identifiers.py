"""The table of identifiers: of every value that a record has today, whose it is, and how many share it."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import IDENTIFIERS, mark_changed, replace_changed


def build_identifiers(engine: Engine, identifiers: Sequence[str]) -> int:
    """Bring ``derived.identifiers`` up to date for changed values; return how many rows there are.

    Reads ``derived.source_records``, ``derived.customers``, ``derived.affected_customers`` and
    ``changed.identifiers``, in which it marks every value of an affected customer: it may be another's now.
    """
    with engine.transaction():
        mark_changed(engine, IDENTIFIERS, _values_sql(identifiers))
        engine.run(
            f"create or replace temp table identifier_holders as {_holders_sql(identifiers)}"
        )
        engine.run(statement(__file__, "new_identifiers"))
        engine.run("drop table identifier_holders")
        replace_changed(engine, "identifiers", IDENTIFIERS)
    return count_rows(engine, "derived.identifiers")


def _values_sql(identifiers: Sequence[str]) -> str:
    """SQL for the identifier values of affected customers' records, each once."""
    return " union ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value from derived.source_records"
        f' semi join derived.affected_customers using (record_no) where "{name}" is not null'
        for name in identifiers
    )


def _holders_sql(identifiers: Sequence[str]) -> str:
    """SQL for every record that has a changed value, with its customer and the times of its first and last word."""
    held = " union all ".join(
        f"select record_no, '{name}' as identifier, unnest(\"{name}\") as value,"
        " coalesce(created_at, updated_at, first_landed_at) as first_at,"
        " coalesce(updated_at, created_at, first_landed_at) as last_at"
        f' from derived.source_records where "{name}" is not null'
        for name in identifiers
    )
    return (
        "select h.identifier, h.value, c.golden_id, h.first_at, h.last_at"
        f" from ({held}) h semi join changed.identifiers using (identifier, value)"
        " join derived.customers c on c.record_no = h.record_no"
    )
