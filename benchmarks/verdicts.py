"""What stewards' verdicts teach a model: accuracy on people whom nobody was asked about, with and without them.

    python -m benchmarks.verdicts HOME LABELS

``HOME`` has had a run; it is copied, and stays as it is. An oracle, who knows ``LABELS`` (CSV of ``channel,
source_record_id, entity``), answers every second of the open questions between two customers. Two candidates are then
trained, both with these verdicts in force, and only one taught by them. Measured are those persons of whom no record
was in a question that was answered.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from omni_identity import retraining
from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.labels_file import read_labels
from omni_identity.engines import Engine
from omni_identity.linkage.evaluation import Quality, distinct_labels
from omni_identity.linkage.known_pairs import KNOWN_PAIRS, list_known_pairs
from omni_identity.linkage.scoring import weight_of
from omni_identity.model.home import Home
from omni_identity.orchestration.run import execute_nightly
from omni_identity.retraining import Candidate, fit_candidate

QUESTIONS = """
    select l.channel as channel_l, l.source_record_id as source_record_id_l,
        r.channel as channel_r, r.source_record_id as source_record_id_r, p.match_weight
    from w.derived.scored_pairs p
    join w.derived.customers l on l.record_no = p.record_no_l
    join w.derived.customers r on r.record_no = p.record_no_r
    where p.match_weight >= $review and l.golden_id <> r.golden_id
    qualify row_number() over (
        partition by least(l.golden_id, r.golden_id), greatest(l.golden_id, r.golden_id)
        order by p.match_weight desc, p.record_no_l, p.record_no_r
    ) = 1
    order by abs(p.match_weight), 1, 2, 3, 4
"""


def open_questions(home: Home, review_weight: float) -> pl.DataFrame:
    """The strongest pair of every two customers that stewards would be asked about, the least certain first."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.warehouse_file}' as w (read_only)")
        found: pl.DataFrame = connection.sql(QUESTIONS, params={"review": review_weight}).pl()
        return found


def answer_half(home: Home, questions: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Write the truth about every second question as a file of verdicts; return the labels of all other persons."""
    asked = questions.gather_every(2)
    for side in ("l", "r"):
        names = {"channel": f"channel_{side}", "source_record_id": f"source_record_id_{side}"}
        told = labels.rename({**names, "entity": f"entity_{side}"})
        asked = asked.join(told, on=list(names.values()), how="inner")
    is_same = pl.col("entity_l") == pl.col("entity_r")
    verdicts = asked.select(
        pl.lit("2026-01-01T00:00:00Z").alias("judged_at"),
        pl.when(is_same).then(pl.lit("same")).otherwise(pl.lit("different")).alias("judgement"),
        *("channel_l", "source_record_id_l", "channel_r", "source_record_id_r"),
        pl.lit("oracle").alias("judged_by"),
        pl.lit("benchmark").alias("reason"),
    )
    home.judgements.mkdir(exist_ok=True)
    verdicts.write_csv(home.judgements / "oracle.csv")
    asked_about = pl.concat([asked["entity_l"], asked["entity_r"]])
    return labels.filter(~pl.col("entity").is_in(asked_about.implode()))


@contextmanager
def untaught() -> Iterator[None]:
    """Let training know nothing of verdicts, which stay in force."""

    def list_none(engine: Engine) -> None:
        list_known_pairs(engine)
        engine.run(f"delete from {KNOWN_PAIRS}")

    retraining.list_known_pairs = list_none
    try:
        yield
    finally:
        retraining.list_known_pairs = list_known_pairs


def quality_of(candidate: Candidate) -> Quality:
    """Of the candidate's customers."""
    assert candidate.qualities is not None
    return candidate.qualities[1].overall


def main() -> None:
    """Print a line for each of the two candidates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("labels", type=Path)
    asked = parser.parse_args()
    labels = distinct_labels(read_labels(asked.labels)).select(
        "channel", "source_record_id", "entity"
    )
    with tempfile.TemporaryDirectory(prefix="verdicts-") as folder:
        home = Home(Path(folder) / "home")
        shutil.copytree(asked.home, home.root, symlinks=True)
        result = execute_nightly(home)  # by the code of now
        if result.status not in ("published", "withheld"):
            raise SystemExit(f"The run {result.status}: {result.error}")
        configuration = load_configuration(home.configuration)
        review = weight_of(configuration.linkage.review_probability)
        questions = open_questions(home, review)
        others = answer_half(home, questions, labels)
        verdicts = pl.read_csv(home.judgements / "oracle.csv", infer_schema=False)
        counts = dict(verdicts["judgement"].value_counts().sort("judgement").iter_rows())
        print(
            f"{questions.height} questions, answered: {counts}; held out: {others['entity'].n_unique()} persons"
        )
        with untaught():
            without = fit_candidate(home, configuration, others)
        taught = fit_candidate(home, configuration, others)
        for words, candidate in (("without", without), ("taught", taught)):
            quality = quality_of(candidate)
            f1, b_cubed = quality.pairwise.f1 or 0.0, quality.b_cubed.f1 or 0.0
            print(
                f"{words:8} F1 {f1:.4f} (B-cubed {b_cubed:.4f}), settles {candidate.questions.settled_count}"
                f" of {candidate.questions.open_count} open questions; known pairs"
                f" {candidate.model.report['known_pairs']}, cut at {candidate.model.report['match_probability']:.3f}"
            )


if __name__ == "__main__":
    main()
