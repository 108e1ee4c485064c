"""Reads what Spark's event log says of plans: which operators ran, and how many rows they passed on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Log:
    """The plans of all SQL executions as they were in the end, and the values of their metrics."""

    plans: dict[int, dict[str, Any]] = field(default_factory=dict)
    values: dict[int, int] = field(default_factory=dict)
    result_bytes: dict[int, int] = field(default_factory=dict)
    """By stage, the most that a task sent to the driver."""

    def nodes(self, name: str) -> Iterator[dict[str, Any]]:
        """Every operator of that name."""
        for plan in self.plans.values():
            yield from (node for node in _walk(plan) if node["nodeName"].startswith(name))

    def rows_broadcast(self, join: dict[str, Any]) -> int | None:
        """How many rows a join had of its smaller, broadcast side; None where that was never run."""
        left, right = join["children"]
        for node in _walk(right if "BuildRight" in join["simpleString"] else left):
            if node["nodeName"] == "BroadcastExchange":
                for metric in node["metrics"]:
                    if metric["name"] == "number of output rows":
                        return self.values.get(metric["accumulatorId"])
        return None


def read_log(folder: Path, since: float = 0.0) -> Log:
    """Read the one log in ``folder``, up to what has been written so far; of tasks those launched ``since`` a time.

    ``since`` is in seconds of the epoch. The log is of the whole session, other tests' tasks among it.
    """
    log = Log()
    (path,) = [p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")]
    for line in path.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        kind = event["Event"].rpartition(".")[2]
        if kind in ("SparkListenerSQLExecutionStart", "SparkListenerSQLAdaptiveExecutionUpdate"):
            log.plans[event["executionId"]] = event["sparkPlanInfo"]
        elif kind == "SparkListenerDriverAccumUpdates":
            log.values.update(event["accumUpdates"])
        elif kind == "SparkListenerTaskEnd" and event["Task Info"]["Launch Time"] >= 1000 * since:
            stage = event["Stage ID"]
            size = (event.get("Task Metrics") or {}).get("Result Size", 0)
            log.result_bytes[stage] = max(log.result_bytes.get(stage, 0), size)
    return log


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from _walk(child)
