"""How well could pairs be told with the truth at hand: python -m benchmarks.bounds HOME ... (extra ``bench``).

For homes that have published, with their labels. A classifier (gradient boosting of scikit-learn, which comes with
recordlinkage) is taught the truth of four in five components, and says of the pairs of the fifth what they are. It
sees all that the model has of a pair: levels, how rare values are, the weights against each class, and on how many
records the name of each is. Components are cut by its word as they are by the model's, both at the best of several
cuts, chosen by the truth. What that leaves wrong no weighing of this evidence mends.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from benchmarks.reliability.customers import find_labels
from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.labels_file import read_labels
from omni_identity.engines.literals import literal
from omni_identity.identity.average_linkage import NO_MOST
from omni_identity.identity.component_cuts import CANNOT_LINK, cut_components
from omni_identity.identity.constraints import forbidden_by_sql
from omni_identity.identity.counted_weights import GREATEST_WEIGHT, LEAST_WEIGHT
from omni_identity.linkage.evaluation import Evaluation, evaluate_clusters
from omni_identity.linkage.pinned_model import load_pinned

FOLDS = 5
FEWEST_PAIRS = 2_000
"""Of fewer there is nothing to teach by."""
CUTS = (-2.5, -2.25, -2.0, -1.75, -1.5, -1.25, -1.0, -0.75, -0.5, 0.0, 0.5)
CERTAIN = 1e-9

_RECORDS = """
    select s.channel, s.source_record_id, s.record_no, k.golden_id,
        coalesce(e.representative_no, s.record_no) as node, c.evidence_no as component_no,
        count(r.names) over (partition by r.names) as namesakes
    from home.derived.source_records s
    join home.derived.crosswalk k using (channel, source_record_id)
    join home.derived.linkage_records r using (record_no)
    left join home.derived.equal_records e on e.record_no = s.record_no
    left join home.derived.components c on c.record_no = coalesce(e.representative_no, s.record_no)
    order by s.record_no
"""
_PAIRS = """
    select p.* exclude (rules, is_inner), a.component_no,
        a.namesakes as namesakes_l, b.namesakes as namesakes_r, ({forbidden_by}) is not null as is_forbidden
    from home.derived.scored_pairs p
    join records a on a.record_no = p.record_no_l
    join records b on b.record_no = p.record_no_r
    join home.derived.source_records l on l.record_no = p.record_no_l
    join home.derived.source_records r on r.record_no = p.record_no_r
    cross join (select null::varchar as judgement) d
    where a.component_no = b.component_no
    order by p.record_no_l, p.record_no_r
"""


@dataclass(frozen=True)
class Bound:
    """A home's customers as published, by the model's weights at the best cut, and by the classifier's at its best."""

    published: Evaluation
    best_cut: Evaluation
    taught: Evaluation | None


def measure(home: Path) -> Bound:
    """Measure the last run of ``home``; ``taught`` is None where it has too few pairs."""
    truth = read_labels(find_labels(home))
    unique = load_configuration(home / "omni.yaml").vocabulary.unique_identifiers
    with duckdb.connect() as connection:
        connection.execute(
            f"attach {literal(home / 'warehouse' / 'omni.duckdb')} as home (read_only)"
        )
        connection.execute(f"create temp table records as {_RECORDS}")
        records: pl.DataFrame = connection.sql("from records order by record_no").pl()
        pairs: pl.DataFrame = connection.sql(
            _PAIRS.replace("{forbidden_by}", forbidden_by_sql(unique))
        ).pl()
    keys = ["channel", "source_record_id"]
    persons = records.join(truth, on=keys).select("record_no", "entity")
    levels = [name for name in pairs.columns if name.startswith("level_")]
    says_nothing = pairs.select(pl.max_horizontal(levels) == -1).to_series()
    pairs = pairs.join(
        persons.rename({"record_no": "record_no_l", "entity": "entity_l"}),
        on="record_no_l", how="left", maintain_order="left",
    ).join(
        persons.rename({"record_no": "record_no_r", "entity": "entity_r"}),
        on="record_no_r", how="left", maintain_order="left",
    )  # fmt: skip
    most = load_pinned(home / "warehouse" / "models").most_records or NO_MOST
    pairs = pairs.with_columns(says_nothing=says_nothing)
    taught = None
    if pairs.height >= FEWEST_PAIRS:
        taught = best_cut(records, truth, pairs.with_columns(weight=teach(pairs)), most)
    return Bound(
        evaluate_clusters(records, truth),
        best_cut(records, truth, pairs.with_columns(weight="match_weight"), most),
        taught,
    )


