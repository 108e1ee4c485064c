"""Generated data sets: the same every time, whole, and with a truth that their records bear out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.accuracy.data_sets import find_data_sets
from benchmarks.accuracy.generated import corruptions
from benchmarks.accuracy.generated.people import addresses, draw_families
from benchmarks.accuracy.generated.registry import GENERATED
from benchmarks.accuracy.mapping import SHIPPED, load_mapping

NAMES = sorted(GENERATED)
EACH = pytest.mark.parametrize("name", NAMES)
DATED = [name for name in NAMES if "birth_date" in load_mapping(SHIPPED / f"{name}.yaml").columns]
WORDS = pl.Series(["Wilhelmina", "Christopher", "Philippa", "Mackenzie"] * 250)


def months(records: pl.DataFrame) -> pl.DataFrame:
    """``cluster`` and the birth date as ISO text, where all of it is known."""
    date = pl.col("birth_date").cast(pl.String)
    american = date.str.to_date("%m/%d/%Y", strict=False)
    iso = date.str.to_date("%Y-%m-%d", strict=False)
    return records.select("cluster", pl.coalesce(iso, american).alias("born")).drop_nulls()


@EACH
def test_a_set_is_the_same_every_time_and_another_with_another_seed(name: str) -> None:
    build = GENERATED[name]
    assert build(400).equals(build(400))
    assert not build(400, seed=99).equals(build(400))


@EACH
def test_a_set_has_the_records_that_were_asked_for_and_all_that_its_mapping_names(
    name: str,
) -> None:
    records = GENERATED[name](500)
    mapping = load_mapping(SHIPPED / f"{name}.yaml")
    assert records.height == 500
    assert records["unique_id"].n_unique() == 500
    assert records["cluster"].null_count() == 0
    missing = {*mapping.source_columns, *filter(None, [mapping.source])} - {*records.columns}
    assert not missing
    assert all(records[column].count() for column in mapping.source_columns)


@EACH
def test_some_people_have_several_records_and_not_all_of_these_are_equal(name: str) -> None:
    records = GENERATED[name](800)
    attributes = pl.struct(load_mapping(SHIPPED / f"{name}.yaml").source_columns)
    people = records.group_by("cluster").agg(pl.len(), attributes.n_unique().alias("kinds"))
    assert people.height < 800
    assert people.filter((pl.col("len") > 1) & (pl.col("kinds") > 1)).height > 5


@pytest.mark.parametrize("name", DATED)
def test_a_person_was_born_once_but_for_slips(name: str) -> None:
    """Most records of a person tell one year; those that do not are slips."""
    born = months(GENERATED[name](2_000)).with_columns(pl.col("born").dt.year().alias("year"))
    of_several = born.filter(pl.len().over("cluster") > 1)
    usual = pl.col("year").median().over("cluster")
    off = of_several.select((pl.col("year") - usual).abs() > 20).to_series()
    assert of_several.height > 20
    assert off.sum() == 0
    same = of_several.select(pl.col("year") == pl.col("year").mode().min().over("cluster"))
    assert same.to_series().mean() > 0.8


def test_the_sets_are_found_and_written_as_homes(tmp_path: Path) -> None:
    found = find_data_sets(tmp_path, demo_customers=10)
    assert set(NAMES) < set(found)
    labels = found["companies_people"](tmp_path / "home")
    assert pl.read_csv(labels).height == 159
    assert (tmp_path / "home" / "omni.yaml").is_file()


@pytest.mark.parametrize(
    "corruption",
    [corruptions.slip, corruptions.misread, corruptions.mishear, corruptions.initial],
    ids=lambda corruption: corruption.__name__,
)
def test_a_corruption_changes_about_the_share_that_was_asked_for(corruption: object) -> None:
    assert callable(corruption)
    none = corruption(np.random.default_rng(1), WORDS, 0.0)
    assert none.equals(WORDS)
    some = corruption(np.random.default_rng(1), WORDS, 0.3)
    assert 0.2 < (some != WORDS).mean() < 0.4


def test_a_slip_is_one_edit_away() -> None:
    slipped = corruptions.slip(np.random.default_rng(2), WORDS, 1.0)
    lengths = (slipped.str.len_chars().cast(int) - WORDS.str.len_chars().cast(int)).abs()
    assert lengths.max() == 1
    shared = [
        len(set(one.lower()) ^ set(other.lower()))
        for one, other in zip(WORDS[:100], slipped[:100], strict=True)
    ]
    assert max(shared) <= 2


def test_a_slip_in_a_date_gives_another_date_and_missing_ones_stay_missing() -> None:
    dates = pl.Series(["1952-02-29", None, "1990-12-31", "1875-05-05"] * 200).str.to_date()
    slipped = corruptions.slip_dates(np.random.default_rng(3), dates, 1.0)
    assert slipped.null_count() == 200
    assert (slipped.drop_nulls() != dates.drop_nulls()).mean() > 0.9
    years = (slipped.dt.year() - dates.dt.year()).abs().drop_nulls().unique()
    assert set(years) <= {0, 1, 10}


def test_missing_values_are_lost_and_others_kept() -> None:
    lost = corruptions.lose(np.random.default_rng(4), WORDS, 0.25)
    assert 0.2 < lost.null_count() / len(WORDS) < 0.3
    assert (lost == WORDS).drop_nulls().all()


def test_neighbours_share_their_street_and_houses_differ() -> None:
    houses = addresses(np.arange(5_000))
    assert houses.n_unique() == 5_000
    near = houses[:20]
    assert near.select("street", "postcode", "city").n_unique() == 1


def test_families_have_a_name_and_children_are_younger() -> None:
    people = draw_families(np.random.default_rng(5), 4_000, juniors=0.5)
    heads = people.filter(pl.col("role") == 0).select("family", pl.col("birth_date").alias("head"))
    children = people.filter(pl.col("role") > 1).join(heads, "family")
    assert children.height > 500
    assert children.filter(
        pl.col("birth_date").dt.year() - pl.col("head").dt.year() < 16
    ).is_empty()
    names = (
        people.filter(pl.col("role") != 1).group_by("family").agg(pl.col("last_name").n_unique())
    )
    assert names["last_name"].max() == 1
    juniors = people.filter("is_junior").join(
        people.filter(pl.col("role") == 0), "family", suffix="_of_father"
    )
    assert juniors.height > 20
    assert (juniors["first_name"] == juniors["first_name_of_father"]).all()


def test_a_regular_guest_has_many_rows_most_of_them_equal() -> None:
    records = GENERATED["repeated_guests"]()
    rows = records.group_by("cluster").agg(
        pl.len(), pl.struct(pl.exclude("unique_id", "cluster")).n_unique().alias("kinds")
    )
    regular = rows.filter(pl.col("len") >= 60)
    assert regular.height >= 5
    assert regular["len"].max() <= 250
    assert (regular["kinds"] < regular["len"] / 2).all()
    assert rows.filter(pl.col("len").is_between(4, 59)).height <= 1  # the last guest may be cut


def test_a_shared_mailbox_has_several_people() -> None:
    records = GENERATED["family_mailboxes"](3_000)
    people = records.group_by("email").agg(pl.col("cluster").n_unique(), pl.col("cause").first())
    shared = people.filter(pl.col("email").is_not_null() & (pl.col("cluster") > 1))
    assert shared.height > 50
    assert {"role mailbox", "family mailbox"} <= set(shared["cause"])
