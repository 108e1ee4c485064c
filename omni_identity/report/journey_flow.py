"""Where journeys lead from channel to channel, and how they end: a Sankey diagram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from omni_identity.report.drawing import (
    CYCLE,
    FAINT,
    GREEN,
    GREY,
    SKY,
    band,
    picture,
    rectangle,
    words,
)

COLUMNS = 4
ENDS = {"(order)": GREEN, "(open)": SKY, "(silence)": GREY}
WIDTH, HEIGHT, NODE, GAP = 720.0, 380.0, 12.0, 8.0

Node = tuple[int, str]
Transition = tuple[int, str, str, int]


def journey_flow(transitions: Sequence[Transition]) -> str:
    """The first ``COLUMNS`` stations of all journeys, as high as they are frequent.

    ``transitions`` are ``(position, from, to, count)``; position 1 leads from the start, and what ends
    is in ``ENDS``. An end drawn in a column is a journey that had that many stations less one.
    """
    shown = [t for t in transitions if t[0] <= COLUMNS]
    sizes: dict[Node, int] = defaultdict(int)
    for position, _, to, count in shown:
        sizes[position, to] += count
    channels = sorted({name for _, name in sizes if name not in ENDS})
    colours = {c: CYCLE[i % len(CYCLE)] for i, c in enumerate(channels)} | ENDS
    total = sum(count for position, _, _, count in shown if position == 1)
    scale = (HEIGHT - 20 - GAP * (len(channels) + len(ENDS))) / max(total, 1)
    places = _places(sizes, channels, scale)
    parts = _bands(shown, places, colours, scale)
    for (position, name), y in places.items():
        x, height = _x(position), sizes[position, name] * scale
        parts.append(rectangle(x, y, NODE, max(height, 1.0), colours[name]))
        if height >= 7:
            parts.append(words(x + NODE + 4, y + height / 2, f"{name} {sizes[position, name]:,}"))
    for position in range(1, COLUMNS + 1):
        parts.append(words(_x(position), 8, _heading(position), fill=FAINT))
    label = "; ".join(f"{a} to {b}: {n}" for p, a, b, n in shown if p <= 2)
    return picture(WIDTH, HEIGHT, parts, f"Journeys from channel to channel. {label}")


def _heading(position: int) -> str:
    return "first" if position == 1 else "then"


def _x(position: int) -> float:
    return (position - 1) * (WIDTH - 110) / (COLUMNS - 1)


def _places(sizes: dict[Node, int], channels: list[str], scale: float) -> dict[Node, float]:
    """The upper edge of each node: channels by name, then the ends."""
    places = {}
    for position in range(1, COLUMNS + 1):
        y = 20.0
        for name in (*channels, *ENDS):
            if sizes.get((position, name)):
                places[position, name] = y
                y += sizes[position, name] * scale + GAP
    return places


def _bands(
    shown: list[Transition], places: dict[Node, float], colours: dict[str, str], scale: float
) -> list[str]:
    order = {name: place for place, name in enumerate(colours)}
    out, into = dict(places), dict(places)
    parts = []
    for position, start, to, count in sorted(
        shown, key=lambda t: (t[0], order.get(t[1], -1), order[t[2]])
    ):
        node, target = (position - 1, start), (position, to)
        if node not in out:
            continue
        left = (_x(position - 1) + NODE, out[node])
        parts.append(band(left, (_x(position), into[target]), count * scale, colours[start]))
        out[node] += count * scale
        into[target] += count * scale
    return parts