def teach(pairs: pl.DataFrame) -> pl.Series:
    """Of each pair the log2 odds that a classifier gives it which was taught the truth of other components.

    Columns: ``component_no``, ``entity_l``, ``entity_r`` (null: not known), and what there is to see.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    seen = [
        c for c in pairs.columns if c.startswith(("level_", "rarity_", "weight_", "namesakes_"))
    ]
    features = pairs.select(pl.col(*seen, "match_weight").cast(pl.Float64)).to_numpy()
    is_known = pairs.select(pl.col("entity_l", "entity_r").is_not_null()).to_numpy().all(axis=1)
    is_match = pairs.select((pl.col("entity_l") == pl.col("entity_r")).fill_null(False)).to_series()
    fold = pairs["component_no"].rank("dense").to_numpy() % FOLDS
    chances = np.zeros(pairs.height)
    for number in range(FOLDS):
        classifier: Any = HistGradientBoostingClassifier(
            max_iter=300, learning_rate=0.06, l2_regularization=1.0, random_state=0,
            early_stopping=True, validation_fraction=0.1,
        )  # fmt: skip
        taught = (fold != number) & is_known
        classifier.fit(features[taught], is_match.to_numpy()[taught])
        judged = fold == number
        chances[judged] = classifier.predict_proba(features[judged])[:, 1]
    bounded = np.clip(chances, CERTAIN, 1 - CERTAIN)
    return pl.Series(np.log2(bounded / (1 - bounded)))


def best_cut(
    records: pl.DataFrame, truth: pl.DataFrame, pairs: pl.DataFrame, most: float
) -> Evaluation:
    """The evaluation at that of ``CUTS`` with the greatest F1; ``most`` is how many records people have at most.

    Columns of ``pairs`` beside the records: ``component_no``, ``weight``, ``is_forbidden``, ``says_nothing``.
    """
    members = records.filter(
        pl.col("component_no").is_not_null(), pl.col("node") == pl.col("record_no")
    )
    bounded = pl.col("weight").clip(LEAST_WEIGHT, GREATEST_WEIGHT)
    weighed = pairs.select(
        "component_no",
        "record_no_l",
        "record_no_r",
        weight=pl.when("is_forbidden")
        .then(CANNOT_LINK)
        .when("says_nothing")
        .then(None)
        .otherwise(bounded),
    )
    found = []
    for cut in CUTS:
        nodes = cut_components(members.select("component_no", "record_no"), weighed, cut, most)
        customers = records.join(nodes, left_on="node", right_on="record_no", how="left")
        customers = customers.with_columns(golden_id=pl.coalesce("cluster_no", -pl.col("node")))
        found.append(evaluate_clusters(customers, truth))
    return max(found, key=lambda one: one.overall.pairwise.f1 or 0.0)


def report(homes: list[Path]) -> str:
    """A table in Markdown: a row a home, and one for each cause of its labels."""
    lines = [
        "| set | cause | records | published F1 | at the best cut | taught the truth |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for home in homes:
        bound = measure(home)
        evaluations = (bound.published, bound.best_cut, bound.taught)
        for cause in ("", *sorted(bound.published.by_cause)):
            scores = []
            for evaluation in evaluations:
                quality = evaluation and (
                    evaluation.by_cause[cause] if cause else evaluation.overall
                )
                f1 = quality.pairwise.f1 if quality else None
                scores.append("–" if f1 is None else f"{f1:.3f}")
            chosen = bound.published.by_cause[cause] if cause else bound.published.overall
            lines.append(
                f"| {home.name} | {cause} | {chosen.record_count:,} | {' | '.join(scores)} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    print(report([Path(home) for home in sys.argv[1:]]))
