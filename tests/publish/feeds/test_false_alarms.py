"""Nights on which nothing is wrong: growth, a season, full loads, a sleepy feed. No bound of a feed may withhold.

Deliveries are drawn, not written: how many rows, how many of them filled and how, with the chances of a shop
whose newcomers say less of themselves than those it knows. What a bound sees are such counts, whoever made them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from omni_identity.channels.check_settings import CheckSettings
from omni_identity.model.checks import CHECK_SPECS
from omni_identity.publish.checks.customers import bounds_of_customers
from omni_identity.publish.feeds.bounds import bounded
from omni_identity.publish.feeds.feed_figures import excused, judged_by
from omni_identity.publish.feeds.figure import WHOLE, Figure
from omni_identity.publish.feeds.usual import FEW_VALUES, LAST, Usual

NIGHTS = 10
SEEDS = (1, 2, 3)
SETTINGS = CheckSettings()


@dataclass(frozen=True)
class Column:
    """How often an attribute is filled by newcomers and by those who are known, and what its values look like."""

    newcomers: float
    known: float
    usable: float = 0.97
    with_at: float | None = None
    with_digit: float | None = None
    length: float = 8.0


COLUMNS = {
    "first_name": Column(0.9, 0.95, 0.99, with_at=0.0, with_digit=0.01),
    "email": Column(0.85, 0.95, 0.97, with_at=0.99, with_digit=0.5, length=22),
    "phone": Column(0.5, 0.7, 0.93, with_at=0.0, with_digit=1.0, length=13),
    "city": Column(0.4, 0.8, 0.98, with_at=0.0, with_digit=0.02),
    "birth_date": Column(0.1, 0.5, 0.97, with_at=0.0, with_digit=1.0, length=10),
    "loyalty_id": Column(0.03, 0.4, 0.99, with_at=0.0, with_digit=1.0, length=10),
}


@dataclass(frozen=True)
class Night:
    """What a night brings: shares of the customers who are new, changed and gone; ``haste`` of who fills in forms."""

    new: float = 0.03
    changed: float = 0.05
    gone: float = 0.003
    haste: float = 1.0
    events: float = 0.4


ORDINARY, FULL = Night(), Night(changed=1.0)
PEAK = Night(new=0.12, changed=0.2, haste=0.6, events=1.6)

SCENARIOS: dict[str, list[Night]] = {
    "nothing special": [ORDINARY] * NIGHTS,
    "growth of a fifth": [Night(new=0.2, changed=0.05)] * NIGHTS,
    "a season": [*[ORDINARY] * 4, *[PEAK] * 3, *[ORDINARY] * 3],
    "a season at the beginning": [ORDINARY, *[PEAK] * 3, *[ORDINARY] * 6],
    "full loads after deltas": [*[ORDINARY] * 5, FULL, *[ORDINARY] * 3, FULL],
    "newcomers alone, then a full load": [*[Night(changed=0)] * 6, FULL, *[Night(changed=0)] * 3],
    "a full load first": [FULL, *[ORDINARY] * 9],
    "a sleepy shop": [Night(new=0.0, changed=0.02, events=0.05), Night(new=0.01, changed=0)] * 5,
}


@dataclass
class Shop:
    """One channel, night after night."""

    chance: Random
    customers: int
    history: dict[tuple[str, ...], list[Figure]] = field(default_factory=lambda: defaultdict(list))
    increases: list[int] = field(default_factory=list)

    def of(self, n: int, share: float) -> int:
        return sum(self.chance.random() < share for _ in range(n))

    def live(self, night: Night) -> Iterator[str]:
        """The checks that fail after this night."""
        before = self.customers
        new, changed = self.of(before, night.new), self.of(before, night.changed)
        gone = self.of(before, night.gone)
        self.customers += new - gone
        figures = [*self.contacts(night, new, changed, gone, before), *self.interactions(night)]
        judged = excused(bounded(f, self.usual(f), SETTINGS) for f in figures)
        yield from (judged_by(f.attribute, f.name) for f in judged if f.is_unusual)
        lowest, highest = bounds_of_customers(before, self.increases, SETTINGS)
        if not lowest <= self.customers <= highest:
            yield "customer_count_does_not_jump"
        self.increases.append(self.customers - before)
        for figure in figures:
            if figure.value is not None:
                self.history[key(figure)].append(figure)

    def contacts(
        self, night: Night, new: int, changed: int, gone: int, before: int
    ) -> Iterator[Figure]:
        def share(attribute: str, name: str, counted: int, total: int) -> Figure:
            return Figure.share(("shop", "contacts", attribute), name, counted, total)

        rows = new + changed
        if not rows:
            return
        yield Figure("shop", "contacts", WHOLE, "rows", float(rows), rows)
        yield share(WHOLE, "gone", gone, before)
        yield share(WHOLE, "blank", self.of(new, 0.01), rows)
        yield share(WHOLE, "other_person", self.of(changed, 0.01), changed)
        yield share("updated_at", "in_future", 0, rows)
        for name, column in COLUMNS.items():
            of_known = self.of(changed, column.known)
            filled = self.of(new, column.newcomers * night.haste) + of_known
            yield share(name, "filled", filled, rows)
            yield share(name, "lost", self.of(of_known, 0.02), of_known)
            yield share(name, "usable", self.of(filled, column.usable), filled)
            for figure, looks in (("with_at", column.with_at), ("with_digit", column.with_digit)):
                if looks is not None:
                    yield share(name, figure, self.of(filled, looks), filled)
            if filled:
                length = self.chance.gauss(column.length, column.length / 2 / filled**0.5)
                yield Figure("shop", "contacts", name, "length", max(length, 1.0), None, filled)

    def interactions(self, night: Night) -> Iterator[Figure]:
        rows = self.of(4 * self.customers, min(night.events / 4, 1.0))
        if not rows:
            return
        place = ("shop", "interactions")
        yield Figure(*place, WHOLE, "rows", float(rows), rows)
        named = self.of(rows, 0.6 * night.haste)
        yield Figure.share((*place, "contact"), "filled", named, rows)
        yield Figure.share((*place, "contact"), "unknown", self.of(named, 0.05), named)
        yield Figure.share((*place, "kind"), "unknown", 0, rows)
        yield Figure.share((*place, "amount"), "filled", self.of(rows, 0.2), rows)
        yield Figure.share((*place, "campaign"), "filled", self.of(rows, 0.03), rows)

    def usual(self, figure: Figure) -> Usual | None:
        """As ``read_usual`` finds it."""
        past = self.history[key(figure)][-LAST:]
        if not past:
            return None
        known = [(f.value or 0.0, f.total) for f in past]
        enough = [
            value
            for value, total in known
            if (FEW_VALUES if total is None else total) >= FEW_VALUES
        ]
        totals = sum(total or 0 for _, total in known)
        together = sum(value * (total or 0) for value, total in known) / max(totals, 1)
        return Usual(
            len(past),
            min(enough, default=None),
            max(enough, default=None),
            together if totals >= FEW_VALUES else None,
        )


def key(figure: Figure) -> tuple[str, ...]:
    return figure.channel, figure.feed, figure.attribute, figure.name


@pytest.mark.parametrize("customers", [12, 60, 400])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_night_on_which_nothing_is_wrong_is_withheld(scenario: str, customers: int) -> None:
    failed: list[tuple[int, int, str]] = []
    for seed in SEEDS:
        shop = Shop(Random(f"{seed} {scenario} {customers}"), customers)
        # the first load: all there is
        list(shop.live(replace(FULL, new=0.0)))
        for number, night in enumerate(SCENARIOS[scenario]):
            failed += [(seed, number, check) for check in shop.live(night)]
    withheld = [found for found in failed if CHECK_SPECS[found[2]].severity == "withhold"]
    assert withheld == []
    assert len(failed) <= 1, "a warning is rare"
