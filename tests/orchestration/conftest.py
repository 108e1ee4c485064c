"""A small retailer, published once a session, and a copy of it for each test to spoil."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.model.home import Home
from tests.shared import copy_home


@pytest.fixture(autouse=True)
def _no_foreign_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.delenv("OMNI_HOME", raising=False)


@pytest.fixture(scope="session")
def published_once(demo_home: Path) -> Home:
    """A home with one published run, recorded in its own instance. Only to be read."""
    return Home(demo_home)


@pytest.fixture
def home(published_once: Home, tmp_path: Path) -> Home:
    """A copy of that home, one's own."""
    copy = tmp_path / "home"
    copy_home(published_once.root, copy)
    return Home(copy)
