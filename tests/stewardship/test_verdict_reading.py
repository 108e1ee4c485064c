"""A session that reads verdict files again and again makes what one reading makes, and sees what is appended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.stewardship.judgement_files import (
    Judgement,
    RecordKey,
    Verdict,
    append_verdict,
)
from omni_identity.stewardship.judgements import read_judgements
from omni_identity.stewardship.verdict_reading import VerdictReading
from tests.stewardship.ledgers import ledger_of

TABLES = {
    "verdict_entries": "* exclude (row_number)",
    "constraints": "*",
    "rejected_verdicts": "reason_code, detail",
}
"""What is compared of each table: a verdict that is proposed has no row yet."""


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    """A ledger of records ``web:1`` to ``web:6``, of which the last is not current."""
    with ledger_of(*"123456", current="12345") as engine:
        yield engine


def verdict(day: int, judgement: Judgement, left: int, right: int) -> Verdict:
    keys = (RecordKey("web", str(left)), RecordKey("web", str(right)))
    return Verdict(datetime(2026, 1, day), judgement, *keys, "anna", "seen")


def state(engine: DuckDBEngine) -> list[pl.DataFrame]:
    return [
        engine.fetch(f"select {columns} from derived.{table} order by all")
        for table, columns in TABLES.items()
    ]


def same(one: list[pl.DataFrame], other: list[pl.DataFrame]) -> bool:
    return all(a.equals(b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("proposed", "changes"),
    [
        (verdict(9, "same", 3, 4), True),
        (verdict(9, "different", 1, 3), False),  # contradicts what stands
        (verdict(9, "withdrawn", 1, 2), True),
        (verdict(9, "unsure", 4, 5), False),
        (verdict(9, "same", 2, 6), False),  # of a record that is not current
        (verdict(9, "same", 1, 2), False),
    ],
)
def test_a_proposed_verdict_counts_as_if_it_were_written(
    engine: DuckDBEngine, tmp_path: Path, proposed: Verdict, changes: bool
) -> None:
    folder = tmp_path / "judgements"
    for one in (verdict(1, "same", 1, 2), verdict(2, "same", 2, 3), verdict(3, "different", 4, 5)):
        append_verdict(folder, one)
    append_verdict(folder, verdict(4, "same", 1, 77))  # nobody has ever seen the second
    reading = VerdictReading(engine, folder)
    reading.read()
    standing = state(engine)
    numbers = (int(proposed.left.source_record_id), int(proposed.right.source_record_id))
    assert reading.changes_constraints(proposed, numbers) == changes
    with_it = state(engine)
    reading.read()
    assert same(state(engine), standing)
    reading.read(proposed)
    assert same(state(engine), with_it)

    read_judgements(engine, folder)
    assert same(state(engine), standing)
    append_verdict(folder, proposed)
    read_judgements(engine, folder)
    assert same(state(engine), with_it)


def test_what_somebody_appends_is_seen_unless_the_reading_is_held(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "judgements"
    reading = VerdictReading(engine, folder)
    assert not reading.read().are_same(1, 2)
    append_verdict(folder, verdict(1, "same", 1, 2))
    with reading.held():
        assert not reading.read().are_same(1, 2)
    assert reading.read().are_same(1, 2)
    append_verdict(folder, verdict(2, "different", 3, 4))
    assert reading.read().are_different(3, 4)
    assert engine.fetch("select * from derived.constraints").height == 2
