"""Which channels share how many customers: an UpSet plot (Lex et al., IEEE TVCG 20, 2014)."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.report.drawing import (
    BLUE,
    FAINT,
    GRID,
    INK,
    ORANGE,
    circle,
    line,
    picture,
    rectangle,
    room_for,
    words,
)

SHOWN = 18
WIDTH, ROW, TALL, SIDE = 720.0, 22.0, 130.0, 110.0


def channel_overlap(combinations: Sequence[tuple[tuple[str, ...], int]]) -> str:
    """A column for each set of channels that customers have, the most frequent first, ``SHOWN`` at most.

    ``combinations`` are sets of channels, each once, with the number of their customers.
    """
    sizes: dict[str, int] = {}
    for channels, count in combinations:
        for channel in channels:
            sizes[channel] = sizes.get(channel, 0) + count
    rows = sorted(sizes, key=lambda channel: (-sizes[channel], channel))
    shown = sorted(combinations, key=lambda c: (-c[1], c[0]))[:SHOWN]
    names = room_for(rows)
    left, top = SIDE + names, TALL + 20
    step = (WIDTH - left) / max(1, len(shown))
    parts = _sizes(rows, sizes, names, top)
    greatest = max((count for _, count in shown), default=1)
    for place, (channels, count) in enumerate(shown):
        x = left + (place + 0.5) * step
        height = TALL * count / greatest
        colour = BLUE if len(channels) > 1 else ORANGE
        parts.append(rectangle(x - step * 0.35, 20 + TALL - height, step * 0.7, height, colour))
        parts.append(words(x, 12 + TALL - height, f"{count:,}", "middle", FAINT))
        ys = [top + (rows.index(channel) + 0.5) * ROW for channel in channels]
        if ys:
            parts.append(line((x, min(ys)), (x, max(ys)), INK, 2))
        centres = (top + (row + 0.5) * ROW for row in range(len(rows)))
        parts += [circle(x, y, 4.5, INK if y in ys else GRID) for y in centres]
    label = "; ".join(f"{' and '.join(channels)}: {count}" for channels, count in shown)
    return picture(WIDTH, top + len(rows) * ROW + 4, parts, f"Customers by their channels. {label}")


def _sizes(rows: Sequence[str], sizes: dict[str, int], names: float, top: float) -> list[str]:
    """How many customers each channel has, to the left of its row."""
    parts = []
    greatest = max(sizes.values(), default=1)
    for row, channel in enumerate(rows):
        y = top + (row + 0.5) * ROW
        width = (SIDE - 50) * sizes[channel] / greatest
        parts.append(rectangle(SIDE - width, y - 7, width, 14, FAINT))
        parts.append(words(SIDE - width - 4, y, f"{sizes[channel]:,}", "end", FAINT))
        parts.append(words(SIDE + names - 8, y, channel, "end"))
    return parts
