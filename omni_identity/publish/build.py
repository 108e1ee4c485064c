"""Writes the candidate publication: one DuckDB file, beside the current one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import DuckDBEngine, Engine, FolderEngine, count_rows_of
from omni_identity.engines.statements import statement
from omni_identity.identity.crosswalk_history import CROSSWALK_AS_OF
from omni_identity.identity.ledger import PUBLISHED_RECORDS
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.home import Home
from omni_identity.model.modes import remove
from omni_identity.model.tables import Table, published_tables
from omni_identity.publish.built_tables import write_built
from omni_identity.publish.declared_tables import (
    KEYED_ROWS,
    breaks_key,
    copied_file,
    create_table,
    declare_key,
    held_as_declared,
    key_of,
    new_file,
)
from omni_identity.publish.increments import (
    EXCHANGES,
    LARGE,
    LINES,
    MESSAGES,
    QUESTIONS,
    WHOLE_SIZE,
    copy_publication,
    exchange_rows,
    forget_exchanges,
    note_difference,
    note_exchange,
    noted_columns,
)
from omni_identity.publish.links import CURRENT, DATABASE, VERSIONS
from omni_identity.publish.masked_edition import build_masked_edition
from omni_identity.publish.table_columns import quoted, typed_columns
from omni_identity.publish.unchanged import same_rows

WITHOUT = "-without-"
"""Between a run and a number, in the name of its version without the persons that were erased since."""

_HELD_BACK = (
    "channel, feed, file, content_hash, quarantine_number, row_number, reason_code, detail, payload"
)
HELD_BACK_ROWS = statement(__file__, "held_back_rows")
"""SQL for the held-back rows of contacts and interactions, as ``quarantined_records`` has them."""

CONTENT = {
    "golden_id_events": "select * from settled.golden_id_events union all select * from derived.golden_id_events",
    "audience_log": (
        "select * from settled.audience_log union all select * from derived.audience_log"
    ),
    "household_events": "select * from settled.household_events union all select * from derived.household_events",
    "crosswalk_changes": (
        "select * from settled.crosswalk_changes where channel is not null"
        " union all select * from derived.crosswalk_changes"
    ),
    "quarantined_records": f"{HELD_BACK_ROWS} union all select {_HELD_BACK} from derived.catalogue_quarantine",
    "interaction_lines": LINES,
    "messages": MESSAGES,
    "review_queue": QUESTIONS,
    "rejected_verdicts": (
        "select file, coalesce(row_number, 0) as row_number, reason_code, detail"
        " from derived.rejected_verdicts"
    ),
    "quarantined_files": "select * exclude (path), path as file from landed.quarantined_files",
    "runs": """
        select * exclude (status), case when status = 'publishing' then 'published' else status end as status
        from ledger.runs
    """,
    "run_channel_counts": "select * from ledger.run_channel_counts",
    "run_diagnostics": "select * from ledger.run_diagnostics",
    "ledger_records": PUBLISHED_RECORDS,
    # of runs that nobody saw a feed's curve shows nothing
    "feed_figures": """
        select f.* from ledger.feed_figures f join ledger.runs r on r.run_id = f.run_id
        where r.status in ('published', 'publishing')
    """,
}
"""Where a published table is not simply ``derived``'s table of the same name."""


def candidate_folder(home: Home, run_id: str) -> Path:
    """The folder in which a run builds its publication."""
    return home.published / VERSIONS / run_id


@contextmanager
def attached_candidate(engine: Engine, home: Home, run_id: str) -> Iterator[None]:
    """Lend the built candidate of ``run_id`` as the database ``candidate``, to be read only."""
    with engine.attached(candidate_folder(home, run_id), "candidate"):
        yield


def build_publication(
    engine: Engine,
    configuration: Configuration,
    home: Home,
    run_id: str,
    last: Path | None = None,
) -> dict[str, int]:
    """Write the candidate of ``run_id``; return the row count of each table.

    ``last`` is the folder of the last publication, if it may be built upon. A half-written candidate of
    the same run is replaced. Reads what ``CONTENT`` says, else the table of ``derived`` that is called as the published
    one; and the marks in ``changed``.
    """
    folder = _new_folder(home, run_id)
    if isinstance(engine, DuckDBEngine):
        counts = _build_by_exchange(engine, configuration, folder, last)
    else:
        assert isinstance(engine, FolderEngine), "every engine either is DuckDB or keeps folders"
        counts = _build_folders(engine, configuration, folder)
    mask_publication(home, configuration, folder)
    return counts


def mask_publication(home: Home, configuration: Configuration, folder: Path) -> None:
    """Add the masked edition to the built version in ``folder``, where ``omni.yaml`` asks for one."""
    if configuration.has_masked_edition:
        build_masked_edition(home, folder, published_tables(configuration.vocabulary))


def _build_folders(
    engine: FolderEngine, configuration: Configuration, folder: Path
) -> dict[str, int]:
    """Write the candidate where the engine keeps its tables in folders."""
    tables = published_tables(configuration.vocabulary)
    queries = {name: _published_query(table) for name, table in tables.items()}
    counts = engine.write_tables(queries, folder)
    if sum(counts.values()) <= configuration.spark.most_published_rows:
        write_database(engine, tables, folder, _keyed(counts))
    return counts


def _keyed(counts: Mapping[str, int]) -> set[str]:
    """The tables whose keys are declared, by the rows of each."""
    return {name for name, count in counts.items() if count <= KEYED_ROWS}


def _published_query(table: Table) -> str:
    """The rows of a published table, its columns in their types and its rows in key order."""
    return _in_order(table, typed_columns(table))


