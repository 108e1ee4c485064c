"""A process that spoils nights of a demo retailer in many ways, and compares what the next run makes of each.

    python -m tests.repeated_worlds FOLDER CUSTOMERS LARGEST ATTEMPTS [SEED]

``LARGEST`` is the size from which components are taken apart: with a few, a retailer of some hundred
customers has the parting and growing components of a far larger one. A night is spoilt by a prefix of it
(killed, failing, dry or withheld), then comes a run; or it is a run each step of which is done twice.
``ATTEMPTS`` prefixes are tried, spread over the night by ``SEED``. The run must publish, in every table,
what a full refresh in its place publishes. With ``OMNI_REPEATS`` set so must the run of the day after, and
the first night is spoilt too.

Prints one JSON object: how many statements an undisturbed night runs, and by attempt the tables that
differ. What is left out of the comparison stands in ``LEFT_OUT``.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.linkage import components
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.runner import execute_step
from omni_identity.pipeline.sequence import steps_of
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.publish.publication import published_run
from omni_identity.publish.runs import end_run
from tests.crash_worlds import die_at, in_child
from tests.demo_nights import NIGHTS, deliver, exchange_persons, judge, write_retailer
from tests.refreshing import forget_derived
from tests.shared import copy_home

NIGHT = datetime(2026, 11, 21, 3)
RUNS = ("run-first", "run-last", "run-after")
ATTEMPT = "run-attempt"

LEFT_OUT = {
    "runs": ("run_number", "finished_at"),
}
"""Columns that no two runs have alike: attempts have their numbers too, and the clock goes on."""
OF_THIS_RUN = ("runs", "run_channel_counts", "run_diagnostics", "feed_figures")
"""Tables that keep rows of every attempt too: compared are those of the run itself."""
Rows = dict[str, list[str]]


def night_of(root: Path, number: int, run_id: str) -> RunContext:
    """The night of that number; every attempt at it is at the same time."""
    home = Home(root)
    now = NIGHT + timedelta(days=number)
    return RunContext(home, load_configuration(home.configuration), run_id, now, True)


def run_whole(
    root: Path, number: int, run_id: str, times: int = 1, hear: Callable[[str], None] = str
) -> None:
    """One whole night, published; each step is done so many ``times``. ``hear`` hears its name before."""
    night = night_of(root, number, run_id)
    with open_warehouse(night) as engine:
        for step in steps_of(night.configuration):
            hear(step.name)
            for _ in range(times):
                assert not execute_step(engine, night, step).is_withheld


class Stopped(Exception):
    """What ends a failing attempt."""


@dataclass(frozen=True)
class Attempt:
    """A way to spoil a night; ``point`` is the number of steps done, or of statements."""

    kind: str
    point: int = 0

    @property
    def name(self) -> str:
        """In words."""
        return f"{self.kind} {self.point}" if self.point else self.kind

    def spoil(self, root: Path, number: int) -> None:
        """Make the attempt at the night of that number, in a process of its own."""
        if self.kind == "killed":
            die_at(self.point)
            run_whole(root, number, ATTEMPT)
        night = night_of(root, number, ATTEMPT)
        if self.kind == "failing":
            raise_at(self.point)
        try:
            with open_warehouse(night) as engine:
                try:
                    self._go(engine, night)
                except Stopped:
                    unstop()
                    # as a session does: behind the switch a run has published, and the next settles it
                    if published_run(night.home) != ATTEMPT:
                        end_run(engine, night.run_id, "failed", night.now)
        except Stopped:
            pass  # before the run had begun

    def _go(self, engine: Engine, night: RunContext) -> None:
        steps = steps_of(night.configuration)
        before = [step.name for step in steps].index("publication")
        done = {"prefix": self.point, "dry": before, "withheld": before}.get(self.kind)
        for step in steps[:done]:
            execute_step(engine, night, step)
        if done is not None:
            status = "withheld" if self.kind == "withheld" else "dry_run"
            end_run(engine, night.run_id, status, night.now)


REAL_RUN = DuckDBEngine.run


def raise_at(statement: int) -> None:
    """Have statements fail from one on."""
    seen = 0

    def run(engine: DuckDBEngine, sql: str, *arguments: object) -> None:
        nonlocal seen
        if seen >= statement and sql != "rollback":
            raise Stopped
        seen += 1
        REAL_RUN(engine, sql, *arguments)  # type: ignore[arg-type]

    DuckDBEngine.run = run  # type: ignore[method-assign, assignment]


def unstop() -> None:
    """Have statements succeed again."""
    DuckDBEngine.run = REAL_RUN  # type: ignore[method-assign]


def published(root: Path) -> Rows:
    """Every published table, in a fixed order, but for what ``LEFT_OUT`` and ``OF_THIS_RUN`` say."""
    import duckdb

    found = {}
    with duckdb.connect(str(Home(root).published_file), read_only=True) as connection:
        names = connection.sql("select table_name from duckdb_tables() order by all").fetchall()
        for (table,) in names:
            left_out = LEFT_OUT.get(table)
            columns = f"* exclude ({', '.join(left_out)})" if left_out else "*"
            chosen = (
                f" where run_id = '{published_run(Home(root))}'" if table in OF_THIS_RUN else ""
            )
            rows = connection.sql(f"select {columns} from {table}{chosen} order by all").fetchall()
            found[table] = [repr(row) for row in rows]
    return found


def differences(found: Rows, expected: Rows) -> list[str]:
    """What differs, a sentence a table."""
    return [
        f"{table}: {len(set(found.get(table, [])) - set(rows))} of {len(found.get(table, []))} rows"
        f" are others, {len(set(rows) - set(found.get(table, [])))} of {len(rows)} are missing"
        for table, rows in expected.items()
        if found.get(table) != rows
    ]


@dataclass
class Trial:
    """A folder with a home before the night that is spoilt, and what full refreshes of it publish."""

    folder: Path
    customers: int
    largest: int
    is_thorough: bool

    def child(self, work: Callable[[], object]) -> int:
        """Do ``work`` in a process of its own, with components taken apart as they are to be."""

        def limited() -> None:
            components.LARGEST_COMPONENT = self.largest
            work()

        return in_child(limited)

    def copy(self, source: str, name: str) -> Path:
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        return copy_home(self.folder / source, target)

    def prepare(self) -> None:
        """Make the homes ``before.0`` and ``before.1``: what each of two nights finds."""

        def make() -> None:
            source = write_retailer(self.folder / "demo", self.customers)
            first, second = self.folder / "before.0", self.folder / "before.1"
            first.mkdir()
            shutil.copy2(source / "omni.yaml", first)
            deliver(source, first, NIGHTS[0])
            shutil.copytree(first, second)
            run_whole(second, 0, RUNS[0])
            deliver(source, second, NIGHTS[1])
            exchange_persons(second)
            judge(second)

        assert self.child(make) == 0, "the first night failed"

    def count(self, number: int) -> dict[str, int]:
        """How many statements an undisturbed night runs before each step, and in all; it is kept as
        ``done.<number>``, of one that was published and did not say so."""
        root, told = self.copy(f"before.{number}", f"done.{number}"), self.folder / "count"

        def count() -> None:
            seen, places = die_at(-1), dict[str, int]()
            run_whole(root, number, ATTEMPT, hear=lambda step: places.update({step: seen()}))
            told.write_text(json.dumps({**places, "all": seen()}))

        assert self.child(count) == 0, "an undisturbed night failed"
        found: dict[str, int] = json.loads(told.read_text())
        return found

    def expect(self, source: str, number: int) -> None:
        """Keep what full refreshes of the home ``source`` publish, that night and the one after."""
        root = self.copy(source, "refreshed")

        def refresh() -> None:
            for night in self.nights(number):
                self.bring(root, night, number)
                forget_derived(Home(root))
                run_whole(root, night, RUNS[night])
                (self.folder / f"{source}.{night}").write_bytes(pickle.dumps(published(root)))

        assert self.child(refresh) == 0, "a full refresh failed"

    def nights(self, number: int) -> tuple[int, ...]:
        return (number, number + 1) if self.is_thorough else (number,)

    def bring(self, root: Path, night: int, spoilt: int) -> None:
        """Deliver what a night finds, unless it is the spoilt one, which has it."""
        if night > spoilt:
            deliver(self.folder / "demo", root, NIGHTS[night])

    def outcome(self, attempt: Attempt, number: int) -> list[str]:
        """Spoil a night, run it, and say what the run published otherwise than a full refresh."""
        root, told = self.copy(f"before.{number}", "home"), self.folder / "outcome"
        is_twice = attempt.kind == "twice"
        if not is_twice:
            status = self.child(lambda: attempt.spoil(root, number))
            assert (status == 0) != (attempt.kind == "killed"), f"{attempt.name} failed"
        was_published = published_run(Home(root)) == ATTEMPT
        expected = f"done.{number}" if was_published else f"before.{number}"
        if not (self.folder / f"{expected}.{number}").exists():
            self.expect(expected, number)

        def go_on() -> None:
            said = []
            for night in self.nights(number):
                self.bring(root, night, number)
                run_whole(root, night, RUNS[night], 2 if is_twice else 1)
                wanted = pickle.loads((self.folder / f"{expected}.{night}").read_bytes())
                said += [
                    f"{RUNS[night]}: {words}" for words in differences(published(root), wanted)
                ]
            told.write_text(json.dumps(said))

        if self.child(go_on) != 0:
            return ["the run after it failed"]
        found: list[str] = json.loads(told.read_text())
        return found


def attempts(places: dict[str, int], count: int, is_thorough: bool, seed: int) -> list[Attempt]:
    """Ways to spoil a night whose steps begin at these statements: whole ones, and so many prefixes."""
    chance = Random(seed)
    steps = len(places) - 1
    # most statements land files; of a few prefixes the ones worth their time reach further
    first = 0 if is_thorough else places["source_records"]
    parts = []
    for place in range(count):
        kind = ("killed", "failing", "prefix")[place % 3]
        share = (place + chance.random()) / count
        least, most = (first, places["all"]) if kind != "prefix" else (first and 3, steps)
        parts.append(Attempt(kind, least + int((most - least) * share)))
    return [Attempt("twice"), Attempt("dry"), Attempt("withheld"), *parts]


def main(folder: Path, customers: int, largest: int, count: int, seed: int) -> None:
    """Prepare, spoil and compare; print the outcome."""
    is_thorough = "OMNI_REPEATS" in os.environ
    trial = Trial(folder, customers, largest, is_thorough)
    trial.prepare()
    outcomes = {}
    for number in (0, 1) if is_thorough else (1,):
        places = trial.count(number)
        chosen = attempts(places, count, is_thorough, seed)
        for attempt in chosen:
            name = f"night {number}, {attempt.name}"
            outcomes[name] = trial.outcome(attempt, number)
            print(name, outcomes[name], file=sys.stderr, flush=True)
    print(json.dumps({"statements": places, "outcomes": outcomes}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(word) for word in (*sys.argv[2:], "1")[:4]))
