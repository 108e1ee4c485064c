"""Which verdicts count: the latest of a pair, whatever the order of rows and files, and nothing that is wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.stewardship.judgement_files import COLUMNS
from omni_identity.stewardship.judgements import read_judgements
from tests.stewardship.ledgers import ledger_of

Row = tuple[str, str, str, str]
"""Time, judgement, and two records of the channel ``web``."""


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    """A ledger of five records ``web:a`` to ``web:e``, of which the last is not current."""
    with ledger_of(*"abcde", current="abcd") as engine:
        yield engine


def write(folder: Path, name: str, rows: list[Row]) -> None:
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for time, judgement, left, right in rows:
            writer.writerow((time, judgement, "web", left, "web", right, "anna", "seen"))


def constraints(engine: DuckDBEngine) -> set[tuple[str, str, str]]:
    """``(judgement, record, record)``."""
    return set(
        engine.fetch(
            "select judgement, l.source_record_id, r.source_record_id from derived.constraints"
            " join ledger.records l on l.record_no = record_no_l"
            " join ledger.records r on r.record_no = record_no_r"
        ).iter_rows()
    )


def rejected(engine: DuckDBEngine) -> list[tuple[str, int, str]]:
    return engine.fetch(
        "select file, row_number, reason_code from derived.rejected_verdicts order by all"
    ).rows()


def test_the_latest_of_a_pair_counts_whichever_way_round_it_names_them(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    write(tmp_path, "x.csv", [("2026-01-02", "same", "a", "b"), ("2026-01-01", "different", "b", "a"),
                              ("2026-01-03", "different", "c", "d"),
                              ("2026-01-04 10:00+01:00", "withdrawn", "d", "c")])  # fmt: skip
    read_judgements(engine, tmp_path)
    assert constraints(engine) == {("same", "a", "b")}
    assert rejected(engine) == []
    states = engine.fetch("select row_number, state from derived.verdict_entries order by all")
    assert states.rows() == [(1, "active"), (2, "superseded"), (3, "superseded"), (4, "withdrawal")]


def test_an_entry_without_a_time_is_older_than_any_and_ties_go_to_the_later_file_and_row(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    write(tmp_path, "z.csv", [("", "same", "a", "b"), ("", "same", "c", "d")])
    write(tmp_path, "a.csv", [("2026-01-01", "different", "a", "b"), ("", "different", "c", "d")])
    read_judgements(engine, tmp_path)
    assert constraints(engine) == {("different", "a", "b"), ("same", "c", "d")}


def test_wrong_rows_are_listed_and_the_others_count(engine: DuckDBEngine, tmp_path: Path) -> None:
    write(tmp_path, "x.csv", [
        ("2026-01-01", "sane", "a", "b"), ("2026-01-01", "same", "", "b"), ("soon", "same", "a", "b"),
        ("2026-01-01", "same", "a", "a"), ("2026-01-01", "same", "a", "q"), ("2026-01-01", "same", "a", "b"),
        ("2026-01-02", "same", "b", "c"), ("2026-01-03", "different", "a", "c"),
    ])  # fmt: skip
    read_judgements(engine, tmp_path)
    assert constraints(engine) == {("same", "a", "b"), ("same", "b", "c")}
    codes = [
        "unknown_judgement",
        "missing_record",
        "unparsable_date",
        "same_record",
        "unknown_record",
    ]
    expected = [("x.csv", i + 1, code) for i, code in enumerate(codes)]
    assert rejected(engine) == [*expected, ("x.csv", 8, "contradiction")]
    detail = engine.fetch("select detail from derived.rejected_verdicts where row_number = 8")
    assert detail.item() == (
        "web:a = web:b = web:c by verdicts of same, but web:a ≠ web:c by one of different"
    )


def test_what_is_said_of_values_stands_beside_who_is_one_person(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    rows = [
        "same",
        "wrong_data:phone",
        "wrong_data:email",
        "Shared:phone",
        "unsure",
        "wrong_data:phone",
    ]
    write(tmp_path, "x.csv", [(f"2026-01-0{n}", word, "a", "b") for n, word in enumerate(rows, 1)])
    write(
        tmp_path,
        "y.csv",
        [("2026-01-07", "wrong_data:phone", "b", "a"), ("2026-01-08", "same", "c", "d")],
    )
    read_judgements(engine, tmp_path)
    states = (
        "select judgement, subject, state from derived.verdict_entries order by file, row_number"
    )
    assert engine.fetch(states).rows() == [
        ("same", None, "active"),
        ("wrong_data", "phone", "superseded"),
        ("wrong_data", "email", "active"),
        ("shared", "phone", "active"),
        ("unsure", None, "active"),
        ("wrong_data", "phone", "active"),
        ("wrong_data", "phone", "active"),
        ("same", None, "active"),
    ]
    assert constraints(engine) == {("same", "a", "b"), ("same", "c", "d")}
    write(
        tmp_path,
        "z.csv",
        [("2026-01-09", "withdrawn", "b", "a"), ("2026-01-10", "unsure", "a", "b")],
    )
    read_judgements(engine, tmp_path)
    assert engine.fetch(
        f"select state, count(*) from ({states}) group by all order by all"
    ).rows() == [
        ("active", 2),
        ("superseded", 7),
        ("withdrawal", 1),
    ]
    assert constraints(engine) == {("same", "c", "d")}


@pytest.mark.parametrize("word", ["wrong_data", "shared", "wrong_data:", "same:phone", "unsure:a"])
def test_a_verdict_on_a_value_says_of_what_and_no_other_does(
    engine: DuckDBEngine, tmp_path: Path, word: str
) -> None:
    write(tmp_path, "x.csv", [("2026-01-01", word, "a", "b")])
    read_judgements(engine, tmp_path)
    assert rejected(engine) == [("x.csv", 1, "missing_subject")]


def test_a_verdict_on_a_record_that_is_gone_sleeps_but_still_contradicts(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    write(tmp_path, "x.csv", [("2026-01-01", "same", "a", "e"), ("2026-01-02", "same", "e", "b"),
                              ("2026-01-03", "different", "a", "b")])  # fmt: skip
    judgements = read_judgements(engine, tmp_path)
    assert constraints(engine) == set()
    assert rejected(engine) == [("x.csv", 3, "contradiction")]
    assert judgements.are_same(1, 2)


ENTRIES = st.lists(
    st.tuples(
        st.integers(1, 28).map(lambda day: f"2026-01-{day:02}"),
        st.sampled_from(["same", "different", "withdrawn"]),
        *(st.sampled_from("abcd"),) * 2,
    ).filter(lambda row: row[2] != row[3]),
    max_size=12,
    unique_by=lambda row: row[0],
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_what_holds_depends_on_neither_rows_nor_files_but_on_time(
    engine: DuckDBEngine, tmp_path_factory: pytest.TempPathFactory, rows: list[Row], chance: object
) -> None:
    last: dict[frozenset[str], Row] = {}
    for row in sorted(rows):
        last[frozenset(row[2:])] = row
    found = []
    for order in (rows, chance.sample(rows, len(rows))):  # type: ignore[attr-defined]
        folder = tmp_path_factory.mktemp("judgements")
        cut = len(order) // 2
        write(folder, "one.csv", order[:cut])
        write(folder, "two.csv", order[cut:])
        read_judgements(engine, folder)
        found.append(constraints(engine))
    assert found[0] == found[1]
    active = {(row[1], *sorted(row[2:])) for row in last.values() if row[1] != "withdrawn"}
    assert found[0] <= active
    refused = engine.fetch("select count(*) from derived.rejected_verdicts").item()
    assert len(found[0]) + refused == len(active)


def test_every_row_is_an_entry_or_rejected(engine: DuckDBEngine, tmp_path: Path) -> None:
    rows: list[Row] = [("2026-01-01", "same", *pair) for pair in permutations("abcq", 2)]
    write(tmp_path, "x.csv", rows)
    read_judgements(engine, tmp_path)
    counted = engine.fetch(
        "select (select count(*) from derived.verdict_entries) as entries,"
        " (select count(*) from derived.rejected_verdicts) as rejected"
    )
    assert counted.row(0) == (6, 6)
