"""Strict, golden and loose IDs against the truth: python -m benchmarks.nested_ids HOME ...

Of each home that has published, and has its labels (``labels.csv``, or a demo's ``truth/labels.csv``), precision and
recall of pairs of records by each of the three IDs in the crosswalk, and how many there are.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import polars as pl

from omni_identity.cli.labels_file import read_labels
from omni_identity.linkage.evaluation import evaluate_clusters

IDS = ("strict_id", "golden_id", "loose_id")
HEAD = "| set | records | " + " | ".join(f"{name}: precision | recall" for name in IDS) + " |"


def measure(home: Path) -> tuple[int, list[tuple[float | None, float | None]]]:
    """The number of judged records, and precision and recall of pairs by each of ``IDS``."""
    labels = home / "labels.csv"
    truth = read_labels(labels if labels.exists() else home / "truth" / "labels.csv")
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        crosswalk: pl.DataFrame = published.sql("select * from crosswalk").pl()
    found = []
    for name in IDS:
        predicted = crosswalk.select("channel", "source_record_id", pl.col(name).alias("golden_id"))
        evaluation = evaluate_clusters(predicted, truth)
        score = evaluation.overall.pairwise
        found.append((score.precision, score.recall))
    return evaluation.overall.record_count, found


def report(homes: list[Path]) -> str:
    """A table in Markdown, a row a home."""
    lines = [HEAD, "|---" * (2 + 2 * len(IDS)) + "|"]
    for home in homes:
        count, scores = measure(home)
        figures = ("–" if value is None else f"{value:.3f}" for score in scores for value in score)
        lines.append(f"| {home.name} | {count:,} | {' | '.join(figures)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report([Path(home) for home in sys.argv[1:]]))
