"""How far an evaluation can be trusted: confidence intervals by a cluster bootstrap over persons.

Records of one person stand or fall together, so persons, not records or pairs, are drawn anew: the
figures are ratios of sums over persons, as in Binette, York, Hickerson, Baek, Madhavan and Jones,
"Estimating the performance of entity resolution algorithms: lessons learned through PatentsView.org"
(2022, The American Statistician 77, 2023). A wrong pair of two persons counts half to each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from omni_identity.linkage.evaluation import RECORD, Score, distinct_labels

LEVEL = 0.95
REPLICATES = 1000
SEED = 1
CELLS_AT_ONCE = 4_000_000
METHOD = (
    f"cluster bootstrap over persons ({REPLICATES} replicates, percentiles), "
    "after Binette et al., Estimating the performance of entity resolution algorithms, 2022"
)
SUMS = ("records", "shared", "predicted", "true", "precision", "recall")
"""What a person adds up to: records, pairs (shared, predicted, true), shares summed over records."""

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Bounds:
    """The intervals of precision, recall and F1; None where there is nothing to judge."""

    precision: Interval | None
    recall: Interval | None
    f1: Interval | None


@dataclass(frozen=True)
class Estimate:
    """Figures of a sample of persons, each with the interval that ``LEVEL`` of such samples cover."""

    person_count: int
    pairwise: Score
    pairwise_bounds: Bounds
    b_cubed: Score
    b_cubed_bounds: Bounds


@dataclass(frozen=True)
class Estimates:
    """``labelled`` looks at labelled records only, as ``evaluate_clusters`` does.

    ``everybody`` takes a record without a label for somebody else's, which is right when the labels
    name every record of the persons in them: then it holds for all customers, of whom the labelled
    records alone would show too few of the wrong links. None when every current record is labelled.
    """

    labelled: Estimate
    everybody: Estimate | None


def estimate_quality(
    predicted: pl.DataFrame, truth: pl.DataFrame, seed: int = SEED, replicates: int = REPLICATES
) -> Estimates:
    """Estimate pairwise and B-cubed figures with intervals; frames as in ``evaluate_clusters``.

    The same frames and ``seed`` give the same intervals, whatever the order of the rows. Raises
    ``UsageError`` when a label contradicts another one.
    """
    current = predicted.select(pl.col(*RECORD, "golden_id").cast(pl.String))
    records = current.join(distinct_labels(truth), on=RECORD, how="left")
    labelled = records.drop_nulls("entity")
    everybody = None
    if labelled.height < records.height:
        everybody = _estimate(sum_by_person(records), seed, replicates)
    return Estimates(_estimate(sum_by_person(labelled), seed, replicates), everybody)


def sum_by_person(records: pl.DataFrame) -> pl.DataFrame:
    """One row per ``entity`` of ``records`` (``golden_id, entity``) with the columns ``SUMS``.

    A record without an entity is nobody's, but counts in the size of its customer.
    """
    size, person, part = (pl.col(name).cast(pl.Int64) for name in ("size", "person", "part"))
    cells = (
        records.group_by("golden_id", "entity")
        .agg(pl.len().alias("part"))
        .with_columns(pl.col("part").sum().over("golden_id").alias("size"))
        .drop_nulls("entity")
        .with_columns(pl.col("part").sum().over("entity").alias("person"))
        .sort("entity", "golden_id")  # float sums depend on their order
    )
    return cells.group_by("entity", maintain_order=True).agg(
        part.sum().alias("records"),
        (part * (part - 1) / 2).sum().alias("shared"),
        (part * (size - 1) / 2).sum().alias("predicted"),
        (person * (person - 1) / 2).first().alias("true"),
        (part * part / size).sum().alias("precision"),
        (part * part / person).sum().alias("recall"),
    )


def _estimate(persons: pl.DataFrame, seed: int, replicates: int) -> Estimate:
    # persons with the same sums are interchangeable, so drawing how many of each kind is the same
    kinds = persons.select(pl.col(SUMS).round(12)).group_by(SUMS).len().sort(SUMS)
    values = kinds.select(pl.col(SUMS).cast(pl.Float64)).to_numpy()
    counts = kinds["len"].to_numpy().astype(np.int64)
    found = _figures(counts[None, :].astype(np.float64) @ values)[0]
    drawn = _figures(_resample(values, counts, seed, replicates))
    bounds = [_interval(drawn[:, i], float(found[i]), persons.height) for i in range(6)]
    figures = [None if np.isnan(figure) else float(figure) for figure in found]
    return Estimate(
        persons.height,
        Score(figures[0], figures[1]),
        Bounds(*bounds[:3]),
        Score(figures[3], figures[4]),
        Bounds(*bounds[3:]),
    )


def _resample(values: Floats, counts: npt.NDArray[np.int64], seed: int, replicates: int) -> Floats:
    """Draw as many persons as there are, again and again; return the sums of each drawing."""
    total = int(counts.sum())
    if not total:
        return np.zeros((1, len(SUMS)))
    generator = np.random.default_rng(seed)
    at_once = max(1, CELLS_AT_ONCE // len(counts))
    drawings = [
        generator.multinomial(total, counts / total, min(at_once, replicates - start)) @ values
        for start in range(0, replicates, at_once)
    ]
    return np.concatenate(drawings)


def _figures(sums: Floats) -> Floats:
    """Pairwise precision, recall, F1, then B-cubed ones, of each row of ``SUMS``; NaN for 0 of 0."""
    records, shared, predicted, true, precision, recall = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        pairwise = (
            shared / predicted,
            shared / true,
            np.where((predicted > 0) & (true > 0), 2 * shared / (predicted + true), np.nan),
        )
        b_cubed = (
            precision / records,
            recall / records,
            2 * precision * recall / (precision + recall) / records,
        )
    return np.stack([*pairwise, *b_cubed], axis=1)


def _interval(drawn: Floats, found: float, persons: int) -> Interval | None:
    """The percentile interval of one figure.

    Where not one person has an error, resampling finds none either: then the lower limit is by the
    rule of three (Hanley and Lippman-Hand, JAMA 249, 1983), as if each person were right or wrong.
    """
    figures = drawn[~np.isnan(drawn)]
    if np.isnan(found) or persons < 2 or not len(figures):
        return None
    if found >= 1:
        return max(0.0, 1 - 3 / persons), 1.0
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(figures, [tail, 1 - tail])
    return float(low), float(min(high, 1.0))
