"""Measures every page of the desk on a home, over HTTP as a browser asks: median, 95th percentile, processor time.

    python -m benchmarks.desk HOME
    python -m benchmarks.desk HOME --customers 1000000 --into FOLDER

The second first makes a home in ``FOLDER`` that has the customers of ``HOME`` so many times over, with all that the
desk reads of the warehouse. Answers are given there alone, of ``HOME`` none is written. Every visit is to another
customer.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlencode

import duckdb

from benchmarks.browser import free_port, process, wait_until
from benchmarks.desk.multiplied import multiply
from omni_identity.desk.people import add_token
from omni_identity.model.home import Home
from omni_identity.stewardship.judgement_files import Judgement, RecordKey, Verdict, append_verdict

COMMAND = "from omni_identity.cli import main; main()"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


ON_RECORD = 300
"""Verdicts that stand in the files when questions are answered again."""
IDLE = 2.0
"""Seconds without a request after which a connection is not used again."""
ROLES = ("agent", "viewer", "steward")
_FIELD = re.compile(
    r'<(?:input type="hidden"|select id="wrong") name="(form_token|version|wrong)"(?:><option)? value="([^"]*)"'
)


@dataclass(frozen=True)
class Asked:
    """What is sent: where to, and of a form what is in it."""

    path: str
    form: dict[str, str] | None = None


class Visitor:
    """Somebody signed in, on one connection."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._connection.request("POST", "/sign-in", urlencode({"token": token}), FORM)
        answer = self._connection.getresponse()
        answer.read()
        self._cookie = (answer.getheader("set-cookie") or "").partition(";")[0]
        self._last = time.monotonic()
        self.refused_count = 0

    def seconds_for(self, asked: Asked) -> float:
        """Until the whole page is there; an answer may be refused for what the records are."""
        began = time.perf_counter()
        status, _ = self._send(asked)
        self.refused_count += status == 400
        if status not in ((200, 303) if asked.form is None else (200, 303, 400)):
            raise RuntimeError(f"{asked.path}: {status}")
        return time.perf_counter() - began

    def fields_of(self, path: str) -> dict[str, str]:
        """What a case's forms carry along: the session's token, what the question was, a value that may be wrong."""
        _, page = self._send(Asked(path))
        return dict(_FIELD.findall(page))

    def _send(self, asked: Asked) -> tuple[int, str]:
        headers = {"Cookie": self._cookie}
        if time.monotonic() - self._last > IDLE:
            self._connection.close()  # the desk has; the request opens it anew
        if asked.form is None:
            self._connection.request("GET", asked.path, headers=headers)
        else:
            self._connection.request("POST", asked.path, urlencode(asked.form), headers | FORM)
        answer = self._connection.getresponse()
        content = answer.read().decode("utf-8", "replace")
        self._last = time.monotonic()
        return answer.status, content


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
            yield "case, waterfall", [f"/queue/{one}/waterfall.png" for one in cases]
        runs = pick("select run_id as v from runs")
        yield "runs", ["/runs"] * count
        yield "run", [f"/runs/{runs[n % len(runs)]}" for n in range(count)]


def answers(
    home: Home, visitor: Visitor, count: int, is_own: bool
) -> Iterator[tuple[str, list[Asked]]]:
    """Looks at what answers would change, and, where the home ``is_own``, the answers; then with verdicts on record.

    Every question is opened before, which takes it; none is asked twice.
    """
    questions = _questions(home, (count + 1) * (5 if is_own else 2) + ON_RECORD)
    ids = (question_id for question_id, *_ in questions[ON_RECORD:])

    def forms(way: str, given: Iterable[dict[str, str]]) -> list[Asked]:
        paths = [f"/queue/{next(ids)}" for _ in range(count + 1)]
        return [
            Asked(f"{path}/{way}", visitor.fields_of(path) | {"reason": "benchmark"} | said)
            for path, said in zip(paths, given, strict=False)
        ]

    persons = [{"judgement": one} for one in ("same", "different", "household", "unsure")]
    wrong = [{"judgement": "wrong_data", "side": "1"}]
    yield "look at an answer", forms("look", cycle(persons))
    yield "look, a value is wrong", forms("look", cycle(wrong))
    if is_own:
        yield "answer", forms("answer", cycle(persons))
        _put_on_record(home, questions[:ON_RECORD])
        yield f"look, {ON_RECORD} verdicts on record", forms("look", cycle(persons))
        yield f"answer, {ON_RECORD} verdicts on record", forms("answer", cycle(persons))


