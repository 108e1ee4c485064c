"""What is written down of a built version's tables: which are as they were before, and which stand in key order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BUILT = "built.json"
"""File beside the publication's."""


@dataclass(frozen=True)
class BuiltTables:
    """Names of tables: ``same`` have the rows that the version ``last`` has, ``in_order`` stand in key order."""

    last: str | None = None
    same: frozenset[str] = frozenset()
    in_order: frozenset[str] = frozenset()


def write_built(
    folder: Path, last: str | None, same: Iterable[str], in_order: Iterable[str]
) -> None:
    """Write down what holds of the version in ``folder``."""
    content = {"last": last, "same": sorted(same), "in_order": sorted(in_order)}
    (folder / BUILT).write_text(json.dumps(content) + "\n", encoding="utf-8")


def read_built(folder: Path) -> BuiltTables:
    """What was written down of the version in ``folder``; nothing, if nothing was."""
    file = folder / BUILT
    if not file.is_file():
        return BuiltTables()
    content = json.loads(file.read_text(encoding="utf-8"))
    return BuiltTables(content["last"], frozenset(content["same"]), frozenset(content["in_order"]))
