"""Contributions as they are kept, and their sums: what a night takes out and puts in leaves what adding up anew would.

A row says in words which figure it is part of, and there are many millions of rows but a few thousand such
figures. So the words are kept once, in ``derived.kpi_labels``, and golden IDs in ``derived.kpi_customers``;
rows have their numbers.
"""

from __future__ import annotations

from omni_identity.engines import Engine

_LABELS = (
    "label_no INTEGER, seen_as VARCHAR, kpi VARCHAR, period VARCHAR, dimension VARCHAR,"
    " member VARCHAR, segment VARCHAR, currency VARCHAR"
)

_CONTRIBUTIONS = (
    "customer_no BIGINT, label_no INTEGER, period_start DATE, counts_from TIMESTAMP,"
    " numerator DECIMAL(18, 2), denominator BIGINT"
)

_SUMS = (
    "label_no INTEGER, period_start DATE, counts_from DATE, numerator DECIMAL(38, 2),"
    " numerator_count BIGINT, denominator BIGINT, denominator_count BIGINT, contribution_count BIGINT"
)
"""Sums count from a day on, not from a moment: moments are nearly as many as contributions."""

_TEMPORARY = (
    *("kpi_sum_changes", "kpi_kinds", "kpi_subjects", "kpi_rows", "kpi_row_words"),
    *("kpi_row_labels", "fresh_contributions"),
)

_NOTED = (
    "customer_no in (select customer_no from derived.kpi_customers"
    " where golden_id in (select golden_id from changed.customers))"
)


def create_sums(engine: Engine) -> None:
    """Create the lasting tables of contributions and sums, where there are none.

    Sums have, of a label, period and day, how many of the summed are not null beside each sum: a sum of
    nothing is null, not 0. Their ``counts_from`` is the day after the last moment at which one of them
    begins to count. All sums are of integers and decimals.
    """
    for name, columns in (
        ("kpi_labels", _LABELS),
        ("kpi_customers", "customer_no BIGINT, golden_id VARCHAR"),
        ("kpi_contributions", _CONTRIBUTIONS),
        ("kpi_sums", _SUMS),
    ):
        engine.run(f"create table if not exists derived.{name} ({columns})")
    engine.run(f"create or replace temp table kpi_sum_changes ({_SUMS})")


def take_out_noted(engine: Engine) -> None:
    """Take the contributions of noted customers out, and out of the sums."""
    engine.run(
        f"insert into kpi_sum_changes {_summed('-', f'derived.kpi_contributions where {_NOTED}')}"
    )
    engine.run(f"delete from derived.kpi_contributions where {_NOTED}")


def number_subjects(engine: Engine) -> None:
    """Make ``kpi_kinds``, what ``subjects`` add to a label, and ``kpi_subjects``, whose and of which kind each is."""
    engine.run(_NEW_CUSTOMERS)
    engine.run(
        "create or replace temp table kpi_kinds as"
        " select row_number() over (order by seen_as, segment) as kind_no, seen_as, segment"
        " from (select distinct seen_as, segment from subjects)"
    )
    engine.run(
        "create or replace temp table kpi_subjects as"
        " select s.subject_id, c.customer_no, k.kind_no"
        " from subjects s join kpi_kinds k on k.seen_as = s.seen_as and k.segment = s.segment"
        " left join derived.kpi_customers c on c.golden_id = s.golden_id"
    )


def keep_rows(engine: Engine, kpi: str, query: str) -> None:
    """Add the rows of one KPI's query, after ``number_subjects``, to contributions and sums."""
    engine.run(f"create or replace temp table kpi_rows as {query}")
    engine.run(_ROW_WORDS)
    engine.run(_NEW_LABELS.format(kpi=kpi))
    engine.run(_ROW_LABELS.format(kpi=kpi))
    engine.run(_FRESH)
    engine.run(f"insert into kpi_sum_changes {_summed('', 'fresh_contributions')}")
    engine.run("insert into derived.kpi_contributions select * from fresh_contributions")


def settle_sums(engine: Engine) -> None:
    """Put into the sums what was taken out and kept since ``create_sums``."""
    engine.run(_SETTLED)
    for table in _TEMPORARY:
        engine.run(f"drop table {table}")


_NEW_CUSTOMERS = """
    insert into derived.kpi_customers
    select (select coalesce(max(customer_no), 0) from derived.kpi_customers)
        + row_number() over (), golden_id
    from (select distinct golden_id from subjects where golden_id is not null) n
    where not exists (select 1 from derived.kpi_customers c where c.golden_id = n.golden_id)
"""

_ROW_WORDS = """
    create or replace temp table kpi_row_words as
    select row_number() over (order by period, dimension, member, currency) as words_no, period,
        dimension, member, currency
    from (select distinct period, dimension, member, currency from kpi_rows)
"""


def _same_words(one: str, other: str) -> str:
    equal = (f"{one}.{name} = {other}.{name}" for name in ("period", "dimension", "member"))
    return f"{' and '.join(equal)} and {one}.currency is not distinct from {other}.currency"


_SAME_LABEL = f"{_same_words('l', 'w')} and l.kpi = '{{kpi}}' and l.seen_as = s.seen_as and l.segment = s.segment"

_NEW_LABELS = f"""
    insert into derived.kpi_labels
    select (select coalesce(max(label_no), 0) from derived.kpi_labels)
        + row_number() over (order by w.words_no, s.kind_no),
        s.seen_as, '{{kpi}}', w.period, w.dimension, w.member, s.segment, w.currency
    from kpi_row_words w cross join kpi_kinds s
    where not exists (select 1 from derived.kpi_labels l where {_SAME_LABEL})
"""

_ROW_LABELS = f"""
    create or replace temp table kpi_row_labels as
    select w.words_no, s.kind_no, l.label_no
    from kpi_row_words w cross join kpi_kinds s join derived.kpi_labels l on {_SAME_LABEL}
"""

_FRESH = f"""
    create or replace temp table fresh_contributions as
    select s.customer_no, l.label_no, r.period_start, r.counts_from,
        r.numerator::decimal(18, 2) as numerator, r.denominator::bigint as denominator
    from kpi_rows r join kpi_row_words w on {_same_words("r", "w")}
    join kpi_subjects s using (subject_id)
    join kpi_row_labels l on l.words_no = w.words_no and l.kind_no = s.kind_no
"""


def _summed(sign: str, source: str) -> str:
    """SQL for contributions as rows of ``derived.kpi_sums``, put in or, with a minus, taken out."""
    return f"""
        select label_no, period_start, (counts_from::date + 1)::date as counts_from,
            {sign}coalesce(sum(numerator), 0)::decimal(38, 2) as numerator,
            {sign}count(numerator) as numerator_count,
            {sign}coalesce(sum(denominator), 0)::bigint as denominator,
            {sign}count(denominator) as denominator_count, {sign}count(*) as contribution_count
        from {source} group by all
    """


_ADDED = "numerator, numerator_count, denominator, denominator_count, contribution_count"

_SETTLED = f"""
    create or replace table derived.kpi_sums as
    select label_no, period_start, counts_from, sum(numerator)::decimal(38, 2) as numerator,
        sum(numerator_count)::bigint as numerator_count, sum(denominator)::bigint as denominator,
        sum(denominator_count)::bigint as denominator_count,
        sum(contribution_count)::bigint as contribution_count
    from (
        select label_no, period_start, counts_from, {_ADDED} from derived.kpi_sums
        union all select label_no, period_start, counts_from, {_ADDED} from kpi_sum_changes
    )
    group by label_no, period_start, counts_from having sum(contribution_count) > 0
"""
