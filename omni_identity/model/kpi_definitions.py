"""The KPIs: one ``.sql`` file each in ``insight/kpis/``; all that is said of a KPI stands on top of its file.

They are read here because a KPI is a column of the registry too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Literal, cast, get_args

_KEY = re.compile(r"(unit|grain|place|summary|nobody): ")

Unit = Literal["share", "amount", "hours", "days", "seconds", "score", "count"]
"""What its values are: reports write them so."""

Grain = Literal["events", "journeys", "campaigns", "handoffs", "stages", "days", "periods"]
"""What a file's rows are: ``events``: of days and channels, of which longer periods, all channels and segments are
sums. ``journeys``, ``campaigns``, ``handoffs``, ``stages``: the same, but of the dimension journey, campaign, handoff
or stage. ``days``: of days, in every dimension the file names. ``periods``: of days, weeks, months and the total, as
the file names them; ``period_start`` of a total is any day, and its segment the one of the last."""


@dataclass(frozen=True)
class Kpi:
    """One KPI. ``sql`` yields ``subject_id, period, period_start, dimension, member, currency, counts_from,
    numerator, denominator``, from the relations of ``subject_touches``, ``journeys`` and ``handoffs``.

    ``counts_from`` (in ``insight.time_zone``) is when a row becomes certain, null: at once. ``currency`` is
    of money only. Numerators are sums of integers or decimals, kept to two decimals row by row: the unit must
    be one in which a hundredth is enough. ``denominator`` is null for a mere count.
    ``place`` is where it stands in reports, ``summary`` the comment of its column. ``counts_nobody`` (a line
    ``nobody: counted``): what nobody known did is part of the figures of all and of channels; only with grain
    ``events``, and of what ``create_what_was_done`` makes alone.
    """

    name: str
    title: str
    unit: Unit
    grain: Grain
    place: int
    summary: str
    definition: str
    sql: str
    counts_nobody: bool = False


@cache
def kpi_definitions() -> tuple[Kpi, ...]:
    """All KPIs, by their places; raises ``ValueError`` for a file without its head."""
    folder = files("omni_identity") / "insight" / "kpis"
    kpis = [
        parse_kpi(path.name.removesuffix(".sql"), path.read_text(encoding="utf-8"))
        for path in folder.iterdir()
        if path.name.endswith(".sql")
    ]
    return tuple(sorted(kpis, key=lambda kpi: (kpi.place, kpi.name)))


def parse_kpi(name: str, text: str) -> Kpi:
    """Read one file's text; raises ``ValueError`` if it does not begin with all that a KPI is described by."""
    title, *lines = _head(text) or [""]
    said = list(takewhile(_KEY.match, lines))
    keys = dict(line.split(": ", 1) for line in said)
    counts_nobody = keys.pop("nobody", "")
    definition = " ".join(line for line in lines[len(said) :] if line)
    unit, grain, place = keys.get("unit"), keys.get("grain"), keys.get("place", "")
    is_whole = keys.keys() == {"unit", "grain", "place", "summary"} and title and definition
    are_known = unit in get_args(Unit) and grain in get_args(Grain)
    is_sound = counts_nobody in ("", "counted") and not (counts_nobody and grain != "events")
    if not is_whole or not are_known or not place.isdecimal() or not is_sound:
        raise ValueError(
            f"{name}.sql must begin with its title, `unit:` ({', '.join(get_args(Unit))}),"
            f" `grain:` ({', '.join(get_args(Grain))}), `place:` (a number), `summary:`, if its grain is"
            " events perhaps `nobody: counted`, and its definition"
        )
    kinds = cast(Unit, unit), cast(Grain, grain)
    return Kpi(
        name, title, *kinds, int(place), keys["summary"], definition, text, bool(counts_nobody)
    )


def _head(text: str) -> list[str]:
    """The lines of the comment that a file begins with."""
    lines = takewhile(lambda line: line.startswith("--"), text.splitlines())
    return [line.removeprefix("--").strip() for line in lines]
