"""The one interaction history: every channel's interactions on the golden customer behind them."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.empty_tables import create_empty
from omni_identity.identity.pending import note
from omni_identity.identity.standardised_contacts import rules_for
from omni_identity.model.attributes import FACTS, Vocabulary
from omni_identity.standardise.identifiers import standardise_identifiers

WEAKEST_LAST = ("device_id",)
"""Identifiers tried after all others: a device may be shared."""


def create_interaction_identifiers(engine: Engine, vocabulary: Vocabulary) -> None:
    """Create the table of standardised identifiers of interactions, where there is none."""
    columns = ", ".join(f'"{name}" VARCHAR[]' for name in vocabulary.identifiers)
    engine.run(
        "create table if not exists landed.interaction_identifiers"
        f" (file_no INTEGER, row_number BIGINT, {columns})"
    )
    for name in vocabulary.identifiers:
        engine.run(
            "alter table landed.interaction_identifiers"
            f' add column if not exists "{name}" VARCHAR[]'
        )


def standardise_interaction_identifiers(engine: Engine, configuration: Configuration) -> int:
    """Standardise the identifiers of interactions that are not yet; return how many rows."""
    vocabulary = configuration.vocabulary
    create_interaction_identifiers(engine, vocabulary)
    names = ", ".join(f'"{name}"' for name in vocabulary.identifiers)
    filled = " or ".join(f'"{name}" is not null' for name in vocabulary.identifiers)
    rows = 0
    for channel in configuration.channels:
        if channel.interactions is None:
            continue
        rules = rules_for(engine, configuration, channel)
        with engine.transaction():
            rows += engine.map_batches(
                f"select file_no, row_number, {names} from landed.interactions"
                f" where channel = $channel and ({filled}) and file_no not in"
                " (select file_no from landed.interaction_identifiers)",
                lambda frame, rules=rules: standardise_identifiers(frame, vocabulary, rules),  # type: ignore[misc]
                "landed.interaction_identifiers",
                {"channel": channel.name},
            )
    return rows


def update_interactions(engine: Engine, configuration: Configuration) -> int:
    """Bring ``derived.interactions`` up to date: the newest version of each, with its golden ID; return how many.

    The customer is the one of the channel's contact record, else the only one who has one of the
    interaction's identifiers. Where nobody, or more than one, is found, ``golden_id`` is null. Looked at
    are interactions that landed since the last time, those of noted records, those that carry an
    identifier which a noted record has or had. Notes the customers that they leave and that they come to.
    """
    vocabulary = configuration.vocabulary
    identifiers = [
        *(name for name in vocabulary.identifiers if name not in WEAKEST_LAST),
        *(name for name in WEAKEST_LAST if name in vocabulary.identifiers),
    ]
    with engine.transaction():
        _create_interactions(engine)
        _find_touched(engine, identifiers)
        engine.run(_NEWEST)
        engine.run(_RESOLVED.format(known=_known_sql(identifiers), facts=_facts_sql()))
        moved = "select golden_id from {} where golden_id is not null"
        former = "(select * from derived.interactions semi join touched_interactions"
        former += " using (channel, interaction_id)) former"
        note(engine, "customers", moved.format(former))
        note(engine, "customers", moved.format("fresh_interactions"))
        note(engine, "interactions", "select channel, interaction_id from touched_interactions")
        engine.run(
            "delete from derived.interactions using touched_interactions t"
            " where t.channel = interactions.channel and t.interaction_id = interactions.interaction_id"
        )
        engine.run("insert into derived.interactions by name select * from fresh_interactions")
        engine.run(
            """
            insert into pending.seen_landings
            select channel, feed, content_hash, path, version from landed.landings
            where feed = 'interactions' except select * from pending.seen_landings
            """
        )
        for table in ("touched", "sought", "newest", "fresh"):
            engine.run(f"drop table {table}_interactions")
    return int(engine.fetch("select count(*) as n from derived.interactions")["n"][0])


def _facts_sql() -> str:
    numbers = {"amount": "DECIMAL(18,2)", "item_count": "BIGINT"}
    return ", ".join(
        f'n."{name}"::{numbers[name]} as "{name}"' if name in numbers else f'n."{name}"'
        for name in FACTS
    )


def _create_interactions(engine: Engine) -> None:
    create_empty(
        engine,
        "derived.interactions",
        "select null::varchar as golden_id, n.channel, n.interaction_id, n.kind, n.occurred_at,"
        f" n.source_record_id, null::varchar as resolved_by, {_facts_sql()}"
        " from landed.interactions n",
    )


def _find_touched(engine: Engine, identifiers: list[str]) -> None:
    """Make ``sought_interactions`` (every identifier in landed rows) and ``touched_interactions``."""
    sought = " union all ".join(
        f"select file_no, row_number, '{name}' as identifier, {rank} as rank, unnest(\"{name}\") as value"
        f' from landed.interaction_identifiers where "{name}" is not null'
        for rank, name in enumerate(identifiers)
    )
    engine.run(f"create or replace temp table sought_interactions as {sought}")
    held = " union ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value from derived.source_records"
        f' where "{name}" is not null and record_no in (select record_no from pending.groups)'
        for name in identifiers
    )
    engine.run(
        f"""
        create or replace temp table touched_interactions as
        with fresh_files as (
            select distinct f.file_no from landed.files f
            join landed.landings l using (channel, feed, content_hash)
            anti join pending.seen_landings s
                on s.channel = l.channel and s.feed = l.feed and s.content_hash = l.content_hash
                and s.path = l.path and s.version = l.version
            where f.feed = 'interactions'
        ), noted_values as (
            select identifier, value from pending.identifiers union {held}
        ), noted_records as (
            select l.channel, l.source_record_id
            from pending.groups join ledger.records l using (record_no)
        )
        select channel, interaction_id from landed.interactions
        where file_no in (select file_no from fresh_files)
        union
        select i.channel, i.interaction_id from derived.interactions i
        semi join noted_records using (channel, source_record_id)
        union
        select i.channel, i.interaction_id from landed.interactions i
        semi join (
            select file_no, row_number from sought_interactions
            semi join noted_values using (identifier, value)
        ) f using (file_no, row_number)
        union
        select channel, interaction_id from derived.interactions
        where golden_id in (select golden_id from pending.customers)
        """
    )


def _known_sql(identifiers: list[str]) -> str:
    """SQL for whose each sought identifier is."""
    return " union all ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value, c.golden_id"
        f" from derived.source_records s join derived.customers c using (record_no)"
        f' where "{name}" is not null'
        for name in identifiers
    )


_RESOLVED = """
    create or replace temp table fresh_interactions as
    with sought as (
        select s.* from sought_interactions s semi join newest_interactions using (file_no, row_number)
    ), known as (
        select * from ({known}) known semi join sought using (identifier, value)
    ), only_ones as (
        select identifier, value, any_value(golden_id) as golden_id
        from known group by identifier, value having count(distinct golden_id) = 1
    ), found as (
        select file_no, row_number, arg_min(golden_id, rank) as golden_id,
            arg_min(identifier, rank) as identifier
        from sought join only_ones using (identifier, value)
        group by file_no, row_number
    )
    select coalesce(c.golden_id, f.golden_id) as golden_id,
        n.channel, n.interaction_id, n.kind, n.occurred_at, n.source_record_id,
        case when c.golden_id is not null then 'contact'
            when f.golden_id is not null then f.identifier end as resolved_by,
        {facts}
    from newest_interactions n
    left join derived.customers c using (channel, source_record_id)
    left join found f using (file_no, row_number)
    order by n.channel, n.interaction_id
"""

_NEWEST = """
    create or replace temp table newest_interactions as
    with places as (
        select channel, feed, content_hash, arg_max(path, (path, version)) as path,
            arg_max(version, (path, version)) as version
        from landed.landings group by channel, feed, content_hash
    ), positions as (
        select f.file_no, p.path, p.version
        from landed.files f join places p using (channel, feed, content_hash)
        where f.feed = 'interactions'
    )
    select i.* from landed.interactions i
    semi join touched_interactions t
        on t.channel = i.channel and t.interaction_id = i.interaction_id
    join positions p using (file_no)
    qualify row_number() over (
        partition by i.channel, i.interaction_id order by path desc, version desc, row_number desc
    ) = 1
"""
