"""Writes docs/reliability.md and its picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from benchmarks.reliability.curve import MANY, Reliability
from benchmarks.reliability.pairs import PairReliability
from benchmarks.reliability.report_pairs import pair_sections

COLOURS = ("#1f6feb", "#d1570a")
SIDE, MARGIN = 420, 60

_INTRODUCTION = """\
# How far identity_confidence can be relied upon

`unified_profiles.identity_confidence` is the probability that **all records of the customer are of
one person**. It says nothing of records that are missing: a person may have a second customer
elsewhere. By that meaning a customer of one record is certainly one person, and its confidence is 1.
Of the others, this page compares what was said with what was so, by the truth of each data set: a
customer counts as one person if all its labelled records carry one label.

It is a logistic curve over four columns of `customer_diagnostics`: `chain_weight` (do the strongest
links that join the records all hold), `cohesion_weight` (how alike are the two least similar parts),
`nearest_match_weight` (how near is the nearest other customer: in a family a record is easily a
relative's) and `size_surplus` (how many more records it has than people have at most, by the model).
More of the first two only ever raises it, more of the others only ever lowers it.
{fitted}

![Reliability curve: confidence against the share of customers that are one person](reliability.svg)
"""


def write_report(
    reliabilities: Mapping[str, Reliability],
    pairs: Mapping[str, PairReliability],
    command: str,
    fitted: str,
    folder: Path,
) -> None:
    """Write the page and the picture into ``folder``; the first two data sets are drawn and told in full."""
    parts = [_INTRODUCTION.format(fitted=fitted), _summary(reliabilities)]
    drawn = dict(list(reliabilities.items())[: len(COLOURS)])
    parts += [_table(name, reliability) for name, reliability in drawn.items()]
    parts += pair_sections(pairs)
    parts.append(f"## How this was measured\n\n```console\n{command}\n```\n")
    (folder / "reliability.md").write_text("\n".join(parts), encoding="utf-8")
    (folder / "reliability.svg").write_text(draw(drawn), encoding="utf-8")


def _summary(reliabilities: Mapping[str, Reliability]) -> str:
    lines = [
        "## Every data set",
        "",
        "The expected calibration error is the distance between said and so, averaged over the bins",
        "below by their customers. A set with next to no wrong customer says little of a confidence,",
        "except that it should be high. Ranking is how often a customer that is one person has more",
        "confidence than one that is not. The weak spot is customers of many records: there are few of",
        "them, and they are more often wrong than they say.",
        "",
        "| data set | customers of several records | mean confidence | are one person"
        " | expected calibration error | ranking |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, r in reliabilities.items():
        ranking = "" if r.ranking is None else f"{r.ranking:.2f}"
        lines.append(
            f"| {name} | {r.count:,} | {r.said:.3f} | {r.so:.3f} | {r.error:.3f} | {ranking} |"
        )
    return "\n".join([*lines, ""])


def _table(name: str, reliability: Reliability) -> str:
    lines = [
        f"## {name[:1].upper()}{name[1:]}",
        "",
        "| confidence | customers | mean confidence | are one person | 95 % interval |",
        "|---|---:|---:|---:|---|",
    ]
    for b in reliability.bins:
        low, high = interval(b.so, b.count)
        lines.append(
            f"| {b.low:.2f} to {b.high:.2f} | {b.count:,} | {b.said:.3f} | {b.so:.3f}"
            f" | {low:.3f} to {high:.3f} |"
        )
    lines += [
        "",
        "| records | customers | mean confidence | are one person |",
        "|---|---:|---:|---:|",
    ]
    for z in reliability.sizes:
        records = f"{z.records} or more" if z.records == MANY else f"{z.records}"
        lines.append(f"| {records} | {z.count:,} | {z.said:.3f} | {z.so:.3f} |")
    return "\n".join([*lines, ""])


def interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.96
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return centre - half, centre + half


def draw(reliabilities: Mapping[str, Reliability]) -> str:
    """The reliability curves as an SVG: a point a bin, its interval, and the diagonal of perfection."""

    def x(p: float) -> float:
        return round(MARGIN + p * SIDE, 1)

    def y(p: float) -> float:
        return round(MARGIN / 2 + (1 - p) * SIDE, 1)

    width, height = SIDE + MARGIN * 3 / 2, SIDE + MARGIN * 3 / 2
    shapes = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        ' font-family="sans-serif" font-size="13" role="img">',
        "<title>Confidence against the share of customers that are one person</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#999" stroke-dasharray="5 4"/>',
    ]
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        shapes += [
            f'<line x1="{x(tick)}" y1="{y(0)}" x2="{x(tick)}" y2="{y(1)}" stroke="#eee"/>',
            f'<line x1="{x(0)}" y1="{y(tick)}" x2="{x(1)}" y2="{y(tick)}" stroke="#eee"/>',
            f'<text x="{x(tick)}" y="{y(0) + 18}" text-anchor="middle">{tick:.1f}</text>',
            f'<text x="{x(0) - 8}" y="{y(tick) + 4}" text-anchor="end">{tick:.1f}</text>',
        ]
    for i, ((name, reliability), colour) in enumerate(
        zip(reliabilities.items(), COLOURS, strict=False)
    ):
        points = " ".join(f"{x(b.said)},{y(b.so)}" for b in reliability.bins)
        shapes.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
        for b in reliability.bins:
            low, high = interval(b.so, b.count)
            shapes += [
                f'<line x1="{x(b.said)}" y1="{y(low)}" x2="{x(b.said)}" y2="{y(high)}" stroke="{colour}"/>',
                f'<circle cx="{x(b.said)}" cy="{y(b.so)}" r="4" fill="{colour}"/>',
            ]
        at = y(1) + 20 + 20 * i
        shapes += [
            f'<circle cx="{x(0) + 16}" cy="{at - 4}" r="4" fill="{colour}"/>',
            f'<text x="{x(0) + 28}" y="{at}">{name} (error {reliability.error:.3f})</text>',
        ]
    shapes += [
        f'<text x="{x(0.5)}" y="{y(0) + 40}" text-anchor="middle">identity_confidence</text>',
        f'<text transform="translate({x(0) - 40},{y(0.5)}) rotate(-90)" text-anchor="middle">'
        "share of customers that are one person</text>",
        "</svg>",
    ]
    return "\n".join(shapes) + "\n"
