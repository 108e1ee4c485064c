"""A small retailer, published once a session, and a copy of it for each test to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from omni_identity.defs.run import execute_nightly
from omni_identity.demo import DemoPlan, write_demo
from omni_identity.model.home import Home


@pytest.fixture(autouse=True)
def _no_foreign_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.delenv("OMNI_HOME", raising=False)


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one published run, recorded in its own instance. Only to be read."""
    patch = pytest.MonkeyPatch()
    patch.delenv("DAGSTER_HOME", raising=False)
    home = Home(tmp_path_factory.mktemp("published") / "home")
    write_demo(home.root, DemoPlan(customers=150, interactions_per_customer=3))
    result = execute_nightly(home)
    patch.undo()
    assert result.status == "published", result
    return home


@pytest.fixture
def home(published_once: Home, tmp_path: Path) -> Home:
    """A copy of that home, one's own."""
    copy = tmp_path / "home"
    shutil.copytree(published_once.root, copy, symlinks=True)
    return Home(copy)
