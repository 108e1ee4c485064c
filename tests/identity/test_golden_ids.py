"""Golden IDs from founders: merges, splits, undone merges, deletions, and the redirects they leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_tables
from omni_identity.identity.changes import (
    RECORDS,
    REGROUPED,
    clear_changes,
    create_changes,
    mark_changed,
)
from omni_identity.identity.golden_ids import assign_golden_ids
from omni_identity.identity.ledger import enter_new_records, pass_on_seniority
from omni_identity.model.tables.changes import SETTLED_TABLES
from omni_identity.model.tables.ledger import LEDGER_TABLES

NOW = datetime(2026, 1, 1)


class Registry:
    """Ledger and settled tables, driven by stated partitions instead of a linkage."""

    def __init__(self) -> None:
        self.engine = DuckDBEngine()
        self.nights = 0
        create_tables(self.engine, (*LEDGER_TABLES, *SETTLED_TABLES))
        create_changes(self.engine)

    def night(self, *customers: str) -> list[tuple[str, str, str | None]]:
        """Settle the partition, each customer a string of one-letter records; return its events."""
        self.nights += 1
        records = sorted({record for customer in customers for record in customer})
        landed = pl.DataFrame({"channel": ["c"] * len(records), "source_record_id": records})
        self.engine.run(
            "create or replace table derived.affected_records (channel VARCHAR, source_record_id VARCHAR)"
        )
        self.engine.write("derived.affected_records", landed)
        enter_new_records(self.engine, NOW)
        numbers = dict(
            self.engine.fetch("select source_record_id, record_no from ledger.records").iter_rows()
        )
        left = pl.DataFrame(
            {"record_no": [numbers[r] for r in records]}, schema={"record_no": pl.Int64}
        )
        self.engine.run("create or replace table derived.source_records (record_no BIGINT)")
        self.engine.write("derived.source_records", left)
        # every record of the ledger may have come, changed or gone
        for kind in (RECORDS, REGROUPED):
            mark_changed(self.engine, kind, "select record_no from ledger.records")
        pass_on_seniority(self.engine)
        clusters = [(numbers[r], numbers[customer[0]]) for customer in customers for r in customer]
        self.engine.run(
            "create or replace table derived.clusters (record_no BIGINT, cluster_no BIGINT)"
        )
        schema = {"record_no": pl.Int64, "cluster_no": pl.Int64}
        self.engine.write("derived.clusters", pl.DataFrame(clusters, schema=schema, orient="row"))
        assign_golden_ids(self.engine, f"run-{self.nights}", NOW)
        self.engine.run("delete from settled.crosswalk")
        self.engine.run(
            "insert into settled.crosswalk select channel, source_record_id, golden_id from derived.customers"
        )
        self.engine.run(
            "insert into settled.golden_id_events select * from derived.golden_id_events"
        )
        clear_changes(self.engine)
        events = self.engine.fetch(
            "select event, golden_id, other_golden_id from derived.golden_id_events"
        )
        return events.rows()  # type: ignore[return-value]

    def ids(self) -> dict[str, str]:
        rows = self.engine.fetch("select source_record_id, golden_id from derived.customers")
        return dict(rows.iter_rows())

    def redirects(self) -> dict[str, str | None]:
        return dict(self.engine.fetch("select * from derived.golden_id_redirects").iter_rows())


@pytest.fixture
def registry() -> Iterator[Registry]:
    registry = Registry()
    yield registry
    registry.engine.close()


A, B, C, D = (f"G000000000{i}" for i in (1, 2, 3, 4))


def test_the_elder_keeps_its_id_in_a_merge_and_an_undone_merge_restores_the_other(
    registry: Registry,
) -> None:
    assert registry.night("ab", "cd") == [("created", A, None), ("created", C, None)]
    assert registry.night("abcd") == [("merged", C, A)]
    assert registry.redirects() == {C: A}
    assert registry.night("ab", "cd") == [("restored", C, A)]
    assert registry.redirects() == {}


def test_records_of_one_customer_stand_together_in_the_order_of_ids(registry: Registry) -> None:
    """So a customer's are found in a part of the table."""
    customers = [f"{chr(n)}{chr(n + 300)}" for n in range(1000, 1300)]
    registry.night(*customers)
    rows = registry.engine.fetch("select golden_id, record_no from derived.customers").rows()
    assert rows == sorted(rows)
    assert rows[0][0] == rows[1][0]


def test_the_founders_side_of_a_split_keeps_the_id(registry: Registry) -> None:
    registry.night("abcd")
    assert registry.night("ad", "bc") == [("split", B, A)]
    assert registry.ids() == {"a": A, "d": A, "b": B, "c": B}


def test_a_deleted_founder_passes_its_seniority_on(registry: Registry) -> None:
    registry.night("abc", "d")
    assert registry.night("bc", "d") == []
    assert registry.ids() == {"b": A, "c": A, "d": D}
    assert registry.night("bc", "d") == [], "passing on twice changes nothing"
    assert registry.night("abc", "d") == [], "the founder comes back"
    assert registry.night("a", "bc", "d") == [("split", B, A)]
    assert registry.ids()["b"] == A, "the heir holds the seniority now"


def test_a_customer_without_records_is_retired_to_a_tombstone(registry: Registry) -> None:
    registry.night("ab", "cd")
    assert registry.night("ab") == [("retired", C, None)]
    assert registry.redirects() == {C: None}
    assert registry.night("ab", "c") == [("restored", C, None)]


def test_redirects_lead_to_the_live_id_in_one_step(registry: Registry) -> None:
    registry.night("a", "b", "c")
    registry.night("a", "bc")
    registry.night("abc")
    assert registry.redirects() == {B: A, C: A}


def partitions(records: str) -> st.SearchStrategy[list[str]]:
    """A random partition of a random subset of the records."""

    def group(labels: list[int]) -> list[str]:
        groups: dict[int, str] = {}
        for record, label in zip(records, labels, strict=True):
            if label:
                groups[label] = groups.get(label, "") + record
        return list(groups.values())

    return st.lists(st.integers(0, 3), min_size=len(records), max_size=len(records)).map(group)


@given(st.lists(partitions("abcde"), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_ids_move_only_with_events_and_every_retired_id_leads_somewhere(
    history: list[list[str]],
) -> None:
    registry = Registry()
    ever: set[str] = set()
    live: set[str] = set()
    for night in history:
        before = registry.ids() if registry.nights else {}
        events = registry.night(*night)
        after = registry.ids()
        groups = {
            golden_id: {r for r in after if after[r] == golden_id} for golden_id in after.values()
        }
        assert sorted(map(sorted, groups.values())) == sorted(map(sorted, night)), (
            "one ID, one customer"
        )
        born = {g for kind, g, _ in events if kind in ("created", "split", "restored")}
        gone = {g for kind, g, _ in events if kind in ("merged", "retired")}
        assert (live | born) - gone == set(groups), "the events alone tell which IDs live"
        assert born.isdisjoint(live)
        assert gone <= live
        same = {frozenset(r for r in before if before[r] == g): g for g in before.values()}
        for members in groups.values():
            if frozenset(members) in same:
                assert after[min(members)] == same[frozenset(members)], (
                    "an unchanged customer keeps its ID"
                )
        live = set(groups)
        ever |= live
        redirects = registry.redirects()
        assert set(redirects) == ever - live
        assert {target for target in redirects.values() if target} <= live
    registry.engine.close()
