"""Writes a candidate as a copy of the last publication in which only the affected rows are exchanged."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from omni_identity.engines import DuckDBEngine, count_rows, count_rows_of
from omni_identity.identity.changes import CUSTOMERS, IDENTIFIERS, INTERACTIONS, REGROUPED, Changed
from omni_identity.identity.ledger import PUBLISHED_RECORDS
from omni_identity.model.tables import Table
from omni_identity.publish.declared_tables import is_of_this_storage, key_of
from omni_identity.publish.table_columns import quoted, row_hashes, typed_columns

MOST_CHANGED = 0.2
"""Share of the customers from which writing everything anew is as quick, and leaves no gaps."""
MOST_DIFFERING = 0.5
"""Rows that come and go, for each that there is, from which a table without marks is written anew."""
LARGE = 10_000
"""Rows from which it is worth while to find out which of them differ."""
MOST_GROWTH = 1.3
MOST_SIZE = 2.5
SMALL_GROWTH = 16 * 2**20
"""Exchanged rows leave gaps in the rows, and blocks that the next exchange takes. A file whose blocks in use have so
many times the size of the last one without gaps, or that itself has, and so many bytes more, is written anew."""
WHOLE_SIZE = "whole_size"
"""File beside the publication's with its size, in bytes, when it was last written without gaps."""

_AFFECTED_RECORDS = (
    "(select (l.channel, l.source_record_id) from changed.regrouped_records"
    " join ledger.records l using (record_no))"
)


@dataclass(frozen=True)
class Exchange:
    """Which rows of a published table are taken out, and which are put in, as conditions.

    ``source`` is what they are put in from; without one, the derived table of the same name. ``moved`` are columns
    that may become others in rows that stay: places and counts among all rows, which a few of them shift.
    """

    out: str
    put: str
    source: str = ""
    moved: tuple[str, ...] = ()


def _marked(kind: Changed, source: str = "") -> Exchange:
    """The rows that are marked as changed, out and in."""
    return Exchange(kind.is_marked(), kind.is_marked(), source)


LINES = (
    "select i.golden_id, l.* from derived.interaction_lines l"
    " join derived.interactions i on i.channel = l.channel and i.interaction_id = l.interaction_id"
)
"""The published lines of interactions: each on the customer of its interaction."""


MESSAGES = (
    "select i.golden_id, i.thread_id, i.kind, i.direction, i.occurred_at, m.* from derived.messages m"
    " join derived.interactions i on i.channel = m.channel and i.interaction_id = m.interaction_id"
)
"""What was said, as it is published: each on the customer and in the thread of its interaction."""


QUESTIONS = (
    "select q.*, p.priority, p.settled_count from derived.review_queue q"
    " join derived.question_places p on p.record_no_l = q.record_no_l and p.record_no_r = q.record_no_r"
)
"""The published questions: each with its place."""


def _asked_otherwise(other: str) -> str:
    """The condition that a question is about customers that changed, contradicting verdicts, or not in ``other``."""
    changed = (
        "(select golden_id from changed.customers union"
        " select golden_id from derived.customers semi join changed.regrouped_records using (record_no))"
    )
    return (
        f"golden_id_l in {changed} or golden_id_r in {changed} or kind = 'contradicting_verdicts'"
        f" or (question_id, kind) not in (select (question_id, kind) from {other})"
    )


