"""What was usual of each figure in the feed's last publications: the least, the most, and all together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement

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
    """What was usual before ``run_id``, by figure; figures without any history are not in it.

    Reads ``ledger.feed_figures`` and ``ledger.runs``.
    """
    found = engine.fetch(
        statement(__file__, "usual_figures"),
        {"run_id": run_id, "last": LAST, "few": FEW_VALUES},
    )
    return {tuple(row[:5]): Usual(*row[5:]) for row in found.iter_rows()}
