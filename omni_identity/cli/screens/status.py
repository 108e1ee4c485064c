"""Draws the state of a home from its warehouse, or from its published file while that is busy."""

from __future__ import annotations

from datetime import datetime, timezone

from rich.console import Console
from rich.text import Text

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.screens.run import show_held_back
from omni_identity.cli.screens.set_aside_files import show_set_aside
from omni_identity.cli.screens.status_findings import show_findings
from omni_identity.cli.terminal import plain_table
from omni_identity.engines.reading import has_warehouse
from omni_identity.linkage.frozen_models import list_models
from omni_identity.linkage.model_remarks import remark_on_pinned
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.home import Home
from omni_identity.model.visible import visible
from omni_identity.publish.checks.retention import describe_expired
from omni_identity.publish.published_state import named_run
from omni_identity.report.held_back_rows import count_held_back, read_set_aside
from omni_identity.report.run_record import STATUS_WORDS
from omni_identity.report.run_source import Source, open_source
from omni_identity.stewardship.access_log import count_accesses

STYLES = {
    "published": "green",
    "withheld": "yellow",
    "dry_run": "cyan",
    "partial": "cyan",
    "failed": "red",
    "interrupted": "red",
}


def show_status(console: Console, home: Home, run_count: int) -> None:
    """Print the last ``run_count`` runs, freshness, model and counts of one home.

    Raises ``UsageError`` when nothing ever ran in it.
    """
    with open_source(home) as source:
        console.print(f"Home   {home.root}", soft_wrap=True, markup=False)
        console.print(f"Model  {_describe_model(home)}", soft_wrap=True)
        console.print(f"Read   {source.name}", soft_wrap=True)
        seen = count_accesses(home)
        if seen:
            console.print(f"Access {seen:,} entries in the access log", soft_wrap=True)
        for remark in (*_remark_on_memory(home, source), *_remark_on_model(home, source)):
            console.print(Text(remark, style="yellow"), soft_wrap=True)
        console.print()
        _show_runs(console, source, run_count)
        _show_destinations(console, source)
        show_findings(console, source)
        show_set_aside(console, read_set_aside(source))
        show_held_back(console, count_held_back(source))
        _show_expired(console, source)
        _show_drift(console, source)
        _show_channels(console, source)


def _describe_model(home: Home) -> str:
    models = list_models(home.models)
    pinned = next((model for model in models if model.is_pinned), None)
    if pinned is None:
        return pinned_version(home.models) or "none trained yet"
    others = len(models) - 1
    more = f"; {others} more: `omni train --list`" if others else ""
    return f"{pinned.version}, trained {pinned.trained_at:%Y-%m-%d} on {pinned.record_count:,} records{more}"


def _remark_on_memory(home: Home, source: Source) -> list[str]:
    """That the warehouse is gone, or older than what consumers read, and what to type."""
    named = named_run(home)
    known = source.connection.execute(
        f"select 1 from {source.schema}.runs where run_id = $run_id", {"run_id": named or ""}
    ).fetchall()
    if named is None or (has_warehouse(home) and known):
        return []
    what = "is older than what consumers read" if has_warehouse(home) else "is gone"
    return [f"The warehouse {what}: every run stops until `omni restore` has rebuilt its memory."]


def _remark_on_model(home: Home, source: Source) -> list[str]:
    """What speaks for training anew; nothing while ``omni.yaml`` has mistakes, which a run names."""
    counted = source.connection.execute(
        f"select current_count from {source.schema}.runs where current_count is not null"
        f" order by {source.newest_first()} limit 1"
    ).fetchall()
    try:
        configuration = load_configuration(home.configuration)
    except ConfigurationError:
        return []
    return remark_on_pinned(home.models, configuration, counted[0][0]) if counted else []


def _show_runs(console: Console, source: Source, count: int) -> None:
    rows = source.connection.execute(
        "select started_at, finished_at, status, landed_count, quarantined_count, current_count,"
        f" customer_count, event_count, run_id from {source.schema}.runs"
        f" order by {source.newest_first()} limit $n",
        {"n": count},
    ).fetchall()
    table = plain_table(
        *("started (UTC)", "#took", "status", "#landed", "#held back"),
        *("#records", "#customers", "#ID events", "run"),
        title="Last runs",
    )
    for started, finished, status, *counts, run_id in rows:
        took = f"{(finished - started).total_seconds():.0f} s" if finished else ""
        table.add_row(
            *(f"{started:%Y-%m-%d %H:%M}", took, Text(status, STYLES.get(status, ""))),
            *("" if n is None else f"{n:,}" for n in counts),
            run_id[:8],
        )
    console.print(table)
    for status in dict.fromkeys(row[2] for row in rows):
        if status in STATUS_WORDS:
            console.print(f"{status}: {STATUS_WORDS[status]}", style="dim", soft_wrap=True)


