"""``omni judge`` on a small world: what it shows, writes, and refuses."""

from __future__ import annotations

import csv
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from omni_identity.model.home import REPOSITORY
from tests.cli.conftest import Omni
from tests.shared import copy_home
from tests.worlds import CONFIGURATION, World, person, receipt

OWN = CONFIGURATION + "identifiers: {loyalty_id: {unique: true}}\n"
BUYERS = """-- Whoever ordered.
-- consent: needed
-- priority: 1
select golden_id, last_order_at as since, last_order_channel as channel, 'ordered' as reason
from customer_context where last_order_at is not null
"""
WHO = ("--by", "anna", "--reason", "rang them")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty people in the web shop, fifteen of whom the till knows too, with three interactions each."""
    world = World.make(tmp_path_factory.mktemp("judged") / "home", OWN)
    world.home.audiences.mkdir()
    (world.home.audiences / "buyers.sql").write_text(BUYERS)
    world.deliver("web", "2026-03-01", [person(n, newsletter="yes") for n in range(20)])
    world.deliver("web", "2026-03-02", [person(19, changed="2026-02-01", gone="yes")])
    world.deliver("till", "2026-03-01", [receipt(n) for n in range(15)])
    events = [
        {"event": f"e{n}-{i}", "id": f"w{n}", "kind": "order", "at": "2026-02-01"}
        for n in range(20)
        for i in range(3)
    ]
    world.deliver("web_events", "2026-03-01", events)
    world.run()
    return world.root


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    return copy_home(published, tmp_path / "home")


def written(home: Path) -> list[dict[str, str]]:
    file = home / "judgements" / "verdicts.csv"
    if not file.exists():
        return []
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def test_different_shows_what_parts_and_is_written(omni: Omni, home: Path) -> None:
    ending = omni("judge", "different", "web:w1", "till:t1", *WHO, "--home", home)
    assert ending.exit_code == 0, ending.err
    assert "1 profile becomes 2: " in ending.out
    assert re.search(r"now +G\d{10} +2 +3 +till:t1, web:w1", ending.out)
    assert re.search(r"then +G\d{10} +1 +3 +web:w1", ending.out)
    assert "The next `omni run" in ending.out
    row = written(home)[0]
    assert row["judged_at"].endswith("Z")
    assert [row[name] for name in list(row)[1:]] == [
        *("different", "web", "w1", "till", "t1", "anna", "rang them")
    ]


def test_same_shows_what_merges(omni: Omni, home: Path) -> None:
    ending = omni("judge", "same", "web:w16", "web:w17", *WHO, "--home", home)
    assert ending.exit_code == 0, ending.err
    assert "2 profiles become 1: 1 record and 3 interactions get another golden ID." in ending.out
    said = " ".join(ending.out.split())
    assert "The run decides anew who belongs to the audiences: buyers 2" in said


def test_what_is_judged_already_is_not_written_again(omni: Omni, home: Path) -> None:
    for pair in (("web:w16", "web:w17"), ("web:w17", "web:w16")):
        ending = omni("judge", "same", *pair, *WHO, "--home", home)
        assert ending.exit_code == 0
    assert "already" in ending.out
    assert len(written(home)) == 1
    assert omni("judge", "withdraw", *pair, *WHO, "--home", home).exit_code == 0
    ending = omni("judge", "withdraw", *pair, *WHO, "--home", home)
    assert ending.exit_code == 2
    assert "no verdict on web:w17 and web:w16 to withdraw" in ending.err
    assert omni("judge", "same", *pair, *WHO, "--home", home).exit_code == 0
    assert [row["judgement"] for row in written(home)] == ["same", "withdrawn", "same"]


def test_a_contradiction_is_refused_with_the_chain(omni: Omni, home: Path) -> None:
    omni("judge", "same", "web:w15", "web:w16", *WHO, "--home", home)
    omni("judge", "same", "web:w16", "web:w17", *WHO, "--home", home)
    ending = omni("judge", "different", "web:w17", "web:w15", *WHO, "--home", home)
    assert ending.exit_code == 2
    chain = (
        "web:w17 = web:w16 = web:w15 by verdicts of same, but web:w17 ≠ web:w15 by one of different"
    )
    assert chain in ending.err
    assert len(written(home)) == 2
    omni("judge", "different", "web:w17", "web:w18", *WHO, "--home", home)
    ending = omni("judge", "same", "web:w15", "web:w18", *WHO, "--home", home)
    assert ending.exit_code == 2
    assert "web:w17 = web:w16 = web:w15 = web:w18" in ending.err or (
        "web:w18 = web:w15 = web:w16 = web:w17" in ending.err
    )


def test_same_against_a_unique_identifier_is_refused_without_its_values(
    omni: Omni, home: Path
) -> None:
    omni("judge", "same", "web:w16", "till:t2", *WHO, "--home", home)
    for left in ("till:t2", "web:w16"):
        ending = omni("judge", "same", left, "till:t3", *WHO, "--home", home)
        assert ending.exit_code == 2
        assert f"loyalty_id is unique, and {left} and till:t3" in ending.err
        assert "L00000" not in ending.err
    assert len(written(home)) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("diferent", "web:w1", "till:t1"), "Did you mean 'different'?"),
        (("same", "wed:w1", "till:t1"), "Did you mean 'web'?"),
        (("same", "web:w155", "till:t1"), "Did you mean 'web:w15'?"),
        (("same", "web", "till:t1"), "first record has to be written as channel:record_id"),
        (("same", "web:w1", "web:w1"), "Both are the same record"),
    ],
)
def test_mistakes_are_said_with_the_nearest_spelling(
    omni: Omni, home: Path, arguments: tuple[str, ...], words: str
) -> None:
    ending = omni("judge", *arguments, *WHO, "--home", home)
    assert ending.exit_code == 2
    assert words in ending.err
    assert written(home) == []


def test_a_verdict_needs_a_name_and_a_reason(omni: Omni, home: Path) -> None:
    pair = ("judge", "same", "web:w16", "web:w17", "--home", home)
    assert omni(*pair, "--by", "anna").exit_code == 2
    assert omni(*pair, "--by", " ", "--reason", "x").exit_code == 2
    assert written(home) == []


def test_a_record_that_is_gone_can_be_judged_for_its_return(omni: Omni, home: Path) -> None:
    ending = omni("judge", "different", "web:w19", "web:w1", *WHO, "--home", home)
    assert ending.exit_code == 0, ending.err
    assert "web:w19 is not current: the verdict sleeps until the record returns." in ending.out
    assert len(written(home)) == 1


def test_a_verdict_dated_in_the_future_is_named_instead_of_winning_silently(
    omni: Omni, home: Path
) -> None:
    (home / "judgements").mkdir()
    (home / "judgements" / "crm.csv").write_text(
        "judged_at,judgement,channel_l,source_record_id_l,channel_r,source_record_id_r\n"
        "2199-01-01,same,web,w16,web,w17\n"
    )
    ending = omni("judge", "different", "web:w16", "web:w17", *WHO, "--home", home)
    assert ending.exit_code == 2
    assert "crm.csv, row 1, is dated 2199-01-01" in ending.err


def test_a_half_written_line_is_said(omni: Omni, home: Path) -> None:
    omni("judge", "same", "web:w16", "web:w17", *WHO, "--home", home)
    file = home / "judgements" / "verdicts.csv"
    os.truncate(file, file.stat().st_size - 20)
    ending = omni("judge", "same", "web:w15", "web:w18", *WHO, "--home", home)
    assert ending.exit_code == 0
    assert "half-written" in ending.err
    assert "web:w18" not in omni("judge", "same", "web:w16", "web:w17", *WHO, "--home", home).err
    assert len(written(home)) >= 2


def test_without_a_run_there_is_nothing_to_judge(omni: Omni, tmp_path: Path) -> None:
    World.make(tmp_path / "new")
    ending = omni("judge", "same", "web:w1", "web:w2", *WHO, "--home", tmp_path / "new")
    assert ending.exit_code == 2
    assert "omni run" in ending.err


@pytest.mark.parametrize(("answer", "rows"), [("n", 0), ("y", 1)])
def test_at_a_terminal_it_asks_first(home: Path, answer: str, rows: int) -> None:
    arguments = ("judge", "different", "web:w1", "till:t1", *WHO, "--home", str(home))
    script = "from omni_identity.cli import main; main()"
    leader, follower = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=follower, stdout=follower, stderr=follower, env=environment,
    )  # fmt: skip
    os.close(follower)
    seen = b""
    while b"Write it down?" not in seen:
        seen += os.read(leader, 1000)
    os.write(leader, f"{answer}\n".encode())
    try:
        while os.read(leader, 1000):
            pass
    except OSError:  # the other end is closed
        pass
    assert process.wait(60) == 0
    os.close(leader)
    assert len(written(home)) == rows
