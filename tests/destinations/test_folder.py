"""``folder``: all of a publication or the one before, whatever happens in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from omni_identity.destinations import DeliveryFailed, Publication
from omni_identity.destinations.folder import Folder
from omni_identity.model.modes import private_files


def publication(home: Path, run_id: str, tables: dict[str, str]) -> Publication:
    folder = home / "published" / "versions" / run_id
    for kind, suffix in (("parquet", "parquet"), ("csv", "csv")):
        (folder / kind).mkdir(parents=True)
        for name, text in tables.items():
            (folder / kind / f"{name}.{suffix}").write_text(text)
    return Publication(run_id, home, folder)


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "current").iterdir()}


def test_the_tables_of_the_last_publication_are_there_and_those_before_can_be_read_on(
    tmp_path: Path,
) -> None:
    folder = Folder(type="folder", path=tmp_path / "lake" / "customers")
    folder.deliver(publication(tmp_path / "home", "one", {"crosswalk": "1", "kpis": "1"}))
    assert files(folder.path) == {"crosswalk.parquet": "1", "kpis.parquet": "1"}
    opened = (folder.path / "current").resolve()
    folder.deliver(publication(tmp_path / "home", "two", {"crosswalk": "2"}))
    assert files(folder.path) == {"crosswalk.parquet": "2"}
    assert (opened / "kpis.parquet").read_text() == "1", "somebody may be at it"
    folder.deliver(publication(tmp_path / "home", "three", {"crosswalk": "3"}))
    assert not opened.exists()


def test_audiences_are_files_for_spreadsheets(tmp_path: Path) -> None:
    folder = Folder(type="folder", path=tmp_path / "lake", content="audiences")
    folder.deliver(publication(tmp_path / "home", "one", {"audience_members": "golden_id\n"}))
    assert files(folder.path) == {"audience_members.csv": "golden_id\n"}


def test_a_copy_that_breaks_off_leaves_what_was_there_and_the_next_makes_it_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(type="folder", path=tmp_path / "lake")
    folder.deliver(publication(tmp_path / "home", "one", {"crosswalk": "1", "kpis": "1"}))
    second = publication(tmp_path / "home", "two", {"crosswalk": "2", "kpis": "2"})
    with monkeypatch.context() as patch:
        copy = shutil.copy

        def break_off(file: Path, to: Path) -> None:
            if file.name.startswith("kpis"):
                raise OSError(28, "No space left on device")
            copy(file, to)

        patch.setattr("omni_identity.destinations.folder.shutil.copy", break_off)
        with pytest.raises(OSError, match="No space"):
            folder.deliver(second)
    assert files(folder.path) == {"crosswalk.parquet": "1", "kpis.parquet": "1"}
    for _ in range(2):
        folder.deliver(second)
        assert files(folder.path) == {"crosswalk.parquet": "2", "kpis.parquet": "2"}
    assert len(list((folder.path / "versions").iterdir())) == 2


def test_whoever_may_read_what_is_published_may_read_the_copy(tmp_path: Path) -> None:
    folder = Folder(type="folder", path=tmp_path / "lake" / "customers")
    published = publication(tmp_path / "home", "one", {"crosswalk": "1"})
    published.folder.chmod(0o750)
    (published.folder / "parquet" / "crosswalk.parquet").chmod(0o640)
    with private_files():
        folder.deliver(published)
    path = folder.path / "current" / "crosswalk.parquet"
    assert path.stat().st_mode & 0o777 == 0o640
    parents = (folder.path.parent, folder.path, folder.path / "versions", path.resolve().parent)
    for one in parents:
        assert one.stat().st_mode & 0o777 == 0o750, one
    folder.path.chmod(0o700)
    folder.deliver(published)
    assert folder.path.stat().st_mode & 0o777 == 0o700, "a folder that was there is its owner's"


def test_a_folder_inside_the_home_is_refused(tmp_path: Path) -> None:
    folder = Folder(type="folder", path=tmp_path / "home" / "landing")
    with pytest.raises(DeliveryFailed, match="inside the home"):
        folder.deliver(publication(tmp_path / "home", "one", {"crosswalk": "1"}))
    assert not (tmp_path / "home" / "landing").exists()
