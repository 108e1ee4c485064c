"""The one interaction history: every channel's interactions on the golden customer behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, mark_changed, replace_changed
from omni_identity.identity.standardised_contacts import fingerprint_rules, rules_for
from omni_identity.insight.affected_interactions import DEVICE, find_affected_interactions
from omni_identity.insight.device_history import find_device_customers
from omni_identity.insight.done_by_others import KINDS, mark_order_owners
from omni_identity.insight.expired_rows import find_expired, take_expired_away
from omni_identity.insight.interaction_lines import (
    create_interaction_lines,
    update_interaction_lines,
)
from omni_identity.insight.messages import create_messages, update_messages
from omni_identity.insight.stages import STAGE_SQL
from omni_identity.insight.threads import find_threads
from omni_identity.model.attributes import FACTS
from omni_identity.standardise.identifiers import standardise_identifiers
from omni_identity.standardise.rules import Rules

ROWS_A_FILE = 10**13
"""More than any file has: a file's position times it, and the row's number, are the row's place among all."""

NAMED_BY_NOBODY = ("cart_id", "order_id", "ticket_id")
"""IDs by which an interaction of nobody known may still decide something for the customer whose it is."""


def standardise_interaction_identifiers(engine: Engine, configuration: Configuration) -> int:
    """Standardise the identifiers of interactions that are not standardised yet; return how many rows.

    Those of a channel whose rules are others now are standardised anew. Reads ``landed.interactions`` and
    ``landed.files``; writes ``landed.interaction_identifiers``, ``landed.identifier_rules`` and, where the
    rules are others, ``changed.seen_landings``.
    """
    vocabulary = configuration.vocabulary
    names = ", ".join(f'"{name}"' for name in vocabulary.identifiers)
    filled = " or ".join(f'"{name}" is not null' for name in vocabulary.identifiers)
    rows = 0
    for channel in configuration.channels:
        if channel.interactions is None:
            continue
        rules = rules_for(engine, configuration, channel)
        _follow_rules(engine, channel.name, rules)
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


def _follow_rules(engine: Engine, channel: str, rules: Rules) -> None:
    """Forget the identifiers of a channel's interactions if they were standardised by other rules."""
    now = {"channel": channel, "rules_hash": fingerprint_rules(rules)}
    held = engine.fetch(
        "select rules_hash from landed.identifier_rules where channel = $channel",
        {"channel": channel},
    )
    if held["rules_hash"].to_list() == [now["rules_hash"]]:
        return
    theirs = "channel = $channel and feed = 'interactions'"
    here = {"channel": channel}
    with engine.transaction():
        engine.run(
            "delete from landed.interaction_identifiers where file_no in"
            f" (select file_no from landed.files where {theirs})",
            here,
        )
        engine.run(f"delete from changed.seen_landings where {theirs}", here)
        engine.run("delete from landed.identifier_rules where channel = $channel", here)
        engine.run("insert into landed.identifier_rules values ($channel, $rules_hash)", now)


def update_interactions(
    engine: Engine, configuration: Configuration, now: datetime, run_id: str
) -> int:
    """Bring ``derived.interactions`` up to date: the newest version of each, with its golden ID; return how many.

    Brings ``derived.interaction_lines`` and ``derived.messages`` up to date with it. Marks the customers that
    interactions leave or come to, and the interactions themselves, as changed. Reads the landed
    tables of interactions, their files and ``landed.interaction_identifiers``, ``changed.seen_landings``,
    ``changed.records``,
    ``changed.identifiers``, ``derived.customers``, ``derived.source_records`` and ``ledger.records``.

    Rows that are older at ``now`` than ``retention`` keeps them are taken away first, and counted for the run.

    The customer is the one of the channel's contact record, else the only one who has one of the
    interaction's identifiers, else the one who was identified on its device around then. Where nobody, or
    more than one, is found, ``golden_id`` is null. Looked at are affected interactions, all of the same
    devices, and all of the customers that interactions leave or come to.
    """
    identifiers = configuration.vocabulary.identifiers
    with engine.transaction():
        _create_interactions(engine)
        create_interaction_lines(engine)
        create_messages(engine)
        find_expired(engine, configuration.retention, now)
        find_affected_interactions(engine, identifiers)
        take_expired_away(engine, run_id)
        engine.run(statement(__file__, "newest_interactions"), {"rows_a_file": ROWS_A_FILE})
        update_interaction_lines(engine)
        update_messages(engine)
        _resolve(engine, configuration)
        _mark_customers(engine)
        engine.run(statement(__file__, "unaffected_beside"))
        find_threads(engine)
        _replace_affected(engine, configuration.insight.cancelled_statuses)
        engine.run(
            "insert into changed.seen_landings"
            " select channel, feed, content_hash, path, version from landed.landings"
            " where feed in ('interactions', 'lines') except select * from changed.seen_landings"
        )
    return count_rows(engine, "derived.interactions")


