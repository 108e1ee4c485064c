"""The KPIs: one ``.sql`` file each in ``kpis/``, with its name, unit, grain and definition in words on top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast, get_args

from omni_identity.model.tables.figures import KPI_SUMMARIES

Grain = Literal["events", "journeys", "days", "periods"]
"""What a file's rows are: ``events``: of days and channels, of which longer periods, all channels and
segments are sums. ``journeys``: the same, but all and segments are sums of the dimension journey. ``days``:
of days, in every dimension the file names. ``periods``: of days, weeks and months, as the file names them."""


@dataclass(frozen=True)
class Kpi:
    """One KPI. ``sql`` yields ``subject_id, period, period_start, dimension, member, currency, counts_from,
    numerator, denominator``, from the relations of ``subject_touches`` and ``journeys``.

    ``counts_from`` (in ``insight.time_zone``) is when a row becomes certain, null: at once. ``currency`` is
    of money only. Numerators are sums of integers or decimals; ``denominator`` is null for a mere count.
    """

    name: str
    title: str
    unit: str
    grain: Grain
    definition: str
    sql: str


@cache
def kpi_definitions() -> tuple[Kpi, ...]:
    """All KPIs, in the order of the registry; raises ``ValueError`` for a file without its head."""
    folder = files("omni_identity.insight") / "kpis"
    return tuple(
        parse_kpi(name, (folder / f"{name}.sql").read_text(encoding="utf-8"))
        for name in KPI_SUMMARIES
    )


def parse_kpi(name: str, text: str) -> Kpi:
    """Read one file's text."""
    head = list(_head(text))
    keys = dict(line.split(": ", 1) for line in head[1:3] if ": " in line)
    grain = keys.get("grain")
    if len(head) < 4 or "unit" not in keys or grain not in get_args(Grain):
        raise ValueError(f"{name}.sql must begin with its title, `unit:`, `grain:` and definition")
    words = " ".join(line for line in head[3:] if line)
    return Kpi(name, head[0], keys["unit"], cast(Grain, grain), words, text)


def _head(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("--"):
            return
        yield line.removeprefix("--").strip()
