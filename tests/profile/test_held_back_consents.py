"""A word on consent counts in a row that is held back too, and not from a time that has not come yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from omni_identity.identity.changes import start_over
from omni_identity.insight.consent_figures import HELD_BACK_CONSENTS
from omni_identity.pipeline.warehouse import open_warehouse
from tests.worlds import CONFIGURATION, World, deliver_town, person, run_until_candidate

ASKED = "street"
"""The column of when consent was asked for: towns have no other to spare."""
TIMED = CONFIGURATION.replace("street: street, ", "").replace(
    "consent_email: newsletter", f"consent_email: newsletter, consent_email_at: {ASKED}"
)
TEXT_FOR_A_DATE = "nobody remembers"
OVERLONG = "x" * 1_001
FEBRUARY, MARCH = "2026-02-01T00:00:00Z", "2026-02-20T00:00:00Z"


def town(root: Path, models: Path) -> World:
    assert f"consent_email_at: {ASKED}" in TIMED
    return deliver_town(root, models, TIMED)


def said(number: int, word: str, changed: str = FEBRUARY, **others: Any) -> dict[str, Any]:
    row = {"newsletter": word, "changed": changed, ASKED: "", **others}
    return person(number, **row)


def held_back(number: int, word: str, changed: str = MARCH, **others: Any) -> dict[str, Any]:
    return said(number, word, changed, city=OVERLONG, **others)


def consents(world: World) -> dict[str, bool | None]:
    """What holds for the address of each record of the web shop that has a word."""
    rows = world.read(
        "select c.source_record_id, c.is_given from consents c where c.channel = 'web'"
        " and c.address is not null"
    )
    return dict(rows.iter_rows())


def test_a_refusal_in_a_row_that_is_held_back_takes_an_older_yes_away(
    tmp_path: Path, models: Path
) -> None:
    world = town(tmp_path / "home", models)
    words = {0: "no", 1: "yes", 2: "vielleicht", 3: "", 4: "n/a", 5: "unsubscribed", 6: "no"}
    world.deliver("web", "2026-03-02", [said(n, "yes") for n in words])
    world.run()
    assert consents(world) == {f"w{n}": True for n in words}
    world.deliver("web", "2026-03-03", [held_back(n, word) for n, word in words.items()])
    world.run()
    expected = {0: False, 1: True, 2: None, 3: True, 4: True, 5: False, 6: False}
    assert consents(world) == {f"w{n}": given for n, given in expected.items()}
    counted = world.read(
        "select bucket, counted, total from run_diagnostics join runs using (run_id)"
        f" where diagnostic = '{HELD_BACK_CONSENTS}' and run_number = 2"
    )
    assert counted.rows() == [("consent_email of web", 4, 7)]
    # who refuses goes on refusing
    world.deliver("web", "2026-03-03b", [held_back(0, "vielleicht", "2026-02-21T00:00:00Z")])
    world.run()
    assert consents(world)["w0"] is False
    # and a good row that is newer has the last word again
    world.deliver("web", "2026-03-04", [said(6, "yes", "2026-02-25T00:00:00Z")])
    world.run()
    assert consents(world)["w6"] is True


LATER, EARLIER = "2026-03-03", "2026-02-01"
VERSIONS: list[tuple[str, dict[str, Any], bool]] = [
    (LATER, held_back(0, "no"), False),
    (EARLIER, held_back(1, "no"), False),  # delivered late, and newer by its own time
    (LATER, held_back(2, "no", "2026-01-15T00:00:00Z"), True),  # older by its own time
    (LATER, held_back(3, "no", TEXT_FOR_A_DATE), False),
    (LATER, held_back(4, "no", "2099-01-01T00:00:00Z"), False),
    (EARLIER, held_back(5, "no", TEXT_FOR_A_DATE), True),
    (LATER, held_back(6, "yes"), True),
    (LATER, said(7, "no", gone="perhaps"), False),
    (LATER, held_back(8, "no", id=""), True),  # nobody can tell whose it is
    (LATER, said(9, "no", MARCH, **{ASKED: TEXT_FOR_A_DATE}), False),
]


def test_which_row_is_newer_follows_its_time_and_else_its_file(
    tmp_path: Path, models: Path
) -> None:
    world = town(tmp_path / "home", models)
    world.deliver("web", "2026-03-02", [said(n, "yes") for n in range(len(VERSIONS))])
    world.run()
    for place in (LATER, EARLIER):
        world.deliver("web", place, [row for where, row, _ in VERSIONS if where == place])
    world.run()
    assert consents(world) == {f"w{n}": given for n, (_, _, given) in enumerate(VERSIONS)}


def test_a_held_back_word_counts_alike_in_one_load_in_nights_and_anew(
    tmp_path: Path, models: Path
) -> None:
    deliveries = {
        "2026-03-02": [said(n, "yes") for n in range(4)],
        "2026-03-03": [held_back(0, "no"), held_back(1, "hm"), held_back(30, "no")],
        "2026-03-04": [said(1, "yes", "2026-02-25T00:00:00Z"), held_back(2, "no")],
        "2026-02-27": [held_back(3, "no"), held_back(3, "yes", "2026-02-21T00:00:00Z")],
    }
    nights, load = town(tmp_path / "nights", models), town(tmp_path / "load", models)
    for name, rows in deliveries.items():
        nights.deliver("web", name, rows)
        nights.run()
        load.deliver("web", name, rows)
    load.run()
    expected = {"w0": False, "w1": True, "w2": False, "w3": False, "w30": False}
    assert consents(nights) == consents(load) == expected
    night = nights.night()
    with open_warehouse(night) as engine:
        before = engine.fetch("select * from derived.record_consents order by all")
        start_over(engine)
        run_until_candidate(engine, night)
        assert engine.fetch("select * from derived.record_consents order by all").equals(before)


@pytest.mark.parametrize(
    ("declared", "yes", "no"),
    [("opt_out: true", "no", "yes"), ("yes: [blue], no: [green]", "blue", "green")],
)
def test_a_held_back_word_is_read_as_its_column_is(
    tmp_path: Path, models: Path, declared: str, yes: str, no: str
) -> None:
    configured = TIMED.replace(
        "consent_email: newsletter,", f"consent_email: {{from: newsletter, {declared}}},"
    )
    world = town(tmp_path / "home", models)
    world.home.configuration.write_text(configured)
    world.deliver("web", "2026-03-02", [said(n, yes) for n in (0, 1)])
    world.deliver("web", "2026-03-03", [held_back(0, no), held_back(1, yes)])
    world.run()
    assert consents(world) == {"w0": False, "w1": True}


@pytest.mark.parametrize("asked", ["2099-01-01", "2026-03-20", "4102444800"])
def test_a_consent_from_the_future_does_not_beat_a_refusal(
    tmp_path: Path, models: Path, asked: str
) -> None:
    """The person refused as a whole, in a record without an address, and is to have consented later."""
    world = town(tmp_path / "home", models)
    world.deliver(
        "web",
        "2026-03-02",
        [
            said(0, "yes", **{ASKED: asked}),
            said(0, "no", id="w0x", email="", **{ASKED: "2026-02-10"}),
        ],
    )
    results = {result.name: result for result in world.run()}
    rows = world.read(
        "select is_given, decided_at::date::varchar from consents where address is not null"
    )
    assert rows.rows() == [(False, "2026-02-10")]
    ahead = results["times_are_not_in_the_future"]
    assert not ahead.passed
    assert "1 of 41 rows have consent_email_at in the future" in ahead.finding


def test_a_clock_that_is_a_little_ahead_is_believed(tmp_path: Path, models: Path) -> None:
    world = town(tmp_path / "home", models)
    world.deliver(
        "web",
        "2026-03-02",
        [
            said(0, "yes", **{ASKED: "2026-03-02T20:00:00Z"}),
            said(0, "no", id="w0x", email="", **{ASKED: "2026-02-10"}),
        ],
    )
    world.run()
    assert world.read("select is_given from consents where address is not null").rows() == [(True,)]


def test_a_creation_in_the_future_dates_no_consent(tmp_path: Path, models: Path) -> None:
    world = World.make(
        tmp_path / "home", TIMED.replace("consent_email_at: street", "created_at: street"), models
    )
    world.deliver(
        "web",
        "2026-03-02",
        [
            *(person(n) | {ASKED: ""} for n in range(1, 40)),
            said(0, "yes", **{ASKED: "2099-01-01"}),
            said(0, "no", id="w0x", email="", **{ASKED: "2026-02-10"}),
        ],
    )
    world.run()
    assert world.read("select is_given from consents where address is not null").rows() == [
        (False,)
    ]