def _show_destinations(console: Console, source: Source) -> None:
    """Which publication each destination has, and why one has not got the last; the warehouse alone knows."""
    if source.schema != "ledger" or not source.has("destinations"):
        return
    rows = source.connection.execute(
        "select destination, delivered_run_id, delivered_at, failure from ledger.destinations"
        " order by destination"
    ).fetchall()
    for destination, run_id, delivered_at, failure in rows:
        has = f"has run {run_id[:8]}, {_age(delivered_at)}" if run_id else "has no publication yet"
        said = f"; the next run tries again: {visible(failure)}" if failure else ""
        words = f"Destination {destination} {has}{said}"
        console.print(Text(words, style="yellow" if failure else ""), soft_wrap=True)


def _show_expired(console: Console, source: Source) -> None:
    """One line on the rows that the last run took away, by feed, if any; the warehouse alone knows."""
    if not source.is_warehouse or not source.has("expired_rows"):
        return
    rows = source.connection.execute(_EXPIRED.format(newest_first=source.newest_first())).fetchall()
    if rows:
        words = describe_expired({f"{channel}/{table}": count for channel, table, count in rows})
        console.print(f"Expired in the last run: {words}", soft_wrap=True)


_EXPIRED = """
    select channel, table_name, sum(row_count)::bigint from ledger.expired_rows
    where run_id = (select run_id from ledger.runs order by {newest_first} limit 1)
    group by channel, table_name order by channel, table_name
"""


def _show_drift(console: Console, source: Source) -> None:
    """One line on what the last diagnosed run has more of than half its bound allows, if anything."""
    if not source.has("run_diagnostics"):  # a home of before there were diagnostics
        return
    drifted = _DRIFTED.format(schema=source.schema, newest_first=source.newest_first("r"))
    rows = source.connection.execute(drifted).fetchall()
    if rows:
        words = "; ".join(f"{what} {value:.0%} (was {before:.0%})" for what, value, before in rows)
        console.print(
            Text(f"Drifted: {words}. More in run_diagnostics.", style="yellow"), soft_wrap=True
        )


_DRIFTED = """
    with last_run as (
        select run_id from {schema}.runs r join {schema}.run_diagnostics using (run_id)
        order by {newest_first} limit 1
    )
    select case diagnostic when 'comparison_drift' then 'comparison of ' || bucket
            when 'contradicting_pairs' then 'contradictions in ' || bucket
            else bucket || ' filled' end as what,
        value, case diagnostic when 'comparison_drift' then 0 else trained_value end as before
    from {schema}.run_diagnostics semi join last_run using (run_id)
    where diagnostic = 'comparison_drift' and value > bound / 2
        or diagnostic = 'contradicting_pairs' and value > (trained_value + bound) / 2
        or diagnostic = 'filled_attributes' and abs(value - trained_value) > 0.1
    order by diagnostic, position
"""


def _show_channels(console: Console, source: Source) -> None:
    """Per channel what the last counted run found and, in the warehouse, when it last delivered."""
    delivered: dict[str, datetime] = {}
    if source.schema == "ledger":
        delivered = dict(
            source.connection.execute(
                "select channel, max(landed_at) from landed.landings group by channel"
            ).fetchall()
        )
    # a publication of before has none
    is_counted = "filtered_count" in source.columns_of("run_channel_counts")
    filtered = "filtered_count" if is_counted else "0"
    rows = source.connection.execute(
        f"""
        select channel, landed_count, current_count, superseded_count, deleted_count,
            quarantined_count, suppressed_count, {filtered} as filtered_count
        from {source.schema}.run_channel_counts
        where run_id = (
            select run_id from {source.schema}.runs where customer_count is not null
            order by {source.newest_first()} limit 1
        )
        order by channel
        """
    ).fetchall()
    if not rows:
        return
    table = plain_table(
        *(
            "channel",
            "#landed",
            "#current",
            "#superseded",
            "#deleted",
            "#held back",
            "#erased",
            "#passed over",
        ),
        "newest delivery",
        title="Contact rows by channel",
    )
    for channel, *counts in rows:
        table.add_row(channel, *(f"{n:,}" for n in counts), _age(delivered.get(channel)))
    console.print()
    console.print(table)


def _age(at: datetime | None) -> str:
    if at is None:
        return ""
    hours = (datetime.now(timezone.utc).replace(tzinfo=None) - at).total_seconds() / 3600
    ago = f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
    return f"{ago} ago"
