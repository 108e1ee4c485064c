"""Copies of homes that tests take: of all that stays, whatever else goes meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.shared import copy_home


def let_vanish(patch: pytest.MonkeyPatch, name: str) -> None:
    """Take the file ``name`` away just before it is copied."""
    copy = shutil.copy2

    def copy_late(source: str, target: str) -> None:
        if Path(source).name == name:
            Path(source).unlink()
        copy(source, target)

    patch.setattr(shutil, "copy2", copy_late)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    runs = tmp_path / "source" / "history" / "runs"
    runs.mkdir(parents=True)
    for name in ("index.db", "index.db-shm", "index.db-wal"):
        (runs / name).write_text(name, encoding="utf-8")
    (tmp_path / "source" / "current").symlink_to("history")
    return tmp_path / "source"


@pytest.mark.parametrize("name", ["index.db-shm", "index.db-wal"])
def test_what_sqlite_takes_away_meanwhile_is_no_part_of_a_copy(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    let_vanish(monkeypatch, name)
    copy = copy_home(source, tmp_path / "copy")
    runs = {path.name: path.read_text() for path in (copy / "history" / "runs").iterdir()}
    assert runs == {n: n for n in ("index.db", "index.db-shm", "index.db-wal") if n != name}
    assert (copy / "current").is_symlink()


def test_any_other_file_that_vanishes_fails_the_copy(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_vanish(monkeypatch, "index.db")
    with pytest.raises(shutil.Error, match=r"index\.db"):
        copy_home(source, tmp_path / "copy")
