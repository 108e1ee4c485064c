"""Runs one tool on one data set in a process of its own, within a time limit, and judges what it found."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.accuracy.tool_goldenmatch import MODES, SHAPES
from omni_identity.linkage.evaluation import Evaluation, Quality, evaluate_clusters

Row = dict[str, Any]
"""One line of the table; see ``figures`` for its keys."""

PACKAGES = {
    "ours": ("omni-identity", "splink", "duckdb"),
    "splink": ("splink", "duckdb"),
    "goldenmatch_zero": ("goldenmatch", "goldenmatch-native"),
    "goldenmatch_fs": ("goldenmatch", "goldenmatch-native"),
}
BEST = "splink_best"
"""Splink again, at the threshold that is best on this very set."""


@dataclass(frozen=True)
class Prepared:
    """A data set, written down: ``folder`` holds ``home/``, ``common.parquet``, ``delivered.parquet``."""

    name: str
    folder: Path
    labels: pl.DataFrame


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code (negative: a signal), whether for time, and what it said last."""

    exit_code: int
    timed_out: bool
    last_words: str


def measure(tool: str, data: Prepared, time_limit: float, homes: Path | None = None) -> list[Row]:
    """The rows of ``tool`` on ``data``; one row with a ``reason`` when it failed. Seconds, MiB.

    The home that our own tool has run in is kept as ``homes/NAME`` where ``homes`` is given.
    """
    if tool in MODES:
        tried = [row for s in SHAPES for row in measure_once(tool, f"{tool}:{s}", data, time_limit)]
        best = _best(tried)
        failed = [row["reason"] for row in tried if "reason" in row and row is not best]
        return [{**best, "note": "; ".join(f"another shape failed: {r}" for r in failed)}]
    judged = measure_once(tool, tool, data, time_limit, homes)
    if tool != "splink" or "reason" in judged[0]:
        return judged
    best = {**_best(judged), "tool": BEST, "seconds": judged[0]["seconds"]}
    return [judged[0], best]


def _best(rows: list[Row]) -> Row:
    return max(rows, key=lambda row: row.get("f1") or -1.0)


def measure_once(
    tool: str, run: str, data: Prepared, time_limit: float, homes: Path | None = None
) -> list[Row]:
    """The rows of one process: one a variant, or one with a ``reason``."""
    with tempfile.TemporaryDirectory(prefix="accuracy-") as scratch:
        out = Path(scratch)
        command = [sys.executable, "-m", "benchmarks.accuracy.worker"]
        ended = run_limited([*command, run, str(data.folder), str(out)], out / "log", time_limit)
        frame = {"data": data.name, "tool": tool, **provenance(tool)}
        result = json.loads((out / "result.json").read_text()) if _has_result(out) else {}
        variants = result.get("variants", [])
        if homes is not None and (out / "home").is_dir():
            _keep(out / "home", homes / data.name)
        if not variants:
            return [{**frame, "reason": result.get("reason") or _reason(ended, time_limit)}]
        frame["memory_mib"] = result["memory_mib"]
        return [{**frame, **_judge(out, variant, data)} for variant in variants]


def _keep(home: Path, kept: Path) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(home, kept)


def run_limited(command: list[str], log: Path, time_limit: float) -> Ended:
    """Run ``command`` in a process group of its own, which is ended after ``time_limit`` seconds."""
    late = threading.Event()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )

        def end() -> None:
            late.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(time_limit, end)
        timer.start()
        exit_code = process.wait()
        timer.cancel()
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return Ended(exit_code, late.is_set(), lines[-1] if lines else "")


def provenance(tool: str) -> Row:
    """When, on what and with which versions a row was measured."""
    return {
        "measured_on": date.today().isoformat(),
        "versions": {name: version(name) for name in PACKAGES[tool]},
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"CPython {platform.python_version()}",
    }


def figures(evaluation: Evaluation) -> Row:
    """Precision, recall, F1 and B-cubed of an evaluation, with those of every cause."""
    causes = {cause: _quality(q) for cause, q in sorted(evaluation.by_cause.items())}
    return {
        **_quality(evaluation.overall),
        "customers": evaluation.customer_count,
        "people": evaluation.entity_count,
        "by_cause": causes,
    }


def _quality(quality: Quality) -> Row:
    pairwise, cubed = quality.pairwise, quality.b_cubed
    return {
        "records": quality.record_count,
        "precision": pairwise.precision,
        "recall": pairwise.recall,
        "f1": pairwise.f1,
        "b_precision": cubed.precision,
        "b_recall": cubed.recall,
        "b_f1": cubed.f1,
        "true_pairs": quality.true_pair_count,
        "predicted_pairs": quality.predicted_pair_count,
    }


def _judge(out: Path, variant: dict[str, Any], data: Prepared) -> Row:
    clusters = pl.read_parquet(out / variant["clusters"])
    return {
        **figures(evaluate_clusters(clusters, data.labels)),
        "seconds": variant["seconds"],
        "variant": variant["name"],
        "note": variant["note"],
    }


def _has_result(out: Path) -> bool:
    return (out / "result.json").is_file()


def _reason(ended: Ended, time_limit: float) -> str:
    if ended.timed_out:
        return f"did not end within {time_limit:,.0f} s"
    return f"exit code {ended.exit_code}: {ended.last_words[:300]}"