EXCHANGES = {
    **dict.fromkeys(
        (
            "unified_profiles",
            "crosswalk",
            "profile_lineage",
            "consents",
            "customer_diagnostics",
            "open_matters",
            "customer_context",
            "journeys",
            "handoffs",
        ),
        _marked(CUSTOMERS),
    ),
    "identifiers": _marked(IDENTIFIERS),
    "interactions": _marked(INTERACTIONS),
    "interaction_lines": _marked(INTERACTIONS, f"({LINES})"),
    "messages": _marked(INTERACTIONS, f"({MESSAGES})"),
    "crosswalk_changes": Exchange("false", "true"),
    "audience_log": Exchange("false", "true"),
    "ledger_records": Exchange(
        "(record_no, seniority, channel is null)"
        " not in (select (record_no, seniority, channel is null) from ledger.records)",
        "(record_no, seniority, channel is null)"
        " not in (select (record_no, seniority, channel is null) from candidate.main.ledger_records)",
        f"({PUBLISHED_RECORDS})",
    ),
    "match_edges": Exchange(
        f"(channel_l, source_record_id_l) in {_AFFECTED_RECORDS}"
        f" or (channel_r, source_record_id_r) in {_AFFECTED_RECORDS}",
        f"{REGROUPED.is_marked('record_no_l')} or {REGROUPED.is_marked('record_no_r')}",
    ),
    "review_queue": Exchange(
        _asked_otherwise("derived.review_queue"),
        _asked_otherwise("candidate.main.review_queue"),
        f"({QUESTIONS})",
        moved=("priority", "settled_count"),
    ),
}
"""Of the tables that grow with the data; of others see ``note_difference``. Of ``crosswalk_changes`` and
``audience_log``, which runs only add to, ``derived`` has this run's."""


def copy_publication(engine: DuckDBEngine, last: Path | None, target: Path) -> bool:
    """Copy the last publication's file to ``target`` if that can be brought up to date; return whether it was.

    ``last`` is the folder of the publication since which the marks of changes say what changed; None if there is
    none. Reads ``changed.customers`` and ``settled.crosswalk``.
    """
    if last is None or not (last / "omni.duckdb").exists() or not (last / WHOLE_SIZE).exists():
        return False
    if not is_of_this_storage(last / "omni.duckdb"):
        return False
    whole = int((last / WHOLE_SIZE).read_text(encoding="utf-8"))
    if (last / "omni.duckdb").stat().st_size > MOST_SIZE * whole + SMALL_GROWTH:
        return False
    if _used_size(engine, last) > MOST_GROWTH * whole + SMALL_GROWTH:
        return False
    counts = engine.fetch(
        "select (select count(*) from changed.customers) as changed,"
        " (select count(distinct golden_id) from settled.crosswalk) as customers"
    ).row(0, named=True)
    if counts["changed"] > MOST_CHANGED * counts["customers"]:
        return False
    shutil.copyfile(last / "omni.duckdb", target / "omni.duckdb")
    shutil.copyfile(last / WHOLE_SIZE, target / WHOLE_SIZE)
    return True


def _used_size(engine: DuckDBEngine, last: Path) -> int:
    """Bytes of the blocks that the tables of the publication in the folder ``last`` take."""
    with engine.attached(last, "last_published"):
        used = engine.fetch(
            "select used_blocks * block_size as n from pragma_database_size()"
            " where database_name = 'last_published'"
        )
    return int(used["n"][0])


def note_exchange(engine: DuckDBEngine, table: Table, columns: Iterable[str]) -> bool:
    """Note which rows of the candidate's copy of a table go out, and which come in; return whether any does.

    ``table`` is one of ``EXCHANGES``. Of the rows that go out ``gone_<table>`` has ``columns`` and, in ``row_no``,
    where they stand; those that come in are in ``come_<table>``, until :func:`forget_exchanges`. So both tables are
    searched once, not again when the rows are exchanged.
    """
    exchange = EXCHANGES[table.name]
    held, every = f"candidate.main.{table.name}", quoted(table.column_names)
    source = exchange.source or f"derived.{table.name}"
    notes = {
        f"gone_{table.name}": f"select rowid as row_no, {quoted(columns)} from {held} where {exchange.out}",
        f"come_{table.name}": f"select {every} from {source} rows_now where {exchange.put}",
    }
    for note, rows in notes.items():
        engine.run(f"create or replace temp table {note} as {rows}")
    return any(count_rows(engine, note) for note in notes)


