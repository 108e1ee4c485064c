"""A demo retailer on both engines: the same landing, night after night, and what is published compared."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from omni_identity.channels.configuration import load_configuration
from omni_identity.demo import DemoPlan, write_demo
from omni_identity.model.home import Home
from omni_identity.model.tables import published_tables
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.steps.publication import publish
from omni_identity.pipeline.steps.publication_candidate import audit
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.report.run_report import write_report
from tests.shared import copy_home
from tests.worlds import run_until_candidate

FIRST = datetime(2026, 11, 21, 3, 0)
PLAN = DemoPlan(customers=40, seed=11, days=3, interactions_per_customer=6.0)
SPARK = """
engine: spark
spark:
  master: local[2]
  driver_rows: 60
  conf:
    spark.sql.shuffle.partitions: "1"
    spark.sql.adaptive.enabled: "false"
    spark.sql.codegen.wholeStage: "false"
    spark.sql.codegen.factoryMode: NO_CODEGEN
"""
MOMENTS = {"runs": {"finished_at", "judgement_heads"}}
"""Columns that say when something was done, or have hashes with the key of one home."""


@dataclass
class Place:
    """One home and its nights."""

    home: Home
    nights: int = 0

    def run(self) -> list[str]:
        """Run one night and publish it; return the names of failed checks."""
        configuration = load_configuration(self.home.configuration)
        now = FIRST + timedelta(days=self.nights)
        night = RunContext(self.home, configuration, f"run-{self.nights}", now)
        self.nights += 1
        with open_warehouse(night) as engine:
            run_until_candidate(engine, night)
            results = audit(engine, night)
            write_report(engine, night.home, night.run_id, results)
            failed = [result.name for result in results if not result.passed]
            if not failed:
                publish(engine, night)
        return failed

    def published(self) -> dict[str, list[Any]]:
        """Every published table's rows, so that they compare."""
        vocabulary = load_configuration(self.home.configuration).vocabulary
        found = {}
        with duckdb.connect(str(self.home.published_file), read_only=True) as connection:
            for name, table in published_tables(vocabulary).items():
                left_out = MOMENTS.get(name, set())
                columns = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in left_out)
                rows = connection.execute(f"select {columns} from {name}").fetchall()
                found[name] = sorted((tuple(map(_plain, row)) for row in rows), key=repr)
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, (float, Decimal)):
        return round(float(value), 8) + 0.0
    if isinstance(value, (list, tuple)):
        return tuple(_plain(x) for x in value)
    if isinstance(value, dict):
        return tuple((k, _plain(x)) for k, x in value.items())
    return value


@dataclass
class Both:
    """The same retailer on DuckDB and on Spark."""

    duckdb: Place
    spark: Place
    held_back: Path
    """Deliveries of the last day, which come in the second night."""

    @property
    def places(self) -> tuple[Place, Place]:
        """Both, DuckDB first."""
        return self.duckdb, self.spark

    def deliver_the_rest(self) -> None:
        """Let the last day's deliveries come."""
        for place in self.places:
            shutil.copytree(self.held_back, place.home.landing, dirs_exist_ok=True)


def make_both(folder: Path) -> Both:
    """Write the retailer twice; the last day's deliveries are held back."""
    source = folder / "source"
    write_demo(source, PLAN)
    held_back = folder / "held_back"
    for path in sorted(source.glob("landing/**/*")):
        if path.is_file() and str(PLAN.end) in path.name:
            target = held_back / path.relative_to(source / "landing")
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    places = []
    for engine in ("duckdb", "spark"):
        home = Home(folder / engine)
        copy_home(source, home.root)
        plain = re.sub(r"(?m)^engine:.*\n", "", home.configuration.read_text(encoding="utf-8"))
        extra = SPARK if engine == "spark" else ""
        home.configuration.write_text(plain + extra, encoding="utf-8")
        places.append(Place(home))
    return Both(*places, held_back)
