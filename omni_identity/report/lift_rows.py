"""What linked identities change: each figure as the channels see it and on golden customers, on one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_identity.report.drawing import (
    BLUE,
    FAINT,
    GREY,
    INK,
    circle,
    line,
    picture,
    room_for,
    words,
)

WIDTH, ROW = 720.0, 26.0
UNITS = {"share": "{:.1%}", "amount": "{:,.2f}", "hours": "{:,.1f} h", "days": "{:,.1f} d",
         "seconds": "{:,.0f} s", "score": "{:.2f}", "count": "{:,.0f}"}  # fmt: skip


@dataclass(frozen=True)
class Lift:
    """A KPI's title and unit, its value record by record, and on golden customers; null: none."""

    title: str
    unit: str
    by_records: float | None
    by_customers: float | None


def in_unit(value: float | None, unit: str) -> str:
    """A figure as people read it; ``-`` for none."""
    return "-" if value is None else UNITS.get(unit, "{:,.2f}").format(value)


def lift_rows(lifts: Sequence[Lift]) -> str:
    """A row a KPI, each on its own scale from nought: a ring for the channels' view, a disc for the customers'."""
    left = room_for(lift.title for lift in lifts)
    right = 190.0
    parts = [
        *(circle(left + 6, 10, 5, "white", GREY), words(left + 16, 10, "record by record")),
        *(circle(left + 146, 10, 6, BLUE), words(left + 158, 10, "golden customers")),
    ]
    for row, lift in enumerate(lifts):
        y = 34 + row * ROW
        values = [lift.by_records or 0.0, lift.by_customers or 0.0]
        scale = (WIDTH - left - right) / (max(map(abs, values)) or 1.0)
        before, after = (left + max(value, 0.0) * scale for value in values)
        said = f"{in_unit(lift.by_records, lift.unit)} → {in_unit(lift.by_customers, lift.unit)}"
        parts += [
            words(left - 8, y, lift.title, "end"),
            line((left, y), (WIDTH - right, y), "#eeeeee", 1),
            line((before, y), (after, y), INK, 2),
            circle(before, y, 5, "white", GREY),
            circle(after, y, 6, BLUE),
            words(WIDTH - right + 12, y, said, fill=FAINT),
        ]
    label = "; ".join(
        f"{x.title}: {in_unit(x.by_records, x.unit)} to {in_unit(x.by_customers, x.unit)}"
        for x in lifts
    )
    return picture(WIDTH, 34 + len(lifts) * ROW, parts, f"Identity lift. {label}")
