"""What the commands make in a home is its owner's, and what is published the group's to read."""

from __future__ import annotations

import os
from pathlib import Path

from omni_identity.model.home import Home
from tests.cli.conftest import Omni
from tests.test_modes import mode_of, wrong_modes


def test_a_demo_home_is_its_owners_and_what_is_published_the_groups(demo_home: Path) -> None:
    assert wrong_modes(Home(demo_home)) == {}


def test_what_init_makes_is_its_owners(omni: Omni, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert omni("init", "--home", tmp_path / "new").exit_code == 0
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "new") == 0o700
    assert wrong_modes(Home(tmp_path / "new")) == {}
