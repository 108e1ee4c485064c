"""The record of the last commit: which snapshot of each table is the warehouse's, in one file replaced at once.

Iceberg commits table by table; what was committed since the record was written is taken back when the warehouse is
opened next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from omni_identity.engines.durable import sync_file, sync_folder
from omni_identity.engines.spark.formats import TableState


def read_record(path: Path) -> dict[str, TableState]:
    """The tables of the last commit; none where there is no record."""
    if not path.exists():
        return {}
    tables = json.loads(path.read_text(encoding="utf-8"))["tables"]
    return {
        name: TableState(**{**state, "columns": tuple(map(tuple, state["columns"]))})
        for name, state in tables.items()
    }


def write_record(path: Path, tables: Mapping[str, TableState]) -> None:
    """Make these the tables of the last commit."""
    text = json.dumps({"version": 1, "tables": {name: asdict(t) for name, t in tables.items()}})
    following = path.with_name(f"{path.name}.next")
    path.parent.mkdir(parents=True, exist_ok=True)
    following.write_text(text, encoding="utf-8")
    sync_file(following)
    following.rename(path)
    sync_folder(path.parent)
