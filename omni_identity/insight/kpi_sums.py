"""Contributions as they are kept, and their sums: what a run removes and adds leaves what adding up anew would.

A row says in words which figure it is part of, and there are many millions of rows but a few thousand such
figures. So the words are kept once, in ``derived.kpi_labels``, and golden IDs in ``derived.kpi_customers``;
rows have their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import columns_of, create_missing
from omni_identity.engines.literals import literal
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS
from omni_identity.model.kpi_definitions import Kpi

FEW_INTERACTIONS = 100_000
KPIS_TOGETHER = 8
"""So many KPIs have some hundred thousand rows of few interactions. All thirty at once take hardly less time, and make
more tasks of one query than Spark's driver should hear of."""
CONTRIBUTIONS = "derived.kpi_contributions"
NEW_CONTRIBUTIONS = "derived.new_kpi_contributions"
"""What a run adds, while it is computed: each KPI's rows are committed, as a transaction holds whatever was made in
it, even what was dropped, until its end."""
_TEMPORARY = (
    *("kpi_sum_changes", "kpi_kinds", "kpi_subjects", "kpi_rows", "kpi_row_words"),
    *("kpi_row_labels", "new_contributions"),
)

_IS_CHANGED = (
    f"customer_no in (select customer_no from derived.kpi_customers where {CUSTOMERS.is_marked()})"
)


def create_sums(engine: Engine) -> None:
    """Create ``derived.kpi_labels``, ``derived.kpi_customers``, ``derived.kpi_contributions`` and
    ``derived.kpi_sums`` where they are not there, and, empty, ``NEW_CONTRIBUTIONS`` and the temporary
    ``kpi_sum_changes``.

    Sums have, of a label, period and day, how many of the summed are not null beside each sum: a sum of
    nothing is null, not 0. Their ``counts_from`` is the day after the last moment at which one of them
    begins to count: days, because moments are nearly as many as contributions. All sums are of integers and decimals.
    """
    kept = ("kpi_labels", "kpi_customers", "kpi_contributions", "kpi_sums")
    create_missing(engine, *(f"derived.{name}" for name in kept))
    engine.run(f"create or replace temp table kpi_sum_changes ({columns_of('derived.kpi_sums')})")
    engine.run(f"create or replace table {NEW_CONTRIBUTIONS} ({columns_of(CONTRIBUTIONS)})")


def replace_changed_contributions(engine: Engine) -> None:
    """Put ``NEW_CONTRIBUTIONS``, which go, in the place of changed customers', and take these out of the sums."""
    theirs = f"{CONTRIBUTIONS} where {_IS_CHANGED}"
    engine.run(f"insert into kpi_sum_changes {_summed_sql('-', theirs)}")
    move_rows(engine, NEW_CONTRIBUTIONS, CONTRIBUTIONS, _IS_CHANGED)


def number_subjects(engine: Engine) -> None:
    """Make ``kpi_kinds``, what ``subjects`` add to a label, and ``kpi_subjects``, whose and of which kind each is when.

    Adds the customers that have no number yet to ``derived.kpi_customers``.
    """
    engine.run(statement(__file__, "new_kpi_customers"))
    engine.run(
        "create or replace temp table kpi_kinds as"
        " select row_number() over (order by seen_as, segment) as kind_no, seen_as, segment"
        " from (select distinct seen_as, segment from subjects join subject_segments using (subject_id))"
    )
    engine.run(
        "create or replace temp table kpi_subjects as"
        " select s.subject_id, c.customer_no, k.kind_no, g.from_day, g.until_day"
        " from subjects s join subject_segments g on g.subject_id = s.subject_id"
        " join kpi_kinds k on k.seen_as = s.seen_as and k.segment = g.segment"
        " left join derived.kpi_customers c on c.golden_id = s.golden_id"
    )


def add_contributions(engine: Engine, kpis: Sequence[Kpi]) -> None:
    """Add the rows of these KPIs' queries, after ``number_subjects``, to new contributions and sums.

    Writes ``NEW_CONTRIBUTIONS`` and, for figures that occur for the first time, ``derived.kpi_labels``.
    Of few interactions several are computed together: a statement costs more than their rows. Of many
    only one KPI's rows are held at once.
    """
    are_few = count_rows(engine, "known_interactions") <= FEW_INTERACTIONS
    step = KPIS_TOGETHER if are_few else 1
    for first in range(0, len(kpis), step):
        rows = _rows_sql(kpis[first : first + step])
        engine.run(f"create or replace temp table kpi_rows as {rows}")
        if not count_rows(engine, "kpi_rows"):
            continue  # on most nights most KPIs have nothing new
        engine.run(statement(__file__, "kpi_row_words"))
        engine.run(statement(__file__, "new_kpi_labels"))
        engine.run(statement(__file__, "kpi_row_labels"))
        engine.run(statement(__file__, "new_contributions"))
        engine.run(f"insert into kpi_sum_changes {_summed_sql('', 'new_contributions')}")
        # so that whoever looks for a customer's finds them without reading those of all
        engine.run(
            f"insert into {NEW_CONTRIBUTIONS} select * from new_contributions order by customer_no"
        )


def _rows_sql(kpis: Iterable[Kpi]) -> str:
    """SQL for the rows of KPIs' queries, with the KPI before, and numbers as contributions keep them."""
    return " union all ".join(
        f"select {literal(kpi.name)} as kpi, subject_id, period, period_start, dimension, member, currency,"
        " counts_from::timestamp as counts_from, numerator::decimal(18, 2) as numerator,"
        f" denominator::bigint as denominator from ({kpi.sql}\n) rows_of_{kpi.name}"
        for kpi in kpis
    )


def apply_sum_changes(engine: Engine) -> None:
    """Put what was removed and added since ``create_sums`` into ``derived.kpi_sums``."""
    engine.run(statement(__file__, "kpi_sums"))
    for table in _TEMPORARY:
        engine.run(f"drop table if exists {table}")


def _summed_sql(sign: str, source: str) -> str:
    """SQL for contributions as rows of ``derived.kpi_sums``, put in or, with a minus, taken out."""
    return f"""
        select label_no, period_start, (counts_from::date + 1)::date as counts_from,
            {sign}coalesce(sum(numerator), 0)::decimal(38, 2) as numerator,
            {sign}count(numerator) as numerator_count,
            {sign}coalesce(sum(denominator), 0)::bigint as denominator,
            {sign}count(denominator) as denominator_count, {sign}count(*) as contribution_count
        from {source} group by all
    """
