"""Handoffs: where a customer goes on in another channel, or comes from a bot to a person, and what that costs them.

What a handoff is, and each of its columns, is said in the ``.sql`` files: ``handoff_moves`` finds them,
``handoff_entries``, ``handoff_numbers`` and ``handoff_context`` say what was there before and behind, ``handoffs`` what
became of it.
"""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import replace_changed
from omni_identity.insight.thread_topics import asking_sql, topics_sql

_WORKING = (
    "handoff_moves",
    "handoff_entries",
    "handoff_words",
    "handoff_numbers",
    "handoff_context",
)
_TEMPORARY = ("handoff_answers", "handoffs")


def create_handoffs(engine: Engine) -> None:
    """Make the temporary tables ``handoffs`` and ``handoff_answers`` of the subjects of ``touches``.

    ``handoffs``: ``subject_id, day, found_in`` (thread, journey), ``thread_id, journey_number, from_at, to_at``, and
    the columns of the published table, ``is_carried`` and ``is_said_again`` for ``context_carried`` and
    ``asked_again``. ``handoff_answers``: ``subject_id, thread_id, channel, touch_no, occurred_at, day, answered_by``.
    Reads what ``create_subject_touches`` and ``create_journeys`` make, ``derived.messages`` and ``derived.as_of``.
    """
    for name in ("handoff_answers", "handoff_moves", "handoff_entries"):
        engine.run(statement(__file__, name))
    engine.run(_words_sql())
    for name in ("handoff_numbers", "handoff_context", "handoffs"):
        engine.run(statement(__file__, name))
    for table in _WORKING:
        engine.run(f"drop table {table}")


def drop_handoffs(engine: Engine) -> None:
    """Drop what ``create_handoffs`` made."""
    for table in _TEMPORARY:
        engine.run(f"drop table if exists {table}")


def update_handoffs(engine: Engine) -> int:
    """Bring ``derived.handoffs`` up to date for changed customers; reads their ``handoffs``; return how many."""
    with engine.transaction():
        engine.run(statement(__file__, "new_handoffs"))
        replace_changed(engine, "handoffs")
    return count_rows(engine, "derived.handoffs")


def _words_sql() -> str:
    """SQL for ``handoff_words``: what was said before and behind those handoffs about which anything was said on both.

    One row a handoff and talk: its words between blanks; its topics as a number, of what the customer said; whether
    the company asks for a number.
    """
    return f"""
        create or replace temp table handoff_words as
        with both_sides as (
            select subject_id, to_no from handoff_entries where is_talk
            group by subject_id, to_no
            having max(case when is_before and is_other and is_open and is_inbound then 1 else 0 end) = 1
                and max(case when is_before then 0 else 1 end) = 1
        ), told as (
            select e.subject_id, e.to_no, e.is_before, e.is_inbound,
                lower(concat_ws(' ', e.headline, m.text)) as said
            from handoff_entries e semi join both_sides using (subject_id, to_no)
            left join derived.messages m on m.channel = e.channel and m.interaction_id = e.interaction_id
            where e.is_talk and (e.is_other and e.is_open or not e.is_before)
                and coalesce(e.headline, m.text) is not null
        )
        select subject_id, to_no, is_before, is_inbound,
            regexp_replace(said, '[^a-z0-9_-]+', ' ', 'g') as words,
            (case when is_inbound then {topics_sql("said")} else 0 end)::bigint as topics,
            not is_inbound and not is_before and {asking_sql("said")} as is_asking
        from told
    """
