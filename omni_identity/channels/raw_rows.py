"""Raw rows of a delivery, whatever its format, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from omni_identity.channels.batches import RawBatch, file_broken, source_column
from omni_identity.channels.configuration import Feed
from omni_identity.channels.csv_reader import read_csv
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.formats import FORMATS, Format, format_of
from omni_identity.channels.json_reader import read_json_lines
from omni_identity.channels.parquet_reader import read_parquet
from omni_identity.channels.reason_codes import UNREADABLE_FILE

_READERS: dict[Format, Callable[[Path, Feed], Iterator[RawBatch]]] = {
    "csv": read_csv,
    "json_lines": read_json_lines,
    "parquet": read_parquet,
}


def read_raw_rows(
    delivery: Delivery, feed: Feed, required: Sequence[str], batch_rows: int
) -> Iterator[RawBatch]:
    """Batches of at most ``batch_rows`` rows.

    A file of another format, one that cannot be opened, and one without the ``required`` columns
    give a single broken entry and no rows.
    """
    kind = format_of(delivery.path)
    if kind is None:
        suffixes = ", ".join(FORMATS)
        yield file_broken(UNREADABLE_FILE, f"the suffix is none of {suffixes} (or these with .gz)")
        return
    try:
        for raw in _READERS[kind](delivery.absolute, feed):
            missing = [name for name in required if source_column(name) not in raw.rows.columns]
            tells_columns = raw.rows.width > 1 or len(raw.rows) > 0
            if missing and tells_columns:
                yield file_broken(UNREADABLE_FILE, f"no column '{missing[0]}'")
                return
            yield from _slices(raw, batch_rows)
    except OSError as error:
        yield file_broken(UNREADABLE_FILE, error.strerror or type(error).__name__)


def _slices(raw: RawBatch, batch_rows: int) -> Iterator[RawBatch]:
    yield replace(raw, rows=raw.rows[:batch_rows])
    for start in range(batch_rows, len(raw.rows), batch_rows):
        yield RawBatch(raw.rows[start : start + batch_rows], [], raw.payloads)
