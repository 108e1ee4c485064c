"""Ledgers of a few records of one channel, as verdicts name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from omni_identity.engines import DuckDBEngine


@contextmanager
def ledger_of(*ids: str, current: Sequence[str]) -> Iterator[DuckDBEngine]:
    """Lend an engine with records of the channel ``web``, numbered from 1, of which some are current."""
    with DuckDBEngine() as engine:
        engine.run("create schema ledger")
        engine.run("create schema derived")
        engine.run(
            "create table ledger.records as select unnest(range(1, len($ids) + 1))::bigint as record_no,"
            " 'web' as channel, unnest($ids::varchar[]) as source_record_id",
            {"ids": list(ids)},
        )
        engine.run(
            "create table derived.source_records as from ledger.records"
            " where list_contains($current::varchar[], source_record_id)",
            {"current": list(current)},
        )
        yield engine
