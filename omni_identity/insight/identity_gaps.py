"""Where a customer's history gets lost: records and interactions that link to no other channel, and what they lack."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import replace_changed
from omni_identity.model.attributes import Vocabulary

OTHER_ATTRIBUTES = ("birth_date", "street")
"""What links besides identifiers, and can be asked for."""


def update_identity_gaps(engine: Engine, vocabulary: Vocabulary) -> None:
    """Bring ``derived.customer_gaps`` up to date for changed customers, and rebuild ``derived.identity_gaps``.

    Reads ``derived.source_records``, ``derived.customers`` and ``derived.interactions``. ``customer_gaps``
    counts, by customer, channel and attribute, the records that have the attribute, those of them whose value
    links, those that link to no other channel, and the latter's interactions.
    """
    attributes = [*vocabulary.identifiers, *OTHER_ATTRIBUTES]
    with engine.transaction():
        engine.run(statement(__file__, "gap_records"))
        engine.run(_gap_columns_sql(attributes))
        engine.run(_gap_values_sql(vocabulary))
        engine.run(statement(__file__, "new_customer_gaps"))
        replace_changed(engine, "customer_gaps")
        engine.run(statement(__file__, "identity_gaps"), {"attributes": attributes})
        for table in ("gap_records", "gap_columns", "gap_values"):
            engine.run(f"drop table {table}")


def _gap_columns_sql(attributes: Sequence[str]) -> str:
    """SQL for ``gap_columns``: the records of ``gap_records`` with what can link them, read from wide rows once."""
    columns = ", ".join(f's."{name}"' for name in attributes)
    return (
        f"create or replace temp table gap_columns as select golden_id, r.channel, record_no, {columns}"
        " from derived.source_records s join gap_records r using (record_no)"
    )


def _gap_values_sql(vocabulary: Vocabulary) -> str:
    """SQL for ``gap_values``: ``golden_id, channel, record_no, attribute, value``, a row per value of a record."""
    values = {name: f'unnest("{name}")' for name in vocabulary.identifiers}
    values |= {name: f'cast("{name}" as varchar)' for name in OTHER_ATTRIBUTES}
    parts = (
        f"select golden_id, channel, record_no, '{name}' as attribute, {value} as value"
        f' from gap_columns where "{name}" is not null'
        for name, value in values.items()
    )
    return f"create or replace temp table gap_values as {' union all '.join(parts)}"
