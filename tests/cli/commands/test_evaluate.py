"""``omni evaluate`` against the demo's truth and against files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from omni_identity.linkage.evaluation import evaluate_clusters
from tests.cli.conftest import Omni


def test_figures_are_those_of_the_published_crosswalk(omni: Omni, demo_home: Path) -> None:
    labels = demo_home / "truth" / "labels.csv"
    ending = omni("evaluate", labels, "--json", "--home", demo_home)
    assert ending.exit_code == 0
    figures = json.loads(ending.out)
    with duckdb.connect(str(demo_home / "published" / "omni.duckdb"), read_only=True) as reader:
        predicted = reader.sql("select channel, source_record_id, golden_id from crosswalk").pl()
    expected = evaluate_clusters(predicted, pl.read_csv(labels, infer_schema=False))
    assert figures["pairwise"]["f1"] == expected.overall.pairwise.f1
    assert figures["b_cubed"]["recall"] == expected.overall.b_cubed.recall
    assert set(figures["by_cause"]) == set(expected.by_cause)
    assert figures["record_count"] == predicted.height - figures["current_but_not_labelled_count"]


def test_the_report_shows_figures_sizes_causes_and_what_was_left_out(
    omni: Omni, demo_home: Path
) -> None:
    out = omni("evaluate", demo_home / "truth" / "labels.csv", "--home", demo_home).out
    for words in ("precision", "B-cubed", "Sizes", "Left out:", "By cause", "household"):
        assert words in out


def test_figures_come_with_intervals_and_what_they_are_of(omni: Omni, demo_home: Path) -> None:
    labels = demo_home / "truth" / "labels.csv"
    out = omni("evaluate", labels, "--home", demo_home).out
    figures = json.loads(omni("evaluate", labels, "--json", "--home", demo_home).out)
    for family in ("pairwise", "b_cubed"):
        for name, (low, high) in figures["intervals"][family].items():
            assert low < figures[family][name] < high
            assert f"({low:.3f} to {high:.3f})" in out
    persons = figures["intervals"]["person_count"]
    assert persons == figures["entity_count"]
    assert f"95% of samples of {persons:,} such persons" in out
    assert "cluster bootstrap over persons" in out
    assert "Binette" in figures["intervals"]["method"]


def test_labels_of_some_persons_also_give_an_estimate_for_all(
    omni: Omni, demo_home: Path, tmp_path: Path
) -> None:
    everything = pl.read_csv(demo_home / "truth" / "labels.csv", infer_schema=False)
    some = tmp_path / "labels.csv"
    entities = everything["entity"].unique().sort().gather_every(3)
    everything.filter(pl.col("entity").is_in(entities.implode())).write_csv(some)
    figures = json.loads(omni("evaluate", some, "--json", "--home", demo_home).out)
    assert figures["current_but_not_labelled_count"] > 0
    estimate = figures["estimate_for_all_customers"]
    assert estimate["pairwise"]["precision"] <= figures["pairwise"]["precision"]
    assert estimate["pairwise"]["recall"] == figures["pairwise"]["recall"]
    out = omni("evaluate", some, "--home", demo_home).out
    assert estimate["assumes"] in out


def test_sizes_of_the_report_add_up(omni: Omni, demo_home: Path) -> None:
    labels = demo_home / "truth" / "labels.csv"
    out = omni("evaluate", labels, "--home", demo_home).out
    figures = json.loads(omni("evaluate", labels, "--json", "--home", demo_home).out)
    lines = out[out.index("Sizes") : out.index("By cause")].splitlines()[2:]
    customers = [int(line.split()[-2].replace(",", "")) for line in lines if line.strip()]
    assert sum(customers) == figures["customer_count"]


def test_labels_without_causes_have_no_breakdown(
    omni: Omni, demo_home: Path, tmp_path: Path
) -> None:
    plain = tmp_path / "labels.csv"
    labels = pl.read_csv(demo_home / "truth" / "labels.csv", infer_schema=False)
    labels.drop("cause").head(50).with_columns(note=pl.lit("extra")).write_csv(plain)
    ending = omni("evaluate", plain, "--home", demo_home)
    assert ending.exit_code == 0
    assert "By cause" not in ending.out
    assert "current records without a label" in ending.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"channel,source_record,entity\nweb,1,a\n", "lacks the column 'source_record_id'"),
        (b"", "cannot be read as CSV"),
        (b"channel,source_record_id,entity\nweb,1,a\nweb,1,b\n", "more than one entity"),
    ],
)
def test_a_file_that_is_no_labels_file_is_wrong_usage(
    omni: Omni, demo_home: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "labels.csv"
    file.write_bytes(content)
    ending = omni("evaluate", file, "--home", demo_home)
    assert ending.exit_code == 2
    assert words in ending.err


def test_a_missing_file_is_wrong_usage(omni: Omni, demo_home: Path, tmp_path: Path) -> None:
    ending = omni("evaluate", tmp_path / "none.csv", "--home", demo_home)
    assert ending.exit_code == 2
    assert "none.csv" in ending.err
