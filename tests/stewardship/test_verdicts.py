"""Stewards have the last word: verdicts part and join, survive every kind of run, and can be taken back."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.stewardship.judgement_files import Judgement, RecordKey, Verdict, append_verdict
from omni_identity.stewardship.verdict_session import open_verdict_session
from tests.refreshing import forget_derived
from tests.worlds import CONFIGURATION, World, deliver_town, person, receipt

UNIQUE = CONFIGURATION + "identifiers: {loyalty_id: {unique: true}}\n"
FIRST = datetime(2026, 3, 1)


def run(world: World) -> None:
    assert [result.name for result in world.run() if not result.passed] == []


def verdict(world: World, judgement: str, left: str, right: str) -> Verdict:
    """A verdict later than all before it; ``wrong_data`` and ``shared`` name what, behind a colon."""
    made = len(list((world.root / "judgements").glob("*"))) and sum(
        1 for _ in (world.root / "judgements" / "verdicts.csv").open()
    )
    first, second = (RecordKey(*name.split(":")) for name in (left, right))
    meant, _, subject = judgement.partition(":")
    at = FIRST + timedelta(minutes=made)
    return Verdict(at, cast(Judgement, meant), first, second, "anna", "rang them", subject)


def judge(world: World, judgement: str, left: str, right: str) -> None:
    append_verdict(world.root / "judgements", verdict(world, judgement, left, right))


def standings(world: World) -> list[tuple[str, str, bool]]:
    rows = world.read("select judgement, standing, is_active from verdicts order by row_number")
    return rows.rows()


def test_different_parts_what_the_model_links_in_every_later_run(world: World) -> None:
    before = world.golden_ids()
    assert before["web:w3"] == before["till:t3"]
    judge(world, "different", "web:w3", "till:t3")
    run(world)
    parted = world.golden_ids()
    assert parted["web:w3"] != parted["till:t3"]
    assert before["web:w3"] in (parted["web:w3"], parted["till:t3"]), "the founder keeps the ID"
    others = {name for name in before if name not in ("web:w3", "till:t3")}
    assert {parted[name] == before[name] for name in others} == {True}
    events = world.read(
        "select event, other_golden_id from golden_id_events where run_id = 'run-002'"
    )
    assert events.rows() == [("split", before["web:w3"])]
    assert standings(world) == [("different", "applied", True)]
    edge = world.read("select decided_by from match_edges"
                      " where source_record_id_l in ('w3', 't3') and source_record_id_r in ('w3', 't3')")  # fmt: skip
    assert edge.item() == "judgement"

    run(world)
    forget_derived(world.home)
    run(world)
    assert world.golden_ids() == parted
    assert world.read("select count(*) from golden_id_events where event <> 'created'").item() == 1


def test_same_joins_what_the_model_does_not(world: World) -> None:
    before = world.golden_ids()
    judge(world, "same", "web:w1", "web:w2")
    run(world)
    joined = world.golden_ids()
    elder, younger = sorted((before["web:w1"], before["web:w2"]))
    assert {joined[name] for name in ("web:w1", "web:w2", "till:t1", "till:t2")} == {elder}
    redirects = world.read("select * from golden_id_redirects").rows()
    assert redirects == [(younger, elder)]
    forget_derived(world.home)
    run(world)
    assert world.golden_ids() == joined


@pytest.mark.parametrize("judgement", ["same", "different"])
def test_a_withdrawn_verdict_restores_the_former_ids(world: World, judgement: Judgement) -> None:
    pair = ("web:w1", "web:w2") if judgement == "same" else ("web:w1", "till:t1")
    before = world.golden_ids()
    judge(world, judgement, *pair)
    run(world)
    assert world.golden_ids() != before
    judge(world, "withdrawn", *reversed(pair))
    run(world)
    assert world.golden_ids() == before
    assert standings(world) == [
        (judgement, "superseded", False),
        ("withdrawn", "withdrawal", False),
    ]
    last = world.read("select event from golden_id_events where run_id = 'run-003'")
    assert last["event"].to_list() == ["restored" if judgement == "same" else "merged"]
    if judgement == "same":
        assert world.read("select * from golden_id_redirects").is_empty()


def test_a_verdict_sleeps_while_its_record_is_gone_and_holds_when_it_returns(world: World) -> None:
    judge(world, "different", "web:w3", "till:t3")
    run(world)
    parted = world.golden_ids()
    world.deliver("till", "2026-03-02", [receipt(n) for n in range(30) if n != 3])
    run(world)
    assert standings(world) == [("different", "dormant", True)]
    assert "till:t3" not in world.golden_ids()
    world.deliver("till", "2026-03-03", [receipt(n) for n in range(30)])
    run(world)
    assert world.golden_ids() == parted
    assert standings(world) == [("different", "applied", True)]


def test_a_unique_identifier_wins_over_same_and_the_verdict_says_so(
    tmp_path: Path, models: Path
) -> None:
    world = deliver_town(tmp_path / "home", models, UNIQUE)
    run(world)
    before = world.golden_ids()
    judge(world, "same", "till:t1", "till:t2")
    judge(world, "same", "web:w33", "web:w34")
    run(world)
    after = world.golden_ids()
    assert after["till:t1"] != after["till:t2"]
    assert after["web:w33"] == after["web:w34"]
    assert {name for name in before if before[name] != after[name]} <= {"web:w33", "web:w34"}
    assert standings(world) == [("same", "broken", True), ("same", "applied", True)]


def test_delivered_verdicts_that_are_wrong_stop_nothing_and_are_listed(world: World) -> None:
    folder = world.root / "judgements"
    folder.mkdir()
    (folder / "crm.csv").write_text(
        "judgement,channel_l,source_record_id_l,channel_r,source_record_id_r\n"
        "different,web,w3,till,t3\nsane,web,w1,web,w2\nsame,web,w1,web,w999\n"
    )
    (folder / "notes.csv").write_text("a,b\n1,2\n")
    run(world)
    assert world.golden_ids()["web:w3"] != world.golden_ids()["till:t3"]
    rejected = world.read("select file, row_number, reason_code from rejected_verdicts")
    assert rejected.rows() == [
        ("crm.csv", 2, "unknown_judgement"),
        ("crm.csv", 3, "unknown_record"),
        ("notes.csv", 0, "unreadable_file"),
    ]
    # a record that comes later makes its verdict count
    world.deliver("web", "2026-03-02", [person(38, id="w999")])
    run(world)
    assert world.golden_ids()["web:w1"] == world.golden_ids()["web:w999"]


def test_what_is_shown_goes_by_verdicts_that_no_run_has_read_yet(world: World) -> None:
    world.deliver("web", "2026-03-02", [person(5, id="w5b", phone="", street="")])
    run(world)
    judge(world, "different", "web:w5", "web:w5b")
    configuration = load_configuration(world.home.configuration)
    with open_verdict_session(world.home, configuration) as session:
        numbers = (
            session.find("web:w5b", "first").record_no,
            session.find("web:w9", "second").record_no,
        )
        effect = session.predict(verdict(world, "same", "web:w5b", "web:w9"), numbers)
    # w5b is apart from w5 before, too: it alone moves
    before = world.golden_ids()
    assert before["web:w5"] == before["web:w5b"]
    assert {name for customer in effect.before for name in customer.records} & {"web:w5"} == set()
    assert effect.moved_record_count


EFFECTS = [
    ("shared:email", "web:w9", "till:t9b"),
    ("wrong_data:email", "till:t9b", "web:w9"),
    ("different", "web:w5", "web:w5b"),
    ("same", "web:w31", "till:t5"),
    ("withdrawn", "web:w10", "till:t10"),
    ("different", "web:w3", "till:t3"),
    ("same", "web:w1", "web:w2"),
    ("withdrawn", "web:w11", "web:w12"),
    ("different", "web:w11", "web:w13"),
]


@pytest.mark.parametrize(
    ("judgement", "left", "right"), EFFECTS if "OMNI_EXAMPLES" in os.environ else EFFECTS[:5]
)
def test_what_is_shown_beforehand_is_what_the_run_does(
    world: World, judgement: str, left: str, right: str
) -> None:
    world.deliver("web", "2026-03-02", [person(5, id="w5b", phone="", street="")])
    guest = receipt(9, receipt="t9b", name="", phone="", card="")
    world.deliver("till", "2026-03-02", [*(receipt(n) for n in range(30)), guest])
    world.deliver(
        "web_events",
        "2026-03-02",
        [
            {"event": f"e{n}-{i}", "id": f"w{n}", "kind": "order", "at": "2026-02-01"}
            for n in range(40)
            for i in range(n)
        ],
    )
    judge(world, "different", "web:w10", "till:t10")
    judge(world, "same", "web:w11", "web:w12")
    run(world)
    before = world.golden_ids()
    entry = verdict(world, judgement, left, right)
    with open_verdict_session(world.home, load_configuration(world.home.configuration)) as session:
        numbers = (session.find(left, "first").record_no, session.find(right, "second").record_no)
        effect = session.predict(entry, numbers)
    append_verdict(world.root / "judgements", entry)
    run(world)
    after = world.golden_ids()
    for shown, ids, changed in (
        (effect.before, before, {before[n] for n in before if before[n] != after[n]}),
        (effect.after, after, {after[n] for n in before if before[n] != after[n]}),
    ):
        told = {customer.golden_id: set(customer.records) for customer in shown}
        assert changed <= set(told)
        for golden_id, records in told.items():
            assert records == {name for name in ids if ids[name] == golden_id}
    assert effect.moved_record_count == sum(before[n] != after[n] for n in before)
    counts = dict(
        world.read("select golden_id, interaction_count from unified_profiles").iter_rows()
    )
    assert {c.golden_id: c.interaction_count for c in effect.after} == {
        c.golden_id: counts[c.golden_id] for c in effect.after
    }
    assert effect.loose_interaction_count == 0
    if ":" not in judgement:
        return
    assert after["till:t9b"] != after["web:w9"] == after["till:t9"] == before["till:t9b"]
    shown = world.read(
        "select judgement, subject, standing from verdicts where subject is not null"
    )
    assert shown.rows() == [(*judgement.split(":"), "applied")]
    judge(world, "withdrawn", left, right)
    run(world)
    assert world.golden_ids() == before, "taken back, the value counts again"
