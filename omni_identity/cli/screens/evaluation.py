"""An evaluation for readers: tables on a console, or JSON for scripts."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.table import Table

from omni_identity.cli.terminal import plain_table
from omni_identity.linkage.evaluation import Evaluation, Quality, Score
from omni_identity.linkage.sampling import (
    LEVEL,
    METHOD,
    REPLICATES,
    SEED,
    Bounds,
    Estimate,
    Estimates,
    Interval,
)
from omni_identity.model.visible import visible

BANDS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, None))
"""Sizes shown together; the JSON has every size."""


ASSUMED = (
    "Estimate for all customers, if the persons in the labels are a random sample "
    "and the labels name all of their records"
)


def show_evaluation(console: Console, evaluation: Evaluation, estimates: Estimates) -> None:
    """Print the figures and how sure they are, sizes, causes if there are any, and what was left out."""
    overall = evaluation.overall
    console.print(_estimate_table("Quality", estimates.labelled))
    if estimates.everybody is not None and estimates.everybody.person_count:
        console.print()
        console.print(f"{ASSUMED}:", soft_wrap=True)
        console.print(_estimate_table(None, estimates.everybody))
    console.print()
    console.print(
        f"In brackets: what {LEVEL:.0%} of samples of {estimates.labelled.person_count:,} such persons "
        f"would show; {METHOD}",
        soft_wrap=True,
    )
    console.print(
        f"{overall.record_count:,} records judged, "
        f"{evaluation.customer_count:,} customers for {evaluation.entity_count:,} persons; "
        f"{overall.shared_pair_count:,} of {overall.predicted_pair_count:,} linked pairs are true, "
        f"of {overall.true_pair_count:,} true pairs in all",
        soft_wrap=True,
    )
    console.print(
        f"Left out: {evaluation.labelled_but_not_current_count:,} labelled records that are not "
        "current (deleted, held back or unknown), "
        f"{evaluation.current_but_not_labelled_count:,} current records without a label",
        soft_wrap=True,
    )
    console.print()
    _show_sizes(console, evaluation)
    if evaluation.by_cause:
        console.print()
        _show_causes(console, evaluation.by_cause)


def _estimate_table(title: str | None, estimate: Estimate) -> Table:
    table = plain_table("", "#precision", "", "#recall", "", "#F1", "", title=title)
    for name, score, bounds in (
        ("pairs", estimate.pairwise, estimate.pairwise_bounds),
        ("records (B-cubed)", estimate.b_cubed, estimate.b_cubed_bounds),
    ):
        limits = (bounds.precision, bounds.recall, bounds.f1)
        figures = zip(_figures(score), map(_limits, limits), strict=True)
        table.add_row(name, *(text for figure in figures for text in figure))
    return table


def _limits(interval: Interval | None) -> str:
    return f"({interval[0]:.3f} to {interval[1]:.3f})" if interval else ""


def _show_sizes(console: Console, evaluation: Evaluation) -> None:
    table = plain_table("records each", "#customers", "#persons", title="Sizes")
    sizes = evaluation.sizes
    for low, high in BANDS:
        band = sizes.filter(sizes["record_count"].is_between(low, high or sizes.height + 2**62))
        if band.height:
            label = str(low) if high == low else f"{low} to {high}" if high else f"{low} and more"
            customers, persons = band["customer_count"].sum(), band["entity_count"].sum()
            table.add_row(label, f"{customers:,}", f"{persons:,}")
    console.print(table)


def _show_causes(console: Console, by_cause: dict[str, Quality]) -> None:
    table = plain_table(
        *("cause", "#records", "#precision", "#recall", "#F1"),
        *("#B-cubed precision", "#B-cubed recall", "#B-cubed F1"),
        title="By cause (pairs and records that have it)",
    )
    hardest_first = sorted(by_cause.items(), key=lambda item: (item[1].b_cubed.f1 or 0, item[0]))
    for cause, quality in hardest_first:
        table.add_row(
            *(visible(cause), f"{quality.record_count:,}"),
            *(*_figures(quality.pairwise), *_figures(quality.b_cubed)),
        )
    console.print(table)


def _figures(score: Score) -> tuple[str, str, str]:
    def text(value: float | None) -> str:
        return "-" if value is None else f"{value:.4f}"

    return text(score.precision), text(score.recall), text(score.f1)


def to_json(evaluation: Evaluation, estimates: Estimates) -> str:
    """All figures as one JSON object, unrounded; null where there was nothing to judge."""
    everybody = estimates.everybody
    return json.dumps(
        {
            **_quality(evaluation.overall),
            "intervals": {
                "level": LEVEL,
                "method": METHOD,
                "replicates": REPLICATES,
                "seed": SEED,
                **_intervals(estimates.labelled),
            },
            "estimate_for_all_customers": None
            if everybody is None
            else {
                "assumes": ASSUMED,
                "pairwise": _score(everybody.pairwise),
                "b_cubed": _score(everybody.b_cubed),
                "intervals": _intervals(everybody),
            },
            "customer_count": evaluation.customer_count,
            "entity_count": evaluation.entity_count,
            "labelled_but_not_current_count": evaluation.labelled_but_not_current_count,
            "current_but_not_labelled_count": evaluation.current_but_not_labelled_count,
            "sizes": evaluation.sizes.to_dicts(),
            "by_cause": {
                cause: _quality(quality) for cause, quality in sorted(evaluation.by_cause.items())
            },
        },
        indent=2,
    )


def _quality(quality: Quality) -> dict[str, Any]:
    return {
        "record_count": quality.record_count,
        "predicted_pair_count": quality.predicted_pair_count,
        "true_pair_count": quality.true_pair_count,
        "shared_pair_count": quality.shared_pair_count,
        "pairwise": _score(quality.pairwise),
        "b_cubed": _score(quality.b_cubed),
    }


def _intervals(estimate: Estimate) -> dict[str, Any]:
    return {
        "person_count": estimate.person_count,
        "pairwise": _bounds(estimate.pairwise_bounds),
        "b_cubed": _bounds(estimate.b_cubed_bounds),
    }


def _bounds(bounds: Bounds) -> dict[str, Interval | None]:
    return {"precision": bounds.precision, "recall": bounds.recall, "f1": bounds.f1}


def _score(score: Score) -> dict[str, float | None]:
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1}
