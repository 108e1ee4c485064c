"""Scale on Spark: the first full run of a demo retailer on ``local[2]``, and a night with 1 % changed.

Writes docs/scale_spark.json and scale.md.

    python -m benchmarks.scale.on_spark 365000 --keep /scratch

Sizes are demo customers, as in ``benchmarks.scale``. Memory is the most that Python, the Java process and
Spark's Python workers held together, looked up twice a second; what they share is counted in each.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
from snowpark_connect_deps_iceberg import list_jars

from benchmarks.nightly import deliver, deliveries_by_day
from benchmarks.processes import Cost, run_python
from benchmarks.scale.__main__ import DOCS, GENERATE
from benchmarks.scale.report import write_report
from omni_identity.engines import DuckDBEngine, count_rows
from omni_identity.engines.reading import attached_warehouse
from omni_identity.model.home import Home

SPARK = """
engine: spark
spark:
  master: local[2]
  conf:
    spark.driver.memory: {heap}
    spark.local.dir: {scratch}
    spark.jars: {iceberg}
"""
SIZES = {
    "contacts": "derived.source_records",
    "interactions": "derived.interactions",
    "scored_pairs": "derived.scored_pairs",
}
SECONDS_BETWEEN_LOOKS = 0.5


def run_watched(*arguments: str) -> Cost:
    """Run Python with these arguments; the cost is that of it and all that it starts.

    Raises ``CalledProcessError`` when it fails.
    """
    command = [sys.executable, *arguments]
    began, most = time.perf_counter(), 0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        most = max(most, _resident(watched))
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(time.perf_counter() - began, most / 2**20)


def _resident(process: psutil.Process) -> int:
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:  # ended while we looked
        return total
    return total


def iceberg_jar() -> str:
    """Iceberg's runtime, which the extra ``spark-tests`` brings."""
    (jar,) = (str(jar) for jar in list_jars() if "runtime-3.5_2.12" in jar.name)
    return jar


def measure_size(
    customers: int, interactions: float, heap: str, scratch: Path
) -> Iterator[dict[str, Any]]:
    """One full run of one size, from nothing to publication, and a night with 1 % changed; given again after it."""
    stage, home = scratch / f"stage{customers}", Home(scratch / f"spark{customers}")
    if not stage.exists():
        run_python("-c", GENERATE, str(stage), str(customers), str(interactions))
    shutil.rmtree(home.root, ignore_errors=True)
    home.root.mkdir()
    plain = re.sub(r"(?m)^engine:.*\n", "", (stage / "omni.yaml").read_text(encoding="utf-8"))
    spark = SPARK.format(heap=heap, scratch=scratch / "spark_local", iceberg=iceberg_jar())
    home.configuration.write_text(plain + spark, encoding="utf-8")
    days = list(deliveries_by_day(stage / "landing").values())
    deliver(days[0], stage / "landing", home.root, None)
    found: dict[str, Any] = {
        "customers": customers,
        "interactions_per_customer": interactions,
        "heap": heap,
        "full": _run(home, scratch),
        "rows": _count(home),
        "warehouse_mebibytes": sum(_files(home).values()) / 2**20,
    }
    yield found
    before = _files(home)
    deliver(days[1], stage / "landing", home.root, found["rows"]["contacts"] // 100)
    night = _run(home, scratch)
    written = sum(size for file, size in _files(home).items() if file not in before)
    found["one_percent"] = night | {"written_mebibytes": written / 2**20}
    yield found


def _run(home: Home, scratch: Path) -> dict[str, Any]:
    steps = scratch / "spark_steps.json"
    cost = run_watched("-m", "benchmarks.scale.measured_run", str(steps), str(home.root))
    return asdict(cost) | {"steps": json.loads(steps.read_text(encoding="utf-8"))}


def _count(home: Home) -> dict[str, int]:
    with DuckDBEngine() as engine, attached_warehouse(engine, home, "w"):
        return {name: count_rows(engine, f"w.{table}") for name, table in SIZES.items()}


def _files(home: Home) -> dict[Path, int]:
    """What the tables have on disk."""
    return {path: path.stat().st_size for path in (home.warehouse / "spark").rglob("*.parquet")}


def main() -> None:
    """Measure each size and write the report after each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("customers", type=int, nargs="+")
    parser.add_argument("--interactions", type=float, default=10.0, help="a customer, on average")
    parser.add_argument("--heap", default="12g", help="of the Java process")
    parser.add_argument("--keep", type=Path, help="a folder for what is generated, left behind")
    arguments = parser.parse_args()
    figures = DOCS / "scale_spark.json"
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = arguments.keep or Path(folder)
        for customers in sorted(arguments.customers):
            of_size = measure_size(customers, arguments.interactions, arguments.heap, scratch)
            for found in of_size:
                shown = [*measured, found]
                figures.write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
                one_machine = json.loads((DOCS / "scale.json").read_text(encoding="utf-8"))
                print(write_report(one_machine, DOCS / "scale.md", shown), flush=True)
            measured.append(found)


if __name__ == "__main__":
    main()
