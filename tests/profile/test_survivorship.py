"""Which record each attribute of a profile comes from, by rule, and what lineage says of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines import duckdb as duckdb_engine
from omni_identity.engines.duckdb import ROWS_AT_ONCE
from omni_identity.profile.survivorship import build_survivors, survivorship_choices
from tests.refreshing import forget_derived
from tests.worlds import CONFIGURATION, World, deliver_town, person, receipt

AGENT = """
  - name: desk
    trust: 0
    contacts:
      files: landing/desk/*.csv
      record_id: ref
      updated_at: at
      mapping: {first_name: given, last_name: family, email: mail, street: road, city: town, birth_date: born,
                consent_email: may_mail, consent_email_at: asked}
"""


def make_world(root: Path, survivorship: str = "") -> World:
    """Person 1 in three channels that contradict one another; thirty others for the model to learn from."""
    configuration = CONFIGURATION.replace(
        "checks:", f"{AGENT.strip(chr(10))}\n{survivorship}checks:"
    )
    world = World.make(root, configuration)
    web = person(
        1, changed="2026-02-01T00:00:00Z", email="liam.birdsong1@gmail.com", newsletter="yes"
    )
    others = [person(n) for n in range(2, 32)]
    world.deliver("web", "1", [web, *others])
    world.deliver(
        "till", "1", [receipt(1, name="Liam J. Birdsong"), *(receipt(n) for n in range(2, 22))]
    )
    desk = root / "landing" / "desk"
    desk.mkdir(parents=True)
    born = person(1)["born"]
    (desk / "1.csv").write_text(
        "ref,at,given,family,mail,road,town,born,may_mail,asked\n"
        f"d1,2026-01-01T00:00:00Z,Liam,Birdsong,liam.birdsong1@gmail.com,,Shelbyville,{born},no,2026-02-01T00:00:00Z\n"
        f"d2,2025-01-01T00:00:00Z,Liam,Birdsong,LIAM.birdsong1@gmail.com,,Shelbyville,{born},,\n",
        encoding="utf-8",
    )
    world.run()
    return world


def profile_of(world: World, record: str) -> dict[str, Any]:
    golden_id = world.golden_ids()[record]
    return world.read(f"select * from unified_profiles where golden_id = '{golden_id}'").to_dicts()[
        0
    ]


def lineage_of(world: World, record: str) -> dict[tuple[str, int], tuple[str, str, str, str]]:
    golden_id = world.golden_ids()[record]
    rows = world.read(
        "select attribute, position, value, channel, source_record_id, rule from profile_lineage"
        f" where golden_id = '{golden_id}'"
    )
    return {(attribute, position): tuple(rest) for attribute, position, *rest in rows.iter_rows()}  # type: ignore[misc]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("survivorship") / "home")


def test_the_three_records_are_one_customer(world: World) -> None:
    ids = world.golden_ids()
    assert len({ids[record] for record in ("web:w1", "till:t1", "desk:d1", "desk:d2")}) == 1


def test_an_address_comes_from_one_record_and_a_street_outweighs_a_newer_town(world: World) -> None:
    profile = profile_of(world, "web:w1")
    assert (profile["street"], profile["city"]) == (person(1)["street"], "Springfield")
    lineage = lineage_of(world, "web:w1")
    assert {lineage[(name, 1)][1:3] for name in ("street", "city", "postcode")} == {("web", "w1")}


def test_a_name_comes_from_the_most_trusted_channel_whole(world: World) -> None:
    profile = profile_of(world, "web:w1")
    assert profile["full_name"] == "Liam Birdsong"
    assert profile["middle_name"] is None, (
        "no mixing of one record's name with another's middle initial"
    )
    assert lineage_of(world, "web:w1")[("full_name", 1)] == (
        "Liam Birdsong",
        "desk",
        "d1",
        "trusted_channel",
    )


def test_every_value_of_a_profile_has_its_lineage(world: World) -> None:
    single = [
        name
        for name in (
            "full_name",
            "first_name",
            "last_name",
            "birth_date",
            "street",
            "city",
            "postcode",
        )
        if name in world.read("select * from unified_profiles limit 0").columns
    ]
    for name in single:
        missing = world.read(
            f"select count(*) as n from unified_profiles p left join profile_lineage l"
            f" on l.golden_id = p.golden_id and l.attribute = '{name}'"
            f' where p."{name}"::varchar is distinct from l.value'
        )
        assert missing["n"][0] == 0, name
    lists = world.read(
        "select count(*) as n from (select golden_id, unnest(email) as value from unified_profiles"
        " except select golden_id, value from profile_lineage where attribute = 'email')"
    )
    assert lists["n"][0] == 0


def test_of_two_equally_late_decisions_the_refusal_holds(world: World) -> None:
    profile = profile_of(world, "web:w1")
    assert profile["consent_email"] is False
    assert str(profile["consent_email_at"]) == "2026-02-01 00:00:00"
    assert lineage_of(world, "web:w1")[("consent_email", 1)][1:] == (
        "desk",
        "d1",
        "latest_decision",
    )


def test_profile_counts_channels_and_confidence(world: World) -> None:
    profile = profile_of(world, "web:w1")
    assert profile["channels"] == ["desk", "till", "web"]
    assert (profile["channel_count"], profile["record_count"]) == (3, 4)
    assert 0.5 < profile["identity_confidence"] <= 1
    assert profile["interaction_count"] == 0
    lone = profile_of(world, "web:w30")
    assert (lone["record_count"], lone["identity_confidence"], lone["preferred_channel"]) == (
        1,
        1.0,
        "email",
    )


@pytest.mark.parametrize(
    ("rule", "city"),
    [
        ("most_recent", "Springfield"),
        ("trusted_channel", "Shelbyville"),
        ("most_complete", "Springfield"),
        ("most_frequent", "Shelbyville"),
    ],
)
def test_a_declared_rule_decides_its_attribute_alone(tmp_path: Path, rule: str, city: str) -> None:
    world = make_world(tmp_path / "home", f"survivorship: {{city: {rule}}}\n")
    profile = profile_of(world, "web:w1")
    assert profile["city"] == city
    assert profile["street"] is not None
    assert lineage_of(world, "web:w1")[("city", 1)][3] == rule


def test_default_rules_cover_every_profile_attribute(world: World) -> None:
    choices = survivorship_choices(load_configuration(world.home.configuration))
    groups = {choice.attribute: (choice.rule, choice.group) for choice in choices}
    assert groups["last_name"] == ("trusted_channel", "full_name")
    assert groups["city"] == ("most_recent", "street")
    assert groups["birth_date"] == ("most_frequent", "birth_date")
    assert groups["email"] == ("most_recent", "email")


def test_attributes_taken_one_by_one_give_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = load_configuration(world.home.configuration)
    found = []
    with DuckDBEngine() as engine:
        engine.run(f"attach '{world.home.warehouse_file}' as home (read_only)")
        engine.run("create schema derived")
        engine.run("create table derived.source_records as from home.derived.source_records")
        engine.run("create table derived.affected_customers as from home.derived.customers")
        engine.run("create table derived.record_consents as from home.derived.record_consents")
        for at_once in (ROWS_AT_ONCE, 1):
            monkeypatch.setattr(duckdb_engine, "ROWS_AT_ONCE", at_once)
            build_survivors(engine, configuration)
            found.append(
                engine.fetch(
                    "from derived.new_profile_lineage order by golden_id, attribute, position"
                )
            )
    assert found[0].equals(found[1])
    assert found[0].height > 200


def test_a_forms_default_date_is_nobodys_birthday(tmp_path: Path, models: Path) -> None:
    """Once many people have it, it goes from the profiles that had it before, too, and from their lineage."""
    world = deliver_town(tmp_path / "home", models)
    fault = "2000-01-01"
    town = [person(n, born=fault) if n == 35 else person(n) for n in range(40)]
    world.deliver("web", "2026-03-01", town)
    world.run()
    assert profile_of(world, "web:w35")["birth_date"] == date(2000, 1, 1)
    born = profile_of(world, "web:w34")["birth_date"]
    world.deliver(
        "web", "2026-03-02", [person(n, id=f"form{n}", born=fault) for n in range(100, 140)]
    )
    world.run(accept_changes=True)
    for record in ("web:w35", "web:form100"):
        assert profile_of(world, record)["birth_date"] is None
        assert ("birth_date", 1) not in lineage_of(world, record)
    assert profile_of(world, "web:w34")["birth_date"] == born is not None
    tables = ("unified_profiles", "profile_lineage")
    increments = [world.read(f"select * from {table} order by all") for table in tables]
    forget_derived(world.home)
    world.run()
    for table, before in zip(tables, increments, strict=True):
        assert world.read(f"select * from {table} order by all").equals(before)
