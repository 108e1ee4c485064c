"""The record of diagnostics: each run's figures beside those of training and of the last publication."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from omni_identity.channels.check_settings import CheckSettings
from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.identity.customer_figures import measure_customers
from omni_identity.identity.identity_diff import (
    IDENTITY_CHANGES,
    compare_with_published,
    drop_overlaps,
    measure_diff,
)
from omni_identity.insight.consent_figures import measure_consents
from omni_identity.linkage.baseline import Baseline, divergence
from omni_identity.linkage.diagnostics import Measure, measure_pairs, measure_records
from omni_identity.linkage.model import LinkageModel

FEW_CUSTOMERS = 50
"""Customers with something to compare, below which the share of contradictions says little."""
FEW_PAIRS = 1000
"""Compared pairs, now or in training, below which how they are distributed says little."""
FEW_TO_CHANGE = 100
"""Customers in the last publication, below which a share of them that merges or splits says little."""
FEW_CHANGES = 20
"""Customers that may merge, and that may split, whatever share of all they are."""
SURE = 2.0
"""Standard errors by which a share must lie beyond a bound: chance alone withholds no publication."""
HEADLINES = (
    *("contradicting_pairs", "several_values", "unlinkable_records", "largest_customer"),
    *("comparison_drift", "distribution_drift", IDENTITY_CHANGES),
)
"""Diagnostics of few figures, which tell most."""
DISTRIBUTIONS = ("match_weights", "customer_sizes")
FIGURES: dict[str, Any] = {
    "run_id": pl.String,
    "diagnostic": pl.String,
    "bucket": pl.String,
    "position": pl.Int32,
    "value": pl.Float64,
    "counted": pl.Int64,
    "total": pl.Int64,
    "standard_error": pl.Float64,
    "trained_value": pl.Float64,
    "published_value": pl.Float64,
    "bound": pl.Float64,
}

Key = tuple[str, str]


@dataclass(frozen=True)
class Reference:
    """The figures of an earlier run, by diagnostic and bucket: their values and standard errors."""

    values: dict[Key, float | None]
    errors: dict[Key, float | None]

    def shares(self, diagnostic: str) -> dict[str, float]:
        """The values of one diagnostic by bucket, null ones left out."""
        return {
            bucket: value
            for (name, bucket), value in self.values.items()
            if name == diagnostic and value is not None
        }


def record_diagnostics(
    engine: Engine,
    configuration: Configuration,
    model: LinkageModel,
    baseline: Baseline | None,
    run_id: str,
) -> None:
    """Measure the run from ``derived``'s tables and write its rows of ``ledger.run_diagnostics`` anew.

    The run has been counted, so that its model is known. ``baseline`` is that of ``model``; None for
    one frozen without. Where training could not know a figure, the first publication with this
    model stands in for it.
    """
    first, published = _first_with_the_model(engine, run_id), _last_published(engine, run_id)
    diff = compare_with_published(engine)
    drop_overlaps(engine)
    measures = [
        *measure_diff(diff),
        *measure_customers(engine, model),
        *measure_records(engine, configuration.vocabulary, baseline),
        *measure_pairs(engine, model, baseline),
        *measure_consents(engine, configuration.vocabulary),
    ]
    measures += _drift_of_distributions(measures, first)
    rows = _rows(measures, first, published, configuration.checks)
    frame = pl.DataFrame([(run_id, *row) for row in rows], schema=FIGURES, orient="row")
    with engine.transaction():
        engine.run("delete from ledger.run_diagnostics where run_id = $run_id", {"run_id": run_id})
        engine.write("ledger.run_diagnostics", frame)


def headline_diagnostics(engine: Engine, run_id: str) -> dict[str, float]:
    """The figures of ``HEADLINES`` of one run, as ``diagnostic/bucket``; those without a value left out."""
    figures = engine.fetch(
        """
        select diagnostic || '/' || bucket as name, value from ledger.run_diagnostics
        where run_id = $run_id and list_contains($headlines::varchar[], diagnostic)
            and value is not null
        order by diagnostic, position
        """,
        {"run_id": run_id, "headlines": list(HEADLINES)},
    )
    return {name: round(value, 6) for name, value in figures.iter_rows()}


def _first_with_the_model(engine: Engine, run_id: str) -> Reference:
    """The figures of the first publication with this run's model."""
    return _reference(
        engine,
        "model_version = (select model_version from ledger.runs where run_id = $run_id)"
        " order by run_number",
        run_id,
    )


