"""Dagster's records of runs in SQLite, each file opened once a process instead of once a statement.

A night stores some 300 events, and Dagster opens a new connection, with new compiled statements, for each
of its 800 requests. The files are the same, and so is what stands in them: whoever reads them meanwhile, as
the UI does, opens them in Dagster's own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

PATIENCE = 30
"""Seconds to wait for another process that writes, as Dagster does."""


class OpenFiles:
    """SQLite files by their address, opened at their first use and kept."""

    def __init__(self) -> None:
        self._engines: dict[str, sa.Engine] = {}

    @contextmanager
    def transaction(self, address: str) -> Iterator[sa.Connection]:
        """Lend a connection; what is done on it is committed when the block ends."""
        if address not in self._engines:
            engine = sa.create_engine(address, connect_args={"timeout": PATIENCE})
            sa.event.listen(engine, "connect", _sync_less)
            self._engines[address] = engine
        with self._engines[address].begin() as connection:
            yield connection

    def forget(self, address: str) -> None:
        """Close one file, which is opened again if it is asked for again."""
        engine = self._engines.pop(address, None)
        if engine is not None:
            engine.dispose()

    def close(self) -> None:
        """Close every file; one that is asked for again is opened again."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def _sync_less(connection: Any, _: object) -> None:
    # with the write-ahead log that Dagster sets, a killed process loses nothing; a power cut may lose the
    # last events, never the file
    connection.execute("pragma synchronous = normal")


class EventLog(SqliteEventLogStorage):
    """The events of every run, a file each, and the index of assets."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._files = OpenFiles()
        self._is_there: set[str] = set()
        super().__init__(base_dir, inst_data)

    def run_connection(self, run_id: str | None = None) -> Any:
        """Lend the file of one run, which is made where there is none."""
        return self._lend(str(run_id))

    def index_connection(self) -> Any:
        """Lend the index."""
        return self._lend(INDEX_SHARD_NAME)

    @contextmanager
    def _lend(self, shard: str) -> Iterator[sa.Connection]:
        if shard not in self._initialized_dbs:
            with self._connect(shard):  # makes the file, or finds it made
                pass
        with self._db_lock, self._files.transaction(self.conn_string_for_shard(shard)) as lent:
            yield lent

    def delete_events(self, run_id: str) -> None:
        """Delete the events of a run, and with them its file, which Dagster leaves behind as large as it was."""
        super().delete_events(run_id)
        with self._db_lock:
            self._files.forget(self.conn_string_for_shard(run_id))
            self._initialized_dbs.discard(run_id)
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path_for_shard(run_id)}{suffix}").unlink(missing_ok=True)

    # Dagster asks these with every event of an asset. The schema only ever grows: what is there stays.

    def has_secondary_index(self, name: str) -> bool:
        """Whether what the index ``name`` summarises is complete."""
        return self._ask(f"index {name}", lambda: super(EventLog, self).has_secondary_index(name))

    def has_table(self, table_name: str) -> bool:
        """Whether the index of assets has a table."""
        return self._ask(f"table {table_name}", lambda: super(EventLog, self).has_table(table_name))

    def _has_asset_key_col_on_connection(self, conn: sa.Connection, column_name: str) -> bool:
        ask = super()._has_asset_key_col_on_connection
        return self._ask(f"column {column_name}", lambda: ask(conn, column_name))

    def _ask(self, about: str, ask: Callable[[], bool]) -> bool:
        if about not in self._is_there and ask():
            self._is_there.add(about)
        return about in self._is_there

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        self._files.close()


class Runs(SqliteRunStorage):
    """The runs themselves."""

    def __init__(self, conn_string: str, inst_data: Any = None) -> None:
        self._address = conn_string
        self._files = OpenFiles()
        super().__init__(conn_string, inst_data)

    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        """Lend the file."""
        with self._files.transaction(self._address) as lent:
            yield lent

    def dispose(self) -> None:
        """Close the file."""
        super().dispose()
        self._files.close()


class RunRecords(DagsterSqliteStorage):
    """Dagster's storage in SQLite, with files that stay open."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        super().__init__(base_dir, inst_data)
        runs, events = self._run_storage, self._event_log_storage
        self._run_storage = Runs(runs._conn_string)
        self._event_log_storage = EventLog(events._base_dir)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> RunRecords:
        """Open the storage that an instance's settings describe."""
        return cls(inst_data=inst_data, **config_value)
