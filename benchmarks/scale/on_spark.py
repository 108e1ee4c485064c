"""Scale on Spark: the first full run of a demo retailer on ``local[2]``; writes docs/scale_spark.json and scale.md.

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
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from benchmarks.nightly import deliver, deliveries_by_day
from benchmarks.processes import Cost, run_python
from benchmarks.scale.__main__ import DOCS, GENERATE
from benchmarks.scale.report import write_report
from omni_identity.engines.spark.folders import Folders
from omni_identity.engines.spark.store import read_manifest
from omni_identity.model.home import Home

SPARK = """
engine: spark
spark:
  master: local[2]
  conf:
    spark.driver.memory: {heap}
    spark.local.dir: {scratch}
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


def measure_size(customers: int, interactions: float, heap: str, scratch: Path) -> dict[str, Any]:
    """One full run of one size, from nothing to publication."""
    stage, home = scratch / f"stage{customers}", Home(scratch / f"spark{customers}")
    if not stage.exists():
        run_python("-c", GENERATE, str(stage), str(customers), str(interactions))
    shutil.rmtree(home.root, ignore_errors=True)
    home.root.mkdir()
    plain = re.sub(r"(?m)^engine:.*\n", "", (stage / "omni.yaml").read_text(encoding="utf-8"))
    spark = SPARK.format(heap=heap, scratch=scratch / "spark_local")
    home.configuration.write_text(plain + spark, encoding="utf-8")
    days = list(deliveries_by_day(stage / "landing").values())
    deliver(days[0], stage / "landing", home.root, None)
    steps = scratch / "spark_steps.json"
    cost = run_watched("-m", "benchmarks.scale.measured_run", str(steps), str(home.root))
    warehouse = home.warehouse / "spark"
    tables = read_manifest(Folders(warehouse))
    files = [path.stat().st_size for path in warehouse.rglob("*.parquet")]
    return {
        "customers": customers,
        "interactions_per_customer": interactions,
        "heap": heap,
        "rows": {name: tables[table].rows for name, table in SIZES.items()},
        "warehouse_mebibytes": sum(files) / 2**20,
        "full": asdict(cost) | {"steps": json.loads(steps.read_text(encoding="utf-8"))},
    }


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
            measured.append(
                measure_size(customers, arguments.interactions, arguments.heap, scratch)
            )
            figures.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
            one_machine = json.loads((DOCS / "scale.json").read_text(encoding="utf-8"))
            print(write_report(one_machine, DOCS / "scale.md", measured), flush=True)


if __name__ == "__main__":
    main()
