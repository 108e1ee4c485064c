"""Kills ``omni`` at random instants of what it does, and looks whether the next run makes it good.

Every attempt starts from a copy of one home: two nights published, a third delivered. A process of its own
does one thing (a night, a dry run, an erasure, a training, a verdict) and is killed by SIGKILL after a random
part of the time that this takes undisturbed. Then ``omni run`` goes on, and what it publishes has to be, in
every table, what a full refresh of a copy publishes; after a night or a dry run also what an undisturbed
home does; after an erasure that was put on record no byte of the person may be left.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

import duckdb

from benchmarks.comparing import SINCE_THE_LAST_PUBLICATION, different_tables
from benchmarks.nightly import deliver, deliveries_by_day
from omni_identity.demo import DemoPlan, write_demo

Result = TypeVar("Result")

CRASHED = 70
"""How a process ends in which ``omni`` itself failed: none of its exit codes."""
STEWARD = ("--by", "torture", "--reason", "tried on purpose")


class Customer(NamedTuple):
    """A customer of several records: an e-mail that identifies them alone, and two of their records."""

    email: str
    first: str
    last: str


@dataclass(frozen=True)
class Act:
    """Something that a user does: its name, its ``omni`` arguments, and which part of its time kills fall into."""

    name: str
    arguments: Callable[[Customer], tuple[str, ...]]
    begin: float = 0.0
    end: float = 1.0


@dataclass
class Outcome:
    """How the kills of one act went: tried, those that came before its end, and what was not made good."""

    tried: int = 0
    killed: int = 0
    lost: list[str] = field(default_factory=list)

    @property
    def survived(self) -> int:
        """How many were made good."""
        return self.tried - len(self.lost)


def some_customer(home: Path) -> Customer:
    """The customer of most records with an e-mail that nobody else has."""
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as connection:
        found = connection.sql(
            """
            select p.email[1], min(c.channel || ':' || c.source_record_id),
                max(c.channel || ':' || c.source_record_id)
            from unified_profiles p join crosswalk c using (golden_id)
            where p.email is not null and p.record_count > 2
                and p.email[1] not in (
                    select email from (select unnest(email) as email from unified_profiles)
                    group by email having count(*) > 1)
            group by p.golden_id, p.email, p.record_count
            order by p.record_count desc, p.golden_id limit 1
            """
        ).fetchall()
    return Customer(*found[0])


ACTS = (
    Act("night", lambda _: ("run",)),
    Act("dry run", lambda _: ("run", "--dry-run")),
    # the last third of a night builds the candidate, audits and switches
    Act("publication", lambda _: ("run",), begin=0.65),
    Act("erasure", lambda who: ("erase", who.email, "--yes", *STEWARD)),
    Act("training", lambda _: ("train",)),
    Act(
        "verdict",
        lambda who: ("judge", "different", who.first, who.last, "--yes", *STEWARD),
    ),
)


def prepare_home(scratch: Path, customers: int, seed: int) -> Path:
    """A demo home of so many customers with two nights published and a third delivered."""
    stage, home = scratch / "stage", scratch / "home"
    in_child(write_demo, stage, DemoPlan(customers=customers, seed=seed, days=3))
    home.mkdir()
    shutil.copyfile(stage / "omni.yaml", home / "omni.yaml")
    *published, last = deliveries_by_day(stage / "landing").values()
    for paths in published:
        deliver(paths, stage / "landing", home, None)
        must_end(omni(home, "run"))
    deliver(last, stage / "landing", home, None)
    return home


def in_child(work: Callable[..., Result], *arguments: object) -> Result:
    """What ``work`` returns, done in a forked process: one that has used an engine has threads and must not fork."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(work(*arguments), pipe)
            os._exit(0)
        finally:
            if sys.exc_info()[0]:
                traceback.print_exc()
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    must_end(child)
    result: Result = pickle.loads(answer)
    return result


def omni(home: Path, *arguments: str) -> int:
    """Start ``omni`` in a forked process, which spares each attempt the start of Python; return its ID."""
    child = os.fork()
    if child:
        return child
    code = CRASHED
    try:
        with Path(os.devnull).open("r+b") as nowhere:
            for descriptor in (0, 1, 2):
                os.dup2(nowhere.fileno(), descriptor)
        sys.argv = ["omni", *arguments, "--home", str(home)]
        code = _main()
    finally:
        os._exit(code)


def _main() -> int:
    from omni_identity.cli import main

    try:
        main()
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 1
    return 0


