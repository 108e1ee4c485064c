"""What was usual of each figure in the feed's last publications: the least, the most, and all together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omni_identity.engines import Engine

LAST = 30
"""Deliveries of a feed that are looked back on; what was withheld is none."""
FEW_VALUES = 10
"""Rows of one delivery below which a share of them says little."""

Key = tuple[str, str, str, str, str | None]
"""Channel, feed, attribute, figure, and the source columns that are mapped to the attribute."""


@dataclass(frozen=True)
class Usual:
    """``run_count`` publications, of which the least and the greatest value, and that of all rows together.

    ``lowest`` and ``highest`` are null where no delivery alone had enough rows, ``together`` where all had
    not either.
    """

    run_count: int
    lowest: float | None
    highest: float | None
    together: float | None

    @property
    def span(self) -> tuple[float, float] | None:
        """The values between which it was; None where there were too few rows."""
        known = [x for x in (self.lowest, self.highest, self.together) if x is not None]
        return (min(known), max(known)) if known else None


def read_usual(engine: Engine, run_id: str) -> Mapping[Key, Usual]:
    """What was usual before ``run_id``, by figure; figures without any history are not in it."""
    found = engine.fetch(
        """
        with past as (
            select f.channel, f.feed, f.attribute, f.figure, f.source_columns, f.value, f.counted,
                f.total, row_number() over (
                    partition by f.channel, f.feed, f.attribute, f.figure, f.source_columns
                    order by r.run_number desc
                ) as age
            from ledger.feed_figures f join ledger.runs r on r.run_id = f.run_id
            where r.status = 'published' and f.run_id <> $run_id and f.value is not null
        )
        select channel, feed, attribute, figure, source_columns, count(*) as run_count,
            min(value) filter (where coalesce(total, $few) >= $few) as lowest,
            max(value) filter (where coalesce(total, $few) >= $few) as highest,
            case when sum(total) >= $few then sum(value * total) / sum(total) end as together
        from past where age <= $last
        group by channel, feed, attribute, figure, source_columns
        """,
        {"run_id": run_id, "last": LAST, "few": FEW_VALUES},
    )
    return {tuple(row[:5]): Usual(*row[5:]) for row in found.iter_rows()}
