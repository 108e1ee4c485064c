"""A home whose nights other code ran: the next run reads and derives anew all that the code makes otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

import omni_identity
from tests.repeated_worlds import differences, published
from tests.test_increments import EVENT_KINDS
from tests.worlds import World, person, receipt

ROOT = Path(__file__).parents[1]
OTHERWISE = {
    # read
    "channels/numbers.py": ("LARGEST = 1e12", "LARGEST = 100.0"),
    # standardised: contacts, and what interactions name
    "standardise/case.py": ('_SCOTTISH = {f"Mc{c}"', '_SCOTTISH = {f"Qx{c}"'),
    "standardise/identifiers.py": ("pl.col(column).alias", '(pl.col(column) + "~").alias'),
    # derived, in a module and in a .sql file
    "profile/channel_usage.sql": ("kind = 'order' or", "kind = 'return' or"),
    "insight/kpis/average_order_value.sql": ("amount as numerator", "amount * 2 as numerator"),
}
"""What an older package did otherwise, by file: the words of now, and its own."""
SCREENS = {"cli/screens/status.py": ('"""', '"""Also: ')}
"""What no value follows from."""


def older_package(folder: Path, edits: dict[str, tuple[str, str]]) -> Path:
    """A copy of the package with these edits; returns what is to be first on the path."""
    source = Path(omni_identity.__file__).parent
    package = folder / source.name
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (now, then) in edits.items():
        text = (package / name).read_text(encoding="utf-8")
        assert now in text, f"{name} says otherwise now"
        (package / name).write_text(text.replace(now, then), encoding="utf-8")
    return folder


def run_by(package: Path, world: World, folder: Path) -> None:
    """Run the world's next night by that package, in a process of its own."""
    script = (
        f"from pathlib import Path; from tests.worlds import World;"
        f" failed = [r for r in World(Path({str(world.root)!r}), {world.nights}).run() if r.withholds];"
        f" assert not failed, failed"
    )
    path = os.pathsep.join((str(package), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    world.nights += 1


def deliver(world: World) -> None:
    """Names in capitals, and events whose amounts and devices count."""
    rows = [person(n, cookie=f"C{n}") for n in range(12)]
    rows += [person(n, family="MCDONALD", given="ANGUS") for n in range(12, 16)]
    world.deliver("web", "0001", rows)
    world.deliver("till", "0001", [receipt(n) for n in range(0, 12, 2)])
    events = [
        {
            "event": f"e{n}",
            "id": f"w{n % 12}" if n % 3 else "",
            "cookie": f"C{n % 12}",
            "kind": EVENT_KINDS[n % len(EVENT_KINDS)],
            "at": f"2026-02-{1 + n % 20:02}T10:00:00Z",
            "amount": "20.00" if n % 9 else "120.00",
            "currency": "USD",
            "order": f"o{n // 3}",
        }
        for n in range(40)
    ]
    world.deliver("web_events", "0001", events)


def test_an_upgraded_home_publishes_what_one_of_now_does(tmp_path: Path, models: Path) -> None:
    """In every table; the fresh home has as many nights behind it, so that runs and events are alike too."""
    upgraded, fresh = (World.make(tmp_path / name, models=models) for name in ("old", "new"))
    for world in (upgraded, fresh):
        deliver(world)
    run_by(older_package(tmp_path / "older", OTHERWISE), upgraded, tmp_path)
    fresh.run()
    then, now = published(upgraded.root), published(fresh.root)
    moved = {words.partition(":")[0] for words in differences(then, now)}
    assert moved >= {"interactions", "unified_profiles", "kpis", "feed_figures"}
    for world in (upgraded, fresh):
        world.run()
    assert differences(published(upgraded.root), published(fresh.root)) == []


def test_a_file_that_is_delivered_no_more_stays_as_it_was_read(
    tmp_path: Path, models: Path
) -> None:
    world = World.make(tmp_path / "home", models=models)
    deliver(world)
    later = [{"event": "later", "id": "w1", "kind": "order", "at": "2026-02-21T10:00:00Z"}]
    world.deliver("web_events", "0002", [later[0] | {"amount": "300", "currency": "USD"}])
    edits = {"channels/numbers.py": OTHERWISE["channels/numbers.py"]}
    run_by(older_package(tmp_path / "older", edits), world, tmp_path)
    amounts = "select amount, count(*) as n from interactions where amount > 20 group by all"
    assert world.read(amounts).rows() == [], "the older one reads no amount beyond 100"
    (world.root / "landing" / "web_events" / "0001.csv").unlink()
    assert [result.name for result in world.run() if result.withholds] == []
    assert world.read(amounts).rows() == [(300.0, 1)], "0002 was read anew, 0001 could not be"


def test_other_screens_cost_nothing(tmp_path: Path, world: World) -> None:
    """Nothing is read or derived again: the notes of what has changed stay empty, and files keep their numbers."""
    run_by(older_package(tmp_path / "older", SCREENS), world, tmp_path)

    def state() -> list[object]:
        with duckdb.connect(str(world.home.warehouse_file), read_only=True) as warehouse:
            return [
                warehouse.sql(f"from {table} order by all").fetchall()
                for table in (
                    "landed.files",
                    "(select step, fingerprint from ledger.steps)",
                    "landed.standardised_by",
                )
            ]

    before = state()
    world.run()
    assert state() == before


def test_other_words_of_omni_yaml_hold_for_interactions_that_landed_before(
    tmp_path: Path, models: Path
) -> None:
    world = World.make(tmp_path / "home", models=models)
    deliver(world)
    event = {"kind": "session", "cookie": "till-9", "at": "2026-02-21T10:00:00Z"}
    world.deliver("web_events", "0002", [event | {"event": "signed_in", "id": "w1"}])
    later = event | {"event": "signed_out", "at": "2026-02-21T11:00:00Z"}
    world.deliver("web_events", "0003", [later])
    told = "select golden_id from interactions where interaction_id = 'signed_out'"
    assert [result.name for result in world.run() if result.withholds] == []
    assert world.read(told)["golden_id"].to_list() not in ([], [None]), "the device tells of w1"
    with world.home.configuration.open("a") as file:
        file.write("identifiers: {device_id: {placeholders: [till-9]}}\n")
    assert [result.name for result in world.run() if result.withholds] == []
    assert world.read(told)["golden_id"].to_list() == [None], "everybody's device tells of nobody"
