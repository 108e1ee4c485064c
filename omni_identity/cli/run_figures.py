"""What one run did, read back from the warehouse it left behind."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.channels.configuration import load_configuration
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.quarantined_files import list_quarantined_files
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine


@dataclass(frozen=True)
class RunFigures:
    """The figures of one run.

    ``landed_count`` and ``quarantined_count`` are rows that this run took, contacts and
    interactions together; the other counts are of the state after it. ``events`` counts its golden ID events by
    kind. ``seconds`` is None for a run that never ended. ``set_aside`` are the files that could not be
    taken, or not whole.
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
    seconds = (finished - started).total_seconds() if finished else None
    rows = (files, landed, held_back, records, customers, interactions)
    return RunFigures(*rows, dict(events), seconds, set_aside)


_LANDED = """
    with taken as (
        select f.file_no, f.row_count from landed.files f where exists (
            select 1 from landed.landings l where l.run_id = $run_id and l.channel = f.channel
                and l.feed = f.feed and l.content_hash = f.content_hash
        )
    )
    select count(*) as files, coalesce(sum(row_count), 0)::bigint as landed, (
        select count(*) from landed.quarantined_rows join taken using (file_no)
    ) as held_back from taken
"""
_EVENTS = """
    select event, count(*) as n from derived.golden_id_events where run_id = $run_id
    group by event order by event
"""
