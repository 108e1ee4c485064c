"""Who was in which customer after any published run: the changes of the crosswalk, record by record.

``golden_id_events`` say what became of IDs; which records a merge brought, they do not. So each run
also keeps the records whose customer it changed, and these rows alone give every past crosswalk.
"""

from __future__ import annotations

from omni_identity.engines import Engine

CROSSWALK_AS_OF = """
    select channel, source_record_id, golden_id
    from (
        select c.channel, c.source_record_id, c.golden_id
        from crosswalk_changes c join runs r using (run_id)
        where r.run_number <= (select run_number from runs where run_id = past_run_id)
        qualify row_number() over (
            partition by c.channel, c.source_record_id order by r.run_number desc
        ) = 1
    )
    where golden_id is not null
"""
"""SQL over the published tables for the crosswalk that consumers read after the run ``past_run_id``.

Of a run that published nothing it is what they went on reading; of an unknown run it is empty.
"""


def begin_crosswalk_history(engine: Engine) -> None:
    """Let the history of a home that published before there was one begin with the last publication.

    Fills ``settled.crosswalk_changes`` from ``settled.crosswalk``, if there is nothing in it.
    """
    engine.run(
        """
        insert into settled.crosswalk_changes
        select last_run.run_id, channel, source_record_id, golden_id
        from settled.crosswalk cross join (
            select run_id from ledger.runs where status = 'published'
            order by run_number desc limit 1
        ) last_run
        where channel is not null and not exists (select 1 from settled.crosswalk_changes)
        """
    )


def find_crosswalk_changes(engine: Engine, run_id: str) -> None:
    """Rebuild ``derived.crosswalk_changes``: noted customers' records whose golden ID this run changes.

    ``golden_id`` is null for a record that leaves the crosswalk. Rows of erased persons in
    ``settled.crosswalk`` name no channel any more, and leave without a word.
    """
    noted = "where golden_id in (select golden_id from changed.customers)"
    engine.run(
        f"""
        create or replace table derived.crosswalk_changes as
        select $run_id as run_id, channel, source_record_id, n.golden_id
        from (select * from settled.crosswalk {noted} and channel is not null) b
        full join (select channel, source_record_id, golden_id from derived.customers {noted}) n
            using (channel, source_record_id)
        where b.golden_id is distinct from n.golden_id
        order by channel, source_record_id
        """,
        {"run_id": run_id},
    )


def settle_crosswalk_changes(engine: Engine, run_id: str) -> None:
    """Append the run's changes to the settled ones; doing it twice does what doing it once does."""
    engine.run("delete from settled.crosswalk_changes where run_id = $run_id", {"run_id": run_id})
    engine.run(
        "insert into settled.crosswalk_changes by name select * from derived.crosswalk_changes"
    )
