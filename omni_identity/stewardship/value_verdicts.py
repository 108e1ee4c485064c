"""What stewards have said of values: which are wrong, and which are of several people."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.linkage.shared_values import linkage_identifiers, undropped_values
from omni_identity.linkage.withheld_values import JUDGED_SHARED, WRONG, create_withheld_values
from omni_identity.model.attributes import Vocabulary

CONCERNED = "withheld_records"
"""Temporary table of the records (``record_no``) of which something else is left aside than before."""


def update_withheld_values(engine: Engine, vocabulary: Vocabulary) -> None:
    """Rebuild the tables of values that linkage leaves aside; leave ``CONCERNED``.

    Reads ``derived.verdict_entries`` and ``derived.source_records``.
    """
    create_withheld_values(engine)
    engine.run(statement(__file__, "wrong_values"))
    engine.run(
        f"create or replace temp table new_shared_values as {_shared_values_sql(vocabulary)}"
    )
    engine.run(statement(__file__, "withheld_records"))
    for table, new in ((WRONG, "new_wrong_values"), (JUDGED_SHARED, "new_shared_values")):
        engine.run(f"delete from {table}")
        engine.run(f"insert into {table} by name select * from {new}")
        engine.run(f"drop table {new}")


def _shared_values_sql(vocabulary: Vocabulary) -> str:
    """SQL for the values that two records have in common of an identifier that a verdict calls shared."""
    judged = (
        "(select * from derived.source_records where record_no in"
        " (select record_no_l from said union select record_no_r from said)) judged"
    )
    found = " union all ".join(
        f"select s.record_no_l, s.record_no_r, '{name}' as identifier,"
        f' unnest(list_filter(l."{name}", lambda x: list_contains(r."{name}", x))) as value'
        " from said s join records l on l.record_no = s.record_no_l"
        " join records r on r.record_no = s.record_no_r"
        f' where s.subject = \'{name}\' and l."{name}" is not null and r."{name}" is not null'
        for name in linkage_identifiers(vocabulary)
    )
    return (
        "with said as (select distinct least(record_no_l, record_no_r) as record_no_l,"
        " greatest(record_no_l, record_no_r) as record_no_r,"
        " case subject when 'whatsapp' then 'phone' else subject end as subject"
        " from derived.verdict_entries where state = 'active' and judgement = 'shared'),"
        f" records as (select * from {undropped_values(vocabulary, judged)})"
        f" select distinct * from ({found}) shared"
    )
