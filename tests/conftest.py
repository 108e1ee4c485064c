"""Settings of the whole test suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.worlds import World, person, receipt

# A busy machine makes a test slow, not wrong; pytest's own timeout ends one that hangs.
settings.register_profile("omni", deadline=None)
settings.load_profile("omni")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model trained once on a quiet town, pinned: half of a small world's first night is training."""
    world = World.make(tmp_path_factory.mktemp("town"))
    twice = [person(n, id=f"x{n}") for n in range(0, 60, 3)]
    world.deliver("web", "0001", [person(n) for n in range(60)] + twice)
    world.deliver("till", "0001", [receipt(n) for n in range(0, 60, 2)])
    world.run()
    return world.home.models
