"""Files that were set aside are named where people look: the end of a run, ``omni status``, the report."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from omni_identity.channels.deliveries import SetAside
from omni_identity.cli.run_figures import read_run_figures
from omni_identity.cli.screens.run import show_run
from omni_identity.cli.screens.set_aside_files import MOST_FILES, show_set_aside
from omni_identity.cli.screens.status import show_status
from tests.worlds import World, person

LINE = (
    "landing/web/list.csv (web contacts): column 'email' is missing. Did you mean 'e_mail'?"
    " Give the column its former name, or name the new one in omni.yaml."
)


def test_a_renamed_column_is_said_at_the_end_of_a_run_in_status_and_in_the_report(
    tmp_path: Path, models: Path
) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.deliver("web", "one", [person(n) for n in range(12)])
    world.run()
    path = world.deliver("web", "list", [person(20)])
    path.write_text(path.read_text(encoding="utf-8").replace("email", "e_mail", 1))
    assert all(result.passed for result in world.run())
    console = Console(record=True, width=400)
    show_run(console, read_run_figures(world.home, "run-002"), 1.0)
    assert f"Set aside  {LINE}" in console.export_text()
    show_status(console, world.home, 2)
    assert f"Set aside  {LINE}" in console.export_text()
    report = (world.home.reports / "run-002.html").read_text(encoding="utf-8")
    assert "Files set aside" in report
    assert "landing/web/list.csv" in report
    assert "name the new one in omni.yaml" in report


def test_many_files_are_counted_and_control_characters_shown_as_such(tmp_path: Path) -> None:
    console = Console(record=True, width=400)
    names = [f"landing/{n:03}\x1b[2J.csv" for n in range(MOST_FILES + 3)]
    show_set_aside(
        console,
        [SetAside("web", "contacts", n, None, "empty_file", "it is empty", "x") for n in names],
    )
    text = console.export_text()
    assert "\x1b[2J" not in text
    assert "landing/000\N{REPLACEMENT CHARACTER}[2J.csv" in text
    assert "and 3 more" in text
