"""The linkage records derived from standardised ones: aliases, hints, lists that are null when empty."""

from __future__ import annotations

from pathlib import Path

from omni_identity.engines import DuckDBEngine
from tests.worlds import World, person, receipt


def test_aliases_and_hints_come_from_mail_names_and_handles(tmp_path: Path, models: Path) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.deliver("web", "1", [person(1, family="", email="liam.birdsong86@gmail.com")])
    world.deliver(
        "till", "1", [receipt(2, name="", email="", phone=""), receipt(3, email="x1@y.com")]
    )
    world.run()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        rows = engine.fetch(
            "select source_record_id, first, alias, last_hint, l.email, l.phone"
            " from derived.linkage_records l join derived.source_records using (record_no)"
        ).to_dicts()
    found = {row["source_record_id"]: row for row in rows}
    assert found["w1"]["alias"] == ["liambirdsong"]
    assert found["w1"]["last_hint"] == ["birdsong"]
    assert (found["t2"]["alias"], found["t2"]["email"], found["t2"]["phone"]) == (None, None, None)
    assert found["t3"]["alias"] is None, "an alias has at least five letters"


def test_what_is_known_of_a_birth_date_is_there_whole_or_not(tmp_path: Path, models: Path) -> None:
    world = World.make(tmp_path / "home", models=models)
    written = {1: "1985-03-14", 2: "1985-03", 3: "14.03.", 4: "31/04/1990", 5: "", 6: "2027-01-05"}
    world.deliver("web", "1", [person(number, born=born) for number, born in written.items()])
    world.run()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        rows = engine.fetch(
            "select source_record_id, l.birth_date, l.birth_year, l.birth_month_day, l.birth_part,"
            " s.invalid from derived.linkage_records l"
            " join derived.source_records s using (record_no) order by 1"
        ).rows()
    assert rows == [
        ("w1", "1985-03-14", "1985", "03-14", None, []),
        ("w2", None, "1985", "03", "1985-03-??", []),
        ("w3", None, None, "03-14", "????-03-14", []),
        ("w4", None, "1990", "04", "1990-04-??", ["birth_date"]),
        ("w5", None, None, None, None, []),
        ("w6", None, None, "01-05", "????-01-05", ["birth_date"]),
    ], "the last is later than its delivery"


def test_a_mailbox_of_a_role_is_no_persons_mail_name_or_alias(tmp_path: Path, models: Path) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.deliver(
        "web",
        "1",
        [person(1, email="info@brightmill.com"), person(2, email="ann.lee@brightmill.com")],
    )
    world.run()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        rows = engine.fetch(
            "select shared_mailbox, email, local_part, alias from derived.linkage_records order by record_no"
        ).rows()
    assert rows == [
        (["info@brightmill.com"], None, None, None),
        (None, ["ann.lee@brightmill.com"], ["ann.lee"], ["annlee"]),
    ]


def test_a_known_given_name_is_there_by_its_sound_and_what_it_may_be_short_for(
    tmp_path: Path,
) -> None:
    world = World.make(tmp_path / "home")
    given = {1: "Marc", 2: "Mark Anton", 3: "Kit", 4: "Mraia", 5: ""}
    world.deliver("web", "1", [person(number, given=name) for number, name in given.items()])
    world.run()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        rows = engine.fetch(
            "select source_record_id, given_sound, given_forms"
            " from derived.linkage_records join derived.source_records using (record_no)"
        ).rows()
    found = {number: (sound, forms) for number, sound, forms in rows}
    assert found["w1"] == found["w2"] == ("mark", ["marcus"])
    assert "christopher" in found["w3"][1]
    assert found["w4"] == found["w5"] == (None, None)
