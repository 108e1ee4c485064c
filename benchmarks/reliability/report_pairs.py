"""What docs/reliability.md says of pairs: calibration by set and by band, and blocking's recall."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from benchmarks.reliability.curve import MANY
from benchmarks.reliability.pairs import EDGES, PairReliability

_HEAD = f"""\
## Pairs

What is said of a pair against the share of such pairs that are one person in truth: the expected
calibration error over the bands of the next table, by their pairs. `match_probability` is by the pair's own
evidence alone: of all scored pairs nearly all are two persons and said to be. `identity_probability` has the
rest of the customer in it. The published pairs (match edges: linked or doubtful) are what consumers see; the
last errors are of pairs inside customers of {MANY} and more records. In brackets the error that
`match_probability` has of the same pairs, which were chosen by more than it. Blocking's recall is the share of
true pairs that become candidates: as the model's report estimates it when it is trained, and in truth.

| data set | scored pairs | error | published pairs | error | in customers of {MANY} or more | error \
| blocking finds, said | in truth |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""
_BANDS = """\
## Pairs by what was said

The share that is one person in truth, of the scored pairs whose match_probability lies in the band; in
brackets their number."""


def pair_sections(pairs: Mapping[str, PairReliability]) -> list[str]:
    """The two sections, or none where nothing was measured."""
    if not pairs:
        return []
    lines = [_HEAD]
    for name, p in pairs.items():
        lines.append(
            f"| {name} | {p.count:,} | {p.error:.3f}"
            f" | {p.published_count:,} | {_figures(p.published, p.published_alone)}"
            f" | {p.many_count:,} | {_figures(p.many, p.many_alone)} | {p.recall_said:.3f} | {_figure(p.recall_true)} |"
        )
    edges = list(itertools.pairwise(EDGES))
    bands = [
        _BANDS,
        "",
        "| data set | " + " | ".join(f"{low:g} to {high:g}" for low, high in edges) + " |",
        "|---|" + "---:|" * len(edges),
    ]
    for name, p in pairs.items():
        by_low = {band.low: f"{band.so:.2f} ({band.count:,})" for band in p.bands}
        bands.append(f"| {name} | " + " | ".join(by_low.get(low, "") for low, _ in edges) + " |")
    return ["\n".join([*lines, ""]), "\n".join([*bands, ""])]


def say_pairs(pairs: PairReliability) -> str:
    """The figures of one data set in a line."""
    return (
        f"{pairs.count:,} pairs, calibration error {pairs.error:.4f}, of {pairs.published_count:,} published"
        f" {_figures(pairs.published, pairs.published_alone)}, of {pairs.many_count:,} in customers of {MANY} or more"
        f" {_figures(pairs.many, pairs.many_alone)}; blocking finds {pairs.recall_said:.3f} by its own word,"
        f" {_figure(pairs.recall_true)} in truth"
    )


def _figures(number: float | None, alone: float | None) -> str:
    return "" if number is None else f"{_figure(number)} ({_figure(alone)})"


def _figure(number: float | None) -> str:
    return "" if number is None else f"{number:.3f}"
