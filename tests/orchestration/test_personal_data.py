"""Dagster keeps runs, events and metadata for long: none of it may hold anything about a person."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import dagster as dg
import duckdb

from omni_identity.engines import DuckDBEngine
from omni_identity.model.errors import OmniError
from omni_identity.model.home import Home
from omni_identity.orchestration.errors_without_values import holds_no_values
from omni_identity.orchestration.instance import open_instance
from omni_identity.orchestration.run import execute_nightly
from omni_identity.publish.increments import WHOLE_SIZE


def personal_values(home: Home) -> list[str]:
    """E-mails, telephone numbers, streets and full names of every published customer, and what was said."""
    with duckdb.connect(str(home.published_file), read_only=True) as published:
        rows = published.execute(
            """
            select unnest(email) from unified_profiles
            union select unnest(phone) from unified_profiles
            union select street from unified_profiles where length(street) > 6
            union select full_name from unified_profiles where full_name like '% %'
            union select text from messages where length(text) > 12
            union select payload from quarantined_records where length(payload) > 12
            """
        ).fetchall()
    return [value for (value,) in rows if value]


def kept_text(folder: Path) -> str:
    """Everything an instance folder holds, as text, SQLite rows (which may spread) too."""
    texts = []
    for path in folder.rglob("*"):
        if path.is_file():
            texts.append(path.read_bytes().decode("utf-8", "replace"))
        if path.suffix == ".db":
            with sqlite3.connect(path) as database:
                texts.extend(database.iterdump())
    return "\n".join(texts)


def test_no_event_and_no_metadata_of_a_run_holds_personal_data(published_once: Home) -> None:
    values = personal_values(published_once)
    assert len(values) > 300
    kept = kept_text(published_once.dagster)
    assert "dagster/row_count" in kept, "the events are among what is searched"
    assert "unified_profiles" in kept
    assert [value for value in values if value in kept] == []


def test_an_error_that_quotes_a_row_is_kept_without_its_text(home: Home) -> None:
    def interfere(step: str, _index: int, _total: int, seconds: float | None, _detail: str) -> None:
        if step == "publication_candidate" and seconds is None:
            # without it the candidate is written from the warehouse, not copied and brought up to date
            for size in home.published.glob(f"versions/*/{WHOLE_SIZE}"):
                size.unlink()
            with DuckDBEngine(home.warehouse_file) as engine:
                engine.run(
                    "create or replace table derived.unified_profiles as"
                    " select * replace (full_name as record_count) from derived.unified_profiles"
                )

    with open_instance(home) as instance:
        result = execute_nightly(home, instance, interfere)
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.startswith("publication_candidate stopped with ConversionException at ")
    assert "publish/build.py:" in result.error
    kept = kept_text(home.dagster)
    assert "ConversionException" in kept
    values = personal_values(home)
    assert [value for value in values if value in kept or value in result.error] == []
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        status = "select status from ledger.runs where run_id = ?"
        assert warehouse.execute(status, [result.run_id]).fetchall() == [("failed",)]


def test_an_error_is_safe_only_if_all_that_it_came_from_is() -> None:
    error = OmniError("the file cannot be read")
    assert holds_no_values(error)
    error.__cause__ = ValueError("Ada Lovelace")
    assert not holds_no_values(error)
    hidden = OmniError("the file cannot be read")
    hidden.__context__ = ValueError("Ada Lovelace")
    assert not holds_no_values(hidden)
    hidden.__suppress_context__ = True
    assert holds_no_values(hidden)
    assert holds_no_values(dg.DagsterExecutionInterruptedError())
