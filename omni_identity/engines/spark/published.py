"""The list of a publication's Parquet folders: what readers' views follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from omni_identity.engines.spark.folders import Folders
from omni_identity.engines.spark.store import Part, StoredTable

MANIFEST = "manifest.json"
TABLES = "tables"


def published_place(warehouse: Folders, folder: Path, table: str) -> Folders:
    """Where the folder of one published table lies: in the publication's, or, where the warehouse is in an
    object store, beside it there."""
    del table
    if warehouse.is_local:
        return Folders(folder / TABLES)
    return Folders(f"{warehouse.url}/published/{folder.name}")


def write_published(folder: Path, tables: Mapping[str, StoredTable]) -> None:
    """Write the list: by table its folder, its rows, and its columns with their Spark types."""
    listed = {
        name: {
            "folder": table.parts[0].folder,
            "rows": table.rows,
            "columns": [list(column) for column in table.columns],
        }
        for name, table in tables.items()
    }
    text = json.dumps({"version": 1, "tables": listed}, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_published(folder: Path) -> dict[str, StoredTable]:
    """Read the list of a publication; ``OSError`` if there is none."""
    listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["tables"]
    return {
        name: StoredTable(
            tuple((column, kind) for column, kind in table["columns"]),
            (Part(table["folder"], table["rows"], is_foreign=True),),
        )
        for name, table in listed.items()
    }
