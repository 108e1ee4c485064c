"""Whatever a home's path has in it: everything works there, or one message says that it cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.home import Home, find_home
from omni_identity.open_engine import open_engine
from tests.shared import copy_home
from tests.worlds import CONFIGURATION, World, person

ODD = "a'b\"c #d [e] {f} *g; $HOME &h=1: ünï 💡"


def test_a_night_runs_in_a_home_with_quotes_hashes_and_brackets_in_its_path(
    town_after_one_night: World, tmp_path: Path
) -> None:
    root = tmp_path / ODD / "home"
    copy_home(town_after_one_night.root, root)
    world = World(root, town_after_one_night.nights)
    world.deliver("web", "2026-03-02", [person(60)])
    assert all(result.passed for result in world.run())
    assert len(world.customers()) == 41


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a?b", "has a question mark in it"),
        ("a%20b", "has a per cent sign in it"),
        ("50%?", "has a per cent sign and a question mark in it"),
        ("a\\b", "has a backslash in it"),
        ("a\nb", "line break"),
        ("a\x1b[2Jb", "control character"),
        ("a\u2028b", "line break"),
        (os.fsdecode(b"a\xffb"), "no UTF-8"),
    ],
)
def test_a_path_with_which_databases_cannot_work_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.delenv("OMNI_HOME", raising=False)
    with pytest.raises(ConfigurationError, match=words) as told:
        find_home(tmp_path / name / "home")
    assert told.value.exit_code == 2
    assert str(told.value).isprintable()
    assert str(told.value).isascii()


def test_spark_is_refused_where_hadoop_reads_a_pattern(tmp_path: Path) -> None:
    root = tmp_path / "a#b*"
    World.make(root, CONFIGURATION + "engine: spark\n")
    with (
        pytest.raises(ConfigurationError, match=r"Hadoop takes # \* in a path"),
        open_engine(Home(root), load_configuration(root / "omni.yaml")),
    ):
        pass
