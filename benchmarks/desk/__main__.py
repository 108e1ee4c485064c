"""Measures every page of the desk on a home, over HTTP as a browser asks: median, 95th percentile, processor time.

    python -m benchmarks.desk HOME
    python -m benchmarks.desk HOME --customers 1000000 --into FOLDER

The second first makes a home in ``FOLDER`` whose published file has the customers of ``HOME`` so many times over. Runs
and what opens the warehouse are as large as ``HOME`` itself is. Every visit is to another customer.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import duckdb

from benchmarks.browser import free_port, process, wait_until
from benchmarks.desk.multiplied import multiply
from omni_identity.desk.people import add_token
from omni_identity.model.home import Home

COMMAND = "from omni_identity.cli import main; main()"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """Somebody signed in, on one connection."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._connection.request("POST", "/sign-in", urlencode({"token": token}), FORM)
        answer = self._connection.getresponse()
        answer.read()
        self._cookie = (answer.getheader("set-cookie") or "").partition(";")[0]

    def seconds_for(self, path: str) -> float:
        """Until the whole page is there."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers={"Cookie": self._cookie})
        answer = self._connection.getresponse()
        answer.read()
        if answer.status not in (200, 303):
            raise RuntimeError(f"{path}: {answer.status}")
        return time.perf_counter() - began


def processor_seconds(pid: int) -> float:
    """What a process has used of all processors: the same however busy the machine is with others."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pages(home: Home, count: int) -> Iterator[tuple[str, list[str]]]:
    """What is asked for: ``count`` paths of each kind, spread evenly over the customers."""
    with duckdb.connect(str(home.published_file.resolve()), read_only=True) as published:

        def pick(sql: str) -> list[str]:
            # a sample is taken before a condition of the same query
            sampled = (
                f"from (select v from ({sql}) where v is not null)"
                f" using sample reservoir({count} rows) repeatable (7)"
            )
            return [quote(str(row[0]), safe="") for row in published.execute(sampled).fetchall()]

        customers = pick("select golden_id as v from unified_profiles")
        yield "customer", [f"/customers/{one}" for one in customers]
        records = "select channel || ':' || source_record_id as v from crosswalk"
        searched = {
            "golden ID": "select golden_id as v from unified_profiles",
            "record": records,
            "e-mail": "select email[1] as v from unified_profiles",
            "phone": "select phone[1] as v from unified_profiles",
            "name": "select full_name as v from unified_profiles",
            "order": "select order_id as v from interactions where golden_id is not null",
            "ticket": "select ticket_id as v from interactions where golden_id is not null",
        }
        for what, sql in searched.items():
            yield f"search by {what}", [f"/search?q={one}" for one in pick(sql)]
        yield "search, nobody", [f"/search?q=nobody{n}@nowhere.example" for n in range(count)]
        yield "queue", ["/queue"] * count
        yield "queue, filtered", [f"/queue?records={n}&rival=household" for n in range(count)]
        if home.warehouse_file.exists():
            cases = pick("select question_id as v from review_queue")
            yield "case", [f"/queue/{one}" for one in cases]
            yield "case, graph", [f"/queue/{one}/graph.png" for one in cases]
        runs = pick("select run_id as v from runs")
        yield "runs", ["/runs"] * count
        yield "run", [f"/runs/{runs[n % len(runs)]}" for n in range(count)]


@contextmanager
def served(home: Home) -> Iterator[tuple[int, int, str, str]]:
    """A desk in a process of its own: its ID, its port, and the tokens of an agent and a viewer."""
    people = home.root / "people-of-the-benchmark.yaml"
    people.unlink(missing_ok=True)
    agent, viewer = (add_token(people, role, role) for role in ("agent", "viewer"))
    port = free_port()
    arguments = ["desk", "--home", str(home.root), "--port", str(port), "--people", str(people)]

    def is_up() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == 200

    try:
        with process([sys.executable, "-c", COMMAND, *arguments]) as pid:
            wait_until("the desk", is_up)
            yield pid, port, agent, viewer
    finally:
        people.unlink()


def measure(home: Home, count: int, warm_up: float) -> None:
    """Print a line for each kind of page."""
    with served(home) as (pid, port, agent_token, viewer_token):
        first = Visitor(port, agent_token).seconds_for("/search?q=G1")
        time.sleep(warm_up)
        agent, viewer = Visitor(port, agent_token), Visitor(port, viewer_token)
        print(
            f"{'':24}{'median':>9}{'95 %':>9}{'most':>9}{'CPU':>9}   milliseconds, {count} visits each"
        )
        print(f"{'first of all':24}{first * 1000:9.0f}")
        for what, paths in pages(home, count):
            for who, visitor in (("", agent), (" (viewer)", viewer)):
                if who and what != "customer":
                    continue
                if not paths:
                    continue
                visitor.seconds_for(paths[0])
                before = processor_seconds(pid)
                taken = sorted(visitor.seconds_for(path) * 1000 for path in paths)
                used = (processor_seconds(pid) - before) / len(paths) * 1000
                high = taken[int(0.95 * (len(taken) - 1))]
                middle = statistics.median(taken)
                print(
                    f"{what + who:24}{middle:9.0f}{high:9.0f}{taken[-1]:9.0f}{used:9.0f}",
                    flush=True,
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--customers", type=int)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--visits", type=int, default=100)
    parser.add_argument("--warm-up", type=float, default=0, help="seconds before the first")
    given = parser.parse_args()
    home = Home(given.home.resolve())
    if given.customers:
        home = multiply(home, given.into.resolve(), given.customers)
    measure(home, given.visits, given.warm_up)


if __name__ == "__main__":
    main()
