"""Interactions that only a device tells of, on the customer who was identified on that device around then."""

from __future__ import annotations

from omni_identity.engines import Engine

BY_RECORD = "device_id"
BY_INTERACTION = "device_history"


def find_device_customers(engine: Engine, window_days: int) -> None:
    """Create the temporary table ``device_customers``: ``file_no, row_number, golden_id, resolved_by``.

    Reads ``resolved_interactions`` (all that have a touched device among them), ``sought_interactions``
    and ``ambiguous_interactions``. A customer is identified on a device by every interaction that carries
    it and is theirs by contact or a stronger identifier, ``window_days`` before and after it; and by a
    current record that names it, from ``window_days`` before that record began. An interaction that
    nobody is found for otherwise is theirs if they are the only one identified on its devices at its
    time. One whose other identifiers several customers share stays nobody's.
    """
    engine.run(
        """
        create or replace temp table device_interactions as
        select s.value as device, r.file_no, r.row_number, r.golden_id, r.occurred_at
        from sought_interactions s join resolved_interactions r using (file_no, row_number)
        where s.identifier = 'device_id'
        """
    )
    engine.run(
        """
        create or replace temp table device_claims as
        with steps as (
            select device, golden_id, occurred_at, case when occurred_at <= lag(occurred_at) over (
                partition by device, golden_id order by occurred_at) + to_days(2 * $days)
                then 0 else 1 end as begins
            from device_interactions where golden_id is not null
        ), spells as (
            select device, golden_id, occurred_at, sum(begins) over (
                partition by device, golden_id order by occurred_at
                rows between unbounded preceding and current row) as spell
            from steps
        ), records as (
            select unnest(device_id) as device, golden_id,
                coalesce(created_at, updated_at, first_landed_at) as began_at
            from derived.source_records join derived.customers using (record_no)
            where device_id is not null
        )
        select device, golden_id, min(occurred_at) - to_days($days) as from_at,
            max(occurred_at) + to_days($days) as until_at, 1 as rank
        from spells group by device, golden_id, spell
        union all
        select device, golden_id, min(began_at) - to_days($days), '9999-12-31'::timestamp, 0
        from records semi join device_interactions using (device)
        group by device, golden_id
        """,
        {"days": window_days},
    )
    engine.run(
        f"""
        create or replace temp table device_customers as
        select i.file_no, i.row_number, min(c.golden_id) as golden_id,
            case when min(c.rank) = 0 then '{BY_RECORD}' else '{BY_INTERACTION}' end as resolved_by
        from device_interactions i
        join device_claims c on c.device = i.device and i.occurred_at between c.from_at and c.until_at
        where i.golden_id is null
            and (i.file_no, i.row_number) not in (select (file_no, row_number) from ambiguous_interactions)
        group by i.file_no, i.row_number
        having count(distinct c.golden_id) = 1
        """
    )
    engine.run("drop table device_interactions")
    engine.run("drop table device_claims")
