"""Bare Splink as its documentation would have it: library comparisons, u by sampling, m by EM.

The steps are those of its tutorials (deduplicating 50,000 records): ready-made comparisons on cleaned
columns, several blocking rules, the probability that two records match from deterministic rules at
recall 0.7, u by random sampling, m by EM under rules that leave each comparison free once, then
predictions and connected components at a threshold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.blocking_analysis import count_comparisons_from_blocking_rules

USUAL = 0.95
THRESHOLDS = (USUAL, 0.01, 0.1, 0.5, 0.8, 0.9, 0.99, 0.999, 0.9999, 0.99999, 1 - 1e-6, 1 - 1e-7)
"""Match probabilities; the best one is chosen with the truth in hand, which no user has."""

MAX_RULE_PAIRS = 5_000_000
MAX_PAIRS = 30_000_000


@dataclass(frozen=True)
class Columns:
    """The columns of a data set: which are there, and which the mapping declared itself."""

    present: frozenset[str]
    identifiers: tuple[str, ...]
    attributes: dict[str, str]
    country: str | None

    def rules(self, *groups: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Those of ``groups`` whose columns are all present; ``substr`` of a column is allowed."""
        named = {g: {c for term in g for c in re.findall(r"[a-z_]+\w*", term)} for g in groups}
        return [g for g, columns in named.items() if columns - {"substr"} <= self.present]

    @property
    def keys(self) -> list[str]:
        """The identifiers that are present."""
        return [name for name in self.identifiers if name in self.present]


def link(table: pl.DataFrame, columns: Columns) -> Iterator[tuple[float, pl.DataFrame]]:
    """Yield ``(threshold, clusters)``; the usual threshold comes first."""
    frame = table.with_row_index("unique_id")
    whole = pl.col("first_name") + " " + pl.col("last_name")
    frame = frame.with_columns(whole.alias("first_and_last_name"))
    connection = duckdb.connect(config={"threads": 2})
    connection.sql("set enable_progress_bar = false")
    api = DuckDBAPI(connection)
    records = api.register(frame.to_arrow(), dataset_display_name="records")
    rules = choose_blocking_rules(records, columns)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(columns),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        em_convergence=0.001,
        max_iterations=25,
    )
    linker = Linker(records, settings)
    train(linker, columns)
    predictions = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predictions, threshold_match_probability=threshold
        )
        found = connection.sql(f"select unique_id, cluster_id from {clusters.physical_name}").pl()
        joined = frame.select("unique_id", "channel", "source_record_id").join(
            found.with_columns(pl.col("unique_id").cast(pl.UInt32)), on="unique_id"
        )
        yield threshold, joined.rename({"cluster_id": "golden_id"}).drop("unique_id")


def comparisons(columns: Columns) -> list[Any]:
    """The library's comparison for each attribute that is there."""
    made: list[Any] = []
    if {"first_name", "last_name"} <= columns.present:
        made.append(
            cl.ForenameSurnameComparison(
                "first_name",
                "last_name",
                forename_surname_concat_col_name="first_and_last_name",
            )
        )
    ready = {
        "middle_name": lambda name: cl.JaroWinklerAtThresholds(name, [0.9]),
        "birth_date": lambda name: cl.DateOfBirthComparison(name, input_is_string=True),
        "email": cl.EmailComparison,
        "phone": lambda name: _frequent(cl.LevenshteinAtThresholds(name, [1, 2])),
        "street": lambda name: _frequent(cl.JaroWinklerAtThresholds(name, [0.9, 0.7])),
        "city": lambda name: _frequent(cl.JaroWinklerAtThresholds(name, [0.9])),
        "postcode": cl.PostcodeComparison
        if columns.country == "GB"
        else lambda name: _frequent(cl.LevenshteinAtThresholds(name, [1])),
        "region": cl.ExactMatch,
        "gender": cl.ExactMatch,
    }
    declared = {
        "exact": lambda name: _frequent(cl.ExactMatch(name)),
        "fuzzy": lambda name: _frequent(cl.JaroWinklerAtThresholds(name, [0.9, 0.7])),
        "date": ready["birth_date"],
    }
    for name in columns.keys:
        ready.setdefault(name, lambda key: _frequent(cl.ExactMatch(key)))
    for name, kind in columns.attributes.items():
        ready[name] = declared[kind]
    return [*made, *(create(name) for name, create in ready.items() if name in columns.present)]


def _frequent(comparison: Any) -> Any:
    return comparison.configure(term_frequency_adjustments=True)


def choose_blocking_rules(records: Any, columns: Columns) -> list[tuple[str, ...]]:
    """Rules as in the tutorials, in the order of their use, none of which makes too many pairs."""
    wanted = columns.rules(
        *((key,) for key in columns.keys),
        *((name,) for name in columns.attributes),
        ("first_name", "last_name"),
        ("substr(first_name,1,3)", "substr(last_name,1,4)"),
        ("last_name", "birth_date"),
        ("first_name", "birth_date"),
        ("postcode", "birth_date"),
        ("street", "postcode"),
        ("first_name", "postcode"),
        ("last_name", "postcode"),
        ("first_name", "city"),
        ("last_name", "city"),
        ("birth_date",),
        ("last_name",),
    )
    chosen: list[tuple[str, ...]] = []
    total = 0
    for rule in wanted:
        counted = count_comparisons_from_blocking_rules(
            records,
            blocking_rules=[block_on(*rule)],
            link_type="dedupe_only",
            record_sample_proportion=1.0,
        )
        pairs = int(counted[0]["marginal_comparison_count"])
        if pairs <= MAX_RULE_PAIRS and total + pairs <= MAX_PAIRS:
            chosen.append(rule)
            total += pairs
    return chosen


def train(linker: Linker, columns: Columns) -> None:
    """The prior from deterministic rules, u by random sampling, m by EM under up to three rules.

    EM that fails under a rule (small or clean data) leaves its levels at Splink's own defaults.
    """
    deterministic = columns.rules(
        ("first_name", "last_name", "birth_date"), *((key,) for key in columns.keys)
    )
    deterministic = deterministic or columns.rules(("first_name", "last_name", "postcode"))
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in deterministic], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    wanted = columns.rules(
        ("first_name", "last_name"), ("birth_date",), *((key,) for key in columns.keys)
    )
    for rule in wanted[:3]:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), record_sample_proportion=1.0, max_pairs=5e6
            )
        except Exception as error:
            # the class is in splink.internals alone
            if type(error).__name__ != "EMTrainingException":
                raise
            print(f"EM under {rule}: {error}")