def _last_published(engine: Engine, run_id: str) -> Reference:
    return _reference(engine, "true order by run_number desc", run_id)


def _reference(engine: Engine, which: str, run_id: str) -> Reference:
    """The figures of the first published run before this one of those that ``which`` selects and orders."""
    figures = engine.fetch(
        f"""
        select diagnostic, bucket, value, standard_error from ledger.run_diagnostics
        where run_id = (
            select run_id from ledger.runs
            where status = 'published' and run_id <> $run_id
                and run_id in (select run_id from ledger.run_diagnostics) and {which} limit 1
        )
        """,
        {"run_id": run_id},
    )
    rows = list(figures.iter_rows())
    return Reference(
        {(diagnostic, bucket): value for diagnostic, bucket, value, _ in rows},
        {(diagnostic, bucket): error for diagnostic, bucket, _, error in rows},
    )


def _drift_of_distributions(measures: list[Measure], first: Reference) -> list[Measure]:
    """How far the histogram of weights and the customer sizes are from the model's first publication."""
    drifts = []
    for name in DISTRIBUTIONS:
        now = {m.bucket: m.value for m in measures if m.diagnostic == name}
        then = first.shares(name)
        shares = [(value or 0.0, then.get(bucket, 0.0)) for bucket, value in now.items()]
        drift = divergence(*zip(*shares, strict=True)) if shares else None
        drifts.append(Measure("distribution_drift", name, drift))
    return drifts


def _rows(
    measures: Iterable[Measure], first: Reference, published: Reference, settings: CheckSettings
) -> Iterator[tuple[Any, ...]]:
    positions: dict[str, int] = {}
    for measure in measures:
        key = (measure.diagnostic, measure.bucket)
        positions[measure.diagnostic] = positions.get(measure.diagnostic, 0) + 1
        trained = measure.trained_value
        if trained is None and measure.diagnostic != "contradicting_pairs":
            trained = first.values.get(key)
        yield (
            *key,
            positions[measure.diagnostic],
            measure.value,
            measure.counted,
            measure.total,
            measure.standard_error,
            trained,
            published.values.get(key),
            bound_of(measure, published, settings),
        )


def change_bounds(settings: CheckSettings, customers_before: int) -> dict[str, float]:
    """The shares of the customers of the last publication that may be ``merged`` and ``split``; none for few."""
    if customers_before < FEW_TO_CHANGE:
        return {}
    shares = {"merged": settings.max_merged_share, "split": settings.max_split_share}
    return {name: max(share, FEW_CHANGES / customers_before) for name, share in shares.items()}


def bound_of(measure: Measure, published: Reference, settings: CheckSettings) -> float | None:
    """The value beyond which the run is withheld; None where there is no bound, or too little to judge."""
    total = measure.total or 0
    if measure.diagnostic == IDENTITY_CHANGES:
        return change_bounds(settings, total).get(measure.bucket)
    if measure.diagnostic == "comparison_drift" and total >= FEW_PAIRS:
        return settings.max_comparison_drift
    if measure.diagnostic != "contradicting_pairs" or total < FEW_CUSTOMERS:
        return None
    error = measure.standard_error or 0.0
    bounds = [settings.max_contradiction_share + SURE * error]
    if measure.trained_value is not None:
        bounds.append(measure.trained_value + settings.max_contradiction_excess + SURE * error)
    key = (measure.diagnostic, measure.bucket)
    before, error_before = published.values.get(key), published.errors.get(key)
    if before is not None and error_before is not None:
        together = math.hypot(error, error_before)
        bounds.append(before + settings.max_contradiction_excess + SURE * together)
    return round(min(bounds), 9)
