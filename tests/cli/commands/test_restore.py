"""The documented steps of a backup and a restore, as they are typed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Omni
from tests.shared import copy_home

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operations.md"


def documented_steps() -> list[str]:
    section = (
        PAGE.read_text(encoding="utf-8").split("\n## Backup and restore\n")[1].split("\n## ")[0]
    )
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def golden_ids(home: Path) -> dict[str, str]:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        rows = published.execute(
            "select channel || ':' || source_record_id, golden_id from crosswalk"
        )
        return dict(rows.fetchall())


def test_every_documented_step_of_a_restore_does_what_it_says(
    omni: Omni, demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_home(demo_home, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMNI_HOME", str(home))
    before = golden_ids(home)
    steps = documented_steps()
    assert sum("omni restore" in step for step in steps) == 2
    said = []
    for step in steps:
        if not step.startswith("omni "):
            subprocess.run(step, shell=True, check=True)
            continue
        command, _, comment = step.partition("#")
        expected = re.match(r" ends with (\d)", comment)
        ending = omni(*command.split()[1:])
        assert ending.exit_code == (int(expected.group(1)) if expected else 0), (step, ending.err)
        if expected:
            assert "`omni restore`" in ending.err, step
            status = omni("status")
            assert status.exit_code == 0
            assert "every run stops until `omni restore`" in status.out
        said.append(ending.out)
    restored = [words for words in said if "rebuilt from the publication" in words]
    assert len(restored) == 2
    assert "had no memory" in restored[0]
    assert "lacked" in restored[1]
    assert "not to the run that was published last" in said[-1]
    assert golden_ids(home) == before
    assert "Nothing is lost" in omni("restore").out
