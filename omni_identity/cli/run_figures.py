"""What one run did, read back from the warehouse it left behind."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.channels.configuration import load_configuration
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.quarantined_files import list_quarantined_files
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine
from omni_identity.report.held_back import HeldBack


@dataclass(frozen=True)
class RunFigures:
    """The figures of one run.

    ``landed_count`` and ``quarantined_count`` are rows that this run took, contacts and
    interactions together; the other counts are of the state after it. ``events`` counts its golden ID events by
    kind. ``seconds`` is None for a run that never ended. ``set_aside`` are the files that could not be
    taken, or not whole. ``held_back`` are the rows that this run took and held back, by feed and reason.
    """

    file_count: int
    landed_count: int
    quarantined_count: int
    record_count: int
    customer_count: int
    interaction_count: int
    events: dict[str, int]
    seconds: float | None
    set_aside: tuple[SetAside, ...] = ()
    held_back: tuple[HeldBack, ...] = ()


def read_run_figures(home: Home, run_id: str) -> RunFigures:
    """Read the figures of a run that got as far as being counted; ``KeyError`` for any other."""
    with open_engine(home, load_configuration(home.configuration)) as warehouse:
        here = {"run_id": run_id}
        runs = warehouse.fetch(
            "select current_count, customer_count, interaction_count, started_at, finished_at"
            " from ledger.runs where run_id = $run_id and customer_count is not null",
            here,
        ).rows()
        if not runs:
            raise KeyError(run_id)
        records, customers, interactions, started, finished = runs[0]
        files, landed, held_back = warehouse.fetch(_LANDED, here).row(0)
        events = warehouse.fetch(_EVENTS, here).rows()
        set_aside = tuple(list_quarantined_files(warehouse))
        reasons = tuple(HeldBack(*row) for row in warehouse.fetch(_REASONS, here).iter_rows())
    seconds = (finished - started).total_seconds() if finished else None
    rows = (files, landed, held_back, records, customers, interactions)
    return RunFigures(*rows, dict(events), seconds, set_aside, reasons)


_TAKEN = """
    with taken as (
        select f.file_no, f.channel, f.feed, f.row_count from landed.files f where exists (
            select 1 from landed.landings l where l.run_id = $run_id and l.channel = f.channel
                and l.feed = f.feed and l.content_hash = f.content_hash
        )
    )
"""
_LANDED = f"""
    {_TAKEN}
    select count(*) as files, coalesce(sum(row_count), 0)::bigint as landed, (
        select count(*) from landed.quarantined_rows join taken using (file_no)
    ) as held_back from taken
"""
_REASONS = f"""
    {_TAKEN}, held_back as (
        select t.channel, t.feed, q.reason_code, count(q.row_number) as row_count,
            count(*) - count(q.row_number) as whole_files
        from landed.quarantined_rows q join taken t using (file_no)
        group by t.channel, t.feed, q.reason_code
    ), whole_files as (
        select channel, feed, sum(whole_files) as n from held_back group by channel, feed
    ), landed_rows as (
        select channel, feed, sum(row_count) as n from taken group by channel, feed
    )
    select h.channel, h.feed, h.reason_code, h.row_count, cast(l.n - w.n as bigint) as landed_count
    from held_back h
    join whole_files w on w.channel = h.channel and w.feed = h.feed
    join landed_rows l on l.channel = h.channel and l.feed = h.feed
    where h.row_count > 0
"""
_EVENTS = """
    select event, count(*) as n from derived.golden_id_events where run_id = $run_id
    group by event order by event
"""
