"""How common full names are: groups of names that go together, and names that one person has."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from omni_identity.linkage.name_frequencies import joint_name_frequencies


def two_peoples(seed: int = 3) -> pl.DataFrame:
    """A majority and a minority of a tenth, each with thirty given and sixty family names of its own."""
    generator = np.random.default_rng(seed)
    minority = generator.random(40_000) < 0.1
    first = generator.integers(0, 30, 40_000)
    last = generator.integers(0, 60, 40_000)
    people = pl.DataFrame(
        {
            "first": [f"{'b' if m else 'a'}{i}" for m, i in zip(minority, first, strict=True)],
            "last": [f"{'b' if m else 'a'}{i}" for m, i in zip(minority, last, strict=True)],
        }
    )
    return people.group_by("first", "last").len("count").sort("first", "last")


def test_a_minoritys_names_are_not_taken_for_rare() -> None:
    names = two_peoples()
    joint = names.with_columns(pl.Series("p", joint_name_frequencies(names, seed=1)))
    of_minority = joint.filter(pl.col("first").str.starts_with("b"))
    true = 0.1 / (30 * 60)
    as_if_independent = 0.1 / 30 * 0.1 / 60
    assert of_minority["p"].median() == pytest.approx(true, rel=0.25)
    assert of_minority["p"].median() > 5 * as_if_independent  # type: ignore[operator]
    assert joint["p"].sum() <= 1 + 1e-9


def test_many_records_of_one_person_do_not_make_a_name_common() -> None:
    names = two_peoples()
    one = pl.DataFrame({"first": ["a1"], "last": ["zzz"], "count": [8]}, schema=names.schema)
    joint = joint_name_frequencies(pl.concat([names, one]).sort("first", "last"), seed=1)
    at = (
        pl.concat([names, one])
        .sort("first", "last")
        .with_row_index()
        .filter(pl.col("last") == "zzz")["index"][0]
    )
    assert joint[at] < 0.2 * 8 / 40_008


def test_the_same_names_give_the_same_frequencies() -> None:
    names = two_peoples()
    assert np.array_equal(joint_name_frequencies(names, 1), joint_name_frequencies(names, 1))


def test_no_names_give_no_frequencies() -> None:
    empty = pl.DataFrame(schema={"first": pl.String, "last": pl.String, "count": pl.UInt32})
    assert joint_name_frequencies(empty, 1).shape == (0,)