def must_end(child: int, codes: tuple[int, ...] = (0,)) -> None:
    """Wait for a process of ``omni``; raises ``RuntimeError`` when it does not end with one of ``codes``."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in codes:
        raise RuntimeError(f"omni ended with {code}")


def kill_after(child: int, seconds: float) -> bool:
    """Kill a process after so many seconds; return whether it was still there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@contextlib.contextmanager
def copied(home: Path, scratch: Path, name: str) -> Iterator[Path]:
    """A copy of a home for one attempt."""
    copy = scratch / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy, symlinks=True)
    try:
        yield copy
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def remains_of(home: Path, email: str) -> list[str]:
    """Files of an erased person's home that still hold their e-mail, plain or as UTF-16."""
    wanted = (email.encode(), email.encode("utf-16-le"))
    return [
        str(path.relative_to(home))
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and any(word in path.read_bytes() for word in wanted)
    ]


class Killing:
    """Kills on one prepared home."""

    def __init__(self, home: Path, scratch: Path, seed: int) -> None:
        self._home = home
        self._scratch = scratch
        self._chance = Random(seed)
        self._who = in_child(some_customer, home)
        self._seconds: dict[str, float] = {}

    @cached_property
    def _calm(self) -> Path:
        """A copy of the home in which the third night ran undisturbed."""
        copy = Path(shutil.copytree(self._home, self._scratch / "calm", symlinks=True))
        must_end(omni(copy, "run"))
        return copy

    def _time(self, act: Act) -> float:
        """How long an act takes undisturbed, measured once, and whenever a kill came too late."""
        if act.name not in self._seconds:
            with copied(self._home, self._scratch, "timed") as home:
                began = time.monotonic()
                must_end(omni(home, *act.arguments(self._who)))
                self._seconds[act.name] = time.monotonic() - began
        return self._seconds[act.name]

    def attempt(self, act: Act, outcome: Outcome) -> None:
        """Kill one act at a random instant, go on, and write down whether that was made good."""
        seconds = self._time(act) * self._chance.uniform(act.begin, act.end)
        with copied(self._home, self._scratch, "killed") as home:
            began = time.monotonic()
            was_killed = kill_after(omni(home, *act.arguments(self._who)), seconds)
            if not was_killed:  # the machine's load has changed since the act was timed
                self._seconds[act.name] = time.monotonic() - began
            outcome.tried += 1
            outcome.killed += was_killed
            is_switched = (home / "published" / "current").readlink() != (
                self._home / "published" / "current"
            ).readlink()
            faults = _run(home) or self._faults(act, home, is_switched)
            if faults:
                outcome.lost.append(f"{act.name} killed after {seconds:.2f} s: {', '.join(faults)}")

    def _faults(self, act: Act, home: Path, is_switched: bool) -> list[str]:
        faults = []
        if act.arguments(self._who)[0] == "run":
            # what is new is told since the last publication: after the switch that is another
            told = (*SINCE_THE_LAST_PUBLICATION, "runs", "run_diagnostics") if is_switched else ()
            faults += [
                f"beside calm: {table}"
                for table in in_child(different_tables, home, self._calm, False, told)
            ]
        if act.name == "erasure" and list((home / "judgements").glob("erasures*")):
            faults += [
                f"still holds the person: {name}" for name in remains_of(home, self._who.email)
            ]
        with copied(home, self._scratch, "refreshed") as copy:
            faults += _run(copy, "--full-refresh") or [
                f"beside a full refresh: {table}"
                for table in in_child(different_tables, home, copy, True)
            ]
        return faults


def _run(home: Path, *options: str) -> list[str]:
    """What is wrong with a run that must end well: nothing, or how it ended."""
    try:
        must_end(omni(home, "run", *options))
    except RuntimeError as error:
        return [f"{' '.join(('omni', 'run', *options))}: {error}"]
    return []


def kill_for(
    killing: Killing, acts: Sequence[Act], seconds: float, on_attempt: Callable[[str], None]
) -> dict[str, Outcome]:
    """Kill ``acts`` in turn until the time is over, each at least once; return the outcomes by act."""
    outcomes = {act.name: Outcome() for act in acts}
    until = time.monotonic() + seconds
    rounds = 0
    while rounds == 0 or time.monotonic() < until:
        for act in acts:
            if rounds and time.monotonic() >= until:
                break
            killing.attempt(act, outcomes[act.name])
            on_attempt(act.name)
        rounds += 1
    return outcomes
