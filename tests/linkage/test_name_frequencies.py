"""How common full names are: groups of names that go together, and names that one person has."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.name_frequencies import (
    MOST_NAMES,
    estimate_name_frequencies,
    fit_name_groups,
)

RECORDS = 40_000


def two_peoples(parts: int = 1, seed: int = 3) -> pl.DataFrame:
    """A majority and a minority of a tenth, each with ``parts`` times thirty given and sixty family names."""
    generator = np.random.default_rng(seed)
    minority = generator.random(RECORDS) < 0.1
    first = generator.integers(0, 30 * parts, RECORDS)
    last = generator.integers(0, 60 * parts, RECORDS)
    return pl.DataFrame(
        {
            "first": [f"{'b' if m else 'a'}{i}" for m, i in zip(minority, first, strict=True)],
            "last": [f"{'b' if m else 'a'}{i}" for m, i in zip(minority, last, strict=True)],
        }
    )


def frequencies(records: pl.DataFrame, most: int = MOST_NAMES) -> pl.DataFrame:
    """``names`` and ``tf_names`` of records of ``first`` and ``last``."""
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        engine.run(
            "create table derived.linkage_records"
            " (record_no BIGINT, first VARCHAR, last VARCHAR, names VARCHAR)"
        )
        names = (pl.col("first") + "|" + pl.col("last")).alias("names")
        engine.write(
            "derived.linkage_records", records.with_row_index("record_no").with_columns(names)
        )
        estimate_name_frequencies(engine, 1, most)
        left = engine.fetch("select table_name from duckdb_tables() where temporary")
        assert left.is_empty(), "names are a person's data: none may stay behind"
        return engine.fetch("select * from derived.tf_names")


def of_minority(found: pl.DataFrame) -> float:
    """The median frequency of the minority's names."""
    return float(
        np.median(found.filter(pl.col("names").str.starts_with("b"))["tf_names"].to_numpy())
    )


def test_a_minoritys_names_are_not_taken_for_rare() -> None:
    found = frequencies(two_peoples())
    true = 0.1 / (30 * 60)
    as_if_independent = 0.1 / 30 * 0.1 / 60
    assert of_minority(found) == pytest.approx(true, rel=0.25)
    assert of_minority(found) > 5 * as_if_independent
    assert found["names"].is_sorted()
    assert found["tf_names"].sum() <= 1 + 1e-9


def test_groups_of_a_sample_of_the_names_do_for_all() -> None:
    records = two_peoples(parts=2)
    names = records.n_unique()
    all_of_them, sampled = frequencies(records), frequencies(records, most=names // 4)
    assert sampled["names"].equals(all_of_them["names"])
    assert sampled.height == names
    assert not sampled["tf_names"].equals(all_of_them["tf_names"])
    assert of_minority(sampled) == pytest.approx(of_minority(all_of_them), rel=0.1)


def test_what_a_part_outside_the_sample_goes_with_tells_its_group() -> None:
    # forty given names of the minority's alone, so rare that a sample lacks most of them
    rare = pl.DataFrame(
        {"first": [f"bb{i % 40}" for i in range(80)], "last": [f"b{i % 60}" for i in range(80)]}
    )
    records = pl.concat([two_peoples(), rare])
    found = frequencies(records, most=records.n_unique() // 4)
    as_if_independent = 2 / RECORDS * 0.1 / 60
    found_rare = found.filter(pl.col("names").str.starts_with("bb"))["tf_names"]
    assert np.median(found_rare.to_numpy()) > 3 * as_if_independent


def test_many_records_of_one_person_do_not_make_a_name_common() -> None:
    one = pl.DataFrame({"first": ["a1"], "last": ["zzz"]})
    found = frequencies(pl.concat([two_peoples(), *[one] * 8]))
    assert found.filter(pl.col("names") == "a1|zzz")["tf_names"][0] < 0.2 * 8 / (RECORDS + 8)


def test_the_same_names_give_the_same_frequencies() -> None:
    assert frequencies(two_peoples()).equals(frequencies(two_peoples()))


def test_how_a_part_leans_averages_to_one() -> None:
    names = two_peoples().group_by("first", "last").len("record_count").sort("first", "last")
    sizes, first, _ = fit_name_groups(names, seed=1)
    assert sizes.sum() == pytest.approx(1)
    shares = names.group_by("first").agg(pl.col("record_count").sum()).sort("first")["record_count"]
    leanings = first.drop("first", "share").to_numpy()
    assert (shares.to_numpy() / RECORDS) @ leanings == pytest.approx(np.ones(len(sizes)))


def test_no_names_give_no_frequencies() -> None:
    assert frequencies(pl.DataFrame(schema={"first": pl.String, "last": pl.String})).is_empty()
