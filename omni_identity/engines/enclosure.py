"""SQL that others wrote, on a DuckDB of its own: some relations of the warehouse, no files, nothing to be set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from omni_identity.engines.base import EnclosedQueryFailed
from omni_identity.engines.literals import identifier

if TYPE_CHECKING:
    from omni_identity.engines.duckdb import DuckDBEngine

BATCH_ROWS = 100_000
SPILL_TIMES_MEMORY = 4
"""How much an enclosed query may spill: without a bound an endless one fills the disk."""
LOOKING_SECONDS = 60
_PLANNER = "unused_columns"
"""The one optimiser that stays on while a query is looked at: its plan then says which columns each scan reads."""


class DuckDBEnclosure:
    """An :class:`~omni_identity.engines.base.Enclosure` in memory, beside the warehouse that lends ``relations``.

    Each relation is there as a view with all its columns; only those columns have rows that a query read
    which :meth:`columns` was asked about. Memory is half of the warehouse's; what is beyond it goes to ``spill``.
    """

    def __init__(
        self, engine: DuckDBEngine, relations: Mapping[str, str], memory: int, spill: Path | None
    ) -> None:
        self._engine = engine
        self._relations = dict(relations)
        self._read: dict[str, set[str]] = {}
        self._known: set[str] = set()
        self._is_filled = False
        threads = engine.fetch("select current_setting('threads')::integer").item()
        config: dict[str, str | bool | int | float | list[str]] = {
            "enable_external_access": False,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
            "memory_limit": f"{memory}B",
            "threads": threads,
            "temp_directory": str(spill or ""),
            "max_temp_directory_size": f"{memory * SPILL_TIMES_MEMORY}B",
        }
        self._connection = duckdb.connect(":memory:", config=config)
        self._run("set timezone = 'UTC'")
        self._run("set enable_progress_bar = false")
        others = "select string_agg(name, ',') from duckdb_optimizers() where name <> $planner"
        [(listed,)] = self._connection.execute(others, {"planner": _PLANNER}).fetchall()
        self._run(f"set disabled_optimizers = '{listed}'")
        self._run("create schema held")
        self._columns = {name: self._create(name, query) for name, query in relations.items()}

    def _create(self, name: str, query: str) -> list[str]:
        """An empty table like ``query``, and the view ``name`` on it."""
        described = self._engine.fetch(f"select column_name, column_type from (describe {query})")
        columns = [(identifier(column), kind) for column, kind in described.iter_rows()]
        listed = ", ".join(f"{column} {kind}" for column, kind in columns)
        self._run(f"create table held.{identifier(name)} ({listed})")
        self._run(f"create view {identifier(name)} as select * from held.{identifier(name)}")
        return list(described["column_name"])

    def _run(self, sql: str) -> None:
        self._connection.execute(sql).fetchall()

    def close(self) -> None:
        """Let it go, with all that it holds."""
        self._connection.close()

    def columns(self, query: str) -> list[str]:
        """The columns that ``query`` returns; what it reads will be there when it is run."""
        assert not self._is_filled, "every query is to be looked at before the first is run"
        with self._bounded(LOOKING_SECONDS):
            described = self._connection.execute(f"describe {query}").fetchall()
            [(_, plan)] = self._connection.execute(f"explain (format json) {query}").fetchall()
        for name, columns in _scanned(json.loads(plan)):
            known = self._columns[name]
            # of rows that are only counted one column does
            named = (columns or known[:1]) if set(columns) <= set(known) else known
            self._read.setdefault(name, set()).update(named)
        self._known.add(query)
        return [str(row[0]) for row in described]

    def append(self, query: str, target: str, seconds: int) -> None:
        """Append the rows of ``query`` to the table ``target`` of the warehouse, by column name."""
        assert query in self._known, "what a query reads is not here until it was looked at"
        if not self._is_filled:
            self._fill()
        with self._bounded(seconds):
            # here first, where memory and disk have a bound; and a read-only transaction writes temporary tables only
            self._run("begin transaction read only")
            try:
                self._run(f"create temp table found as {query}")
            finally:
                self._connection.commit()
        for batch in self._connection.sql("from temp.found").to_arrow_reader(BATCH_ROWS):
            self._engine.write(target, pa.Table.from_batches([batch]))
        self._run("drop table temp.found")

    def _fill(self) -> None:
        """Fetch what the queries read, and lock the settings: from here on nothing but reading is left."""
        for name, columns in self._read.items():
            listed = ", ".join(map(identifier, sorted(columns)))
            rows = self._engine.connection.sql(
                f"select {listed} from ({self._relations[name]}) lent"
            ).to_arrow_reader(BATCH_ROWS)
            self._connection.register("_lent", rows)
            self._run(f"insert into held.{identifier(name)} ({listed}) select * from _lent")
            self._connection.unregister("_lent")
        self._run("reset disabled_optimizers")
        self._run("set lock_configuration = true")
        self._is_filled = True

    @contextmanager
    def _bounded(self, seconds: int) -> Iterator[None]:
        """Interrupt what runs longer; say what goes wrong without quoting a value."""
        timer = Timer(seconds, self._connection.interrupt)
        timer.start()
        try:
            yield
        except duckdb.InterruptException:
            raise EnclosedQueryFailed(f"ran longer than {seconds} seconds") from None
        except duckdb.OutOfMemoryException:
            raise EnclosedQueryFailed("needs more memory or disk than it may have") from None
        except duckdb.PermissionException:
            raise EnclosedQueryFailed("may not read or write files") from None
        except duckdb.Error as error:
            raise EnclosedQueryFailed(self._engine.words_of(error)) from None
        finally:
            timer.cancel()


def _scanned(plan: Any) -> Iterator[tuple[str, list[str]]]:
    """``(relation, columns)`` of every scan in a plan that DuckDB wrote as JSON."""
    for node in plan:
        details = node.get("extra_info", {})
        if table := details.get("Table"):
            read = details.get("Projections") or []
            yield str(table).rpartition(".")[2], [read] if isinstance(read, str) else list(read)
        yield from _scanned(node.get("children", []))
