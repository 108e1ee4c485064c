"""A process that runs nights and kills them: forks a child per attempt, which ends itself at one statement.

    python -m tests.crash_worlds FOLDER KILLS

Prints one JSON object: how many statements an undisturbed night runs, at which of them a child was
killed, and for each whether the night after came to the undisturbed night's tables. A fork before any
engine has started threads is safe, and spares each attempt the start of Python.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.steps.publication import publish
from omni_identity.pipeline.steps.publication_candidate import audit
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.report.run_report import write_report
from tests.shared import copy_home
from tests.worlds import FIRST_NIGHT, World, person, receipt, run_until_candidate

TABLES = {
    "crosswalk": "*",
    "unified_profiles": "*",
    "profile_lineage": "*",
    "match_edges": "* exclude model_version",
    "customer_diagnostics": "*",
    "review_queue": "*",
    "interactions": "*",
    "golden_id_redirects": "*",
    "golden_id_events": "event, golden_id, other_golden_id",
    "verdicts": "*",
}


def deliver_first(world: World) -> None:
    """What the first, undisturbed night finds."""
    world.deliver("web", "0001", [person(n) for n in range(12)])
    world.deliver("till", "0001", [receipt(n) for n in range(0, 12, 2)])
    world.deliver("web_events", "0001", [event(n) for n in range(8)])


def deliver_second(world: World) -> None:
    """What the night that is killed finds: new, changed, merging, parting and deleted records, a verdict."""
    later = {"changed": "2026-02-01T00:00:00Z"}
    merging = person(4, **later) | {"email": person(5)["email"], "phone": person(5)["phone"]}
    world.deliver(
        "web",
        "0002",
        [
            person(20),
            person(21),
            person(0, gone="true", **later),
            merging,
            person(3, street="1 New Road", **later),
        ],
    )
    world.deliver("till", "0002", [receipt(n) for n in range(2, 14, 2)])
    world.deliver("web_events", "0002", [event(n) for n in range(4, 12)])
    world.home.judgements.mkdir(exist_ok=True)
    (world.home.judgements / "desk.csv").write_text(
        "judged_at,judgement,channel_l,source_record_id_l,channel_r,source_record_id_r\n"
        "2026-03-02T00:00:00Z,different,web,w6,till,t6\n2026-03-02T00:00:01Z,same,web,w7,web,w9\n"
    )


def event(number: int) -> dict[str, str]:
    """One order of the web customer of that number."""
    return {
        "event": f"e{number}",
        "id": f"w{number}",
        "kind": "order",
        "at": "2026-02-02T10:00:00Z",
        "amount": "10.00",
        "currency": "USD",
        "order": f"o{number}",
    }


def run_night(root: Path, number: int, run_id: str) -> None:
    """One whole night; the same ``number`` is the same time, whichever attempt it is."""
    home = Home(root)
    now = FIRST_NIGHT + timedelta(days=number)
    night = RunContext(home, load_configuration(home.configuration), run_id, now)
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
        results = audit(engine, night)
        write_report(engine, night.home, night.run_id, results)
        assert all(result.passed for result in results)
        publish(engine, night)


def die_at(statement: int) -> Callable[[], int]:
    """Have this process kill itself before so many more statements; return a count of those run."""
    seen = 0
    real = DuckDBEngine.run

    def run(engine: DuckDBEngine, *arguments: object) -> None:
        nonlocal seen
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1
        real(engine, *arguments)  # type: ignore[arg-type]

    DuckDBEngine.run = run  # type: ignore[method-assign, assignment]
    return lambda: seen


def in_child(work: Callable[[], None]) -> int:
    """Do ``work`` in a forked process; return its wait status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(child, 0)[1]


def dump(root: Path, target: Path) -> None:
    """Write every published table, in a fixed order and without what only names the run."""
    import duckdb

    found = {}
    with duckdb.connect(str(Home(root).published_file), read_only=True) as connection:
        for table, columns in TABLES.items():
            rows = connection.sql(f"select {columns} from {table} order by all").fetchall()
            found[table] = [repr(row) for row in rows]
    target.write_text(json.dumps(found))


def main(folder: Path, kills: int) -> None:
    """Prepare, kill and compare; print the outcome."""
    first, calm = folder / "first", folder / "calm"
    counted = folder / "count"

    def prepare() -> None:
        world = World.make(first)
        deliver_first(world)
        run_night(first, 1, "run-first")
        deliver_second(world)

    def be_calm() -> None:
        count = die_at(-1)
        run_night(calm, 2, "run-calm")
        counted.write_text(str(count()))
        dump(calm, folder / "calm.json")

    assert in_child(prepare) == 0
    copy_home(first, calm)
    assert in_child(be_calm) == 0
    statements = int(counted.read_text())
    expected = (folder / "calm.json").read_text()
    points = sorted({round((i + 0.5) * statements / kills) for i in range(kills)})
    outcomes = {}
    for point in points:
        outcomes[point] = try_point(folder, first, point) == expected
    print(json.dumps({"statements": statements, "outcomes": outcomes}))


def try_point(folder: Path, first: Path, point: int) -> str:
    """Kill a night at one statement; return what the next night publishes."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    copy_home(first, home)

    def be_killed() -> None:
        die_at(point)
        run_night(home, 2, "run-killed")

    def go_on() -> None:
        run_night(home, 2, "run-after")
        dump(home, folder / "after.json")

    (folder / "after.json").unlink(missing_ok=True)
    assert os.WIFSIGNALED(in_child(be_killed)), f"statement {point} did not kill"
    assert in_child(go_on) == 0, f"the night after statement {point} failed"
    return (folder / "after.json").read_text()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
