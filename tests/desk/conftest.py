"""A desk on the demo home, and somebody of each role at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from omni_identity.desk.application import Desk
from omni_identity.model.home import Home
from tests.desk.visitors import Visitor, sign_in, staffed_desk
from tests.shared import copy_home
from tests.worlds import World


@pytest.fixture(scope="session")
def town(town_after_one_night: World, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A town after one night, which nobody changes but its access log."""
    return Home(copy_home(town_after_one_night.root, tmp_path_factory.mktemp("town") / "home"))


@pytest.fixture(scope="session")
def demo_desk(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The desk of a published demo home, which nobody changes but its access log."""
    home = copy_home(demo_home, tmp_path_factory.mktemp("demo_desk") / "home")
    return staffed_desk(Home(home))


@pytest.fixture
def visit(demo_desk: Desk) -> Callable[[str], Visitor]:
    """Somebody of the staff, by name, signed in at the demo's desk."""
    return lambda name: sign_in(demo_desk, name)
