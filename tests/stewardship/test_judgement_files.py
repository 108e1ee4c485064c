"""Verdict files: what is appended is read back, what a crash cuts short does not count, the rest still does."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.model.errors import UsageError
from omni_identity.stewardship.judgement_files import (
    COLUMNS,
    OWN_FILE,
    RecordKey,
    Verdict,
    append_verdict,
    read_verdict_files,
)
from omni_identity.stewardship.judgements import _parse

TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


def verdict(number: int, reason: str = "I rang them") -> Verdict:
    left, right = RecordKey("web", f"w{number}"), RecordKey("till", f"t{number}")
    return Verdict(datetime(2026, 3, 1, 12, 0, number), "same", left, right, "anna", reason)


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "judgements"
    assert append_verdict(folder, verdict(1, 'so "they" say, twice\nover')) is False
    append_verdict(folder, verdict(2))
    rows, rejected = read_verdict_files(folder)
    assert rejected.is_empty()
    assert rows.rows()[0] == (
        *("verdicts.csv", 1, "2026-03-01T12:00:01.000000Z", "same", "web", "w1", "till", "t1"),
        *("anna", 'so "they" say, twice over'),
    )
    assert rows["row_number"].to_list() == [1, 2]


@given(st.tuples(TEXT, TEXT, TEXT, TEXT))
def test_any_ids_and_words_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, texts: tuple[str, str, str, str]
) -> None:
    folder = tmp_path_factory.mktemp("judgements")
    left, right, by, why = texts
    one = Verdict(
        datetime(2026, 3, 1), "different", RecordKey("web", left), RecordKey("till", right), by, why
    )
    append_verdict(folder, one)
    append_verdict(folder, one)
    rows, rejected = read_verdict_files(folder)
    assert rejected.is_empty()
    assert rows.select(
        "source_record_id_l", "source_record_id_r", "judged_by", "reason"
    ).rows() == [
        texts,
        texts,
    ]


@pytest.mark.parametrize("kept", range(1, 110, 3))
def test_a_line_that_a_crash_cut_short_never_counts_and_hides_no_other(
    tmp_path: Path, kept: int
) -> None:
    """Whatever is left of the second line: the first still counts, and so does what comes after."""
    append_verdict(tmp_path, verdict(1))
    file = tmp_path / OWN_FILE
    whole = file.stat().st_size
    append_verdict(tmp_path, verdict(2, "weil sie Müllerstraße sagt"))
    last = file.stat().st_size
    os.truncate(file, min(whole + kept, last - 2))
    assert append_verdict(tmp_path, verdict(3)) is True
    append_verdict(tmp_path, verdict(4))
    rows, unreadable = read_verdict_files(tmp_path)
    entries, malformed = _parse(rows)
    assert entries["source_record_id_l"].to_list() == ["w1", "w3", "w4"]
    assert unreadable.height + malformed.height == 1
    assert pl.concat([unreadable, malformed])["row_number"].to_list() == [2]


def test_a_whole_last_line_without_a_line_end_counts(tmp_path: Path) -> None:
    append_verdict(tmp_path, verdict(1))
    file = tmp_path / OWN_FILE
    os.truncate(file, file.stat().st_size - 1)
    assert append_verdict(tmp_path, verdict(2)) is False
    rows, rejected = read_verdict_files(tmp_path)
    assert rows["source_record_id_l"].to_list() == ["w1", "w2"]
    assert rejected.is_empty()


@pytest.mark.parametrize("kept", [0, 1, 30])
def test_a_header_that_a_crash_cut_short_is_written_again(tmp_path: Path, kept: int) -> None:
    append_verdict(tmp_path, verdict(1))
    os.truncate(tmp_path / OWN_FILE, kept)
    append_verdict(tmp_path, verdict(2))
    rows, rejected = read_verdict_files(tmp_path)
    assert rows["source_record_id_l"].to_list() == ["w2"]
    assert rejected.is_empty()


def test_a_file_with_another_header_is_not_appended_to(tmp_path: Path) -> None:
    file = tmp_path / OWN_FILE
    content = ";".join(COLUMNS) + "\n"
    file.write_text(content)
    with pytest.raises(UsageError, match="another header"):
        append_verdict(tmp_path, verdict(1))
    assert file.read_text() == content


def test_other_tools_files_may_lack_columns_and_be_written_in_their_own_way(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text(
        "channel_r;source_record_id_r;judgement;channel_l;source_record_id_l\r\n"
        "till; t1 ;SAME;web;w1\r\n",
        encoding="utf-8-sig",
    )
    rows, rejected = read_verdict_files(tmp_path)
    assert rejected.is_empty()
    entries, malformed = _parse(rows)
    assert malformed.is_empty()
    assert entries.select("judgement", "source_record_id_l", "source_record_id_r").rows() == [
        ("same", "w1", "t1")
    ]


def test_a_file_that_is_no_verdict_file_is_named_and_erasure_requests_are_left_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.csv").write_text("name,colour\nx,y\n")
    (tmp_path / "b.csv").write_text("")
    (tmp_path / "erasures.csv").write_text("anything\n")
    append_verdict(tmp_path, verdict(1))
    rows, rejected = read_verdict_files(tmp_path)
    assert rows.height == 1
    assert rejected.select("file", "row_number", "reason_code").rows() == [
        ("a.csv", None, "unreadable_file"),
        ("b.csv", None, "empty_file"),
    ]


def test_without_a_folder_there_are_no_verdicts(tmp_path: Path) -> None:
    rows, rejected = read_verdict_files(tmp_path / "judgements")
    assert rows.is_empty()
    assert rejected.is_empty()
