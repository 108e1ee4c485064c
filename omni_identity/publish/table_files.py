"""The files of a published table, for tools that read no DuckDB: Parquet with its comments, some as CSV too."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.model.code_fingerprints import fingerprint_module
from omni_identity.model.tables import Table
from omni_identity.publish.parquet_comments import write_parquet
from omni_identity.publish.spreadsheet_cells import as_cells

PARQUET, CSV = "parquet", "csv"
"""The folders of a publication's files."""

AS_CSV = ("audience_members", "audience_changes")
"""Tables that tools without Parquet take over: activation, mailing."""

BY_RUN = "audience_log"
"""Table that such tools read a run's rows of, a CSV file a run."""
RUNS_AS_FILES = 30
"""How many runs back there is one: whoever was away for longer finds all of them in the table."""

WRITTEN_BY = "written_by"
"""File beside the folders with what wrote their files: the same rows give the same bytes only by the same code."""


def make_folders(folder: Path) -> None:
    """Make the empty folders of a publication's files in ``folder``, and note what is going to write them."""
    for name in (PARQUET, CSV):
        (folder / name).mkdir(parents=True)
    (folder / WRITTEN_BY).write_text(_writer(), encoding="utf-8")


def has_same_files(last: Path) -> bool:
    """Whether the files in ``last`` were written by what would write them now."""
    note = last / WRITTEN_BY
    return note.is_file() and note.read_text(encoding="utf-8") == _writer()


def copy_files(last: Path, folder: Path, table: Table) -> bool:
    """Copy a table's files from ``last`` to ``folder``; False, and nothing, where there are none."""
    parquet = _parquet_of(Path(), table)
    if not (last / parquet).is_file():
        return False
    csv = sorted(p.relative_to(last) for p in (last / CSV).glob(f"{table.name}*.csv"))
    for file in (parquet, *csv):
        shutil.copyfile(last / file, folder / file)
    return True


def write_files(engine: DuckDBEngine, source: str, folder: Path, table: Table) -> None:
    """Write a query in brackets as the files of a published table."""
    write_parquet(engine, source, _parquet_of(folder, table), table)
    if table.name in AS_CSV:
        _write_csv(engine, source, folder, table, table.name)
    if table.name == BY_RUN:
        _write_runs(engine, source, folder, table)


def _writer() -> str:
    """What writes the files of a publication: this code, and this DuckDB."""
    return f"{fingerprint_module(__name__)} DuckDB {duckdb.__version__}\n"


def _parquet_of(folder: Path, table: Table) -> Path:
    return folder / PARQUET / f"{table.name}.parquet"


def _write_runs(engine: DuckDBEngine, source: str, folder: Path, table: Table) -> None:
    """Write a CSV file for each of the last ``RUNS_AS_FILES`` runs that a table has rows of."""
    last = engine.fetch(
        f"select run_id from {source} group by run_id order by max(occurred_at) desc, run_id desc"
        f" limit {RUNS_AS_FILES}"
    )
    for run_id in last["run_id"].to_list():
        rows = f"(from {source} its where run_id = {literal(run_id)})"
        _write_csv(engine, rows, folder, table, f"{table.name}_{run_id}")


def _write_csv(engine: DuckDBEngine, source: str, folder: Path, table: Table, name: str) -> None:
    file = literal(folder / CSV / f"{name}.csv")
    engine.run(f"copy {as_cells(source, table)} to {file} (format csv, header true)")
