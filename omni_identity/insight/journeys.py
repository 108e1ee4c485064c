"""Journeys: what a customer did on the way to an order or to silence, and from which channel to which they went."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.identity.changes import CUSTOMERS, mark_changed, replace_changed

LAST_POSITION = 6
"""Steps of a journey that are told apart in ``journey_transitions``; later ones count as this one."""


def create_journeys(engine: Engine) -> None:
    """Make the temporary tables ``journey_stays`` and ``subject_journeys`` from ``touches`` and ``orders``.

    A journey ends with an order that was not cancelled, or with a silence longer than
    ``insight.journey_silence_days``. Returns and pick-ups fulfil or undo an order and lead to no other:
    they are no part of a journey. Touches of one channel that follow each other are one stay there.
    """
    engine.run(_STAYS)
    engine.run(_JOURNEYS)


def drop_journeys(engine: Engine) -> None:
    """Drop what ``create_journeys`` made."""
    for table in ("journey_stays", "subject_journeys"):
        engine.run(f"drop table if exists {table}")


def note_silent_journeys(engine: Engine, silence_days: int) -> None:
    """Note the customers one of whose journeys has fallen silent, or is open again, without any new touch."""
    _create_derived_journeys(engine)
    mark_changed(
        engine,
        CUSTOMERS,
        "select distinct golden_id from derived.journeys cross join derived.as_of"
        f" where outcome <> 'order' and (outcome = 'silence') <> {_is_silent(silence_days)}",
    )


def update_journeys(engine: Engine, silence_days: int) -> int:
    """Bring ``derived.journeys`` and its roll-up ``derived.journey_transitions`` up to date; return how many.

    Reads what ``create_journeys`` made of the noted customers: the subjects that are seen as such.
    """
    with engine.transaction():
        engine.run(
            f"""
            create or replace table derived.new_journeys as
            with customers as (
                select subject_id, golden_id from subjects where seen_as = 'customers'
            ), paths as (
                select subject_id, journey_number, string_agg(channel, ' > ' order by position) as path,
                    max(case when position = 1 then channel end) as first_channel,
                    max_by(channel, position) as last_channel
                from journey_stays semi join customers using (subject_id)
                group by subject_id, journey_number
            )
            select golden_id, journey_number, started_at, ended_at,
                case when is_order then 'order' when {_is_silent(silence_days)} then 'silence'
                    else 'open' end as outcome,
                path, first_channel, last_channel, channel_count, touch_count, order_interaction_id
            from subject_journeys join customers using (subject_id)
            join paths using (subject_id, journey_number) cross join derived.as_of
            order by golden_id, journey_number
            """
        )
        replace_changed(engine, "journeys")
        engine.run(_FRESH_STEPS)
        replace_changed(engine, "journey_steps")
        engine.run(_TRANSITIONS)
    return count_rows(engine, "derived.journeys")


def _is_silent(silence_days: int) -> str:
    return f"(ended_at + interval {silence_days:d} day < as_of)"


def _create_derived_journeys(engine: Engine) -> None:
    engine.run(
        "create table if not exists derived.journeys (golden_id VARCHAR, journey_number BIGINT,"
        " started_at TIMESTAMP, ended_at TIMESTAMP, outcome VARCHAR, path VARCHAR,"
        " first_channel VARCHAR, last_channel VARCHAR, channel_count BIGINT, touch_count BIGINT,"
        " order_interaction_id VARCHAR)"
    )


_STAYS = """
    create or replace temp table journey_stays as
    with steps as (
        select t.subject_id, t.channel, t.occurred_at, t.local_at, t.touch_no,
            o.interaction_id as order_interaction_id
        from touches t left join orders o using (subject_id, touch_no)
        where t.is_inbound and t.kind not in ('return', 'pickup')
    ), beside as (
        select *, lag(occurred_at) over along as before_at, lag(channel) over along as channel_before,
            lag(order_interaction_id) over along is not null as is_after_order
        from steps
        window along as (partition by subject_id order by touch_no)
    ), begun as (
        select subject_id, channel, occurred_at, local_at, touch_no, order_interaction_id, channel_before,
            case when before_at is null or is_after_order
                or occurred_at > before_at + journey_silence_days * interval 1 day
            then 1 else 0 end as is_begin
        from beside cross join bounds
    ), numbered as (
        select *, sum(is_begin) over along as journey_number,
            sum(case when is_begin = 1 or channel <> channel_before then 1 else 0 end)
                over along as stay_number
        from begun
        window along as (
            partition by subject_id order by touch_no
            rows between unbounded preceding and current row
        )
    ), stays as (
        select subject_id, stay_number, min(journey_number) as journey_number,
            min(channel) as channel, min(occurred_at) as started_at, max(occurred_at) as ended_at,
            max(local_at) as ended_local, count(*) as touch_count,
            max(order_interaction_id) as order_interaction_id
        from numbered group by subject_id, stay_number
    )
    select subject_id, journey_number::bigint as journey_number,
        row_number() over (
            partition by subject_id, journey_number order by stay_number
        )::bigint as position,
        channel, started_at, ended_at, ended_local, touch_count, order_interaction_id
    from stays
"""

_JOURNEYS = """
    create or replace temp table subject_journeys as
    select subject_id, journey_number, min(started_at) as started_at, max(ended_at) as ended_at,
        max(ended_local) as ended_local,
        count(distinct channel) as channel_count,
        sum(touch_count)::bigint as touch_count,
        max(order_interaction_id) as order_interaction_id,
        count(order_interaction_id) > 0 as is_order
    from journey_stays group by subject_id, journey_number
"""

_FRESH_STEPS = f"""
    create or replace table derived.new_journey_steps as
    with known as (
        select c.golden_id, s.position, s.channel, j.outcome,
            lag(s.channel) over along as from_channel,
            lead(s.channel) over along as to_channel
        from journey_stays s join subjects c using (subject_id) join derived.journeys j
            on j.golden_id = c.golden_id and j.journey_number = s.journey_number
        where c.seen_as = 'customers'
        window along as (partition by s.subject_id, s.journey_number order by s.position)
    ), moves as (
        select golden_id, position, coalesce(from_channel, '(start)') as from_channel,
            channel as to_channel, outcome from known
        union all
        select golden_id, position + 1, channel, '(' || outcome || ')', outcome
        from known where to_channel is null
    )
    select golden_id, least(position, {LAST_POSITION}) as position, from_channel, to_channel, outcome,
        count(*) as transition_count
    from moves group by all
    order by all
"""

_TRANSITIONS = """
    create or replace table derived.journey_transitions as
    select position, from_channel, to_channel, sum(transition_count)::bigint as transition_count,
        sum(case when outcome = 'order' then transition_count else 0 end)::bigint as order_count,
        sum(case when outcome = 'silence' then transition_count else 0 end)::bigint as silence_count,
        sum(case when outcome = 'open' then transition_count else 0 end)::bigint as open_count
    from derived.journey_steps group by position, from_channel, to_channel
    order by position, from_channel, to_channel
"""
