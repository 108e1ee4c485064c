"""The record of feeds: each run's figures of each feed that delivered, and between which values they are usual."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.model.checks import CHECK_SPECS
from omni_identity.publish.feeds.bounds import bounded
from omni_identity.publish.feeds.contacts import measure_contacts
from omni_identity.publish.feeds.delivered import drop_delivered, find_delivered
from omni_identity.publish.feeds.figure import WHOLE, Figure
from omni_identity.publish.feeds.interactions import measure_interactions
from omni_identity.publish.feeds.records import measure_records
from omni_identity.publish.feeds.unlanded import PASSED_OVER, measure_unlanded
from omni_identity.publish.feeds.usual import read_usual

COLUMNS: dict[str, Any] = {
    "run_id": pl.String,
    "channel": pl.String,
    "feed": pl.String,
    "attribute": pl.String,
    "figure": pl.String,
    "value": pl.Float64,
    "counted": pl.Int64,
    "total": pl.Int64,
    "source_columns": pl.String,
    "lowest_usual": pl.Float64,
    "highest_usual": pl.Float64,
    "is_unusual": pl.Boolean,
}

JUDGED_BY = {
    "gone": "channels_keep_their_records",
    "other_person": "records_stay_the_same_person",
    **dict.fromkeys(("blank", "filled", "lost"), "columns_stay_filled"),
    **dict.fromkeys(("usable", "with_at", "with_digit", "length"), "columns_hold_what_they_held"),
    **dict.fromkeys(("rows", *PASSED_OVER), "deliveries_have_their_usual_size"),
    "unread": "facts_can_be_read",
    "in_future": "times_are_not_in_the_future",
}
"""Which check judges which figure; ``unknown`` is judged by its attribute."""
UNKNOWN = {"kind": "kinds_are_known", "contact": "contacts_of_interactions_are_known"}


def judged_by(attribute: str, figure: str) -> str:
    """The name of the check that judges a figure; ``KeyError`` where there is none."""
    return UNKNOWN[attribute] if figure == "unknown" else JUDGED_BY[figure]


def record_feed_figures(engine: Engine, configuration: Configuration, run_id: str) -> None:
    """Measure what was delivered since the last publication; write the run's rows of ``ledger.feed_figures`` anew.

    What is read, the functions that measure say.
    """
    find_delivered(engine)
    figures = [
        *measure_contacts(engine, configuration),
        *measure_records(engine, configuration),
        *measure_interactions(engine, configuration),
        *measure_unlanded(engine, configuration),
    ]
    drop_delivered(engine)
    # after a restore all of the landing is new, and no delivery of those that are looked back on is like it
    is_all_new = not engine.fetch("select 1 as x from settled.landings limit 1").height
    usual = {} if is_all_new else read_usual(engine, run_id)
    settings = configuration.checks
    judged = (
        bounded(f, usual.get((f.channel, f.feed, f.attribute, f.name, f.columns)), settings)
        for f in figures
    )
    frame = pl.DataFrame(
        [_row(run_id, figure) for figure in excused(judged)], schema=COLUMNS, orient="row"
    )
    with engine.transaction():
        engine.run("delete from ledger.feed_figures where run_id = $run_id", {"run_id": run_id})
        engine.write("ledger.feed_figures", frame)


def excused(figures: Iterable[Figure]) -> list[Figure]:
    """The figures, without a lower bound on how far a column is filled where most rows are of known records.

    Each of those was compared with itself, which says more: a whole list after weeks of newcomers may well
    be filled less than they were.
    """
    listed = list(figures)
    known = {
        (f.channel, f.attribute): f.total or 0
        for f in listed
        if f.name == "lost" and f.attribute != WHOLE
    }
    return [
        f.within(None, f.highest)
        if f.name == "filled" and 2 * known.get((f.channel, f.attribute), 0) >= max(f.total or 0, 1)
        else f
        for f in listed
    ]


def _row(run_id: str, figure: Figure) -> tuple[Any, ...]:
    place = (run_id, figure.channel, figure.feed, figure.attribute, figure.name)
    bounds = (figure.lowest, figure.highest)
    counts = (figure.value, figure.counted, figure.total, figure.columns)
    return (*place, *counts, *bounds, figure.is_unusual)


def withheld_by(engine: Engine, configuration: Configuration, run_id: str) -> set[str]:
    """The checks of feeds that fail on this run's rows of ``ledger.feed_figures``, and withhold it."""
    found = engine.fetch(
        "select distinct attribute, figure from ledger.feed_figures"
        " where run_id = $run_id and is_unusual",
        {"run_id": run_id},
    )
    failed = {judged_by(attribute, figure) for attribute, figure in found.iter_rows()}
    return {
        name
        for name in CHECK_SPECS
        if name in failed and configuration.severity_of(name) == "withhold"
    }