def _resolve(engine: Engine, configuration: Configuration) -> None:
    """Make ``new_interactions``: ``newest_interactions`` with their customers, without threads."""
    engine.run(_known_sql(configuration.vocabulary.identifiers))
    engine.run(statement(__file__, "resolved_interactions"))
    engine.run(
        "create or replace temp table ambiguous_interactions as"
        " select distinct file_no, row_number from known_values where not is_only_one"
    )
    find_device_customers(engine, configuration.insight.device_window_days)
    engine.run(_new_interactions_sql())
    for table in ("known_values", "device_customers"):
        engine.run(f"drop table {table}")
    for which in ("newest", "resolved", "ambiguous", "sought"):
        engine.run(f"drop table {which}_interactions")


def _mark_customers(engine: Engine) -> None:
    """Mark the customers that affected interactions leave and come to, and those for whom they decide something.

    An order that nobody is known behind still buys the cart that it names.
    """
    named = ", ".join(NAMED_BY_NOBODY)
    engine.run(
        "create or replace temp table former_interactions as"
        f" select golden_id, kind, {named} from derived.interactions"
        " semi join affected_interactions using (channel, interaction_id)"
    )
    for table in ("former_interactions", "new_interactions"):
        mark_changed(
            engine,
            CUSTOMERS,
            f"select distinct golden_id from {table} where golden_id is not null",
        )
    for name in NAMED_BY_NOBODY:
        said = f"select {name} from {{}} where golden_id is null and {name} is not null"
        mark_changed(
            engine,
            CUSTOMERS,
            f"select distinct golden_id from derived.interactions where golden_id is not null and {name}"
            f" in ({said.format('former_interactions')} union {said.format('new_interactions')})",
        )


def _replace_affected(engine: Engine, cancelled: Sequence[str]) -> None:
    """Put ``new_interactions`` with threads and stages in the place of affected ones and of changed customers'."""
    for table in ("new", "affected"):
        # no interaction is in either of them twice
        engine.run(
            f"insert into changed.interactions select channel, interaction_id from {table}_interactions"
            " anti join changed.interactions using (channel, interaction_id)"
        )
    create_staged_interactions(engine, cancelled)
    # those that nobody was known behind are of no changed customer
    engine.run(
        "delete from derived.interactions using affected_interactions t"
        " where t.channel = interactions.channel and t.interaction_id = interactions.interaction_id"
    )
    replace_changed(engine, "interactions")
    # whose order somebody else fetched or brought back; their own history and threads stay as they are
    mark_order_owners(
        engine,
        f"select order_id from former_interactions where kind in {KINDS}"
        f" union select order_id from new_interactions where kind in {KINDS}",
    )
    for table in ("former_interactions", "affected_interactions", "new_interactions"):
        engine.run(f"drop table {table}")
    engine.run("drop table interaction_threads")


def create_staged_interactions(engine: Engine, cancelled: Sequence[str]) -> None:
    """Make ``derived.new_interactions``: ``new_interactions``, each in its thread, or one of its own, and its stage.

    Reads ``interaction_threads``. ``cancelled`` are the statuses of orders that are none.
    """
    engine.run(_with_threads_sql(), {"cancelled": list(cancelled)})


