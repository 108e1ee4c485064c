"""A mapped column of which few values could be read is said, with what to do and without a value."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from omni_identity.publish.checks.readable import unread_columns
from tests.worlds import deliver_town, person


def columns(*rows: tuple[str, int, int, int]) -> pl.DataFrame:
    names = ["attribute", "filled_count", "placeholder_count", "invalid_count"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(pl.lit("web").alias("channel"))


def test_which_columns_are_as_good_as_unread() -> None:
    found = unread_columns(
        columns(
            ("all_read", 900, 50, 50),
            ("mostly_left_empty", 100, 900, 0),
            ("hardly_any_read", 10, 20, 970),
            ("nothing_but_placeholders", 1, 999, 0),
            ("few_values", 0, 0, 19),
            ("consent_email", 0, 0, 1_000),
        )
    )
    assert found.select("attribute", "given", "lost").rows() == [
        ("hardly_any_read", 1_000, 990),
        ("nothing_but_placeholders", 1_000, 999),
    ]


def test_a_run_says_which_column_could_not_be_read(tmp_path: Path, models: Path) -> None:
    world = deliver_town(tmp_path / "home", models)
    town = [person(n, born="1402-05-06" if n > 3 else "1980-05-06") for n in range(40)]
    world.deliver("web", "2026-03-01", town)
    (check,) = [c for c in world.run() if c.name == "mapped_columns_can_be_read"]
    assert (check.passed, check.warns) == (False, True)
    assert check.finding.startswith("birth_date of web: of 40 values 36 could not be read (no form")
    assert "before 1500" in check.finding
    assert "`date_order`" in check.finding
    assert "1402" not in check.finding
    assert check.facts["web/birth_date/unread_count"] == 36
