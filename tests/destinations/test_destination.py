"""What every destination may rely on: where its folders and files come to be, and who may read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from omni_identity.destinations import DeliveryFailed, Publication, WholePath
from omni_identity.model.modes import private_files


def published(home: Path) -> Publication:
    folder = home / "published" / "versions" / "one"
    folder.mkdir(parents=True)
    folder.chmod(0o750)
    return Publication("one", home, folder)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_path_that_depends_on_where_a_run_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"from / on, not 'backup/tables\.zip'"):
        TypeAdapter(WholePath).validate_python("backup/tables.zip")


def test_folders_on_the_way_are_as_readable_as_the_publication_and_those_there_stay(
    tmp_path: Path,
) -> None:
    (tmp_path / "srv").mkdir(mode=0o700)
    with private_files():
        made = published(tmp_path / "home").folder_outside(tmp_path / "srv" / "a" / "b")
    assert [mode(one) for one in (made, made.parent, tmp_path / "srv")] == [0o750, 0o750, 0o700]


def test_a_file_takes_the_place_of_the_one_before_as_readable_as_the_publication(
    tmp_path: Path,
) -> None:
    (tmp_path / "tables").write_text("before")
    with private_files():
        (tmp_path / "next").write_text("now")
    published(tmp_path / "home").put_in_place(tmp_path / "next", tmp_path / "tables")
    assert (tmp_path / "tables").read_text() == "now"
    assert mode(tmp_path / "tables") == 0o640
    assert not (tmp_path / "next").exists()


def test_a_folder_inside_the_home_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailed, match="inside the home"):
        published(tmp_path / "home").folder_outside(tmp_path / "home" / "backup")
    assert not (tmp_path / "home" / "backup").exists()
