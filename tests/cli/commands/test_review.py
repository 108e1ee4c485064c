"""``omni review`` on the demo: most consequential first, both records on the screen, verdicts as they are taken."""

from __future__ import annotations

import csv
import io
import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.stewardship.review_queue import Question
from omni_identity.stewardship.steward import list_open_questions
from omni_identity.stewardship.verdict_session import open_verdict_session
from tests.cli.conftest import Ending, Omni


@pytest.fixture
def review(omni: Omni, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call ``omni review`` with answers piped in, one a line."""

    def call(home: Path, keys: Sequence[str], *arguments: object) -> Ending:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{key}\n" for key in keys)))
        return omni("review", "--home", home, *arguments)

    return call


def questions(home: Path) -> list[Question]:
    place = Home(home)
    with open_verdict_session(place, load_configuration(place.configuration)) as desk:
        return list_open_questions(desk)


def written(home: Path) -> list[dict[str, str]]:
    with (home / "judgements" / "verdicts.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_queue_is_in_order_and_asks_once_for_every_two_customers(demo_home: Path) -> None:
    asked = questions(demo_home)
    assert len(asked) > 10
    sizes = [question.record_count * (1 + question.interaction_count) for question in asked]
    assert sizes == sorted(sizes, reverse=True)
    between = [frozenset(q.golden_ids) for q in asked if not q.is_inside]
    assert len(between) == len(set(between))
    with duckdb.connect(str(demo_home / "published" / "omni.duckdb"), read_only=True) as published:
        edges = published.execute(
            "select l.golden_id, r.golden_id, max(e.match_probability) from match_edges e"
            " join crosswalk l on l.channel = channel_l and l.source_record_id = source_record_id_l"
            " join crosswalk r on r.channel = channel_r and r.source_record_id = source_record_id_r"
            " where decided_by = 'review' group by all"
        ).fetchall()
        profiles = {
            golden_id: rest
            for golden_id, *rest in published.execute(
                "select golden_id, record_count, interaction_count from unified_profiles"
            ).fetchall()
        }
    doubtful: dict[frozenset[str], float] = {}
    for left, right, probability in edges:
        pair = frozenset((left, right))
        doubtful[pair] = max(doubtful.get(pair, 0), probability)
    assert set(between) <= set(doubtful)
    for question in asked:
        ids = set(question.golden_ids)
        assert question.record_count == sum(profiles[golden_id][0] for golden_id in ids)
        assert question.interaction_count == sum(profiles[golden_id][1] for golden_id in ids)
        if not question.is_inside:
            assert question.match_probability <= doubtful[frozenset(ids)] + 1e-12


def test_answers_are_written_as_they_are_taken_and_not_asked_again(
    review: Any, own_demo_home: Path
) -> None:
    asked = questions(own_demo_home)
    ending = review(own_demo_home, "dud", "--by", "anna")
    assert ending.exit_code == 0, ending.err
    for question in asked[:3]:
        assert question.names[0] in ending.out
        assert question.names[1] in ending.out
    rows = written(own_demo_home)
    judged = [(row["channel_l"], row["source_record_id_l"], row["judgement"]) for row in rows]
    assert judged == [
        (*asked[0].names[0].split(":"), "different"),
        (*asked[2].names[0].split(":"), "different"),
    ]
    assert {row["judged_by"] for row in rows} == {"anna"}
    assert "0 judged same, 2 different, 1 unsure" in ending.out
    again = review(own_demo_home, "", "--by", "anna")
    assert again.exit_code == 0
    assert asks(again.out, *asked[1].names)
    # a record of it may be asked about beside another
    assert not asks(again.out, *asked[0].names)


def asks(out: str, left: str, right: str) -> bool:
    """Whether a question is about these two records."""
    return any(left in line and right in line for line in out.splitlines())


def test_both_records_the_evidence_and_the_effect_are_on_the_screen(
    review: Any, demo_home: Path
) -> None:
    out = review(demo_home, "q").out
    assert re.search(r"(one person\?|Are they\?)", out)
    for words in ("Values", "Evidence for one person, in bits", "before anything is compared"):
        assert words in out
    assert re.search(r"^(Same|Different): ", out, re.MULTILINE)
    assert "nothing to compare" not in out


def test_back_takes_the_last_answer_back(review: Any, own_demo_home: Path) -> None:
    ending = review(own_demo_home, "bdbsq", "--limit", "2", "--by", "anna")
    assert ending.exit_code == 0, ending.err
    assert "There is nothing to take back." in ending.out
    rows = written(own_demo_home)
    judgements = [row["judgement"] for row in rows]
    assert judgements[:2] == ["different", "withdrawn"]
    pairs = {(row["source_record_id_l"], row["source_record_id_r"]) for row in rows}
    assert len(pairs) == 1
    times = [row["judged_at"] for row in rows]
    assert times == sorted(set(times))


def test_what_is_no_plain_yes_or_no_is_an_answer_too(review: Any, own_demo_home: Path) -> None:
    asked = questions(own_demo_home)
    answers = [
        "h",
        "w",
        "w 3 first_name",
        "w 1 shoe_size",
        "w 2 first_name",
        "m carrier_pigeon",
        "l",
        "q",
    ]
    ending = review(own_demo_home, answers, "--by", "anna")
    assert ending.exit_code == 0, ending.err
    rows = written(own_demo_home)
    judged = [(row["judgement"], f"{row['channel_l']}:{row['source_record_id_l']}") for row in rows]
    assert judged == [
        ("household", asked[0].names[0]),
        ("wrong_data:first_name", asked[1].names[1]),
        ("unsure", asked[2].names[0]),
    ]
    assert ending.err.count("Which record's what is wrong?") == 2
    assert "there are" in ending.err
    assert "1 household, 1 wrong data, 1 unsure" in ending.out
    again = review(own_demo_home, "q").out
    assert not any(asks(again, *question.names) for question in asked[:3])


def test_an_unknown_key_is_asked_again_and_the_limit_ends_it(
    review: Any, own_demo_home: Path
) -> None:
    ending = review(own_demo_home, "xdddd", "--limit", "2")
    assert "No such key" in ending.out
    assert len(written(own_demo_home)) == 2


def test_a_review_changes_what_it_said_and_the_next_run_carries_it_out(
    review: Any, omni: Omni, own_demo_home: Path
) -> None:
    before = questions(own_demo_home)
    review(own_demo_home, "d" * 4, "--limit", "4", "--by", "anna")
    assert omni("run", "--home", own_demo_home).exit_code == 0
    with duckdb.connect(
        str(own_demo_home / "published" / "omni.duckdb"), read_only=True
    ) as published:
        standing = published.execute("select standing, judged_by from verdicts").fetchall()
        together = published.execute(
            "select count(*) from verdicts v"
            " join crosswalk l on l.channel = channel_l and l.source_record_id = source_record_id_l"
            " join crosswalk r on r.channel = channel_r and r.source_record_id = source_record_id_r"
            " where l.golden_id = r.golden_id"
        ).fetchall()
    assert standing == [("applied", "anna")] * 4
    assert together == [(0,)]
    left = {q.question_id for q in questions(own_demo_home)}
    assert left
    assert not left & {q.question_id for q in before[:4]}, "what is answered leaves the table"


def test_at_a_terminal_one_key_is_enough(own_demo_home: Path) -> None:
    script = "from omni_identity.cli import main; main()"
    arguments = ("review", "--home", str(own_demo_home), "--by", "anna")
    leader, follower = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=follower, stdout=follower, stderr=follower, env=environment,
    )  # fmt: skip
    os.close(follower)
    for key in (b"d", b"q"):
        read_until(leader, b"[q]uit ")
        # what is typed before the key is waited for is dropped: type until something happens
        while not select.select([leader], [], [], 1)[0]:
            os.write(leader, key)
    assert b"1 different" in read_until(leader, b"different,")
    assert process.wait(60) == 0
    os.close(leader)
    assert [row["judgement"] for row in written(own_demo_home)] == ["different"]


def read_until(terminal: int, words: bytes) -> bytes:
    """What a terminal shows up to and with ``words``."""
    seen = b""
    while words not in seen:
        assert select.select([terminal], [], [], 60)[0], seen
        seen += os.read(terminal, 1)
    return seen
