"""Scale: the whole pipeline and its linkage beside bare Splink, at several sizes; writes docs/scale.json and .md.

    python -m benchmarks.scale 36500 365000
    python -m benchmarks.scale 365000 --keep /scratch     # what is there already is not made again
    OMNI_MEMORY_LIMIT=6GiB python -m benchmarks.scale 3650000 --interactions 3.03 --pairs 4 --lean --add

Sizes are demo customers; each has some 2.7 contact records and, unless said otherwise, 9 interactions.
Each size is generated, run from nothing to publication, linked by bare Splink, and run twice more: with
1 % of the contacts new or changed, and with 1,000. Everything is a process of its own, one after another;
seconds are wall clock from process start to end, memory is the most that was resident. What is measured
is written down at once, so that a run that is ended early leaves what it found.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.nightly import deliver, deliveries_by_day
from benchmarks.processes import run_python
from benchmarks.scale.bare_splink import export_records
from benchmarks.scale.report import write_report
from omni_identity.channels.configuration import load_configuration
from omni_identity.engines.literals import literal
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.model.home import Home

DOCS = Path(__file__).parents[2] / "docs"
GENERATE = (
    "import sys; from pathlib import Path; from omni_identity.demo import DemoPlan, write_demo;"
    " write_demo(Path(sys.argv[1]), DemoPlan(customers=int(sys.argv[2]), seed=7, days=3,"
    " interactions_per_customer=float(sys.argv[3])))"
)


def measure_run(home: Home, scratch: Path) -> dict[str, Any]:
    """One night with its steps."""
    steps = scratch / "steps.json"
    cost = run_python("-m", "benchmarks.scale.measured_run", str(steps), str(home.root))
    found = json.loads(steps.read_text(encoding="utf-8"))
    # the process's own mark of the most memory is reset at each step
    most = max(step["peak_mebibytes"] for step in found)
    return {"seconds": cost.seconds, "mebibytes": most, "steps": found}


def count_rows(home: Home) -> dict[str, int]:
    """Rows of what grows, in the warehouse."""
    tables = {
        "contacts": "derived.source_records",
        "interactions": "derived.interactions",
        "candidate_pairs": "derived.candidate_pairs",
        "scored_pairs": "derived.scored_pairs",
        "profiles": "derived.unified_profiles",
    }
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(home.warehouse_file)} as w (read_only)").fetchall()
        return {
            name: connection.execute(f"select count(*) from w.{table}").fetchall()[0][0]
            for name, table in tables.items()
        }


def measure_size(
    customers: int, interactions: float, pairs: float | None, only_lean: bool, scratch: Path
) -> Iterator[dict[str, Any]]:
    """The figures of one size, given again whenever one has been added."""
    stage, home = scratch / f"stage{customers}", Home(scratch / f"home{customers}")
    found: dict[str, Any] = {
        "customers": customers,
        "interactions_per_customer": interactions,
        "pairs_per_record": pairs,
        "memory_limit": os.environ.get("OMNI_MEMORY_LIMIT", ""),
        "on": date.today().isoformat(),
    }
    cost = stage.with_suffix(".json")
    if not cost.exists():
        plan = (str(stage), str(customers), str(interactions))
        cost.write_text(json.dumps(asdict(run_python("-c", GENERATE, *plan))), encoding="utf-8")
    found["generator"] = json.loads(cost.read_text(encoding="utf-8"))
    days = list(deliveries_by_day(stage / "landing").values())
    shutil.rmtree(home.root, ignore_errors=True)
    home.root.mkdir()
    shutil.copyfile(stage / "omni.yaml", home.configuration)
    if pairs is not None:
        with home.configuration.open("a", encoding="utf-8") as file:
            file.write(f"linkage: {{pairs_per_record: {pairs:g}}}\n")
    deliver(days[0], stage / "landing", home.root, None)
    found["full"] = measure_run(home, scratch)
    found["rows"] = count_rows(home)
    yield found
    records = scratch / "records.parquet"
    vocabulary = load_configuration(home.configuration).vocabulary
    export_records(home.warehouse_file, vocabulary, records)
    model = home.models / str(pinned_version(home.models))
    out = scratch / "bare.json"
    bare = ("-m", "benchmarks.scale.bare_splink", str(records), str(model), str(out))
    for which in ("lean",) if only_lean else ("bare", "lean"):
        cost_bare = run_python(*bare, *(("lean",) if which == "lean" else ()))
        steps = json.loads(out.read_text(encoding="utf-8"))
        found[which] = asdict(cost_bare) | {"steps": steps}
        yield found
    for name, changed in (
        ("one_percent", found["rows"]["contacts"] // 100),
        ("a_thousand", 1000),
    ):
        deliver(days.pop(1), stage / "landing", home.root, changed)
        found[name] = measure_run(home, scratch)
        yield found


def _on_spark() -> list[dict[str, Any]]:
    """What ``benchmarks.scale.on_spark`` measured last."""
    path = DOCS / "scale_spark.json"
    found: list[dict[str, Any]] = []
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else found


def main() -> None:
    """Measure each size, smallest first, and write the report after each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("customers", type=int, nargs="+")
    parser.add_argument("--interactions", type=float, default=10.0, help="a customer, on average")
    parser.add_argument("--pairs", type=float, help="linkage.pairs_per_record of omni.yaml")
    parser.add_argument(
        "--lean", action="store_true", help="bare Splink only as lean, where memory is too small"
    )
    parser.add_argument("--keep", type=Path, help="a folder for what is generated, left behind")
    parser.add_argument("--add", action="store_true", help="to the sizes of the last report")
    arguments = parser.parse_args()
    figures = DOCS / "scale.json"
    measured = json.loads(figures.read_text(encoding="utf-8")) if arguments.add else []
    with tempfile.TemporaryDirectory() as folder:
        scratch = arguments.keep or Path(folder)
        scratch.mkdir(parents=True, exist_ok=True)
        for customers in sorted(arguments.customers):
            others = [m for m in measured if m["customers"] != customers]
            plan = (arguments.interactions, arguments.pairs, arguments.lean)
            for found in measure_size(customers, *plan, scratch):
                measured = sorted([*others, found], key=lambda m: m["customers"])
                figures.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
                print(write_report(measured, DOCS / "scale.md", _on_spark()), flush=True)


if __name__ == "__main__":
    main()