def _in_order(table: Table, columns: str) -> str:
    """These columns of what a table is to hold, in key order."""
    return f"select {columns} from ({_content(table)}) order by {key_of(table)}"


def _content(table: Table) -> str:
    return CONTENT.get(table.name, f"select * from derived.{table.name}")


def write_database(
    engine: FolderEngine, tables: Mapping[str, Table], folder: Path, keyed: Collection[str] = ()
) -> None:
    """Write the DuckDB file of a publication that is in the engine's own tables.

    ``keyed`` are the tables whose keys are declared.
    """
    with (
        engine.attached(folder, "built"),
        DuckDBEngine() as local,
        new_file(local, folder / DATABASE, "candidate"),
    ):
        for table in tables.values():

            def fill(table: Table = table) -> None:
                for rows in engine.read_batches(f"built.{table.name}"):
                    local.write(f"candidate.main.{table.name}", rows)

            _write_table(local, table, table.name in keyed, fill)
        _write_macro(local)


def _new_folder(home: Home, run_id: str) -> Path:
    folder = candidate_folder(home, run_id)
    remove(folder)
    folder.mkdir(parents=True)
    return folder


def _build_by_exchange(
    engine: DuckDBEngine, configuration: Configuration, folder: Path, last: Path | None
) -> dict[str, int]:
    """The same where the warehouse can write the file itself.

    The DuckDB file is a copy of the last publication's with the affected rows exchanged, or written anew
    where that would not pay. Which tables hold what they held stands beside it.
    """
    engine.make_room()  # of the diagnostics that come before it in its step
    forget_exchanges(engine)
    tables = published_tables(configuration.vocabulary)
    contents = {name: _content(table) for name, table in tables.items()}
    # of an exchanged table it only matters whether its key is declared: its joins need not be worked out to the end
    bounded = f"limit {KEYED_ROWS + 1}"
    wanted = count_rows_of(
        engine,
        {
            name: f"(select * from ({rows}) {bounded if name in EXCHANGES else ''})"
            for name, rows in contents.items()
        },
    )
    keyed = _keyed(wanted)
    is_copy = copy_publication(engine, last, folder)
    file = folder / DATABASE
    with (copied_file if is_copy else new_file)(engine, file, "candidate"):
        held = held_as_declared(engine, tables.values(), keyed) if is_copy else set[str]()
        kept = {
            name
            for name in held & set(EXCHANGES)
            if note_exchange(engine, tables[name], noted_columns(tables[name], tables.values()))
        }
        whole = {name: tables[name] for name in sorted(held - set(EXCHANGES))}
        small = {name: table for name, table in whole.items() if wanted[name] < LARGE}
        same = (held & set(EXCHANGES)) - kept | same_rows(engine, small, contents, wanted)
        for name in sorted(whole.keys() - small.keys()):
            columns = noted_columns(tables[name], tables.values())
            differs = note_difference(engine, tables[name], contents[name], columns)
            if differs is not None:
                (kept if differs else same).add(name)
        with engine.transaction():  # one for all: every commit waits for the disk
            for table in tables.values():
                if table.name not in kept | same:
                    create_table(engine, table)
        in_order = set[str]()
        for table in tables.values():
            is_exchanged = table.name in kept and _exchange(engine, table)
            if not is_exchanged and table.name not in same:
                fill = partial(_fill_table, engine, table)
                _write_table(engine, table, table.name in keyed, fill, table.name not in kept)
                in_order.add(table.name)
        counts = count_rows_of(engine, {name: f"candidate.main.{name}" for name in tables})
        _write_macro(engine)
    if not is_copy:
        size = file.stat().st_size
        (folder / WHOLE_SIZE).write_text(str(size), encoding="utf-8")
    write_built(folder, last.name if last and is_copy else None, same, in_order)
    return counts


def _exchange(engine: DuckDBEngine, table: Table) -> bool:
    """Exchange the affected rows of a table; False where its rows would share their key, so it is not whole."""
    try:
        exchange_rows(engine, table)
    except duckdb.Error as error:
        if not breaks_key(error):
            raise
        return False
    return True


def _write_table(
    engine: DuckDBEngine,
    table: Table,
    is_keyed: bool,
    fill: Callable[[], None],
    is_created: bool = False,
) -> None:
    """Create a table of the candidate, unless it is there already, fill it, and declare its key.

    Of rows that share what is to be their key none is declared: the check of keys withholds them, in its words.
    """
    if not is_created:
        with engine.transaction():
            create_table(engine, table)
    fill()
    if is_keyed:
        declare_key(engine, table)


def _fill_table(engine: DuckDBEngine, table: Table) -> None:
    rows = _in_order(table, quoted(table.column_names))
    engine.run(f"insert into candidate.main.{table.name} {rows}")


def _write_macro(engine: DuckDBEngine) -> None:
    """Give readers ``crosswalk_as_of``; its tables are looked up when it is made, so where it will stand."""
    engine.run("use candidate")
    try:
        engine.run(
            f"create or replace macro crosswalk_as_of(past_run_id) as table {CROSSWALK_AS_OF}"
        )
        comment = (
            "The crosswalk as consumers read it after a past run; null and unknown runs: empty."
        )
        engine.run(f"comment on macro table crosswalk_as_of is '{comment}'")
    finally:
        engine.run(f'use "{engine.catalog}"')


def count_published(engine: Engine, home: Home, vocabulary: Vocabulary) -> dict[str, int]:
    """The rows of every table that consumers read."""
    with engine.attached(home.published / CURRENT, "published"):
        return count_rows_of(
            engine, {name: f"published.main.{name}" for name in published_tables(vocabulary)}
        )
