"""Measures customers against labels: pairwise and B-cubed figures, sizes, a breakdown by cause."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from omni_identity.channels.written_ids import bare_ids
from omni_identity.model.errors import UsageError

RECORD = ["channel", "source_record_id"]
GROUPS = {
    "predicted": ["golden_id"],
    "true": ["entity"],
    "shared": ["golden_id", "entity"],
}
"""What the two records of a pair have in common: their customer, their person, or both."""


@dataclass(frozen=True)
class Score:
    """Precision and recall, each in 0 to 1; None where there was nothing to judge."""

    precision: float | None
    recall: float | None

    @property
    def f1(self) -> float | None:
        """Their harmonic mean; None if either is None, 0 if both are 0."""
        if self.precision is None or self.recall is None:
            return None
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Quality:
    """How well a set of records is put together.

    ``pairwise`` judges pairs of which at least one record is in the set: precision is the share of
    the predicted ones that are true, recall the share of the true ones that were predicted.
    ``b_cubed`` averages over the records the share of their customer (precision) and of their
    person (recall) that is in both.
    """

    record_count: int
    predicted_pair_count: int
    true_pair_count: int
    shared_pair_count: int
    b_cubed: Score

    @property
    def pairwise(self) -> Score:
        """Precision and recall of pairs; None where no pair was predicted, or none is true."""
        return Score(
            _share(self.shared_pair_count, self.predicted_pair_count),
            _share(self.shared_pair_count, self.true_pair_count),
        )


@dataclass(frozen=True)
class Evaluation:
    """All figures of one evaluation; only records that are current *and* labelled count.

    ``sizes`` has one row per ``record_count`` with the number of customers (``customer_count``) and
    of true persons (``entity_count``) of that size. ``by_cause`` is empty without causes.
    """

    overall: Quality
    by_cause: dict[str, Quality]
    sizes: pl.DataFrame
    customer_count: int
    entity_count: int
    labelled_but_not_current_count: int
    current_but_not_labelled_count: int


def evaluate_clusters(predicted: pl.DataFrame, truth: pl.DataFrame) -> Evaluation:
    """Compare customers with the truth.

    ``predicted`` has ``channel, source_record_id, golden_id``, one row per current record;
    ``truth`` has ``channel, source_record_id, entity`` and perhaps ``cause`` (why the record is
    hard), other columns are ignored, as are rows without an entity. Values are compared as text.
    Raises ``UsageError`` when a label contradicts another one.
    """
    current = predicted.select(pl.col(*RECORD, "golden_id").cast(pl.String))
    labels = distinct_labels(truth)
    judged = current.join(labels, on=RECORD, how="inner")
    overall = _qualities(judged.with_columns(cause=pl.lit("")))
    has_causes = "cause" in labels.columns
    causes = judged.drop_nulls("cause") if has_causes else judged.clear()
    return Evaluation(
        overall=overall.get("", Quality(0, 0, 0, 0, Score(None, None))),
        by_cause=_qualities(causes, judged) if has_causes else {},
        sizes=_sizes(judged),
        customer_count=judged["golden_id"].n_unique(),
        entity_count=judged["entity"].n_unique(),
        labelled_but_not_current_count=labels.height - judged.height,
        current_but_not_labelled_count=current.height - judged.height,
    )


def distinct_labels(truth: pl.DataFrame) -> pl.DataFrame:
    """One row per labelled record, all as text; ``UsageError`` when two labels contradict each other."""
    columns = [*RECORD, "entity", *(["cause"] if "cause" in truth.columns else [])]
    labels = truth.select(pl.col(columns).cast(pl.String))
    labels = labels.with_columns(bare_ids(labels["source_record_id"])).drop_nulls(
        [*RECORD, "entity"]
    )
    persons = labels.group_by(RECORD).agg(pl.col("entity").n_unique())
    contradicting = persons.filter(pl.col("entity") > 1).height
    if contradicting:
        raise UsageError(f"The labels give {contradicting} records more than one entity.")
    return labels.unique(RECORD, keep="first", maintain_order=True)


def _qualities(records: pl.DataFrame, everyone: pl.DataFrame | None = None) -> dict[str, Quality]:
    """Quality per ``cause`` of ``records``; customers and persons are those of ``everyone``."""
    others = records if everyone is None else everyone
    pairs = {name: _pairs(records, others, keys) for name, keys in GROUPS.items()}
    cells = records.group_by(*GROUPS["shared"], "cause").agg(pl.len().alias("weight"))
    for name, keys in GROUPS.items():
        cells = cells.join(others.group_by(keys).agg(pl.len().alias(name)), on=keys)
    cells = cells.sort("cause", *GROUPS["shared"])  # float sums depend on their order
    means = cells.group_by("cause", maintain_order=True).agg(
        pl.col("weight").sum(),
        _mean_share("predicted").alias("precision"),
        _mean_share("true").alias("recall"),
    )
    return {
        cause: Quality(
            record_count=weight,
            predicted_pair_count=pairs["predicted"][cause],
            true_pair_count=pairs["true"][cause],
            shared_pair_count=pairs["shared"][cause],
            b_cubed=Score(precision, recall),
        )
        for cause, weight, precision, recall in means.iter_rows()
    }


def _mean_share(group: str) -> pl.Expr:
    share = pl.col("weight") * pl.col("shared") / pl.col(group)
    return share.sum() / pl.col("weight").sum()


def _pairs(records: pl.DataFrame, everyone: pl.DataFrame, keys: list[str]) -> dict[str, int]:
    """Per cause, the pairs that agree on ``keys`` and hold at least one record of that cause.

    All pairs of a group less those among its records without the cause, so nothing is enumerated.
    """
    size = pl.col("size").cast(pl.Int64)
    rest = size - pl.col("part").cast(pl.Int64)
    groups = everyone.group_by(keys).agg(pl.len().alias("size"))
    parts = records.group_by(*keys, "cause").agg(pl.len().alias("part")).join(groups, on=keys)
    counted = parts.with_columns(n=(size * (size - 1) - rest * (rest - 1)) // 2)
    return dict(counted.group_by("cause").agg(pl.col("n").sum()).iter_rows())


def _sizes(judged: pl.DataFrame) -> pl.DataFrame:
    def counts(group: str, name: str) -> pl.DataFrame:
        members = judged.group_by(group).agg(pl.len().alias("record_count"))
        return members.group_by("record_count").agg(pl.len().alias(name))

    customers, entities = counts("golden_id", "customer_count"), counts("entity", "entity_count")
    both = customers.join(entities, on="record_count", how="full", coalesce=True)
    return both.fill_null(0).cast(pl.Int64).sort("record_count")


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