def _with_threads_sql() -> str:
    """SQL for ``derived.new_interactions``.

    A customer's first order is the first that was not cancelled: its last status is none of ``$cancelled``.
    """
    facts = ", ".join(f'n."{name}"' for name in FACTS)
    return f"""
        create or replace table derived.new_interactions as
        with orders as (
            select golden_id, channel, coalesce(order_id, interaction_id) as order_key,
                min(occurred_at) as ordered_at,
                arg_max(coalesce(status, ''), (occurred_at, interaction_id)) as last_status
            from new_interactions where kind = 'order' and golden_id is not null
            group by golden_id, channel, coalesce(order_id, interaction_id)
        ), firsts as (
            select golden_id, channel, order_key, ordered_at from orders
            where not list_contains($cancelled::varchar[], lower(last_status))
            qualify row_number() over (
                partition by golden_id order by ordered_at, channel, order_key
            ) = 1
        ), tickets as (
            select distinct t.thread_id
            from interaction_threads t join new_interactions n using (channel, interaction_id)
            where n.ticket_id is not null
        )
        select n.golden_id, n.channel, n.interaction_id, n.kind, n.occurred_at, n.source_record_id,
            n.resolved_by, coalesce(t.thread_id, n.channel || ':' || n.interaction_id) as thread_id,
            coalesce(t.thread_probability, 1.0::double) as thread_probability, t.thread_reason,
            {STAGE_SQL} as stage, {facts}
        from new_interactions n left join interaction_threads t using (channel, interaction_id)
        left join tickets k on k.thread_id = t.thread_id
        left join firsts f on f.golden_id = n.golden_id
    """


def _new_interactions_sql() -> str:
    """SQL for ``new_interactions``: the newest versions, whole, with their customers."""
    return f"""
        create or replace temp table new_interactions as
        with found as (
            select r.file_no, r.row_number, coalesce(r.golden_id, d.golden_id) as golden_id,
                coalesce(r.resolved_by, d.resolved_by) as resolved_by
            from resolved_interactions r left join device_customers d using (file_no, row_number)
        )
        select f.golden_id, n.channel, n.interaction_id, n.kind, n.occurred_at, n.source_record_id,
            f.resolved_by, null::varchar as thread_id, null::double as thread_probability,
            null::varchar as thread_reason, null::varchar as stage, {_facts_sql()}
        from landed.interactions n join found f using (file_no, row_number)
    """


def _facts_sql() -> str:
    """The facts of a landed interaction in the types of the published table; a currency's code in capitals."""
    written = {
        "amount": 'n."amount"::DECIMAL(18,2)',
        "item_count": 'n."item_count"::BIGINT',
        "currency": 'upper(n."currency")',
    }
    columns = {name: written.get(name, f'n."{name}"') for name in FACTS}
    return ", ".join(f'{column} as "{name}"' for name, column in columns.items())


def _create_interactions(engine: Engine) -> None:
    engine.create_like(
        "derived.interactions",
        "select null::varchar as golden_id, n.channel, n.interaction_id, n.kind, n.occurred_at,"
        f" n.source_record_id, null::varchar as resolved_by,"
        " null::varchar as thread_id, null::double as thread_probability, null::varchar as thread_reason,"
        " null::varchar as stage,"
        f" {_facts_sql()}"
        " from landed.interactions n",
    )


def _known_sql(identifiers: Sequence[str]) -> str:
    """SQL for ``known_values``: whose each identifier of the newest interactions is, but for devices."""
    known = " union all ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value, c.golden_id"
        f" from derived.source_records s join derived.customers c using (record_no)"
        f' where "{name}" is not null'
        for name in identifiers
        if name != DEVICE
    )
    return f"""
        create or replace temp table known_values as
        with sought as (
            select s.* from sought_interactions s semi join newest_interactions using (file_no, row_number)
        ), owners as (
            select identifier, value, min(golden_id) as golden_id,
                min(golden_id) = max(golden_id) as is_only_one
            from ({known}) known semi join sought using (identifier, value)
            group by identifier, value
        )
        select s.file_no, s.row_number, s.rank, identifier, o.golden_id, o.is_only_one
        from sought s join owners o using (identifier, value)
    """
