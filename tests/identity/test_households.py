"""Households in published runs: who lives together, as the records tell and as stewards say."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb
import pytest

from omni_identity.identity.households import _shares_sql
from omni_identity.linkage.comparisons.contact_points import EMAIL, PHONE
from omni_identity.linkage.comparisons.names import FIRST
from omni_identity.linkage.model import LevelParameters, LinkageModel
from omni_identity.stewardship.judgement_files import Judgement, RecordKey, Verdict, append_verdict
from tests.refreshing import forget_derived
from tests.worlds import World, person

HOME = {
    "family": "Oglethorpe",
    "street": "7 Mulberry Lane",
    "city": "Springfield",
    "zip": "10777",
    "phone": "+12125559911",
}
ADA = person(90, id="w90", given="Ada", born="1961-02-03", email="ada.o@gmail.com", **HOME)
BEN = person(
    91, id="w91", given="Bartholomew", born="1990-11-23", email="barty77@gmail.com", **HOME
)
CLEO = person(
    92, id="w92", given="Cleopatra", born="1993-07-14", email="cleo.queen@gmail.com", **HOME
)


def run(world: World) -> None:
    assert [result.name for result in world.run() if not result.passed] == []


def judge(world: World, judgement: Judgement, left: str, right: str, minute: int) -> None:
    first, second = (RecordKey("web", name) for name in (left, right))
    when = datetime(2026, 3, 1) + timedelta(minutes=minute)
    entry = Verdict(when, judgement, first, second, "anna", "rang them")
    append_verdict(world.root / "judgements", entry)


def households(world: World) -> dict[str, tuple[str, ...]]:
    """The household of each web record of a household, by its ID, with all its members."""
    found = world.read(
        "select household_id, list_sort(list(source_record_id)) from unified_profiles"
        " join crosswalk using (golden_id) where household_id is not null and channel = 'web' group by all"
    )
    return {household: tuple(members) for household, members in found.iter_rows()}


def events(world: World, run_number: int) -> list[tuple[str, str, str | None]]:
    found = world.read(
        "select event, household_id, other_household_id from household_events"
        f" where run_id = 'run-{run_number:03}' order by all"
    )
    return found.rows()  # type: ignore[return-value]


@pytest.fixture
def family(world: World) -> World:
    """Two of one home, published in the second run."""
    world.deliver("web", "2026-03-02", [ADA, BEN])
    run(world)
    return world


def household_id(world: World, record: str) -> str:
    return f"H{world.golden_ids()[f'web:{record}'][1:]}"


def test_two_of_one_address_and_landline_are_two_people_of_one_household(family: World) -> None:
    ids = family.golden_ids()
    assert ids["web:w90"] != ids["web:w91"]
    assert households(family) == {household_id(family, "w90"): ("w90", "w91")}
    row = family.read("select * from households").row(0, named=True)
    assert row["member_count"] == 2
    assert row["golden_ids"] == sorted((ids["web:w90"], ids["web:w91"]))
    assert 0.6 <= row["probability"] <= 1
    assert {"last_name", "phone"} <= set(row["reasons"])
    assert events(family, 2) == [("created", household_id(family, "w90"), None)]


def test_a_household_stays_what_it_is_and_grows(family: World) -> None:
    before = households(family)
    run(family)
    assert households(family) == before
    assert events(family, 3) == []
    family.deliver("web", "2026-03-04", [CLEO])
    run(family)
    assert households(family) == {household_id(family, "w90"): ("w90", "w91", "w92")}
    assert events(family, 4) == []
    tables = ("households", "household_events", "unified_profiles")
    published = [family.read(f"select * from {table} order by all").rows() for table in tables]
    forget_derived(family.home)
    run(family)
    assert [family.read(f"select * from {t} order by all").rows() for t in tables] == published


def test_a_household_ends_when_a_member_is_gone(family: World) -> None:
    old = household_id(family, "w90")
    family.deliver("web", "2026-03-04", [BEN | {"changed": "2026-03-04T00:00:00Z", "gone": "true"}])
    run(family)
    assert households(family) == {}
    assert events(family, 3) == [("retired", old, None)]


def test_people_of_one_name_and_nothing_else_are_no_household(world: World) -> None:
    apart = {"street": "", "zip": "", "city": "", "phone": ""}
    world.deliver("web", "2026-03-02", [ADA | apart, BEN | apart])
    run(world)
    assert households(world) == {}


@pytest.mark.parametrize(
    ("email", "phone", "first_name", "is_shared"),
    [
        ("exact", "different", "different", True),
        ("exact", "different", None, True),
        ("exact", "different", "exact", False),
        ("exact", "different", "nickname", False),
        ("exact", "exact", "exact", True),
        ("same local part", "different", "different", False),
    ],
)
def test_an_e_mail_address_of_one_given_name_shows_no_home(
    email: str, phone: str, first_name: str | None, is_shared: bool
) -> None:
    """It is one person's, or made of a name that two have; with a telephone or an address it counts."""
    same = LevelParameters(0.2, 0.2, 0.2, 0.2)
    parameters = {c.name: (same,) * len(c.levels) for c in (EMAIL, PHONE, FIRST)}
    model = LinkageModel((EMAIL, PHONE, FIRST), parameters, {}, {}, (), 1)
    seen = {EMAIL: email, PHONE: phone, FIRST: first_name}
    levels = ", ".join(
        f"{'null' if label is None else [x.label for x in c.levels].index(label)}::int as level_{c.name}"
        for c, label in seen.items()
    )
    query = f"select {_shares_sql(model, ())} from (select {levels})"
    assert duckdb.execute(query).fetchall() == [(is_shared,)]


def test_a_steward_says_who_does_not_live_together_and_may_take_it_back(family: World) -> None:
    old = household_id(family, "w90")
    judge(family, "not_household", "w91", "w90", 1)
    run(family)
    assert households(family) == {}
    assert events(family, 3) == [("retired", old, None)]
    assert family.read("select judgement, standing from verdicts").rows() == [
        ("not_household", "applied")
    ]
    forget_derived(family.home)
    run(family)
    assert households(family) == {}
    judge(family, "withdrawn", "w91", "w90", 2)
    run(family)
    assert households(family) == {old: ("w90", "w91")}
    assert events(family, 5) == [("restored", old, None)]


def test_a_steward_says_who_lives_together(world: World) -> None:
    ids = world.golden_ids()
    judge(world, "household", "w3", "w17", 1)
    run(world)
    assert world.golden_ids() == ids, "two people of one household stay two people"
    eldest = min(household_id(world, record) for record in ("w3", "w17"))
    assert households(world) == {eldest: ("w17", "w3")}
    row = world.read("select probability, reasons from households").row(0)
    assert row == (1.0, ["verdict"])


def test_a_verdict_of_household_parts_what_the_model_takes_for_one_person(world: World) -> None:
    ids = world.golden_ids()
    assert ids["web:w3"] == ids["till:t3"]
    entry = Verdict(
        datetime(2026, 3, 1),
        "household",
        RecordKey("web", "w3"),
        RecordKey("till", "t3"),
        "anna",
        "twins",
    )
    append_verdict(world.root / "judgements", entry)
    run(world)
    ids = world.golden_ids()
    assert ids["web:w3"] != ids["till:t3"]
    eldest = min(f"H{ids[name][1:]}" for name in ("web:w3", "till:t3"))
    assert households(world) == {eldest: ("w3",)}
