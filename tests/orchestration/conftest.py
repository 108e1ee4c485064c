"""A small retailer, published once a session, and a copy of it for each test to spoil."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.demo import DemoPlan, write_demo
from omni_identity.model.home import Home
from omni_identity.orchestration.run import execute_nightly
from tests.shared import copy_home, make_once


@pytest.fixture(autouse=True)
def _no_foreign_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.delenv("OMNI_HOME", raising=False)


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one published run, recorded in its own instance. Only to be read."""

    def publish(root: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DAGSTER_HOME", raising=False)
            write_demo(root, DemoPlan(customers=150, interactions_per_customer=3))
            result = execute_nightly(Home(root))
        assert result.status == "published", result

    return Home(make_once(tmp_path_factory, "published_once", publish))


@pytest.fixture
def home(published_once: Home, tmp_path: Path) -> Home:
    """A copy of that home, one's own."""
    copy = tmp_path / "home"
    copy_home(published_once.root, copy)
    return Home(copy)