def note_difference(
    engine: DuckDBEngine, table: Table, content: str, columns: Iterable[str]
) -> bool | None:
    """Note the same of a table that no marks tell of, by comparing all of its rows with those of ``content``, a query.

    Return whether any comes or goes; None where more do than an exchange pays for, or where rows stand twice.
    """
    every = quoted(table.column_names)
    hashes = ", ".join(f"{value} as hash_{i}" for i, value in enumerate(row_hashes(table), 1))
    held = f"(select *, rowid as row_no, {hashes} from candidate.main.{table.name})"
    wanted = f"(select *, {hashes} from (select {typed_columns(table)} from ({content})))"
    gone, come = f"gone_{table.name}", f"come_{table.name}"
    for note, rows, others in (
        (gone, f"select row_no, {quoted(columns)} from {held}", wanted),
        (come, f"select {every} from {wanted}", held),
    ):
        engine.run(
            f"create or replace temp table {note} as {rows} rows_here"
            f" anti join (select hash_1, hash_2 from {others}) others using (hash_1, hash_2)"
        )
    sources = {
        "gone": gone,
        "come": come,
        "held": f"candidate.main.{table.name}",
        "wanted": f"({content})",
    }
    counts = count_rows_of(engine, sources)
    if counts["held"] - counts["gone"] + counts["come"] != counts["wanted"]:
        return None
    differing = counts["gone"] + counts["come"]
    return None if differing > MOST_DIFFERING * counts["wanted"] else differing > 0


def noted_columns(table: Table, tables: Iterable[Table]) -> list[str]:
    """The columns of a table that its key, its references and those of ``tables`` to it are made of, sorted."""
    own = (table.key, *(key.columns for key in table.foreign_keys))
    others = (
        key.other_columns for t in tables for key in t.foreign_keys if key.other == table.name
    )
    return sorted({name for names in (*own, *others) for name in names})


def noted_exchanges(engine: DuckDBEngine) -> set[str]:
    """Names of the tables of which it is noted which rows went and which came."""
    names = set(
        engine.fetch("select table_name from duckdb_tables() where temporary")["table_name"]
    )
    gone = {name.removeprefix("gone_") for name in names if name.startswith("gone_")}
    return {table for table in gone if f"come_{table}" in names}


def forget_exchanges(engine: DuckDBEngine) -> None:
    """Drop what was noted of the exchanged rows."""
    for table in sorted(noted_exchanges(engine)):
        for note in ("gone", "come"):
            engine.run(f"drop table {note}_{table}")


def exchange_rows(engine: DuckDBEngine, table: Table) -> None:
    """Bring the candidate's copy of a table up to date, by what was noted of it."""
    exchange = EXCHANGES.get(table.name)
    candidate = f"candidate.main.{table.name}"
    engine.run(f"delete from {candidate} where rowid in (select row_no from gone_{table.name})")
    engine.run(
        f"insert into {candidate} select {quoted(table.column_names)} from come_{table.name}"
        f" order by {key_of(table)}"
    )
    if exchange and exchange.moved:
        same_key = " and ".join(f'c."{name}" = n."{name}"' for name in table.key)
        wanted = ", ".join(f'n."{name}"' for name in exchange.moved)
        differs = " or ".join(f'c."{name}" is distinct from n."{name}"' for name in exchange.moved)
        moved = f"moved_{table.name}"
        # listed first: an update that joins by the key itself takes ten times as long
        engine.run(
            f"create or replace temp table {moved} as select c.rowid as row_no, {wanted}"
            f" from {candidate} c join {exchange.source} n on {same_key} where {differs}"
        )
        values = ", ".join(f'"{name}" = n."{name}"' for name in exchange.moved)
        engine.run(f"update {candidate} c set {values} from {moved} n where c.rowid = n.row_no")
        engine.run(f"drop table {moved}")
