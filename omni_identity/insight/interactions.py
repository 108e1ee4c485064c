"""The one interaction history: every channel's interactions on the golden customer behind them."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
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


def build_interactions(engine: Engine, configuration: Configuration) -> int:
    """Rebuild ``derived.interactions``: the newest version of each, with its golden ID; return how many.

    The customer is the one of the channel's contact record, else the only one who has one of the
    interaction's identifiers. Where nobody, or more than one, is found, ``golden_id`` is null.
    """
    vocabulary = configuration.vocabulary
    identifiers = [
        *(name for name in vocabulary.identifiers if name not in WEAKEST_LAST),
        *(name for name in WEAKEST_LAST if name in vocabulary.identifiers),
    ]
    known = " union all ".join(
        f"select '{name}' as identifier, {rank} as rank, unnest(\"{name}\") as value, c.golden_id"
        f' from derived.source_records s join derived.customers c using (record_no) where "{name}" is not null'
        for rank, name in enumerate(identifiers)
    )
    sought = " union all ".join(
        f"select file_no, row_number, '{name}' as identifier, unnest(\"{name}\") as value"
        f' from landed.interaction_identifiers where "{name}" is not null'
        for name in identifiers
    )
    facts = ", ".join(
        f'n."{name}"::{"DECIMAL(18,2)" if name == "amount" else "BIGINT"} as "{name}"'
        if name in ("amount", "item_count")
        else f'n."{name}"'
        for name in FACTS
    )
    with engine.transaction():
        engine.run(_NEWEST)
        engine.run(
            f"""
            create or replace table derived.interactions as
            with known as ({known}),
            only_ones as (
                select identifier, any_value(rank) as rank, value, any_value(golden_id) as golden_id
                from known group by identifier, value having count(distinct golden_id) = 1
            ),
            found as (
                select file_no, row_number, arg_min(golden_id, rank) as golden_id,
                    arg_min(identifier, rank) as identifier
                from ({sought}) sought join only_ones using (identifier, value)
                group by file_no, row_number
            )
            select coalesce(c.golden_id, f.golden_id) as golden_id,
                n.channel, n.interaction_id, n.kind, n.occurred_at, n.source_record_id,
                case when c.golden_id is not null then 'contact'
                    when f.golden_id is not null then f.identifier end as resolved_by,
                {facts}
            from derived.newest_interactions n
            left join derived.customers c using (channel, source_record_id)
            left join found f using (file_no, row_number)
            order by n.channel, n.interaction_id
            """
        )
        engine.run("drop table derived.newest_interactions")
    return int(engine.fetch("select count(*) as n from derived.interactions")["n"][0])


_NEWEST = """
    create or replace table derived.newest_interactions as
    with places as (
        select channel, feed, content_hash, arg_max(path, (path, version)) as path,
            arg_max(version, (path, version)) as version
        from landed.landings group by channel, feed, content_hash
    ), positions as (
        select f.file_no, p.path, p.version
        from landed.files f join places p using (channel, feed, content_hash)
        where f.feed = 'interactions'
    )
    select i.* from landed.interactions i join positions p using (file_no)
    qualify row_number() over (
        partition by i.channel, i.interaction_id order by path desc, version desc, row_number desc
    ) = 1
"""
