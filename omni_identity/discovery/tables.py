"""Tables: the lists that files hold, each delivered in one file or several, with their columns profiled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePath

import polars as pl

from omni_identity.channels.formats import packing_of
from omni_identity.channels.month_names import WORDS_OF_DATES
from omni_identity.channels.presets.preset_files import read_preset
from omni_identity.channels.presets.recognition import Recognition, recognise
from omni_identity.channels.written_ids import known_ids
from omni_identity.discovery.column_meanings import ColumnProfile, profile_column
from omni_identity.discovery.column_names import written_words
from omni_identity.discovery.samples import MOST_ROWS, Sample, TableSource
from omni_identity.discovery.value_shapes import look_at_columns

PROFILED_ROWS = 1_000
"""Rows whose values are judged, evenly spread over those that were read."""
LEAST_SCORE = 0.65
"""Of a preset, to be taken for that of a file."""
_CLOSE = 0.1
_SAME_COLUMNS = 0.9
_SHARED_ROWS = 0.3
"""Of the shorter of two files in folders of other names, that are parts of one list."""
_LEAST_ROWS = 2
_DATED = re.compile(r"\d+|_+$")


@dataclass(frozen=True)
class Table:
    """One list: its ``samples`` (the files, sorted by name) and the profiles of its columns.

    ``presets``: those it is of, one for each kind of feed at most. ``name``: what its files are called, as the
    name of a channel could be. ``is_named_by_folder``: another list's files are called alike.
    """

    name: str
    samples: tuple[Sample, ...]
    columns: tuple[ColumnProfile, ...]
    rows: pl.DataFrame
    presets: tuple[Recognition, ...] = ()
    is_named_by_folder: bool = False

    @property
    def shown(self) -> str:
        """What it is called in messages: its file, and how many more there are; or a database's table."""
        first = self.samples[0]
        if first.source is not None:
            return first.source.shown
        name = first.path.name
        if self.is_named_by_folder or _is_day_alone(first.path):
            name = "/".join([*(folder.name for folder in first.path.parents[1::-1]), name])
        name += f", sheet '{first.sheet}'" if first.sheet else ""
        more = len({sample.path for sample in self.samples}) - 1
        return f"{name} and {more} more" if more else name

    @property
    def source(self) -> TableSource | None:
        """The table of a database that it is; None for files."""
        return self.samples[0].source

    @property
    def paths(self) -> list[Path]:
        """Its files, each once, sorted."""
        return sorted({sample.path for sample in self.samples})

    @cached_property
    def by_name(self) -> dict[str, ColumnProfile]:
        """The profiles of its columns by their names."""
        return {profile.column: profile for profile in self.columns}

    def values(self, columns: Sequence[str]) -> pl.Series:
        """The different IDs that columns hold, joined where they are several; without nulls."""
        parts = [_ids(self.rows[name]).alias(name) for name in columns]
        frame = pl.DataFrame(parts).drop_nulls()
        return frame.select(pl.concat_str(pl.all(), separator="|").alias("id"))["id"].unique()

    @cached_property
    def delivery(self) -> pl.DataFrame:
        """The rows of its largest file: what repeats from file to file tells nothing of its keys."""
        largest = max(self.samples, key=lambda sample: sample.rows.height).rows
        missing = [
            pl.lit(None, pl.String).alias(n) for n in self.rows.columns if n not in largest.columns
        ]
        return largest.with_columns(missing).select(self.rows.columns)

    def without(self, column: str) -> Table:
        """The same table as if it had not this column."""
        columns = tuple(profile for profile in self.columns if profile.column != column)
        return replace(self, columns=columns, rows=self.rows.drop(column))

    def uniqueness(self, columns: Sequence[str]) -> tuple[float, float]:
        """Which share of a file's rows has a value in all of these columns, and how many of those are different."""
        rows = self.delivery
        if not rows.height:
            return 0.0, 0.0
        parts = [_ids(rows[name]).alias(name) for name in columns]
        filled = pl.DataFrame(parts).drop_nulls()
        share = filled.height / rows.height
        return share, (filled.n_unique() / filled.height if filled.height else 0.0)


def build_tables(samples: Iterable[Sample]) -> list[Table]:
    """The tables of all samples: files of one preset, or with the same columns and a like name, are one.

    In the order of their names.
    """
    groups: list[tuple[tuple[Recognition, ...], list[Sample]]] = []
    for sample in sorted(samples, key=lambda s: (s.path.name, str(s.path), s.sheet or "")):
        found = _presets_of(sample)
        for known, group in groups:
            if _belongs(sample, found, group[0], known):
                group.append(sample)
                break
        else:
            groups.append((found, [sample]))
    tables = [_table(group, found) for found, group in groups]
    names = Counter(table.name for table in tables if not table.presets and table.source is None)
    return [
        replace(table, is_named_by_folder=not table.presets and names[table.name] > 1)
        for table in tables
    ]


