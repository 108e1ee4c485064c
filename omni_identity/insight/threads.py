"""Threads: what belongs together in one customer's history, across channels.

A conversation that moves from chat to the telephone is one thread, as are a cart, its order, its pick-up and its
return. IDs that are shared hold interactions together for certain: that is an episode. Channels hardly share any, so
an episode may also join an earlier one of the customer's, with a probability.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.insight.thread_topics import topics_sql, words_sql
from omni_identity.linkage.components import label_components


def find_threads(engine: Engine) -> None:
    """Make the temporary table ``interaction_threads``: ``channel, interaction_id, thread_id``, how sure, and why.

    Reads ``new_interactions``, which holds every interaction of each of its customers, and ``derived.messages``. A
    thread is a connected component of one customer's interactions, whose pairs are said in ``thread_pairs.sql`` and
    ``thread_links.sql``. Only interactions that name others, are named, or are talk are in the table. All others,
    those of nobody known among them, are threads of their own, called after themselves.
    """
    engine.run(statement(__file__, "thread_nodes"))
    engine.run(statement(__file__, "thread_pairs"))
    label_components(engine, "thread_pairs", "thread_labels")
    engine.run(_texts_sql())
    for name in ("thread_episodes", "thread_talk", "thread_mentions", "thread_links"):
        engine.run(statement(__file__, name))
    engine.run(
        "create or replace temp table thread_joined as select record_no_l, record_no_r from thread_pairs"
        " union all select least(record_no_l, record_no_r) as record_no_l,"
        " greatest(record_no_l, record_no_r) as record_no_r from thread_links"
    )
    label_components(engine, "thread_joined", "thread_components")
    engine.run(_reasons_sql())
    engine.run(statement(__file__, "interaction_threads"))
    for table in ("nodes", "pairs", "labels", "texts", "episodes", "talk", "mentions", "links"):
        engine.run(f"drop table thread_{table}")
    for table in ("joined", "components", "reasons"):
        engine.run(f"drop table thread_{table}")


def _texts_sql() -> str:
    """SQL for ``thread_texts``: of talk that says anything, its words between blanks, and its topics as a number."""
    return f"""
        create or replace temp table thread_texts as
        with told as (
            select n.record_no, n.golden_id, lower(concat_ws(' ', n.subject, m.text)) as said
            from thread_nodes n left join derived.messages m
                on m.channel = n.channel and m.interaction_id = n.interaction_id
            where n.is_talk and coalesce(n.subject, m.text) is not null
        )
        select t.record_no, t.golden_id, coalesce(l.component_no, t.record_no) as episode,
            ' ' || regexp_replace(t.said, '[^a-z0-9_-]+', ' ', 'g') || ' ' as words,
            ({topics_sql("t.said")})::bigint as topics
        from told t left join thread_labels l using (record_no)
    """


def _reasons_sql() -> str:
    """SQL for ``thread_reasons``: by episode, how probable it is that it belongs to its thread, and why, in words."""
    return f"""
        create or replace temp table thread_reasons as
        select e.episode, coalesce(k.probability, 1.0::double) as thread_probability,
            case
                when k.episode is not null then concat_ws('; ',
                    case when k.named is not null then 'a text names the ' || k.named end,
                    case when k.gap_seconds < 7200 then (k.gap_seconds // 60)::varchar || ' min after ' || k.channel
                        when k.gap_seconds is not null
                        then (k.gap_seconds // 3600)::varchar || ' h after ' || k.channel end,
                    case when k.topics > 0 then 'both about ' || {words_sql("k.topics")} end)
                when e.interaction_count > 1 then 'shared IDs'
            end as thread_reason
        from thread_episodes e left join thread_links k on k.episode = e.episode
    """
