"""Destinations get what is published, each by itself: one that fails hurts neither the run nor the others."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import cast

import duckdb
import pytest
import yaml
from rich.console import Console

from omni_identity.channels.configuration import parse_configuration
from omni_identity.cli.screens.status import show_status
from omni_identity.destinations import Publication
from omni_identity.pipeline.runner import run_pipeline, run_steps
from omni_identity.pipeline.sequence import named, needs, steps_of
from omni_identity.pipeline.warehouse import open_warehouse
from tests.worlds import CONFIGURATION, World, person


def configured(tmp_path: Path) -> str:
    found = {
        "broken": {"type": "folder", "path": str(tmp_path / "broken")},
        "lake": {"type": "folder", "path": str(tmp_path / "lake")},
    }
    return CONFIGURATION + yaml.safe_dump({"destinations": found})


def test_each_destination_is_a_step_that_needs_what_is_published_alone(tmp_path: Path) -> None:
    steps = steps_of(parse_configuration(yaml.safe_load(configured(tmp_path))))
    assert [step.name for step in steps[-4:]] == [
        "publication",
        "published_files",
        "destinations/broken",
        "destinations/lake",
    ]
    assert needs(steps)["destinations/lake"] == {"publication", "published_files"}


def test_one_that_fails_is_said_hurts_nobody_and_is_tried_again(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.make(tmp_path / "home", configured(tmp_path), models)
    world.deliver("web", "2026-03-01", [person(number) for number in range(40)])
    folder_outside = Publication.folder_outside

    def fail(self: Publication, path: Path) -> Path:
        if path.name == "broken":
            raise ValueError("anna@mail.org is no number")
        return folder_outside(self, path)

    run = world.night()
    with monkeypatch.context() as patch, open_warehouse(run) as engine:
        patch.setattr(Publication, "folder_outside", fail)
        steps = steps_of(run.configuration)
        outcomes = dict(zip((s.name for s in steps), run_steps(engine, run, steps), strict=True))
        status = engine.fetch("select status from ledger.runs")["status"].to_list()
    assert status == ["published"]
    (remark,) = outcomes["destinations/broken"].remarks
    assert remark.startswith("broken keeps what it had, and the next run tries again: ValueError")
    assert "anna" not in remark
    assert "ValueError at destinations/versioned_folder.py:" in remark
    assert " < destinations/folder.py:" in remark, "its author must find it"
    crosswalk = tmp_path / "lake" / "current" / "crosswalk.parquet"
    assert duckdb.sql(f"from '{crosswalk}'").pl().equals(world.read("from crosswalk"))
    assert not (tmp_path / "broken").exists()
    assert "Destination broken has no publication yet; the next run tries again" in shown(world)
    assert f"Destination lake has run {run.run_id[:8]}" in shown(world)
    world.run()
    assert (tmp_path / "broken" / "current" / "crosswalk.parquet").exists()
    assert "tries again" not in shown(world)


def test_one_is_tried_again_alone(tmp_path: Path, models: Path) -> None:
    world = World.make(tmp_path / "home", configured(tmp_path), models)
    (tmp_path / "broken").write_text("a file where a folder should be")
    run = world.night()
    with open_warehouse(run) as engine:
        run_pipeline(engine, run)
    assert "Destination broken has no publication yet" in shown(world)
    (tmp_path / "broken").unlink()
    again = world.night()
    with open_warehouse(again) as engine:
        run_steps(engine, again, named(steps_of(again.configuration), "destinations/broken"))
    assert f"Destination broken has run {run.run_id[:8]}" in shown(world)


def test_what_people_wrote_goes_nowhere_unless_it_is_said(tmp_path: Path, models: Path) -> None:
    found = {
        "quiet": {"type": "folder", "path": str(tmp_path / "quiet")},
        "whole": {"type": "folder", "path": str(tmp_path / "whole"), "leave_out": []},
        "figures": {
            "type": "folder",
            "path": str(tmp_path / "figures"),
            "leave_out": ["crosswalk"],
        },
    }
    world = World.make(
        tmp_path / "home", CONFIGURATION + yaml.safe_dump({"destinations": found}), models
    )
    world.deliver("web", "2026-03-01", [person(number) for number in range(40)])
    run = world.night()
    with open_warehouse(run) as engine:
        run_pipeline(engine, run)
    published = names(world.home.published / "parquet")
    texts = {"messages.parquet", "quarantined_records.parquet"}
    assert names(tmp_path / "whole" / "current") == published > texts
    assert names(tmp_path / "quiet" / "current") == published - texts
    assert names(tmp_path / "figures" / "current") == published - {"crosswalk.parquet"}


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def shown(world: World) -> str:
    console = Console(width=200, file=StringIO())
    show_status(console, world.home, 5)
    return cast(StringIO, console.file).getvalue()
