"""Recognition: which preset a file is of, by its columns, its name and its first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any

from omni_identity.channels.presets.preset_files import Preset, names_of, presets

LEAST_SHARE = 0.75
"""Share of the telling columns below which a file is not of a preset."""
MISSING_COLUMN = 0.3
"""How much less a preset is worth to a file that lacks a column which its feed cannot do without."""
_COMPRESSED = (".gz", ".zst", ".zip")


@dataclass(frozen=True)
class Recognition:
    """A preset that a file may be of.

    ``score``: 0 to 1, comparable between presets of one file. ``reason``: a sentence without anybody's
    data. ``missing``: the columns of the preset's feed that the file has under no name that is known.
    ``rows``: where in a document the rows are, if the preset does not say so itself.
    """

    preset: str
    score: float
    reason: str
    missing: tuple[str, ...] = ()
    rows: str | None = None


def recognise(
    columns: Iterable[str], file_name: str = "", first_lines: Sequence[str] = ()
) -> list[Recognition]:
    """The presets that a file may be of, the likeliest first; empty when it looks like none.

    ``columns``: its header or, of a document, the paths of its values (:func:`document_paths`).
    ``first_lines``: of a text file, for exports that have no columns.
    """
    there = {_plain(column): column for column in columns}
    lists = {path for path in there if path.endswith(".*")}
    within = {
        there[path]: {
            name.removeprefix(f"{path}.") for name in there if name.startswith(f"{path}.")
        }
        for path in lists
    }
    found = []
    for preset in presets():
        ranked = [_recognise(preset, set(there), file_name, first_lines)]
        if lists and "rows" not in preset.settings:
            ranked += [
                replace(inner, rows=path, score=round(inner.score - 0.01, 3))
                for path, names in within.items()
                if (inner := _recognise(preset, names, file_name, ())) is not None
            ]
        known = [one for one in ranked if one is not None]
        found += [max(known, key=lambda one: (one.score, one.rows or ""))] if known else []
    return sorted(found, key=lambda one: (-one.score, one.preset))


def document_paths(value: Any) -> set[str]:
    """The paths of all values in a JSON document, ``*`` for the elements of a list: ``entry.*.id``.

    Dictionaries have a path of their own, too. Lists are looked through to the end.
    """
    return set(_paths(value, ""))


def _paths(value: Any, path: str) -> Iterator[str]:
    if path:
        yield path
    prefix = f"{path}." if path else ""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, f"{prefix}{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{prefix}*")


def _recognise(
    preset: Preset, there: set[str], file_name: str, first_lines: Sequence[str]
) -> Recognition | None:
    is_named = _is_named(preset, file_name)
    name_words = f"; its name is like those of {preset.title}" if is_named else ""
    if preset.recognised_line is not None:
        lines = [line for line in first_lines if line.strip()]
        fitting = sum(re.match(preset.recognised_line, line) is not None for line in lines)
        if not fitting or (fitting < len(lines) / 4 and not is_named):
            return None
        share = fitting / len(lines)
        reason = f"{fitting} of its first {len(lines)} lines are lines of {preset.title}"
        return Recognition(preset.name, 0.8 + 0.1 * share + 0.1 * is_named, reason + name_words)

    def is_there(column: str) -> bool:
        return any(_plain(name) in there for name in names_of(column, preset.other_names))

    telling = preset.recognised_by
    found = [either for either in telling if any(is_there(column) for column in either)]
    share = len(found) / len(telling)
    if share < LEAST_SHARE:
        return None
    rows = preset.settings.get("rows")
    missing = () if rows else tuple(column for column in preset.columns if not is_there(column))
    ours = [*preset.columns, *(column for either in telling for column in either)]
    named = {_plain(name) for column in ours for name in names_of(column, preset.other_names)}
    known = len(named & there) / max(len(there), 1)
    reason = f"{len(found)} of {len(telling)} columns that tell {preset.title}"
    score = 0.6 * share + 0.2 * min(1.0, len(found) / 8) + 0.1 * known + 0.1 * is_named
    lacking = [column for column in missing if column not in preset.optional]
    if lacking:
        score -= MISSING_COLUMN
        reason += f"; it lacks {', '.join(lacking)}"
    if len(found) < len(telling):
        reason += f" (not {', '.join(either[0] for either in telling if either not in found)})"
    return Recognition(preset.name, round(score, 3), reason + name_words, missing)


def _is_named(preset: Preset, file_name: str) -> bool:
    name = PurePath(file_name).name.lower()
    while PurePath(name).suffix in _COMPRESSED:
        name = PurePath(name).stem
    return any(fnmatchcase(name, pattern.lower()) for pattern in preset.file_names)


def _plain(column: str) -> str:
    """A column's name without what programs change in it: case, blanks of all kinds, a byte order mark."""
    return " ".join(column.replace("\ufeff", "").split()).casefold()
