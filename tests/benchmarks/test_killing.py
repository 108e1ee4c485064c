"""The kills: when they come, and what is told of a run after them that does not end well."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import killing
from benchmarks.killing import Act, Customer, Killing, Outcome

TRAINING = Act("training", lambda _: ("train",), begin=0.9)


class Machine:
    """Stands for ``omni`` and the clock: an act takes so many seconds, and is there for as long."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.waited: list[float] = []
        self.withheld: tuple[str, ...] = ()

    def omni(self, _home: Path, *arguments: str) -> int:
        return int(arguments == self.withheld)

    def must_end(self, child: int) -> None:
        if child:
            raise RuntimeError("omni ended with 1")
        self.now += self.seconds

    def kill_after(self, _child: int, seconds: float) -> bool:
        self.waited.append(seconds)
        self.now += min(seconds, self.seconds)
        return seconds < self.seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine(seconds=60)
    monkeypatch.setattr(killing, "omni", found.omni)
    monkeypatch.setattr(killing, "must_end", found.must_end)
    monkeypatch.setattr(killing, "kill_after", found.kill_after)
    monkeypatch.setattr(killing.time, "monotonic", lambda: found.now)
    monkeypatch.setattr(
        killing,
        "in_child",
        lambda work, *_: Customer("", "", "") if work is killing.some_customer else [],
    )
    return found


@pytest.fixture
def attempts(machine: Machine, tmp_path: Path) -> Killing:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    (home / "published").mkdir(parents=True)
    (home / "published" / "current").symlink_to("versions/run-1")
    scratch.mkdir()
    return Killing(home, scratch, seed=1)


def test_a_kill_that_came_too_late_times_the_act_anew(machine: Machine, attempts: Killing) -> None:
    outcome = Outcome()
    attempts.attempt(TRAINING, outcome)
    machine.seconds = 20  # the others on the machine have gone
    for _ in range(3):
        attempts.attempt(TRAINING, outcome)
    assert [seconds < 20 for seconds in machine.waited] == [False, False, True, True]
    assert all(seconds >= 0.9 * 20 for seconds in machine.waited)
    assert (outcome.tried, outcome.killed, outcome.lost) == (4, 3, [])


@pytest.mark.parametrize("arguments", [("run",), ("run", "--full-refresh")])
def test_a_run_that_does_not_end_well_is_lost_and_the_torture_goes_on(
    machine: Machine, attempts: Killing, arguments: tuple[str, ...]
) -> None:
    machine.withheld = arguments
    outcome = Outcome()
    attempts.attempt(TRAINING, outcome)
    [lost] = outcome.lost
    assert lost.endswith(f"omni {' '.join(arguments)}: omni ended with 1")
    machine.withheld = ()
    attempts.attempt(TRAINING, outcome)
    assert (outcome.tried, outcome.survived) == (2, 1)
