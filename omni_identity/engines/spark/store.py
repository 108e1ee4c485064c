"""Tables as lists of Parquet folders, and the manifest that says which: transactions without a database.

Folders are never changed, only added and dropped, and what a table holds is what the manifest says. A
transaction changes the tables in memory; committing writes the manifest anew in one atomic step, so a run
that is killed leaves the tables of the last commit, and folders that no manifest names, which the next
opening removes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from omni_identity.engines.spark.folders import Folders

MANIFEST = "manifest.json"
DATA = "data"
TEMPORARY = ""
"""The schema of temporary tables, which no manifest names."""

Columns = tuple[tuple[str, str], ...]
"""Names and Spark types, in order."""


@dataclass(frozen=True)
class Part:
    """A folder of Parquet files, under the store's or (``is_foreign``) any URL, and its rows."""

    folder: str
    rows: int
    is_foreign: bool = False


@dataclass(frozen=True)
class StoredTable:
    """What a table is now."""

    columns: Columns
    parts: tuple[Part, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(part.rows for part in self.parts)

    @property
    def is_foreign(self) -> bool:
        """Whether it is lent, a publication's."""
        return any(part.is_foreign for part in self.parts)

    @property
    def names(self) -> list[str]:
        """Its columns' names."""
        return [name for name, _ in self.columns]


def read_manifest(folders: Folders) -> dict[str, StoredTable]:
    """The tables of the last commit."""
    text = folders.read_text(MANIFEST)
    if text is None:
        return {}
    return {
        name: StoredTable(
            tuple((column, kind) for column, kind in table["columns"]),
            tuple(Part(folder, rows) for folder, rows in table["parts"]),
        )
        for name, table in json.loads(text)["tables"].items()
    }


class TableStore:
    """The tables under one folder; ``schema.table``, or a bare name for a temporary one."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self._tables = read_manifest(folders)
        self._before: dict[str, StoredTable] | None = None
        self._on_disk = self._named()
        strays = set(folders.list_folders(DATA)) - self._on_disk
        folders.delete(sorted(strays))

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __getitem__(self, name: str) -> StoredTable:
        """A table; ``KeyError`` if there is none."""
        return self._tables[name]

    def tables(self) -> dict[str, StoredTable]:
        """All tables as they are now."""
        return dict(self._tables)

    def put(self, name: str, table: StoredTable) -> None:
        """Make ``table`` what ``name`` is from now on."""
        self._tables[name] = table
        self._changed()

    def append(self, name: str, part: Part) -> None:
        """Add a folder to a table."""
        self._on_disk.add(part.folder)
        if part.rows:
            table = self._tables[name]
            self.put(name, replace(table, parts=(*table.parts, part)))

    def drop(self, name: str) -> None:
        """Forget a table; ``KeyError`` if there is none."""
        del self._tables[name]
        self._changed()

    def lend(self, name: str, table: StoredTable) -> None:
        """Show a table that is not the store's own."""
        self._tables[name] = table

    def take_back(self, name: str) -> None:
        """Hide it again."""
        self._tables.pop(name, None)

    def new_folder(self) -> str:
        """The name of a folder that is not there yet."""
        folder = f"{DATA}/{uuid.uuid4().hex}"
        self._on_disk.add(folder)
        return folder

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end of the (outermost) block; forget what it did when it raises."""
        if self._before is not None:
            yield
            return
        self._before = dict(self._tables)
        try:
            yield
        except BaseException:
            self._tables, self._before = self._before, None
            raise
        before, self._before = self._before, None
        if before != self._tables:
            self._commit()

    def _changed(self) -> None:
        if self._before is None:
            self._commit()

    def _commit(self) -> None:
        lasting: dict[str, Any] = {
            name: {
                "columns": [list(column) for column in table.columns],
                "parts": [[part.folder, part.rows] for part in table.parts],
            }
            for name, table in self._tables.items()
            if "." in name and not any(part.is_foreign for part in table.parts)
        }
        text = json.dumps({"version": 1, "tables": lasting})
        self.folders.replace_text(MANIFEST, text)

    def sweep(self) -> None:
        """Remove the folders that no table has any more; not while anything may still read them."""
        if self._before is None:
            dead = self._on_disk - self._named()
            self.folders.delete(sorted(dead))
            self._on_disk -= dead

    def _named(self) -> set[str]:
        return {
            part.folder
            for table in self._tables.values()
            for part in table.parts
            if not part.is_foreign
        }
