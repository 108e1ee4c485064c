"""A destination is an asset of its own: there when it was delivered, a warning when it was not."""

from __future__ import annotations

from pathlib import Path

import yaml

from omni_identity.orchestration.run import execute_nightly
from omni_identity.orchestration.run_options import RunOptions
from tests.worlds import CONFIGURATION, World, person


def test_what_was_not_delivered_is_a_warning_and_what_was_an_asset(
    tmp_path: Path, models: Path
) -> None:
    blocked, lake = tmp_path / "blocked", tmp_path / "lake"
    blocked.write_text("a file where a folder should be")
    found = {path.name: {"type": "folder", "path": str(path)} for path in (blocked, lake)}
    configuration = CONFIGURATION + yaml.safe_dump({"destinations": found})
    world = World.make(tmp_path / "home", configuration, models)
    world.deliver("web", "2026-03-01", [person(number) for number in range(40)])
    dry = execute_nightly(world.home, options=RunOptions(dry_run=True))
    assert dry.status == "dry_run"
    assert not lake.exists()
    result = execute_nightly(world.home)
    assert result.status == "published"
    ((check, finding),) = result.warnings
    assert check == "publication_is_delivered"
    assert finding.startswith("blocked keeps what it had, and the next run tries again: ")
    assert (lake / "current" / "crosswalk.parquet").exists()
    assert result.facts["destinations/lake"]["type"] == "folder"
    assert "destinations/blocked" not in result.facts
