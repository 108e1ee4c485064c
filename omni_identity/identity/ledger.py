"""The record ledger: every source record ever seen, in an order that replays, and its seniority.

A record's ``record_no`` is given once, when the record is first seen, and never reused. Its
``seniority`` starts as its ``record_no``; the customer's golden ID is its members' least seniority.
When a customer's founder is deleted, founder and heir swap seniorities, so that the ID stays.
"""

from __future__ import annotations

from datetime import datetime

from omni_identity.engines import Engine, count_rows

PUBLISHED_RECORDS = """
    select record_no, seniority, channel,
        case when channel is not null then source_record_id end as source_record_id,
        case when channel is not null then first_landed_at end as first_landed_at
    from ledger.records
"""
"""SQL for the ledger as it is published: an erased record has lost its channel, and keeps its numbers only."""


def enter_new_records(engine: Engine, now: datetime) -> int:
    """Write down those of ``derived.touched_records`` that the ledger does not know; return how many.

    Records first seen in one run are numbered by channel and record ID, so the same deliveries give
    the same numbers however their rows are ordered. ``now`` is the run's start (naive UTC).
    """
    before = _count(engine)
    with engine.transaction():
        engine.run(
            """
            insert into ledger.records
            select
                offset_no + row_number() over (order by channel, source_record_id) as record_no,
                record_no as seniority, channel, source_record_id, $now::timestamp
            from derived.touched_records seen
            anti join ledger.records known using (channel, source_record_id)
            cross join (select coalesce(max(record_no), 0) as offset_no from ledger.records)
            """,
            {"now": now},
        )
    return _count(engine) - before


def _count(engine: Engine) -> int:
    return count_rows(engine, "ledger.records")


def pass_on_seniority(engine: Engine) -> None:
    """Where a published customer's founder is gone, let its eldest remaining record take its seniority.

    Reads ``settled.crosswalk`` (the last publication), ``derived.source_records`` (who is left) and
    ``changed.records`` (who may have gone).
    The two swap numbers, so seniorities stay a permutation of the record numbers and a founder that
    comes back does not claim an ID twice. Running it twice does what running it once does.
    """
    with engine.transaction():
        engine.run(
            """
            create or replace temp table inheritances as
            with gone as (
                select l.channel, l.source_record_id from changed.records
                join ledger.records l using (record_no)
                anti join derived.source_records s using (record_no)
            ), bereaved as (
                select golden_id from settled.crosswalk semi join gone using (channel, source_record_id)
            ), members as (
                select l.record_no, l.seniority, s.golden_id,
                    current_records.record_no is not null as is_left,
                    min(l.seniority) over (partition by s.golden_id) as founder_seniority,
                    min(l.seniority) filter (where current_records.record_no is not null)
                        over (partition by s.golden_id) as heir_seniority
                from settled.crosswalk s
                join ledger.records l using (channel, source_record_id)
                semi join bereaved using (golden_id)
                left join derived.source_records current_records using (record_no)
            )
            select record_no,
                case when seniority = founder_seniority then heir_seniority
                    else founder_seniority end as seniority
            from members
            where heir_seniority is not null and heir_seniority <> founder_seniority
                and seniority in (founder_seniority, heir_seniority)
            """
        )
        engine.run(
            "update ledger.records set seniority = inheritances.seniority"
            " from inheritances where records.record_no = inheritances.record_no"
        )
