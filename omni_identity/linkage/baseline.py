"""What the data looked like when a model was trained, kept beside it, and how far it has moved since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.literals import literal
from omni_identity.linkage.comparisons import Comparison

CANDIDATES = "(select * from derived.scored_pairs where not is_inner)"
"""All candidate pairs with their comparison vectors, as SQL to select from."""
BASELINE = "baseline"
"""Its key in the model's ``report.json``."""


@dataclass(frozen=True)
class Baseline:
    """The records and candidate pairs of one moment, counted.

    ``level_counts[comparison]`` are candidate pairs by level, the strongest first, pairs that could
    not be compared left out; ``filled_counts[column]`` are records that fill a column of
    ``derived.linkage_records``.
    """

    record_count: int
    pair_count: int
    level_counts: dict[str, tuple[int, ...]]
    filled_counts: dict[str, int]

    def filled_share(self, column: str) -> float | None:
        """The share of the records that fill ``column``; None where that was not counted."""
        if column not in self.filled_counts or not self.record_count:
            return None
        return self.filled_counts[column] / self.record_count

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def measure_baseline(
    engine: Engine, comparisons: tuple[Comparison, ...], vectors: str = CANDIDATES
) -> Baseline:
    """Count ``derived.linkage_records`` and the comparison vectors in the table ``vectors`` as they are now."""
    filled = count_filled(engine)
    levels = count_levels(engine, comparisons, vectors)
    pairs = count_rows(engine, vectors)
    return Baseline(filled.pop("record_no"), pairs, levels, filled)


def count_filled(engine: Engine) -> dict[str, int]:
    """By column of ``derived.linkage_records``: the records that fill it (``record_no``: all)."""
    names = engine.fetch("select * from derived.linkage_records limit 0").columns
    counts = ", ".join(f'count("{name}") as "{name}"' for name in names)
    return dict(engine.fetch(f"select {counts} from derived.linkage_records").row(0, named=True))


def count_levels(
    engine: Engine, comparisons: Sequence[Comparison], vectors: str = CANDIDATES
) -> dict[str, tuple[int, ...]]:
    """By comparison, the candidate pairs at each of its levels, the strongest first.

    Pairs are many, and the vectors that they have a few thousand: each is counted once, for all comparisons.
    """
    if not comparisons:
        return {}
    levels = ", ".join(f'"level_{c.name}"' for c in comparisons)
    by_comparison = " union all ".join(
        f'select {literal(c.name)} as comparison, "level_{c.name}" as level, sum(n)::bigint as n from counted'
        f' group by "level_{c.name}"'
        for c in comparisons
    )
    counted = {
        (name, level): n
        for name, level, n in engine.fetch(
            f"with counted as (select {levels}, count(*) as n from {vectors} group by {levels}) {by_comparison}"
        ).iter_rows()
    }
    return {
        c.name: tuple(counted.get((c.name, level), 0) for level in range(len(c.levels)))
        for c in comparisons
    }


def read_baseline(folder: Path) -> Baseline | None:
    """Read the baseline of the model in ``folder``; None where the model was frozen without one."""
    values = json.loads((folder / "report.json").read_text(encoding="utf-8")).get(BASELINE)
    if values is None:
        return None
    levels = {name: tuple(counts) for name, counts in values["level_counts"].items()}
    return Baseline(
        values["record_count"], values["pair_count"], levels, dict(values["filled_counts"])
    )


def divergence(one: npt.ArrayLike, other: npt.ArrayLike) -> float | None:
    """Jensen-Shannon divergence (bits) of two distributions given as counts or shares.

    0 for the same, 1 for nothing in common; None where one of them is empty. J. Lin, "Divergence
    measures based on the Shannon entropy", IEEE Transactions on Information Theory 37, 1991.
    """
    p, q = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if p.sum() <= 0 or q.sum() <= 0:
        return None
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2

    def relative_entropy(shares: npt.NDArray[np.float64]) -> float:
        seen = shares > 0
        return float((shares[seen] * np.log2(shares[seen] / middle[seen])).sum())

    return max(0.0, (relative_entropy(p) + relative_entropy(q)) / 2)
