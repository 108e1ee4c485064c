"""The reliability of a confidence: bins of what was said against what was so, and their distance."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)


@dataclass(frozen=True)
class Bin:
    """Customers whose confidence lies from ``low`` up to ``high``: mean confidence, share of one person."""

    low: float
    high: float
    count: int
    said: float
    so: float


@dataclass(frozen=True)
class Reliability:
    """The bins that hold a customer; the customers; the expected calibration error over the bins."""

    bins: tuple[Bin, ...]
    count: int
    said: float
    so: float
    error: float


def measure_reliability(customers: pl.DataFrame) -> Reliability:
    """Bin customers (``identity_confidence``, ``is_one_person``), and average the bins' distances by size."""
    binned = (
        customers.with_columns(
            pl.sum_horizontal(pl.col("identity_confidence") >= edge for edge in EDGES[1:-1]).alias(
                "bin"
            )
        )
        .group_by("bin")
        .agg(
            pl.len().alias("count"),
            pl.col("identity_confidence").mean().alias("said"),
            pl.col("is_one_person").mean().alias("so"),
        )
        .sort("bin")
    )
    bins = tuple(
        Bin(EDGES[number], EDGES[number + 1], count, said, so)
        for number, count, said, so in binned.iter_rows()
    )
    total = customers.height
    return Reliability(
        bins,
        total,
        sum(b.said * b.count for b in bins) / total,
        sum(b.so * b.count for b in bins) / total,
        sum(abs(b.said - b.so) * b.count for b in bins) / total,
    )
