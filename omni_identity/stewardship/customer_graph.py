"""The records of a question as a picture: who is linked with whom, how strongly, and the weak bridge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import vl_convert

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.stewardship.case_sheet import SheetRecord
from omni_identity.stewardship.review_queue import Question

WIDTH, HEIGHT, MARGIN = 760, 420, 90
STRONG = 12.0
"""Weight (log2) from which a line is not drawn any thicker."""
SIDES = ("#0b57a4", "#7a4a00")
"""Colours of the records of the one customer and of the other."""
BRIDGE = "#a11621"


@dataclass(frozen=True)
class GraphLink:
    """Two records (numbers) and their match weight (log2)."""

    record_l: int
    record_r: int
    match_weight: float


def read_links(engine: Engine, records: Sequence[SheetRecord]) -> list[GraphLink]:
    """The scored pairs of at least even odds among records, strongest first. Reads ``warehouse.derived``."""
    found = engine.fetch(
        statement(__file__, "graph_links"), {"records": [record.record_no for record in records]}
    )
    return [GraphLink(*row) for row in found.iter_rows()]


def draw_graph(
    records: Sequence[SheetRecord], links: Sequence[GraphLink], question: Question
) -> bytes:
    """The picture as PNG; the pair of the question is drawn whatever it weighs, dashed."""
    svg = graph_svg(records, links, question)
    drawn: bytes = vl_convert.svg_to_png(svg, scale=2)
    return drawn


def graph_svg(
    records: Sequence[SheetRecord], links: Sequence[GraphLink], question: Question
) -> str:
    """The same as SVG: the records on a ring, those of one customer side by side."""
    places = _ring([record.record_no for record in records])
    asked = frozenset(question.record_nos)
    drawn = []
    for link in sorted(links, key=lambda one: one.match_weight):
        if frozenset((link.record_l, link.record_r)) != asked:
            width = 1 + 4 * min(link.match_weight, STRONG) / STRONG
            ends = (places[link.record_l], places[link.record_r])
            drawn.append(_line(ends, "#7b848e", f"{width:.1f}"))
    if asked <= set(places):
        asked_ends = [places[number] for number in question.record_nos]
        drawn.append(_line(asked_ends, BRIDGE, "3", ' stroke-dasharray="8 5"'))
    first = records[0].golden_id if records else ""
    for record in records:
        x, y = places[record.record_no]
        colour = SIDES[record.golden_id != first]
        anchor = "start" if x > WIDTH / 2 + 1 else "end" if x < WIDTH / 2 - 1 else "middle"
        shift = {"start": 14, "end": -14, "middle": 0}[anchor]
        lift = 4 if shift else (24 if y > HEIGHT / 2 else -16)
        weight = ' font-weight="bold"' if record.is_asked else ""
        drawn.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" fill="{colour}"/>')
        drawn.append(
            f'<text x="{x + shift:.0f}" y="{y + lift:.0f}" text-anchor="{anchor}"{weight}>'
            f"{escape(record.name)}</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        ' font-family="sans-serif" font-size="13">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>{"".join(drawn)}</svg>'
    )


def _ring(numbers: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Places on an ellipse, from the left over the top."""
    step = 2 * math.pi / max(len(numbers), 1)
    rx, ry = WIDTH / 2 - 2 * MARGIN, HEIGHT / 2 - MARGIN / 2
    return {
        number: (WIDTH / 2 - rx * math.cos(i * step), HEIGHT / 2 - ry * math.sin(i * step))
        for i, number in enumerate(numbers)
    }


def _line(ends: Sequence[tuple[float, float]], colour: str, width: str, more: str = "") -> str:
    (x1, y1), (x2, y2) = ends
    return (
        f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="{colour}"'
        f' stroke-width="{width}"{more}/>'
    )