def _presets_of(sample: Sample) -> tuple[Recognition, ...]:
    if sample.source is not None:  # presets are of files that vendors export
        return ()
    ranked = recognise(sample.paths, sample.path.name, sample.first_lines)
    if not ranked or ranked[0].score < LEAST_SCORE:
        return ()
    best = ranked[0]
    vendor = best.preset.partition("/")[0]
    of_other_kind = [
        other
        for other in ranked[1:]
        if other.preset.partition("/")[0] == vendor
        and other.score >= best.score - _CLOSE
        and _kind(other) != _kind(best)
    ]
    return (best, *of_other_kind[:1])


def _kind(recognition: Recognition) -> str:
    return read_preset(recognition.preset).feed


def _belongs(
    sample: Sample,
    found: tuple[Recognition, ...],
    other: Sample,
    known: tuple[Recognition, ...],
) -> bool:
    if sample.source is not None or other.source is not None:
        return False
    if sample.settings != other.settings or [f.preset for f in found] != [k.preset for k in known]:
        return False
    if found:
        return [f.rows for f in found] == [k.rows for k in known]
    if stem_of(sample.path) != stem_of(other.path) and not _are_only_files(sample, other):
        return False
    ours, theirs = set(sample.columns), set(other.columns)
    if len(ours & theirs) < _SAME_COLUMNS * len(ours | theirs):
        return False
    if _place_of(sample.path) == _place_of(other.path):
        return True
    # two shops may well export alike: as one list, an ID of theirs would be one customer
    return not _is_day_alone(sample.path) and _share_rows(sample, other)


def _share_rows(sample: Sample, other: Sample) -> bool:
    """Whether two files have rows in common, as copies and later deliveries of a list do; a single row is no list."""
    if min(sample.rows.height, other.rows.height) < _LEAST_ROWS:
        return True
    columns = [name for name in sample.columns if name in other.columns]
    found = sample.rows.select(columns).join(
        other.rows.select(columns), on=columns, how="semi", nulls_equal=True
    )
    return found.height >= _SHARED_ROWS * min(sample.rows.height, other.rows.height)


def _is_day_alone(path: PurePath) -> bool:
    """Whether a file is called after its day, or by a number: what it holds, its folders' names say."""
    return not any(letter.isalpha() for letter in stem_of(path))


def _place_of(path: PurePath) -> tuple[str, ...]:
    """The words of a file's two innermost folders, without those of dates: 2024/march is another part of one list."""
    folders = (_DATED.sub(" ", folder.name) for folder in path.parents[1::-1])
    words = (word for folder in folders for word in written_words(folder))
    return tuple(word for word in words if len(word) > 1 and word not in WORDS_OF_DATES)


def _are_only_files(sample: Sample, other: Sample) -> bool:
    """Whether two files lie in a folder of their own, whose name says what they are."""
    return sample.path.parent == other.path.parent and set(sample.columns) == set(other.columns)


def stem_of(path: PurePath) -> str:
    """A file's name without suffixes, dates and numbers, in words joined by ``_``."""
    plain = path.with_suffix("") if packing_of(path) else path
    stem = plain.name.removesuffix(plain.suffix)
    words = [word for word in written_words(_DATED.sub(" ", stem)) if len(word) > 1]
    return "_".join(words) or "_".join(written_words(stem)) or "file"


def _table(samples: Sequence[Sample], presets: tuple[Recognition, ...]) -> Table:
    names = tuple(dict.fromkeys(name for sample in samples for name in sample.columns))
    share = max(1, MOST_ROWS // len(samples))
    rows = pl.concat([sample.rows.tail(share) for sample in samples], how="diagonal")
    looked_at = spread(rows, PROFILED_ROWS)
    shapes = look_at_columns(looked_at.select(names))
    profiles = tuple(profile_column(name, shapes[name]) for name in names)
    first = samples[0]
    name = "_".join(written_words(first.sheet)) if first.sheet else ""
    return Table(name or stem_of(first.path), tuple(samples), profiles, rows.select(names), presets)


def _ids(values: pl.Series) -> pl.Series:
    """The values of a column as IDs; null where it is blank, or has a word for nothing."""
    is_filled = pl.col("id").str.strip_chars() != ""
    found = known_ids(values).to_frame("id").select(pl.when(is_filled).then("id"))
    return found.to_series()


def spread(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """At most so many rows, evenly spread over all."""
    return rows if rows.height <= most else rows.gather_every(rows.height // most + 1)
