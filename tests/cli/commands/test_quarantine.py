"""What was held back is shown by reason with its mend, row by row, and never with what stands in the rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from omni_identity.cli.run_figures import read_run_figures
from omni_identity.cli.screens.run import show_run
from omni_identity.model.visible import has_controls
from omni_identity.report.concerned_columns import concerned_columns, read_feeds
from tests.cli.conftest import Omni
from tests.worlds import CONFIGURATION, World, person, receipt

CATALOGUE = """
catalogue:
  - channel: web
    files: landing/items/*.csv
    mapping: {product_id: sku, price: cost}
"""
BROKEN = [
    {"event": "e1", "id": "w1", "kind": "", "at": "2026-02-01"},
    {"event": "e2", "id": "w2", "kind": "n/a", "at": "2026-02-01"},
    {"event": "e3", "id": "w3", "kind": "order", "at": "whenever"},
    {"event": "e4", "id": "w4", "kind": "order", "at": "2026-02-01", "order": "o4"},
]
FILTERED = CONFIGURATION.replace(
    "      interaction_id: event", "      where: status <> 'test'\n      interaction_id: event"
)


def make_world(root: Path, models: Path, settings: str = "") -> World:
    """Three of four interactions, and two contacts, that are held back; a catalogue row; a file."""
    world = World.make(root, CONFIGURATION + CATALOGUE + settings, models)
    odd = [person(50, id="", email="secret@person.org"), person(51, changed="soon")]
    world.deliver("web", "1", [*(person(n) for n in range(12)), *odd])
    world.deliver("till", "1", [receipt(n) for n in range(4)])
    world.deliver("web_events", "1", BROKEN)
    for name, text in {"items": "sku,cost\nA,1.00\n,2.00\n", "till": ""}.items():
        path = world.root / "landing" / name / "odd.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, models: Path) -> World:
    """Published all the same."""
    world = make_world(tmp_path_factory.mktemp("held_back") / "home", models)
    assert all(result.passed for result in world.run() if result.withholds)
    return world


@pytest.fixture(scope="module")
def withheld(tmp_path_factory: pytest.TempPathFactory, models: Path) -> World:
    """Never published: a check withholds it."""
    world = make_world(tmp_path_factory.mktemp("withheld") / "home", models)
    settings = world.root / "omni.yaml"
    bound = "checks: {max_customer_records: 1, "
    settings.write_text(settings.read_text("utf-8").replace("checks: {", bound), "utf-8")
    assert any(result.withholds for result in world.run())
    assert not world.home.published_file.exists()
    return world


def lines_of(text: str, *words: str) -> list[list[str]]:
    return [
        cells for line in text.splitlines() if (cells := line.split())[: len(words)] == [*words]
    ]


def test_each_reason_is_counted_explained_and_mended(omni: Omni, world: World) -> None:
    out = omni("quarantine", "--home", world.root).out
    assert "Rows held back (7)" in out
    assert lines_of(out, "web/interactions", "missing_kind")[0][2:5] == ["2", "4", "1"]
    assert lines_of(out, "web/interactions", "unparsable_date")[0][2:5] == ["1", "4", "1"]
    assert lines_of(out, "web/contacts", "missing_record_id")[0][2:5] == ["1", "14", "1"]
    assert lines_of(out, "web/catalogue", "missing_product")[0][2:4] == ["1", "1"]
    assert "missing_kind  The interaction does not say what it is" in out
    assert "  Columns: web/interactions kind\n" in out
    assert "`kind: {value: order}`" in out
    assert "  Columns: web/contacts changed, web/interactions at\n" in out
    assert "Set aside  landing/till/odd.csv (till contacts): it is empty" in out
    assert "secret@person.org" not in out
    assert "landing/web/1.csv" not in out, "rows are listed of a channel or a reason"


def test_the_rows_of_a_channel_with_file_number_and_columns_and_no_value(
    omni: Omni, world: World
) -> None:
    out = omni("quarantine", "--channel", "web", "--home", world.root).out
    assert lines_of(out, "web/contacts", "landing/web/1.csv") == [
        ["web/contacts", "landing/web/1.csv", "13", "missing_record_id", "id", "no", "record", "ID"],
        ["web/contacts", "landing/web/1.csv", "14", "unparsable_date", "changed", "updated_at", "is", "no", "date"],
    ]  # fmt: skip
    rows = lines_of(out, "web/interactions", "landing/web_events/1.csv")
    assert [cells[2] for cells in rows] == ["1", "2", "3"]
    assert "secret@person.org" not in out
    assert "whenever" not in out
    assert "odd.csv" not in out.replace("landing/items/odd.csv", ""), "the till's is not asked for"


def test_a_reason_alone_a_limit_and_the_values_on_request(omni: Omni, world: World) -> None:
    asked = ("quarantine", "--reason", "missing_kind", "--home", world.root)
    short = omni(*asked, "--limit", 1).out
    assert len(lines_of(short, "web/interactions", "landing/web_events/1.csv")) == 1
    assert "... and 1 more" in short
    assert "more" not in omni(*asked).out.partition("Rows\n")[2]
    values = omni(
        "quarantine", "--reason", "missing_record_id", "--show-values", "--home", world.root
    )
    assert "secret@person.org" in "".join(values.out.split())


def test_what_is_passed_over_and_values_that_could_not_be_read_are_counted(
    omni: Omni, tmp_path: Path, models: Path
) -> None:
    world = World.make(tmp_path / "home", FILTERED, models)
    world.deliver("web", "1", [person(n) for n in range(12)])
    good = {"kind": "order", "at": "2026-02-01", "status": "paid"}
    events = [
        {"event": "e1", "id": "w1", "amount": "lots", **good},
        {"event": "e2", "id": "w2", "amount": "10.00", **good},
        {"event": "e3", "id": "w3", "amount": "10.00", **good, "status": "test"},
    ]
    world.deliver("web_events", "1", events)
    world.run()
    out = omni("quarantine", "--home", world.root).out
    assert "Nothing is held back.\n" in out
    assert "web/interactions: 1 kept out by `where`\n" in out
    assert "web/interactions: 1 of amount (column amount)\n" in out
    assert "lots" not in out
    assert "web/" not in omni("quarantine", "--channel", "till", "--home", world.root).out


@pytest.mark.parametrize(
    ("option", "typed", "meant"),
    [("--channel", "wep", "web"), ("--reason", "mising_kind", "missing_kind")],
)
def test_what_does_not_exist_is_wrong_usage(
    omni: Omni, world: World, option: str, typed: str, meant: str
) -> None:
    ending = omni("quarantine", option, typed, "--home", world.root)
    assert ending.exit_code == 2
    assert f"Did you mean '{meant}'?" in ending.err


def test_nothing_held_back_is_said_and_status_is_silent_on_it(
    omni: Omni, tmp_path: Path, models: Path
) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.deliver("web", "1", [person(n) for n in range(12)])
    world.run()
    out = omni("quarantine", "--home", world.root).out
    assert out == "Read   the warehouse\nNothing is held back.\n"
    assert omni("quarantine", "--channel", "till", "--home", world.root).out == out
    assert "omni quarantine" not in omni("status", "--home", world.root).out
    console = Console(record=True, width=400)
    show_run(console, read_run_figures(world.home, "run-001"), 1.0)
    assert "held back" not in console.export_text()


def test_nothing_has_run_is_exit_code_2(omni: Omni, tmp_path: Path) -> None:
    ending = omni("quarantine", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "omni run" in ending.err


SENTENCES = (
    "3 of 4 rows of web/interactions held back: missing_kind 2, unparsable_date 1.",
    "2 of 14 rows of web/contacts held back: missing_record_id 1, unparsable_date 1.",
)


@pytest.mark.parametrize("which", ["world", "withheld"])
def test_run_status_and_report_name_the_top_reasons(
    omni: Omni, request: pytest.FixtureRequest, which: str
) -> None:
    world: World = request.getfixturevalue(which)
    console = Console(record=True, width=400)
    show_run(console, read_run_figures(world.home, "run-001"), 1.0)
    ended = console.export_text()
    status = omni("status", "--home", world.root).out
    report = (world.home.reports / "run-001.html").read_text(encoding="utf-8")
    for sentence in SENTENCES:
        assert f"{sentence}\n" in ended
        assert f"{sentence}\n" in status
        assert f"<p>{sentence}</p>" in report
    for text in (ended, status, report):
        assert "`omni quarantine --channel web` says how to mend it." in text
        assert "held back: empty_file" not in text, "it stands among the files that were set aside"
    assert "The interaction does not say what it is" in report
    assert "secret@person.org" not in report


def test_a_withheld_run_shows_its_rows_too(omni: Omni, withheld: World) -> None:
    out = omni("quarantine", "--channel", "web", "--home", withheld.root).out
    assert "the warehouse" in out
    assert "Rows held back (6)" in out


def test_what_a_later_run_takes_is_what_its_end_names(tmp_path: Path, models: Path) -> None:
    world = make_world(tmp_path / "home", models)
    world.run()
    world.deliver("web_events", "2", [dict(BROKEN[0], event="e9"), dict(BROKEN[3], event="e8")])
    world.run()
    console = Console(record=True, width=400)
    show_run(console, read_run_figures(world.home, "run-002"), 1.0)
    text = console.export_text()
    assert "1 of 2 rows of web/interactions held back: missing_kind.\n" in text
    assert "`omni quarantine --channel web` says how to mend it." in text


def test_while_a_run_is_at_work_the_published_rows_are_shown(omni: Omni, world: World) -> None:
    warehouse = world.home.warehouse_file
    hold = f"import duckdb, sys; c = duckdb.connect({str(warehouse)!r}); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        out = omni("quarantine", "--channel", "web", "--home", world.root).out
    finally:
        holder.communicate("")
    assert "the published file; a run is at work" in out
    assert "Rows held back (6)" in out
    assert lines_of(out, "web/contacts", "missing_record_id")[0][2:5] == ["1", "14", "1"]
    assert len(lines_of(out, "web/interactions", "landing/web_events/1.csv")) == 3


def test_a_configuration_with_mistakes_costs_only_the_names_of_columns(
    omni: Omni, tmp_path: Path, world: World
) -> None:
    feeds = read_feeds(world.home.configuration)
    assert concerned_columns(feeds["web", "interactions"], "missing_kind", "no kind") == ["kind"]
    assert concerned_columns(None, "missing_kind", "no kind") == []
    broken = tmp_path / "omni.yaml"
    broken.write_text("version: 1\nchannels: 7\n")
    assert read_feeds(broken) == {}


def test_hostile_values_names_and_codes_are_only_shown(
    omni: Omni, tmp_path: Path, models: Path
) -> None:
    harm = "\x1b]0;pwned\x07[red]x[/red]\u202e\nFORGED"
    world = make_world(tmp_path / "home", models)
    world.run()
    with duckdb.connect(str(world.home.warehouse_file)) as warehouse:
        warehouse.execute(
            "update landed.quarantined_rows set payload = payload || $harm, detail = detail || $harm,"
            " reason_code = case reason_code when 'missing_kind' then reason_code || $harm else reason_code end",
            {"harm": harm},
        ).fetchall()
        warehouse.execute(
            "update landed.landings set path = path || $harm", {"harm": harm}
        ).fetchall()
    for more in ((), ("--channel", "web", "--show-values")):
        ending = omni("quarantine", *more, "--home", world.root)
        assert ending.exit_code == 0
        assert not has_controls(ending.out)
        assert not any(line.lstrip().startswith("FORGED") for line in ending.out.splitlines())
    assert not has_controls(omni("status", "--home", world.root).out)
