"""Batches: what reading a file gives, piece by piece, and the rows that it holds back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from omni_identity.channels.column_sources import Constant, Source

PAYLOAD_CHARACTERS = 4_000
QUARANTINE_SCHEMA = pl.Schema(
    {
        "row_number": pl.Int64(),
        "reason_code": pl.String(),
        "detail": pl.String(),
        "payload": pl.String(),
        "source_record_id": pl.String(),
    }
)
"""``source_record_id`` is null where the row was too broken to tell whose it is."""


@dataclass(frozen=True)
class PassedOver:
    """Rows that do not land, and are counted.

    ``filtered``: ``where`` keeps them out. ``absent``: documents that have no row of this feed. ``further``:
    lines of an interaction, or addresses of a record, that stands in a row of its own.
    """

    filtered: int = 0
    absent: int = 0
    further: int = 0

    def __add__(self, other: PassedOver) -> PassedOver:
        return PassedOver(
            self.filtered + other.filtered,
            self.absent + other.absent,
            self.further + other.further,
        )

    @property
    def count(self) -> int:
        """All of them."""
        return self.filtered + self.absent + self.further


@dataclass(frozen=True)
class Batch:
    """Rows that keep their contract, as canonical columns, and rows that do not, as they came.

    ``suppressed`` are the numbers of rows of erased persons, of which nothing else is kept. ``passed_over``
    counts rows that are none of this feed's. ``lines`` are those of its interactions, where they are kept.
    ``unread`` counts, by attribute, optional values that could not be read, and are null.
    """

    accepted: pl.DataFrame
    quarantined: pl.DataFrame
    suppressed: tuple[int, ...] = ()
    passed_over: PassedOver = PassedOver()
    lines: pl.DataFrame | None = None
    unread: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Broken:
    """One row (or, with no row number, a whole file) that could not be read.

    ``line_count``: how many lines, from that row on, it stands for (a footer may have several).
    """

    row_number: int | None
    reason_code: str
    detail: str
    payload: str = ""
    line_count: int = 1


@dataclass(frozen=True)
class RawBatch:
    """Rows as the file has them, before any meaning.

    ``rows``: ``row_number`` and, under ``source_column(name)``, one column for each column of the
    file that is wanted and there, text or list of text.
    ``payloads``: gives the original text of rows by row number. ``filtered``: the rows, as ``rows``, that
    ``where`` keeps out; None without any. ``absent``: numbers of documents that have no row of the feed.
    """

    rows: pl.DataFrame
    broken: Sequence[Broken]
    payloads: Callable[[Sequence[int]], list[str]]
    filtered: pl.DataFrame | None = None
    absent: tuple[int, ...] = ()


def source_column(source: Source) -> str:
    """Name of a file's column, or of a constant, in ``RawBatch.rows``, which no column of ours can have."""
    if isinstance(source, Constant):
        return f"constant {source.value!r} {source.by_file!r}"
    return f"column {source}"


def quarantine(broken: Sequence[Broken]) -> pl.DataFrame:
    """The broken rows as a frame; payloads are cut to ``PAYLOAD_CHARACTERS``."""
    return pl.DataFrame(
        {
            "row_number": [b.row_number for b in broken],
            "reason_code": [b.reason_code for b in broken],
            "detail": [b.detail for b in broken],
            "payload": [b.payload[:PAYLOAD_CHARACTERS] for b in broken],
            "source_record_id": [None for _ in broken],
        },
        schema=QUARANTINE_SCHEMA,
    )


def file_broken(reason_code: str, detail: str) -> RawBatch:
    """A batch without rows that says what is wrong with the file."""
    rows = pl.DataFrame(schema={"row_number": pl.Int64()})
    return RawBatch(rows, [Broken(None, reason_code, detail)], lambda _: [])