def _questions(home: Home, count: int) -> list[tuple[str, ...]]:
    """ID, and channel and ID of both records, of so many questions from all over the queue."""
    with duckdb.connect(str(home.published_file.resolve()), read_only=True) as published:
        return published.execute(
            "select question_id, channel_l, source_record_id_l, channel_r, source_record_id_r"
            " from review_queue order by hash(question_id) limit $count",
            {"count": count},
        ).fetchall()


def _put_on_record(home: Home, questions: list[tuple[str, ...]]) -> None:
    said: Iterator[Judgement] = cycle(("different", "household", "unsure"))
    for number, (_, *names) in enumerate(questions):
        at = datetime(2026, 1, 1) + timedelta(minutes=number)
        left, right = RecordKey(*names[:2]), RecordKey(*names[2:])
        verdict = Verdict(at, next(said), left, right, "benchmark", "benchmark")
        append_verdict(home.judgements, verdict)


@contextmanager
def served(home: Home) -> Iterator[tuple[int, int, dict[str, str]]]:
    """A desk in a process of its own: its ID, its port, and a token by role."""
    people = home.root / "people-of-the-benchmark.yaml"
    people.unlink(missing_ok=True)
    tokens = {role: add_token(people, role, role) for role in ROLES}
    port = free_port()
    arguments = ["desk", "--home", str(home.root), "--port", str(port), "--people", str(people)]

    def is_up() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == 200

    try:
        with process([sys.executable, "-c", COMMAND, *arguments]) as pid:
            wait_until("the desk", is_up)
            yield pid, port, tokens
    finally:
        people.unlink()


def measure(home: Home, count: int, warm_up: float, is_own: bool) -> None:
    """Print a line for each kind of page; where the home is the benchmark's own, for answers that are given too."""
    with served(home) as (pid, port, tokens):
        first = Visitor(port, tokens["agent"]).seconds_for(Asked("/search?q=G1"))
        time.sleep(warm_up)
        visitors = {role: Visitor(port, token) for role, token in tokens.items()}
        print(
            f"{'':36}{'median':>9}{'95 %':>9}{'most':>9}{'CPU':>9}   milliseconds, {count} visits each"
        )
        print(f"{'first of all':36}{first * 1000:9.0f}")
        for what, paths in pages(home, count):
            asked = [Asked(path) for path in paths]
            _print_line(pid, visitors["agent"], what, asked)
            if what == "customer":
                _print_line(pid, visitors["viewer"], f"{what} (viewer)", asked)
        if home.warehouse_file.exists():
            for what, asked in answers(home, visitors["steward"], count, is_own):
                _print_line(pid, visitors["steward"], what, asked)


def _print_line(pid: int, visitor: Visitor, what: str, asked: list[Asked]) -> None:
    if not asked:
        return
    visitor.seconds_for(asked[0])
    visits = asked if asked[0].form is None else asked[1:]
    visitor.refused_count = 0
    before = processor_seconds(pid)
    taken = sorted(visitor.seconds_for(one) * 1000 for one in visits)
    used = (processor_seconds(pid) - before) / len(visits) * 1000
    high = taken[int(0.95 * (len(taken) - 1))]
    middle = statistics.median(taken)
    refused = f"   {visitor.refused_count} refused" if visitor.refused_count else ""
    line = f"{what:36}{middle:9.0f}{high:9.0f}{taken[-1]:9.0f}{used:9.0f}{refused}"
    print(line, flush=True)


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
    measure(home, given.visits, given.warm_up, is_own=bool(given.customers))


if __name__ == "__main__":
    main()
