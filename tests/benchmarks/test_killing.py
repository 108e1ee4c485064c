"""The kills fall into the time that an act takes, even where the machine's load has changed since it was timed."""

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

    def must_end(self, _child: int) -> None:
        self.now += self.seconds

    def kill_after(self, _child: int, seconds: float) -> bool:
        self.waited.append(seconds)
        self.now += min(seconds, self.seconds)
        return seconds < self.seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine(seconds=60)
    monkeypatch.setattr(killing, "omni", lambda *_: 0)
    monkeypatch.setattr(killing, "must_end", found.must_end)
    monkeypatch.setattr(killing, "kill_after", found.kill_after)
    monkeypatch.setattr(killing.time, "monotonic", lambda: found.now)
    monkeypatch.setattr(
        killing,
        "in_child",
        lambda work, *_: Customer("", "", "") if work is killing.some_customer else [],
    )
    return found


def test_a_kill_that_came_too_late_times_the_act_anew(machine: Machine, tmp_path: Path) -> None:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    (home / "published").mkdir(parents=True)
    (home / "published" / "current").symlink_to("versions/run-1")
    scratch.mkdir()
    attempts, outcome = Killing(home, scratch, seed=1), Outcome()
    attempts.attempt(TRAINING, outcome)
    machine.seconds = 20  # the others on the machine have gone
    for _ in range(3):
        attempts.attempt(TRAINING, outcome)
    assert [seconds < 20 for seconds in machine.waited] == [False, False, True, True]
    assert all(seconds >= 0.9 * 20 for seconds in machine.waited)
    assert (outcome.tried, outcome.killed, outcome.lost) == (4, 3, [])
