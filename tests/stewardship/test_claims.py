"""A case taken by one is shown to the others, until it is left, answered, or nothing has happened for a while."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.stewardship.case_version import CaseVersion
from omni_identity.stewardship.claims import LASTS, leave_question, read_claims, take_question

NOON = datetime(2026, 3, 2, 12)


def test_one_takes_a_question_and_the_others_see_who(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert take_question(home, "Q1", "anna", NOON) is None
    assert take_question(home, "Q1", "anna", NOON) is None, "it is hers already"
    other = take_question(home, "Q1", "ben", NOON + timedelta(minutes=1))
    assert other is not None
    assert (other.by, other.at) == ("anna", NOON)
    claims = read_claims(home, NOON)
    assert claims.other_than("Q1", "anna") is None
    assert {key: claim.by for key, claim in claims.held.items()} == {"Q1": "anna"}
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (home.claims, *home.claims.iterdir())}
    assert modes == {0o700, 0o600}


def test_what_is_left_answered_or_forgotten_is_free_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    take_question(home, "Q1", "anna", NOON)
    leave_question(home, "Q1", "ben", NOON)
    assert take_question(home, "Q1", "ben", NOON) is not None, "only she can give it back"
    leave_question(home, "Q1", "anna", NOON, "answered")
    assert take_question(home, "Q1", "ben", NOON) is None
    late = NOON + LASTS + timedelta(seconds=1)
    assert read_claims(home, late).held == {}
    assert take_question(home, "Q1", "anna", late) is None
    assert read_claims(home, late).answered == {"anna": 1}


def test_of_a_day_that_is_over_nothing_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    take_question(home, "Q1", "anna", NOON)
    tomorrow = NOON + timedelta(days=1)
    assert read_claims(home, tomorrow).held == {}
    take_question(home, "Q2", "ben", tomorrow)
    assert [path.name for path in home.claims.iterdir()] == ["2026-03-03.jsonl"]


def test_a_half_written_line_is_none_and_no_place_to_write_is_said(tmp_path: Path) -> None:
    home = Home(tmp_path)
    take_question(home, "Q1", "anna", NOON)
    file = home.claims / "2026-03-02.jsonl"
    file.write_text(file.read_text() + '["2026-03-02T12:0')
    take_question(home, "Q2", "ben", NOON)
    assert set(read_claims(home, NOON).held) == {"Q1", "Q2"}
    blocked = Home(tmp_path / "blocked")
    blocked.root.mkdir()
    blocked.claims.write_text("in the way")
    with pytest.raises(RunFailed, match="cannot be written down"):
        take_question(blocked, "Q1", "anna", NOON)


def test_an_answer_to_what_has_changed_is_told_what() -> None:
    shown = CaseVersion("run-1", ("G1", "G2"), 0)
    assert shown.changes_since(shown.token) == []
    judged = CaseVersion("run-1", ("G1", "G2"), 1, "Ben has judged it since: same.")
    assert judged.changes_since(shown.token) == ["Ben has judged it since: same."]
    moved = CaseVersion("run-2", ("G1", "G1"), 0)
    assert moved.changes_since(shown.token) == [
        "A run has gone by it since.",
        "The records are now of G1.",
    ]
    assert shown.changes_since("")[0] == "A run has gone by it since."
