"""Takes erased persons out of what consumers read, at once, without waiting for a run that may be withheld."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.suppression import Suppression
from omni_identity.engines import DuckDBEngine, Engine, FolderEngine
from omni_identity.erasure.quoting_rows import Place, find_quotations, marked_query
from omni_identity.erasure.rows import HELD_BACK, ROWS, find_erased_records
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.model.modes import remove
from omni_identity.model.tables import Table, published_tables
from omni_identity.publish.build import (
    WITHOUT,
    candidate_folder,
    mask_publication,
    write_database,
)
from omni_identity.publish.declared_tables import new_file
from omni_identity.publish.links import DATABASE, VERSIONS
from omni_identity.publish.publication import drop_versions, publish_candidate, published_run
from omni_identity.publish.published_files import publish_files
from omni_identity.publish.published_state import published_folder
from omni_identity.publish.seal import seal
from omni_identity.stewardship.erasure_entries import FILE as ERASURES

_RECORDS, CUSTOMERS = "erased_published_records", "erased_customers"
_QUOTATIONS = "quotations_published"
_IDS_STAY = ("golden_id_events", "golden_id_redirects", "crosswalk_changes", "erasures")
"""Tables that keep the golden IDs of erased customers: an ID is never given to somebody else."""


@dataclass(frozen=True)
class _Redaction:
    """What of a publication does not stay, beside the tables that the registry has.

    ``conditions`` are, by ``schema.table``, what rows of erased persons meet; ``quoting`` the places whose
    texts quote them.
    """

    conditions: Mapping[str, str]
    quoting: Collection[Place]
    tables: Mapping[str, Table]


def redact_publication(
    engine: Engine,
    home: Home,
    suppression: Suppression,
    golden_ids: list[str],
    configuration: Configuration,
) -> None:
    """Publish the current version without the erased, and remove every other.

    ``golden_ids`` are customers to be erased; so are those of any erased record. The version is
    written anew even if no row of it is about them, as its file may hold rows that are there no more.
    Whoever reads the old one keeps it open until they close it. One that somebody has damaged so that
    it cannot be read cannot be cleaned either: nothing is published then until the run that follows. Reads
    ``ROWS`` and ``HELD_BACK``. Raises ``RunFailed`` while another process has the file open for writing.
    """
    current = published_run(home)
    if current is None:
        return
    name = f"{current.partition(WITHOUT)[0]}{WITHOUT}{suppression_mark(suppression)}"
    if published_folder(engine, home) is None:
        _require_unlocked(candidate_folder(home, current))
        remove(home.published)
        return
    tables = published_tables(configuration.vocabulary)
    if name != current:
        source, target = candidate_folder(home, current), candidate_folder(home, name)
        with engine.attached(source, "published"):
            redaction = _Redaction(
                find_published_rows(engine, suppression, golden_ids),
                _find_quotations(engine, suppression),
                tables,
            )
            remove(target)
            target.mkdir(parents=True)
            if isinstance(engine, DuckDBEngine):
                _write_database(engine, target, redaction)
            else:
                assert isinstance(engine, FolderEngine)
                _write_folders(engine, target, redaction)
                if (source / DATABASE).exists():
                    write_database(engine, tables, target)
        mask_publication(home, configuration, target)
        seal(engine, home, f"{VERSIONS}/{name}")
        publish_candidate(home, name, configuration.publish.readable_by)
    publish_files(engine, home, name, tables, configuration.publish.readable_by)
    drop_versions(home, keep={name})


def _require_unlocked(version: Path) -> None:
    """Raise ``RunFailed`` if the file of a version cannot be read only because somebody writes to it."""
    try:
        with duckdb.connect(str(version / DATABASE), read_only=True):
            return
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise RunFailed(
                f"{version / DATABASE} is open for writing in another process, so nobody can be taken out of it."
                " End that process; then `omni erase --resume` completes the erasure."
            ) from None
    except duckdb.Error:
        return


def suppression_mark(suppression: Suppression) -> str:
    """A number that grows with every erasure, for the name of a version."""
    return str(sum(len(hashes) for hashes in suppression.hashes.values()))


def find_published_rows(
    engine: Engine, suppression: Suppression, golden_ids: list[str]
) -> dict[str, str]:
    """By published table, a condition that its rows of erased persons meet (and no other row)."""
    columns = _columns(engine)
    named = [
        f'select "{channel}" as channel, "{record}" as source_record_id from published.{table}'
        for table, names in columns.items()
        for channel, record in _record_columns(names)
    ]
    find_erased_records(engine, suppression, " union ".join(named), _RECORDS)
    engine.run(
        f"create or replace temp table {CUSTOMERS} as"
        f" select distinct golden_id from published.main.crosswalk semi join {_RECORDS}"
        " using (channel, source_record_id) union select unnest($ids::varchar[])",
        {"ids": golden_ids},
    )
    found = {table: list(_conditions(table, names)) for table, names in columns.items()}
    return {table: " or ".join(parts) for table, parts in found.items() if parts}


def _find_quotations(engine: Engine, suppression: Suppression) -> list[Place]:
    """The columns of published tables whose texts quote erased persons; ``_QUOTATIONS`` has the marks."""
    texts = []
    for table, names in engine.columns("published").items():
        types = engine.fetch(f"select * from published.{table} limit 0").schema
        texts += [(f"published.{table}", name) for name in names if types[name] == pl.String]
    return find_quotations(engine, Quotations(suppression), texts, _QUOTATIONS)


def _columns(engine: Engine) -> dict[str, set[str]]:
    """The columns of every published table."""
    return {name: set(names) for name, names in engine.columns("published").items()}


def _record_columns(names: set[str]) -> Iterator[tuple[str, str]]:
    for record in sorted(name for name in names if name.startswith("source_record_id")):
        channel = f"channel{record.removeprefix('source_record_id')}"
        if channel in names:
            yield channel, record


def _conditions(table: str, names: set[str]) -> Iterator[str]:
    plain = table.partition(".")[2]
    if "golden_id" in names and plain not in _IDS_STAY:
        yield f"coalesce(golden_id in (select golden_id from {CUSTOMERS}), false)"
    if "golden_ids" in names:  # of a household; the next run puts it together again without them
        yield f"coalesce(list_has_any(golden_ids, (select list(golden_id) from {CUSTOMERS})), false)"
    for channel, record in _record_columns(names):
        yield (
            f'coalesce(("{channel}", "{record}") in'
            f" (select (channel, source_record_id) from {_RECORDS}), false)"
        )
    if plain == "quarantined_records":
        yield (
            "(channel, feed, content_hash, quarantine_number) in (select"
            " (f.channel, f.feed, f.content_hash, h.quarantine_number)"
            f" from {HELD_BACK} h join landed.files f using (file_no))"
        )
    if {"channel", "interaction_id"} <= names:
        yield (
            "(channel, interaction_id) in (select (i.channel, i.interaction_id)"
            f" from landed.interactions i semi join {ROWS} using (file_no, row_number))"
        )
    if plain == "rejected_verdicts":
        yield (
            f"exists (select 1 from {_RECORDS} e where"
            " contains(detail, e.channel || ':' || e.source_record_id))"
        )


def _write_folders(engine: FolderEngine, folder: Path, redaction: _Redaction) -> None:
    """Write the published tables without the rows of erased persons, where what is published are folders."""
    queries, tables = {}, redaction.tables
    for table, columns in engine.columns("published").items():
        plain = table.partition(".")[2]
        rows = _marked_rows(table, columns, redaction)
        key = ", ".join(f'"{name}"' for name in tables[plain].key) if plain in tables else "all"
        queries[plain] = f"select * from ({rows}) kept order by {key}"
    engine.write_tables(queries, folder, anew=True)


def _marked_rows(table: str, columns: Sequence[str], redaction: _Redaction) -> str:
    """The kept rows of a published table with their marks."""
    rows = _kept_rows(table, redaction.conditions)
    if table == "main.runs":
        # an erasure begins the chain of verdicts anew, and adds to that of erasures
        kept = (
            _head_of_erasures(name) if name == "judgement_heads" else f'"{name}"'
            for name in columns
        )
        rows = f"select {', '.join(kept)} from ({rows}) runs"
    return marked_query(_QUOTATIONS, f"published.{table}", columns, rows, redaction.quoting)


def _head_of_erasures(column: str) -> str:
    """SQL for how far erasures were read, of a column that says it of all judgements; null where it does not."""
    found = f"regexp_extract(\"{column}\", '{ERASURES} [0-9]+ [0-9a-f]+')"
    return f"nullif({found}, '') as \"{column}\""


def _kept_rows(table: str, conditions: Mapping[str, str]) -> str:
    """The rows of a published table without those that meet its condition.

    Redirects lead nowhere, of the ledger's records the numbers stay, so that none is given again, and of
    identifiers those that somebody else has too, counted without the erased.
    """
    if table == "main.identifiers":
        return _HELD_BY_OTHERS.format(erased=conditions["main.profile_lineage"])
    if table == "main.ledger_records":
        return _NUMBERS_ONLY.format(erased=conditions[table])
    where = f"where not ({conditions[table]})" if table in conditions else ""
    rows = f"select * from published.{table} {where}"
    return _LED_NOWHERE.format(rows=rows) if table == "main.golden_id_redirects" else rows


_LED_NOWHERE = f"""
    select retired_golden_id, case when golden_id not in (select golden_id from {CUSTOMERS})
        then golden_id end as golden_id
    from ({{rows}}) redirects
    union all
    select golden_id, null from {CUSTOMERS}
    where golden_id not in (select retired_golden_id from published.main.golden_id_redirects)
"""

_HELD_BY_OTHERS = """
    select i.identifier, i.value, h.golden_id, h.customer_count, i.first_seen_at, i.last_seen_at
    from published.main.identifiers i join (
        select attribute as identifier, value, count(distinct golden_id) as customer_count,
            case when count(distinct golden_id) = 1 then min(golden_id) end as golden_id
        from published.main.profile_lineage where not ({erased}) group by attribute, value
    ) h on h.identifier = i.identifier and h.value = i.value
"""

_NUMBERS_ONLY = """
    select l.record_no, l.seniority, kept.channel, kept.source_record_id, kept.first_landed_at
    from published.main.ledger_records l left join (
        select record_no, channel, source_record_id, first_landed_at
        from published.main.ledger_records where not ({erased})
    ) kept on kept.record_no = l.record_no
"""


def _write_database(engine: DuckDBEngine, folder: Path, redaction: _Redaction) -> None:
    """Write the published tables without the rows of erased persons; redirects lead nowhere."""
    with new_file(engine, folder / DATABASE, "redacted"):
        engine.run("copy from database published to redacted (schema)")
        for name, columns in engine.columns("published").items():
            rows = _marked_rows(name, columns, redaction)
            engine.run(f"insert into redacted.{name} {rows}")
