"""A story of some twenty customers, run through the real steps in memory, without any linkage.

Who is one person is stated, so that a test can merge and split at will. Times are days of March 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_missing
from omni_identity.identity.changes import (
    CUSTOMERS,
    IDENTIFIERS,
    RECORDS,
    REGROUPED,
    clear_changes,
    mark_changed,
)
from omni_identity.identity.ledger import enter_new_records
from omni_identity.insight.audience_members import mark_audiences_published
from omni_identity.model.attributes import MESSAGE_WORDS
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.steps.customer_context import describe_context
from omni_identity.pipeline.steps.interactions import resolve_interactions
from omni_identity.pipeline.steps.kpis import compute_figures
from omni_identity.pipeline.steps.profiles import build_profiles
from omni_identity.pipeline.warehouse import create_lasting_tables

FEED = {
    "files": "none",
    "interaction_id": "id",
    "contact": "contact",
    "kind": "kind",
    "occurred_at": "at",
}
LIST = {"files": "none", "record_id": "id"}
CONSENTS = {
    "consent_email": "e",
    "consent_email_at": "ea",
    "consent_sms": "s",
    "consent_sms_at": "sa",
    "consent_push": "p",
    "consent_push_at": "pa",
}
SETTINGS: dict[str, Any] = {
    "version": 1,
    "channels": [
        {
            "name": "web",
            "trust": 1,
            "contacts": {**LIST, "mapping": CONSENTS},
            "interactions": FEED,
        },
        {"name": "app", "trust": 2, "contacts": LIST, "interactions": FEED},
        {"name": "till", "trust": 3, "contacts": LIST, "interactions": FEED},
        {"name": "support", "trust": 4, "contacts": LIST, "interactions": FEED},
        {"name": "whatsapp", "trust": 5, "contacts": LIST, "interactions": FEED},
        {"name": "email", "trust": 6, "contacts": LIST, "interactions": FEED},
    ],
}
EVENTS = "0000"


def at(day: float) -> datetime:
    """Noon of a day of March 2026; ``at(3.5)`` is midnight after the third."""
    return datetime(2026, 3, 1, 12) + timedelta(days=day - 1)


class Story:
    """A warehouse in memory, whose records, events and customers a test states."""

    def __init__(
        self, home: Path = Path("nowhere"), insight: Mapping[str, Any] | None = None
    ) -> None:
        self.engine = DuckDBEngine()
        self.home = Home(home)
        self.configuration: Configuration = parse_configuration(
            {**SETTINGS, "insight": dict(insight or {})}
        )
        self.runs = 0
        self.files = 0
        create_lasting_tables(self.engine, self.configuration)
        self.engine.run(
            "create table derived.source_records as select l.record_no, l.first_landed_at, s.*"
            " from landed.standardised_contacts s join ledger.records l on false"
        )
        self.engine.run(
            "create table derived.customers"
            " (record_no BIGINT, channel VARCHAR, source_record_id VARCHAR, golden_id VARCHAR)"
        )
        self.engine.run(
            "create table derived.customer_diagnostics (golden_id VARCHAR, chain_weight DOUBLE,"
            " cohesion_weight DOUBLE, nearest_match_weight DOUBLE, size_surplus DOUBLE, weakest_link DOUBLE)"
        )
        create_missing(self.engine, "derived.household_members", "derived.nested_ids")
        self.engine.run("create table derived.erasures (golden_id VARCHAR)")
        self.engine.run(
            "create table derived.golden_id_redirects (retired_golden_id VARCHAR, golden_id VARCHAR)"
        )
        self.engine.run(
            "create table derived.crosswalk (channel VARCHAR, source_record_id VARCHAR,"
            " golden_id VARCHAR, match_probability DOUBLE, strict_id VARCHAR, loose_id VARCHAR)"
        )

    def records(self, *rows: Mapping[str, Any]) -> None:
        """Let channels know people: rows of ``channel, source_record_id`` and attributes."""
        frame = pl.DataFrame([dict(row) for row in rows], infer_schema_length=None)
        self.engine.run(
            "create or replace table derived.affected_records (channel VARCHAR, source_record_id VARCHAR)"
        )
        self.engine.write("derived.affected_records", frame.select("channel", "source_record_id"))
        enter_new_records(self.engine, at(1))
        ledger = self.engine.fetch(
            "select record_no, first_landed_at, channel, source_record_id from ledger.records"
        )
        known = frame.join(ledger, on=["channel", "source_record_id"])
        numbers = ", ".join(str(n) for n in known["record_no"])
        self.engine.run(f"delete from derived.source_records where record_no in ({numbers})")
        self.engine.write("derived.source_records", known)
        mark_changed(self.engine, RECORDS, f"select unnest([{numbers}])::bigint")
        mark_changed(self.engine, REGROUPED, f"select unnest([{numbers}])::bigint")

    def gone(self, channel: str, source_record_id: str) -> None:
        """Let a channel drop a record, with the identifiers that it had."""
        here = {"channel": channel, "record": source_record_id}
        its = "where channel = $channel and source_record_id = $record"
        mark_changed(
            self.engine,
            IDENTIFIERS,
            " union ".join(
                f"select '{name}' as identifier, unnest(\"{name}\") as value"
                " from derived.source_records"
                f" where channel = '{channel}' and source_record_id = '{source_record_id}'"
                for name in self.configuration.vocabulary.identifiers
            ),
        )
        gone = self.engine.fetch(f"select record_no from derived.source_records {its}", here)
        mark_changed(self.engine, RECORDS, f"select {gone['record_no'][0]}::bigint")
        self.engine.run(f"delete from derived.source_records {its}", here)

    def events(self, *rows: Mapping[str, Any]) -> None:
        """Deliver a file of events: rows of ``channel, interaction_id, kind, occurred_at``, facts, and what was said.

        That is ``text``, and by whom: ``agent, bot``.
        """
        self._deliver("interactions", rows)

    def lines(self, *rows: Mapping[str, Any]) -> None:
        """Deliver a file of lines: rows of ``channel, interaction_id`` and what a line says."""
        self._deliver("lines", rows)

    def _deliver(self, feed: str, rows: Sequence[Mapping[str, Any]]) -> None:
        for channel in dict.fromkeys(row["channel"] for row in rows):
            self.files += 1
            name = f"{self.files:04}"
            own = [dict(row) for row in rows if row["channel"] == channel]
            here = {"n": self.files, "channel": channel, "name": name, "feed": feed}
            self.engine.run(
                "insert into landed.files (file_no, channel, feed, content_hash, is_complete)"
                " values ($n, $channel, $feed, $name, true)",
                here,
            )
            self.engine.run(
                "insert into landed.landings values"
                " ($channel, $feed, $name, 1, $name, 'r', '2026-01-01')",
                {name: value for name, value in here.items() if name != "n"},
            )
            numbered = [
                {"file_no": self.files, "row_number": n, **row} for n, row in enumerate(own)
            ]
            said = [
                {n: row.get(n) for n in ("file_no", "row_number", "channel", *MESSAGE_WORDS)}
                for row in numbered
                if any(row.get(n) is not None for n in MESSAGE_WORDS)
            ]
            told = [{n: v for n, v in row.items() if n not in MESSAGE_WORDS} for row in numbered]
            self.engine.write(f"landed.{feed}", pl.DataFrame(told, infer_schema_length=None))
            if said:
                frame = pl.DataFrame(said, infer_schema_length=None)
                self.engine.write("landed.messages", frame.cast({"bot": pl.Boolean}))

    def run(self, customers: Mapping[str, Sequence[str]], day: float = 31) -> None:
        """State who is one person (``{golden ID: [channel:record, …]}``), and run the steps on ``day``."""
        rows = [
            {"record": record, "golden_id": golden_id}
            for golden_id, records in customers.items()
            for record in records
        ]
        stated = pl.DataFrame(rows)
        self.engine.connection.register("stated", stated.to_arrow())
        self.engine.run(
            "create or replace temp table new_customers as"
            " select l.record_no, l.channel, l.source_record_id, s.golden_id"
            " from stated s join ledger.records l on s.record = l.channel || ':' || l.source_record_id"
        )
        self.engine.connection.unregister("stated")
        moved = (
            "(select * from new_customers except select * from derived.customers) union all"
            " (select * from derived.customers except select * from new_customers)"
        )
        mark_changed(self.engine, REGROUPED, f"select distinct record_no from ({moved}) x")
        mark_changed(self.engine, CUSTOMERS, f"select distinct golden_id from ({moved}) x")
        mark_changed(
            self.engine,
            CUSTOMERS,
            "select distinct golden_id from new_customers"
            " where record_no in (select record_no from changed.records)",
        )
        self.engine.run("delete from derived.customers")
        self.engine.run("insert into derived.customers select * from new_customers")
        self.engine.run("delete from derived.crosswalk")
        self.engine.run(
            "insert into derived.crosswalk"
            " select channel, source_record_id, golden_id, null, golden_id, golden_id from derived.customers"
        )
        self.runs += 1
        self.derive(RunContext(self.home, self.configuration, f"run-{self.runs}", at(day)))

    def derive(self, run: RunContext) -> None:
        """Run every step that follows from who is who."""
        resolve_interactions(self.engine, run)
        build_profiles(self.engine, run)
        describe_context(self.engine, run)
        compute_figures(self.engine, run)

    def publish(self) -> None:
        """Count what was derived as published: from now on only what changes is marked."""
        mark_audiences_published(self.engine, f"run-{self.runs}")
        clear_changes(self.engine)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the warehouse."""
        rows: list[tuple[Any, ...]] = self.engine.fetch(sql).rows()
        return rows
