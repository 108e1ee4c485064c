"""Small worlds for tests: a home written from plain rows, and nights run on it without Dagster."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.runner import WHOLE, run_pipeline, run_steps
from omni_identity.pipeline.sequence import steps_of
from omni_identity.pipeline.steps.publication_candidate import build_candidate
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.publish.checks import CheckResult

FIRST_NIGHT = datetime(2026, 3, 1, 3, 0, 0)

CONFIGURATION = """
version: 1
default_country: US
channels:
  - name: web
    trust: 1
    contacts:
      files: landing/web/*.csv
      record_id: id
      updated_at: changed
      deleted: gone
      mapping: {first_name: given, last_name: family, email: email, phone: phone,
                birth_date: born, street: street, city: city, postcode: zip,
                consent_email: newsletter, device_id: cookie}
    interactions:
      files: landing/web_events/*.csv
      interaction_id: event
      contact: id
      kind: kind
      occurred_at: at
      mapping: {device_id: cookie, amount: amount, currency: currency, order_id: order,
                cart_id: cart, ticket_id: ticket, reference_id: answers, status: status,
                store: store}
  - name: till
    trust: 2
    contacts:
      files: landing/till/*.csv
      record_id: receipt
      feed: snapshot
      mapping: {full_name: name, email: email, phone: phone, loyalty_id: card}
checks: {max_age_days: 30}
"""

WEB = (
    "id",
    "changed",
    "gone",
    "given",
    "family",
    "email",
    "phone",
    "born",
    "street",
    "city",
    "zip",
)
WEB_COLUMNS = (*WEB, "newsletter", "cookie")
TILL_COLUMNS = ("receipt", "name", "email", "phone", "card")
EVENT_COLUMNS = (
    *("event", "id", "kind", "at", "cookie", "amount", "currency", "order"),
    *("cart", "ticket", "answers", "status", "store", "said"),
)


@dataclass
class World:
    """A home, and the number of nights it has seen."""

    root: Path
    nights: int = 0

    @classmethod
    def make(
        cls, root: Path, configuration: str = CONFIGURATION, models: Path | None = None
    ) -> World:
        """A home with its ``omni.yaml``, empty deliveries of every feed, and perhaps models of another."""
        world = cls(root)
        root.mkdir(parents=True, exist_ok=True)
        (root / "omni.yaml").write_text(configuration, encoding="utf-8")
        if models is not None:
            shutil.copytree(models, world.home.models)
        world.deliver("web", "0000", [])
        world.deliver("till", "0000", [])
        world.deliver("web_events", "0000", [])
        return world

    @property
    def home(self) -> Home:
        return Home(self.root)

    def deliver(self, feed: str, name: str, rows: Sequence[dict[str, Any]]) -> Path:
        """Write (or overwrite) the file ``name`` of one feed."""
        columns = {"web": WEB_COLUMNS, "till": TILL_COLUMNS, "web_events": EVENT_COLUMNS}[feed]
        path = self.root / "landing" / feed / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def night(self, accept_changes: bool = False) -> RunContext:
        """The next night's context: a day after the last one."""
        self.nights += 1
        now = FIRST_NIGHT + timedelta(days=self.nights)
        return RunContext(
            self.home,
            load_configuration(self.home.configuration),
            f"run-{self.nights:03}",
            now,
            accept_changes,
        )

    def run(self, accept_changes: bool = False) -> list[CheckResult]:
        """Run the whole nightly job; publish if no check withholds it."""
        night = self.night(accept_changes)
        with open_warehouse(night) as engine:
            return list(run_pipeline(engine, night).checks)

    def read(self, sql: str) -> pl.DataFrame:
        """Query the published file as an analyst would."""
        with duckdb.connect(str(self.home.published_file), read_only=True) as connection:
            frame: pl.DataFrame = connection.sql(sql).pl()
            return frame

    def golden_ids(self) -> dict[str, str]:
        """Published golden ID by ``channel:record``."""
        rows = self.read("select channel || ':' || source_record_id, golden_id from crosswalk")
        return dict(rows.iter_rows())

    def customers(self) -> set[frozenset[str]]:
        """The published partition of the records."""
        groups: dict[str, set[str]] = {}
        for record, golden_id in self.golden_ids().items():
            groups.setdefault(golden_id, set()).add(record)
        return {frozenset(records) for records in groups.values()}


def run_until_candidate(engine: Any, run: RunContext) -> None:
    """Every step of the pipeline up to the built candidate, which is not audited."""
    run_until_profiles(engine, run)
    build_candidate(engine, run)


def run_until_profiles(engine: Any, run: RunContext) -> None:
    """Every step of the pipeline up to the last derived table."""
    steps = steps_of(run.configuration)
    run_steps(engine, run, list(takewhile(lambda step: step.name not in WHOLE, steps)))


FAMILIES = [
    "Abernathy",
    "Birdsong",
    "Castellano",
    "Dunleavy",
    "Eriksson",
    "Fitzwilliam",
    "Gallagher",
    "Hollister",
    "Ibrahimovic",
    "Jankowski",
    "Kowalczyk",
    "Lindqvist",
    "Montgomery",
    "Nakamura",
    "Oglethorpe",
    "Pemberton",
    "Quattlebaum",
    "Rasmussen",
    "Szymanski",
    "Thibodeaux",
]
GIVEN = ["Olivia", "Liam", "Emma", "Noah", "Ava", "Ethan", "Sophia", "Mason", "Isabella", "Logan"]


def person(number: int, **changes: Any) -> dict[str, Any]:
    """A web row of the invented person ``number``, all of whose attributes are their own."""
    given = GIVEN[number % len(GIVEN)]
    family = FAMILIES[number % len(FAMILIES)]
    row = {
        "id": f"w{number}",
        "changed": "2026-01-01T00:00:00Z",
        "given": given,
        "family": family,
        "email": f"{given}.{family}{number}@gmail.com".lower(),
        "phone": f"+1212{5550000 + 7 * number + 2000000:07d}"[:12],
        "born": f"{1950 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}",
        "street": f"{100 + number} {FAMILIES[(number + 5) % 20]} Street",
        "city": "Springfield",
        "zip": f"{10000 + 13 * number}",
    }
    return row | changes


def receipt(number: int, **changes: Any) -> dict[str, Any]:
    """A till row of the same person ``number``."""
    web = person(number)
    row = {
        "receipt": f"t{number}",
        "name": f"{web['given']} {web['family']}",
        "email": web["email"],
        "phone": web["phone"],
        "card": f"L{number:06}",
    }
    return row | changes


def deliver_town(root: Path, models: Path | None, configuration: str = CONFIGURATION) -> World:
    """A home in which forty people of the web shop are delivered, thirty of whom the till knows too."""
    world = World.make(root, configuration, models)
    world.deliver("web", "2026-03-01", [person(n) for n in range(40)])
    world.deliver("till", "2026-03-01", [receipt(n) for n in range(30)])
    return world
