"""Settings of the whole test suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from omni_identity.cli import main
from omni_identity.pipeline import declared_access
from tests.shared import copy_home, make_once
from tests.worlds import World, deliver_town, person, receipt

# A busy machine makes a test slow, not wrong; pytest's own timeout ends one that hangs.
settings.register_profile("omni", deadline=None)
settings.load_profile("omni")

# what a step reads and writes is what it declares, in every run of every test
declared_access.is_checked = True

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole nights first: a long test that is begun last keeps every process but one waiting."""
    items.sort(key=lambda item: item.path.parent != HERE)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model trained once on a quiet town, pinned: half of a small world's first night is training."""

    def train(folder: Path) -> None:
        world = World.make(folder)
        twice = [person(n, id=f"x{n}") for n in range(0, 60, 3)]
        world.deliver("web", "0001", [person(n) for n in range(60)] + twice)
        world.deliver("till", "0001", [receipt(n) for n in range(0, 60, 2)])
        world.run()

    return World(make_once(tmp_path_factory, "town", train)).home.models


@pytest.fixture(scope="session")
def town_after_one_night(tmp_path_factory: pytest.TempPathFactory, models: Path) -> World:
    """Forty people in the web shop, thirty of whom the till knows too; one night published. Only to be copied."""

    def publish(folder: Path) -> None:
        world = deliver_town(folder, models)
        assert [result.name for result in world.run() if not result.passed] == []

    return World(make_once(tmp_path_factory, "town_after_one_night", publish), nights=1)


@pytest.fixture
def world(town_after_one_night: World, tmp_path: Path) -> World:
    """A copy of that town, one's own."""
    home = copy_home(town_after_one_night.root, tmp_path / "home")
    return World(Path(home), town_after_one_night.nights)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published demo home; tests that change it take ``own_demo_home``."""

    def run_demo(home: Path) -> None:
        arguments = ["demo", "--customers", "150", "--days", "2", "--home", str(home)]
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DAGSTER_HOME", raising=False)
            with pytest.raises(SystemExit) as ended:
                main(arguments)
        assert ended.value.code in (None, 0)

    return make_once(tmp_path_factory, "demo_home", run_demo)
