"""Bars: lying ones with their names beside them, and standing ones for what comes in buckets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from omni_identity.report.drawing import (
    BLUE,
    FAINT,
    GRID,
    INK,
    ORANGE,
    line,
    picture,
    rectangle,
    room_for,
    words,
)

WIDTH, STEP = 720.0, 24.0


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, the words at its end, and perhaps a mark to compare it with."""

    name: str
    value: float
    said: str
    mark: float | None = None


def lying_bars(bars: Sequence[Bar], label: str, colours: Sequence[str] = (BLUE,)) -> str:
    """One bar a row, on a common scale from nought."""
    left = room_for(bar.name for bar in bars)
    right = room_for(bar.said for bar in bars)
    scale = (WIDTH - left - right) / (max((bar.value for bar in bars), default=0.0) or 1.0)
    parts = []
    for row, bar in enumerate(bars):
        y = row * STEP
        parts += [
            words(left - 8, y + STEP / 2, bar.name, "end"),
            rectangle(left, y + 4, bar.value * scale, STEP - 8, colours[row % len(colours)]),
            words(left + bar.value * scale + 6, y + STEP / 2, bar.said, fill=FAINT),
        ]
    return picture(WIDTH, max(1, len(bars)) * STEP, parts, label)


def standing_bars(bars: Sequence[Bar], label: str, marks: str) -> str:
    """One bar a bucket in their order; ``marks`` says what the lines across them are."""
    height, bottom, top = 200.0, 40.0, 24.0
    greatest = max([value for bar in bars for value in (bar.value, bar.mark or 0.0)], default=0.0)
    scale = (height - bottom - top) / (greatest or 1.0)
    step = WIDTH / max(1, len(bars))
    floor = height - bottom
    # where there is no room for the words of every bar, every so-many-th has them
    every = ceil(max(room_for(bar.name for bar in bars), room_for(bar.said for bar in bars)) / step)
    parts = [line((0, floor), (WIDTH, floor), GRID, 1)]
    for place, bar in enumerate(bars):
        x, middle = place * step, place * step + step / 2
        parts.append(rectangle(x + 3, floor - bar.value * scale, step - 6, bar.value * scale, BLUE))
        if place % every == 0:
            # words broader than their bar would be cut off at either end of the picture
            half = room_for((bar.name, bar.said)) / 2
            centre = min(max(middle, half), WIDTH - half)
            parts.append(words(centre, floor + 12, bar.name, "middle"))
            parts.append(words(centre, floor + 28, bar.said, "middle", FAINT))
        if bar.mark is not None:
            level = floor - bar.mark * scale
            parts.append(line((x + 1, level), (x + step - 1, level), ORANGE, 3))
    if any(bar.mark is not None for bar in bars):
        parts += [
            line((WIDTH - 30 - room_for([marks]), 8), (WIDTH - 12 - room_for([marks]), 8), ORANGE, 3),
            words(WIDTH - 2, 8, marks, "end", INK),
        ]  # fmt: skip
    return picture(WIDTH, height, parts, label)
