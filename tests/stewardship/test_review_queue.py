"""One question is found as it stands in the list of all, with the records of both customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.model.attributes import Vocabulary
from omni_identity.stewardship.case_sheet import MOST_RECORDS, list_records, read_sheet
from omni_identity.stewardship.case_version import read_version
from omni_identity.stewardship.judgement_files import Judgement, RecordKey, Verdict, append_verdict
from omni_identity.stewardship.review_queue import find_question, list_questions

OF_G1, OF_G2 = 30, 3


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    """The last run: customers of 30 and of 3 records, of whose first ones is asked."""
    with DuckDBEngine() as engine:
        engine.run("attach ':memory:' as warehouse")
        engine.run("create schema warehouse.derived")
        engine.run(
            "create table warehouse.derived.customers as select n as record_no, 'web' as channel,"
            " lpad(n::varchar, 2, '0') as source_record_id, case when n <= 30 then 'G1' else 'G2' end as golden_id"
            f" from range(1, {OF_G1 + OF_G2 + 1}) numbers(n)"
        )
        engine.run(
            "create table warehouse.derived.source_records as select record_no, 'Anna' as first_name,"
            " ['+1', '+' || record_no] as phone, ['a' || record_no || '@x.org'] as email,"
            " ['a@x.org'] as email_key from warehouse.derived.customers order by hash(record_no)"
        )
        engine.run(
            "create table warehouse.derived.review_queue as select 'Q1' as question_id, 1 as priority,"
            " 'doubtful_pair' as kind, 'why' as reason, 'web' as channel_l, '31' as source_record_id_l,"
            " 'web' as channel_r, '07' as source_record_id_r, 'G2' as golden_id_l, 'G1' as golden_id_r,"
            " 1.5::double as match_weight, 33 as record_count, 12 as interaction_count, 'household' as rival"
        )
        yield engine


def test_it_is_the_one_of_the_list(engine: DuckDBEngine) -> None:
    asked = find_question(engine, "Q1")
    assert asked is not None
    assert [asked.question] == list_questions(engine)
    assert asked.question.record_nos == (31, 7)
    assert len(asked.records) == OF_G1 + OF_G2
    assert find_question(engine, "Q2") is None


def test_records_that_moved_since_are_found_by_name(engine: DuckDBEngine) -> None:
    """A run that broke off has changed customers, and not yet the list of questions."""
    engine.run("update warehouse.derived.customers set golden_id = 'G9' where record_no = 31")
    asked = find_question(engine, "Q1")
    assert asked is not None
    assert [asked.question] == list_questions(engine)
    engine.run("delete from warehouse.derived.customers where record_no = 31")
    assert find_question(engine, "Q1") is None


def test_its_two_records_come_first_and_then_the_first_ones_customer(engine: DuckDBEngine) -> None:
    asked = find_question(engine, "Q1")
    assert asked is not None
    listed = list_records(asked)
    assert [record.record_no for record in listed[:6]] == [31, 7, 32, 33, 1, 2]
    assert [record.is_asked for record in listed[:3]] == [True, True, False]
    assert len(listed) == MOST_RECORDS
    sheet = read_sheet(engine, asked, Vocabulary())
    assert sheet.records == listed
    assert sheet.more == OF_G1 + OF_G2 - MOST_RECORDS
    assert sheet.common == {"first_name", "phone", "email"}


def test_what_was_judged_of_the_two_is_known_without_the_run(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    asked = find_question(engine, "Q1")
    assert asked is not None
    folder = tmp_path / "judgements"
    shown = read_version(folder, "run", asked.question)
    assert (shown.entry_count, shown.last) == (0, "")
    left, right, other = (RecordKey("web", number) for number in ("07", "31", "01"))
    said: list[tuple[int, RecordKey, RecordKey, Judgement]] = [
        (3, left, right, "same"),
        (2, right, left, "unsure"),
        (4, left, other, "same"),
    ]
    for day, one, two, judgement in said:
        at = datetime(2026, 11, day)
        append_verdict(folder, Verdict(at, judgement, one, two, f"Ben {day}", "why"))
    now = read_version(folder, "run", asked.question)
    assert now.entry_count == 2
    changes = now.changes_since(shown.token)
    assert changes == ["Ben 3 has judged it since: same, 2026-11-03 00:00 UTC."]
