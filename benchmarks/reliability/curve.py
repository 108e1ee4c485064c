"""The reliability of a confidence: bins of what was said against what was so, and their distance."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
MANY = 7


@dataclass(frozen=True)
class Bin:
    """Customers whose confidence lies from ``low`` up to ``high``: mean confidence, share of one person."""

    low: float
    high: float
    count: int
    said: float
    so: float


@dataclass(frozen=True)
class OfSize:
    """Customers of so many records (``MANY``: or more): their number, mean confidence, share of one person."""

    records: int
    count: int
    said: float
    so: float


@dataclass(frozen=True)
class Reliability:
    """The bins that hold a customer; the customers; the expected calibration error over the bins.

    ``ranking`` is how often a customer that is one person has more confidence than one that is not
    (ties count half); None where there is only one kind.
    """

    bins: tuple[Bin, ...]
    count: int
    said: float
    so: float
    error: float
    ranking: float | None
    sizes: tuple[OfSize, ...]


def measure_reliability(customers: pl.DataFrame) -> Reliability:
    """Bin customers by what was said, and average the bins' distances from what was so by their size.

    Columns: ``identity_confidence``, ``is_one_person``, ``record_count``.
    """
    number = pl.sum_horizontal(pl.col("identity_confidence") >= edge for edge in EDGES[1:-1])
    binned = _told(customers.with_columns(number.alias("bin")), "bin")
    bins = tuple(
        Bin(EDGES[number], EDGES[number + 1], count, said, so)
        for number, count, said, so in binned.iter_rows()
    )
    total = customers.height
    sizes = _told(
        customers.with_columns(pl.col("record_count").clip(upper_bound=MANY)), "record_count"
    )
    return Reliability(
        bins,
        total,
        sum(b.said * b.count for b in bins) / total,
        sum(b.so * b.count for b in bins) / total,
        sum(abs(b.said - b.so) * b.count for b in bins) / total,
        _ranking(customers),
        tuple(OfSize(*row) for row in sizes.iter_rows()),
    )


def _told(customers: pl.DataFrame, by: str) -> pl.DataFrame:
    """Per value of ``by``, in its order: customers, mean confidence, share that is one person."""
    return (
        customers.group_by(by)
        .agg(
            pl.len().alias("count"),
            pl.col("identity_confidence").mean().alias("said"),
            pl.col("is_one_person").mean().alias("so"),
        )
        .sort(by)
    )


def _ranking(customers: pl.DataFrame) -> float | None:
    """The area under the ROC curve, from ranks (Mann and Whitney)."""
    right = int(customers["is_one_person"].sum())
    wrong = customers.height - right
    if not right or not wrong:
        return None
    ranks = customers["identity_confidence"].rank("average").filter(customers["is_one_person"])
    return float((float(ranks.sum()) - right * (right + 1) / 2) / (right * wrong))
