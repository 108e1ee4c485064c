"""Bare Splink on standardised records: trains, blocks, predicts and clusters, and nothing else.

    python -m benchmarks.scale.bare_splink RECORDS.parquet MODEL_FOLDER OUT.json [lean]

The comparisons are our model's. The blocking rules are the model's too, each over a column of keys
(``key_<n>``, made by ``export_records`` from the keys that our blocking used, so that no block
explodes); one that gives a record several keys is exploded, as Splink does it. Training is what its
documentation shows: the prior, u by random sampling, EM under two rules. Predictions keep the compared
columns, as they do by default; ``lean`` leaves them out, as our own linkage does.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from omni_identity.engines.literals import literal
from omni_identity.linkage.blocking_rules import possible_rules
from omni_identity.linkage.model import load_model, starting_model
from omni_identity.linkage.splink_settings import comparison_creators
from omni_identity.model.attributes import Vocabulary

TRAINING_PAIRS = 1e6
THRESHOLD = 0.9


def export_records(warehouse: Path, vocabulary: Vocabulary, target: Path) -> int:
    """Write ``derived.linkage_records`` with a column of keys per blocking rule; return how many records.

    A block that our blocking left out because of its size, or that holds one record, is none.
    """
    limits = ", ".join(f"({rule.number}, {rule.largest})" for rule in possible_rules(vocabulary))
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(warehouse)} as w (read_only)").fetchall()
        rules = connection.execute(
            "select rule_no from w.derived.blocking_rules order by rule_no"
        ).fetchall()
        connection.execute(
            f"""
            create table keys as
            with used as (
                select distinct k.rule_no, k.key from w.derived.block_keys k
                join (
                    select rule_no, key, count(*) as size from w.derived.block_keys group by all
                ) using (rule_no, key)
                join (values {limits}) limits (rule_no, largest) using (rule_no)
                where size between 2 and largest
            )
            select record_no, rule_no, list(distinct key) as keys
            from w.derived.block_keys semi join used using (rule_no, key) group by all
            """
        ).fetchall()
        columns, joins = "", ""
        for (rule,) in rules:
            several = connection.execute(
                f"select coalesce(max(len(keys)), 0) > 1 from keys where rule_no = {rule}"
            ).fetchall()[0][0]
            value = f"k{rule}.keys" if several else f"k{rule}.keys[1]"
            columns += f", {value} as key_{rule}"
            joins += (
                f" left join (select record_no, keys from keys where rule_no = {rule}) k{rule}"
                " using (record_no)"
            )
        connection.execute(
            f"copy (select r.*{columns} from w.derived.linkage_records r{joins} order by record_no)"
            f" to {literal(target)} (format parquet)"
        ).fetchall()
        found = connection.execute("select count(*) from w.derived.linkage_records").fetchall()
    return int(found[0][0])


def main() -> None:
    """Time each of Splink's steps."""
    records, folder, out = (Path(argument) for argument in sys.argv[1:4])
    model = load_model(folder)
    seconds: dict[str, float] = {}
    began = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        seconds[name] = time.perf_counter() - began
        began = time.perf_counter()

    connection = duckdb.connect()
    connection.execute(f"create table records as select * from {literal(records)}").fetchall()
    described = connection.execute("describe records").fetchall()
    keys = {name: kind for name, kind, *_ in described if name.startswith("key_")}
    lap("loading")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_no",
        comparisons=list(
            comparison_creators(starting_model(model.comparisons), with_probabilities=False)
        ),
        blocking_rules_to_generate_predictions=[
            block_on(name, arrays_to_explode=[name] if kind.endswith("[]") else None)
            for name, kind in keys.items()
        ],
        retain_matching_columns=sys.argv[4:] != ["lean"],
    )
    warnings.simplefilter("ignore")
    api = DuckDBAPI(connection=connection)
    linker = Linker(
        api.register("records", dataset_display_name="records"),
        settings,
        validate_settings=False,
        log_level=None,
    )
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("first", "last", "birth_date")], recall=0.5
    )
    training.estimate_u_using_random_sampling(max_pairs=TRAINING_PAIRS, seed=1)
    for rule in (block_on("first", "last"), block_on("postcode", "last")):
        training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=TRAINING_PAIRS)
    lap("training")
    predicted = linker.inference.predict(warning_mode="never")
    lap("blocking and predicting")
    pairs = connection.execute(f"select count(*) from {predicted.physical_name}").fetchall()[0][0]
    linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, THRESHOLD)
    lap("clustering")
    out.write_text(json.dumps({"seconds": seconds, "pairs": pairs}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
