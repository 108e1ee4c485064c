"""Runs ``omni`` in this process; copies of the demo home to change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from omni_identity.cli import main
from omni_identity.cli.invocation import invocation
from tests.channels.fetching.conftest import postgres_address, shop  # noqa: F401  fixtures
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
def omni(capsys: pytest.CaptureFixture[str]) -> Omni:
    """Call ``omni`` with the given arguments."""

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
