"""Who may read what stands in a home: its owner; and of what is published, the group as well."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.model.home import Home
from omni_identity.model.modes import make_private, open_to_readers, private_files
from tests.shared import copy_home
from tests.worlds import World, person


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes_in(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): mode_of(path)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink()
    }


def wrong_modes(home: Home, user_owned: tuple[str, ...] = ()) -> dict[str, str]:
    """Everything in a home whose mode is not what is promised, but for what users put there."""
    wrong = {}
    for path in home.root.rglob("*"):
        name = str(path.relative_to(home.root))
        if path.is_symlink() or name.startswith(user_owned):
            continue
        is_published = path == home.published or home.published in path.parents
        folder, file = (0o750, 0o444) if is_published else (0o700, 0o600)
        if mode_of(path) != (folder if path.is_dir() else file):
            wrong[name] = oct(mode_of(path))
    return wrong


def test_a_night_under_any_umask_makes_private_files(
    town_after_one_night: World, tmp_path: Path
) -> None:
    home = copy_home(town_after_one_night.root, tmp_path / "home")
    world = World(home, town_after_one_night.nights)
    open_all = [path for path in (home, *home.rglob("*")) if not path.is_symlink()]
    for path in open_all:  # as a home of before was
        path.chmod(0o777 if path.is_dir() else 0o666)
    before = os.umask(0)
    try:
        world.deliver("web", "2026-03-02", [person(60)])
        assert all(result.passed for result in world.run())
        assert os.umask(0) == 0, "the process's own again"
    finally:
        os.umask(before)
    assert wrong_modes(world.home, ("landing", "omni.yaml", "judgements")) == {}
    landing = modes_in(world.home.landing)
    assert set(landing.values()) == {0o777, 0o666}
    assert mode_of(world.home.configuration) == 0o666


@pytest.mark.parametrize(
    ("readers", "folders", "way"), [("owner", 0o700, 0o700), ("group", 0o750, 0o710), ("all", 0o755, 0o711)]
)  # fmt: skip
def test_omni_yaml_says_who_reads_what_is_published(
    tmp_path: Path, readers: str, folders: int, way: int
) -> None:
    home = Home(tmp_path / "home")
    with private_files():
        (home.published / "versions" / "one").mkdir(parents=True)
        (home.published / "versions" / "one" / "omni.duckdb").touch()
    (home.published / "versions").chmod(0o2700)
    (home.published / "current").symlink_to("versions/one")
    settings = parse_configuration(
        {
            "version": 1,
            "channels": [{"name": "web", "contacts": {"files": "x.csv", "record_id": "id"}}],
            "publish": {"readable_by": readers},
        }
    )
    open_to_readers(home, settings.publish.readable_by)
    assert modes_in(home.published) == {
        ".": folders,
        "versions": folders | 0o2000,
        "versions/one": folders,
        "versions/one/omni.duckdb": 0o444,
    }
    assert mode_of(home.root) == way


def test_judgements_of_other_tools_keep_their_modes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.judgements.mkdir()
    home.judgements.chmod(0o777)
    for name in ("verdicts.csv", "erasures.csv", "of_another_tool.csv"):
        (home.judgements / name).touch()
        (home.judgements / name).chmod(0o664)
    make_private(home)
    assert modes_in(home.judgements) == {
        ".": 0o770,
        "verdicts.csv": 0o600,
        "erasures.csv": 0o600,
        "of_another_tool.csv": 0o664,
    }


def test_links_that_lead_elsewhere_are_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs").touch()
    (elsewhere / "theirs").chmod(0o644)
    elsewhere.chmod(0o755)
    home = Home(tmp_path / "home")
    (home.reports).mkdir(parents=True)
    (home.reports / "link").symlink_to(elsewhere)
    make_private(home)
    assert mode_of(elsewhere) == 0o755
    assert mode_of(elsewhere / "theirs") == 0o644
