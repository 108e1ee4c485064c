"""A candidate model for the eyes of who is to pin it: data, fit, weights, quality, and what becomes of customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from omni_identity.channels.check_settings import CheckSettings
from omni_identity.channels.configuration import Configuration
from omni_identity.cli.screens.identity_diff import show_diff
from omni_identity.cli.terminal import plain_table
from omni_identity.identity.identity_diff import IdentityDiff
from omni_identity.linkage.evaluation import Score
from omni_identity.linkage.frozen_models import FrozenModel
from omni_identity.linkage.model import LinkageModel, load_model
from omni_identity.linkage.model_changes import WeightChange, compare_models
from omni_identity.model.home import Home
from omni_identity.publish.run_diagnostics import change_bounds
from omni_identity.retraining import Candidate, Qualities

SHOWN_WEIGHTS = 10
SHOWN_THRESHOLDS = (0.1, 0.26, 0.5, 0.9, 0.99)


def show_candidate(
    console: Console, candidate: Candidate, home: Home, configuration: Configuration
) -> None:
    """Print all there is to know of a candidate before it is pinned, and what to type next."""
    console.print()
    _show_data(console, candidate)
    before, after = (
        load_model(home.models / model.version) for model in (candidate.pinned, candidate.model)
    )
    configured = configuration.linkage.match_probability
    _show_thresholds(
        console, candidate, after.match_probability if configured is None else configured
    )
    if configured is None:
        _show_chosen(console, before, after)
    _show_weights(console, compare_models(before, after))
    if candidate.qualities is not None:
        _show_quality(console, candidate.qualities)
    title = "What pinning it would do to the published customers"
    show_diff(console, candidate.diff, candidate.changes, title)
    console.print()
    _show_questions(console, candidate)
    if candidate.model.is_pinned:
        words = "The records give the very model that is pinned: there is nothing to promote."
    else:
        words = f"Kept as {candidate.model.version}; `omni train --promote` pins it."
    console.print(words, style="green")
    _warn_of_bounds(console, candidate.diff, configuration.checks)


def _show_data(console: Console, candidate: Candidate) -> None:
    table = plain_table("", "#pinned", "#candidate")
    pinned, fresh = candidate.pinned, candidate.model
    blocking = [model.report["blocking"] for model in (pinned, fresh)]
    table.add_row("version", pinned.version, fresh.version)
    table.add_row("trained (UTC)", *(f"{m.trained_at:%Y-%m-%d %H:%M}" for m in (pinned, fresh)))
    table.add_row("on records", *(f"{m.record_count:,}" for m in (pinned, fresh)))
    table.add_row("candidate pairs", *(f"{b['pair_count']:,}" for b in blocking))
    table.add_row("blocking rules", *(f"{len(b['kept'])}" for b in blocking))
    table.add_row("estimated blocking recall", *(f"{b['recall']:.4f}" for b in blocking))
    console.print(table)
    more = fresh.record_count / pinned.record_count if pinned.record_count else None
    if more is not None:
        console.print(f"{more:.1f} times the records of the pinned model.")
    console.print()


def _show_questions(console: Console, candidate: Candidate) -> None:
    known = candidate.model.report["known_pairs"]
    questions = candidate.questions
    if known:
        console.print(f"It has learnt from {known:,} pairs that stewards or labels have decided.")
    if questions.open_count:
        console.print(
            f"Pinning it settles {questions.settled_count:,} of {questions.open_count:,} open questions."
        )
    if known or questions.open_count:
        console.print()


def _show_thresholds(console: Console, candidate: Candidate, chosen: float) -> None:
    table = plain_table(
        *("match probability", "#pairs", "#precision", "#recall", "#F1", "#pinned: F1"),
        title="Expected of a threshold, by the candidate itself",
    )
    pinned = {entry["threshold"]: entry for entry in candidate.pinned.report["thresholds"]}
    entries = candidate.model.report["thresholds"]
    nearest = min(entries, key=lambda entry: abs(float(entry["threshold"]) - chosen))
    for entry in entries:
        if entry["threshold"] in SHOWN_THRESHOLDS or entry is nearest:
            is_chosen = " (nearest to the one in use)" if entry is nearest else ""
            table.add_row(
                f"{entry['threshold']:g}{is_chosen}",
                f"{entry['pairs']:,}",
                *(_figure(entry[name]) for name in ("precision", "recall", "f1")),
                _figure(pinned.get(entry["threshold"], {}).get("f1")),
            )
    console.print(table)
    console.print()


def _show_chosen(console: Console, before: LinkageModel, after: LinkageModel) -> None:
    console.print(
        f"It chooses to link at a match probability of {after.match_probability:g};"
        f" the pinned model, at {before.match_probability:g}."
    )
    console.print()


def _show_weights(console: Console, changes: Sequence[WeightChange]) -> None:
    if not changes:
        return
    table = plain_table(
        *("comparison", "level", "#pinned", "#candidate", "#change"),
        title="Evidence in bits against strangers: the largest changes",
    )
    for change in changes[:SHOWN_WEIGHTS]:
        moved = (change.after or 0.0) - (change.before or 0.0)
        bits = (f"{x:+.2f}" if x is not None else "-" for x in (change.before, change.after))
        table.add_row(change.comparison, change.level, *bits, f"{moved:+.2f}")
    console.print(table)
    more = len(changes) - SHOWN_WEIGHTS
    if more > 0:
        console.print(f"{more} smaller changes are not shown.", style="dim")
    console.print()


def _show_quality(console: Console, qualities: Qualities) -> None:
    table = plain_table(
        *("against the labels", "#precision", "#recall", "#F1"),
        *("#B-cubed precision", "#B-cubed recall", "#B-cubed F1"),
    )
    for name, evaluation in zip(("published", "candidate"), qualities, strict=True):
        overall = evaluation.overall
        table.add_row(name, *_score(overall.pairwise), *_score(overall.b_cubed))
    console.print(table)
    console.print()


def _score(score: Score) -> Iterable[str]:
    return (_figure(score.precision), _figure(score.recall), _figure(score.f1))


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _warn_of_bounds(console: Console, diff: IdentityDiff, checks: CheckSettings) -> None:
    bounds = change_bounds(checks, diff.customers_before)
    shares = {"merged": diff.merged_share, "split": diff.split_share}
    if any(shares[name] > bound for name, bound in bounds.items()):
        console.print(
            "More customers merge or split than the checks let through: the run that carries it out"
            " needs `omni run --accept-changes`.",
            style="yellow",
            soft_wrap=True,
        )


def show_models(console: Console, models: Sequence[FrozenModel]) -> None:
    """Print the models of a home, the one trained last first."""
    if not models:
        console.print("No model yet: the first `omni run` trains one.")
        return
    table = plain_table(
        "model", "trained (UTC)", "#records", "#blocking recall", "", "would have, when trained"
    )
    for model in models:
        diff = model.report.get("identity_diff")
        table.add_row(
            model.version,
            f"{model.trained_at:%Y-%m-%d %H:%M}",
            f"{model.record_count:,}",
            f"{model.report['blocking']['recall']:.4f}",
            Text("pinned", "green") if model.is_pinned else "",
            _in_short(IdentityDiff.from_dict(diff)) if diff else "",
        )
    console.print(table)


def show_promoted(console: Console, model: FrozenModel, checks: CheckSettings) -> None:
    """Print that a model is pinned, and what the next run will do."""
    console.print(f"Pinned {model.version}. The next run starts over with it.", style="green")
    values = model.report.get("identity_diff")
    if values:
        diff = IdentityDiff.from_dict(values)
        console.print(
            f"When it was trained ({model.trained_at:%Y-%m-%d %H:%M} UTC) it would have: {_in_short(diff)}.",
            soft_wrap=True,
        )
        _warn_of_bounds(console, diff, checks)


def _in_short(diff: IdentityDiff) -> str:
    return (
        f"merged {diff.merged_count:,}, split {diff.split_count:,}, left"
        f" {diff.unchanged_count:,} of {diff.customers_before:,} customers as they were"
    )
