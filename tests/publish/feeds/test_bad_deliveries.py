"""A bad delivery is seen, nothing of it reaches a consumer, and the right file afterwards cures it."""

from __future__ import annotations

from typing import Any

import pytest

from omni_identity.publish.checks import CheckResult
from tests.worlds import World, person, receipt

Rows = list[dict[str, Any]]


def failed(results: list[CheckResult]) -> dict[str, CheckResult]:
    return {result.name: result for result in results if not result.passed}


def swapped(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"given": row["email"], "email": row["given"]}


def somebody_else(number: int) -> dict[str, Any]:
    return person(number + 1000 + number % 7, id=f"w{number}")


def blank(number: int) -> dict[str, Any]:
    return {"id": f"w{number}", "changed": "2026-02-01"}


TILL = [receipt(n) for n in range(30)]
WEB = [person(n) for n in range(40)]

BAD: dict[str, tuple[str, Rows, Rows, str]] = {
    "an empty snapshot": ("till", [], TILL, "channels_keep_their_records"),
    "a snapshot of one row": ("till", TILL[:1], TILL, "channels_keep_their_records"),
    "a snapshot cut off": ("till", TILL[:3], TILL, "channels_keep_their_records"),
    "everything deleted": (
        "web",
        [row | {"gone": "1"} for row in WEB],
        WEB,
        "channels_keep_their_records",
    ),
    "everything blank": ("web", [blank(n) for n in range(40)], WEB, "columns_stay_filled"),
    "three blank rows": ("web", [blank(n) for n in range(3)], WEB[:3], "columns_stay_filled"),
    "name and e-mail swapped": (
        "web",
        [swapped(row) for row in WEB],
        WEB,
        "columns_hold_what_they_held",
    ),
    "name and e-mail of three newcomers swapped": (
        "web",
        [swapped(person(n)) for n in range(50, 53)],
        [person(n) for n in range(50, 53)],
        "columns_hold_what_they_held",
    ),
    "record IDs reused": (
        "web",
        [somebody_else(n) for n in range(12)],
        WEB[:12],
        "records_stay_the_same_person",
    ),
    "e-mails lost": (
        "web",
        [row | {"email": ""} for row in WEB[:10]],
        WEB[:10],
        "columns_stay_filled",
    ),
}


AT_ONCE = (
    ("an empty snapshot", "everything blank"),
    ("a snapshot of one row", "record IDs reused"),
    ("a snapshot cut off", "name and e-mail swapped"),
)
"""Kinds that come in one night, of a feed each; every other one has its own."""
NIGHTS = [*AT_ONCE, *((kind,) for kind in sorted(BAD) if not any(kind in two for two in AT_ONCE))]


def corrected(feed: str, rows: Rows) -> Rows:
    """The right rows: the channel changes its own records' times when it delivers them right."""
    return [row | {"changed": "2026-02-02"} if feed == "web" else row for row in rows]


@pytest.mark.parametrize("kinds", NIGHTS, ids=" and ".join)
def test_a_bad_delivery_is_withheld_until_the_right_one_comes(
    world: World, kinds: tuple[str, ...]
) -> None:
    before = world.golden_ids()
    for feed, bad, _, _ in map(BAD.__getitem__, kinds):
        world.deliver(feed, "2026-03-02", bad)
    found = failed(world.run())
    for feed, _, _, check in map(BAD.__getitem__, kinds):
        assert check in found, found
        assert found[check].withholds
        assert found[check].finding.startswith(f"{feed} contacts: ")
    assert world.golden_ids() == before, "consumers keep the last publication"

    for feed, _, right, _ in map(BAD.__getitem__, kinds):
        world.deliver(feed, "2026-03-03", corrected(feed, right))
    assert failed(world.run()) == {}
    after = world.golden_ids()
    assert {record: after[record] for record in before} == before


def test_of_what_comes_at_once_each_feed_has_one_and_each_check_says_one() -> None:
    for kinds in AT_ONCE:
        for place in (0, 3):
            assert len({BAD[kind][place] for kind in kinds}) == len(kinds), kinds


def test_what_was_withheld_stays_withheld_and_is_no_history(world: World) -> None:
    world.deliver("web", "2026-03-02", [row | {"email": ""} for row in WEB])
    for _ in range(2):
        assert "columns_stay_filled" in failed(world.run()), "also when nothing new comes"
    world.deliver("web", "2026-03-02", WEB)
    assert failed(world.run()) == {}
    filled = world.read(
        "select r.status, f.value, f.is_unusual from feed_figures f join runs r using (run_id)"
        " where f.channel = 'web' and f.attribute = 'email' and f.figure = 'lost' order by run_number"
    )
    assert filled.rows() == [("published", 0, False)]
    world.deliver("web", "2026-03-03", [row | {"email": ""} for row in WEB])
    assert "columns_stay_filled" in failed(world.run()), "a second time is not usual"


def test_innocent_deliveries_pass(world: World) -> None:
    later = {"changed": "2026-02-01"}
    world.deliver(
        "web", "2026-03-02", [*WEB, *(person(n) for n in range(50, 58))]
    )  # all again, some new
    world.deliver("till", "2026-03-02", TILL[3:])
    assert failed(world.run()) == {}
    world.deliver(
        "web",
        "2026-03-03",
        [
            person(3, street="9 New Road", phone="+12125559999", **later),
            person(4, family="Newname", **later),
            *(person(n, gone="1", **later) for n in (5, 6)),
            *(person(n, email="", **later) for n in (7, 8)),
            *(blank(n) for n in (60, 61)),
        ],
    )
    assert failed(world.run()) == {}


def test_what_an_operator_finds_right_is_let_through_once(world: World) -> None:
    world.deliver("till", "2026-03-02", TILL[:3])
    found = failed(world.run())["channels_keep_their_records"].finding
    assert "the newest snapshot of till lacks them" in found
    results = {result.name: result for result in world.run(accept_changes=True)}
    found = results["channels_keep_their_records"]
    assert found.passed
    assert found.finding.endswith("accepted by --accept-changes")
    accepted = world.read("select are_changes_accepted from runs order by run_number")
    assert accepted["are_changes_accepted"].to_list() == [None, None, True]
    assert failed(world.run()) == {}
    world.deliver("till", "2026-03-04", [])
    assert "channels_keep_their_records" in failed(world.run()), "this once"
