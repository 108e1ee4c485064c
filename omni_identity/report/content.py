"""What the report shows: counts and figures of one run, read from its attached ``candidate``; no single person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.report.bars import Bar
from omni_identity.report.held_back import HeldBack
from omni_identity.report.journey_flow import Transition
from omni_identity.report.lift_rows import Lift, in_unit

SEGMENTS = ("one channel", "two channels", "three channels and more")
SEGMENT_KPIS = (
    *("retention_rate", "repeat_purchase_rate", "conversion_rate"),
    *("average_order_value", "customer_lifetime_value"),
)
MOST_REASONS = 20
MOST_FILES = 100


@dataclass(frozen=True)
class Content:
    """All that one report is drawn from.

    ``set_aside`` has, for each file that could not be taken, where it is, why, and what to do;
    ``held_back`` has all rows so far by feed and reason, the most first; ``segments`` has, by the KPI's
    title, one bar a segment; ``distributions`` a bar a bucket with the last publication's share as its mark; ``charts``
    are Splink's of the run's model, as SVG.
    """

    run: dict[str, Any]
    channel_counts: list[dict[str, Any]]
    combinations: list[tuple[tuple[str, ...], int]]
    transitions: list[Transition]
    segments: dict[str, list[Bar]]
    lifts: list[Lift]
    distributions: dict[str, list[Bar]]
    held_back: list[HeldBack]
    set_aside: list[tuple[str, ...]]
    charts: tuple[str, ...]

    @property
    def quarantined(self) -> list[Bar]:
        """A bar for each of the reasons with the most rows."""
        return [
            Bar(f"{x.channel} {x.feed}: {x.reason_code}", float(x.row_count), f"{x.row_count:,}")
            for x in self.held_back[:MOST_REASONS]
        ]


def read_content(engine: Engine, run_id: str, charts: tuple[str, ...] = ()) -> Content:
    """Read a report's content from the database attached as ``candidate``, and from ``landed.files``."""
    return Content(
        run=engine.fetch(
            "select * from candidate.main.runs where run_id = $run_id", {"run_id": run_id}
        ).to_dicts()[0],
        channel_counts=engine.fetch(
            "select * exclude (run_id) from candidate.main.run_channel_counts"
            " where run_id = $run_id order by channel",
            {"run_id": run_id},
        ).to_dicts(),
        combinations=_combinations(engine),
        transitions=engine.fetch(
            "select position, from_channel, to_channel, transition_count"
            " from candidate.main.journey_transitions order by all"
        ).rows(),
        segments=_segments(engine),
        lifts=_lifts(engine),
        distributions={
            name: _distribution(engine, run_id, name)
            for name in ("match_weights", "customer_sizes")
        },
        held_back=_held_back(engine),
        set_aside=_set_aside(engine),
        charts=charts,
    )


def _combinations(engine: Engine) -> list[tuple[tuple[str, ...], int]]:
    rows = engine.fetch(
        "select channels, count(*) as n from candidate.main.unified_profiles"
        " group by channels order by n desc, channels"
    )
    return [(tuple(channels), int(n)) for channels, n in rows.iter_rows()]


def _segments(engine: Engine) -> dict[str, list[Bar]]:
    rows = engine.fetch(
        "select d.title, d.unit, k.member, k.value from candidate.main.kpis k"
        " join candidate.main.kpi_definitions d using (kpi)"
        " where k.period = 'total' and k.dimension = 'segment' and k.value is not null"
        f" and k.kpi in {SEGMENT_KPIS} order by d.title, k.member"
    )
    found: dict[str, list[Bar]] = {}
    for segment in SEGMENTS:
        for title, unit, member, value in rows.iter_rows():
            if member == segment:
                found.setdefault(title, []).append(Bar(segment, value, in_unit(value, unit)))
    return found


def _lifts(engine: Engine) -> list[Lift]:
    rows = engine.fetch(
        "select d.title, d.unit, l.value_by_records, l.value_by_customers"
        " from candidate.main.identity_lift l join candidate.main.kpi_definitions d using (kpi)"
        " where l.period = 'total' and l.dimension = 'all' order by d.title"
    )
    return [Lift(*row) for row in rows.iter_rows()]


def _distribution(engine: Engine, run_id: str, name: str) -> list[Bar]:
    rows = engine.fetch(
        "select bucket, coalesce(value, 0) as value, counted, published_value"
        " from candidate.main.run_diagnostics where run_id = $run_id and diagnostic = $name"
        " order by position",
        {"run_id": run_id, "name": name},
    )
    return [
        Bar(bucket, value, f"{counted or 0:,}", mark)
        for bucket, value, counted, mark in rows.iter_rows()
    ]


def _held_back(engine: Engine) -> list[HeldBack]:
    """All rows so far by channel, feed and reason, the most first; beside the rows that landed of the feed."""
    rows = engine.fetch(statement(__file__, "held_back"))
    return [HeldBack(*row) for row in rows.iter_rows()]


def _set_aside(engine: Engine) -> list[tuple[str, ...]]:
    rows = engine.fetch(
        "select trim(channel || ' ' || feed) as feed, file, detail, advice"
        f" from candidate.main.quarantined_files order by channel, feed, file limit {MOST_FILES}"
    )
    return rows.rows()
