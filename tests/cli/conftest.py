"""Runs ``omni`` in this process, its nights without Dagster; copies of the demo home to change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from omni_identity.cli import main, night
from omni_identity.cli.invocation import invocation
from tests.channels.fetching.conftest import postgres_address, shop  # noqa: F401  fixtures
from tests.plain_nights import execute_plainly
from tests.shared import copy_home


@dataclass(frozen=True)
class Ending:
    """How a call of ``omni`` ended."""

    exit_code: int
    out: str
    err: str


Omni = Callable[..., Ending]


@pytest.fixture(autouse=True)
def _no_home_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMNI_HOME", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "debug", False)


@pytest.fixture
def in_dagster() -> None:
    """For tests that take it the nights of ``omni`` run in Dagster, as a user's do."""


@pytest.fixture
def omni(
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Omni:
    """Call ``omni`` with the given arguments; a night of it is Dagster's only for ``in_dagster``."""
    if "in_dagster" not in request.fixturenames:
        monkeypatch.setattr(night, "execute_nightly", execute_plainly)

    def call(*arguments: object) -> Ending:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ending(int(ended.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture
def own_demo_home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of the demo home to change."""
    return copy_home(demo_home, tmp_path / "home")
