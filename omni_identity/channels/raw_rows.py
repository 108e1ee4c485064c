"""Raw rows of a delivery, whatever its format, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from omni_identity.channels.batches import RawBatch, file_broken, source_column
from omni_identity.channels.configuration import Feed
from omni_identity.channels.csv_reader import read_csv
from omni_identity.channels.delivered_bytes import open_delivered
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.file_columns import require_columns
from omni_identity.channels.file_faults import guarded, unknown_format
from omni_identity.channels.formats import Format, format_of
from omni_identity.channels.json_reader import read_json_lines
from omni_identity.channels.other_names import under_own_names
from omni_identity.channels.parquet_reader import read_parquet
from omni_identity.channels.reason_codes import UNREADABLE_FILE

_READERS: dict[Format, Callable[..., Iterator[RawBatch]]] = {
    "csv": read_csv,
    "json_lines": read_json_lines,
    "parquet": read_parquet,
}


def read_raw_rows(
    delivery: Delivery,
    feed: Feed,
    required: Sequence[str],
    batch_rows: int,
) -> Iterator[RawBatch]:
    """Batches of at most ``batch_rows`` rows.

    A file of another format, and one without the ``required`` columns, give a single broken entry and no
    rows. ``FileFault`` is raised when the file cannot be had, or is not, or no more, of the delivery's
    content hash; of a new one also for a column that ``feed`` names and the file lacks. Whatever
    else goes wrong in a reader, that of native code included, is a ``FileFault`` too.
    """
    yield from guarded(_read(delivery, feed, required, batch_rows))


def _read(
    delivery: Delivery, feed: Feed, required: Sequence[str], batch_rows: int
) -> Iterator[RawBatch]:
    kind = format_of(delivery.path)
    if kind is None:
        fault = unknown_format(delivery.path)
        if delivery.is_new:
            raise fault
        yield file_broken(UNREADABLE_FILE, fault.detail)
        return
    with open_delivered(delivery.absolute, delivery.content_hash) as file:
        if delivery.is_new:
            require_columns(delivery.absolute, feed, file)
        for found in _READERS[kind](delivery.absolute, feed, file):
            raw = under_own_names(found, feed)
            missing = [name for name in required if source_column(name) not in raw.rows.columns]
            tells_columns = raw.rows.width > 1 or len(raw.rows) > 0
            if missing and tells_columns:
                yield file_broken(UNREADABLE_FILE, f"no column '{missing[0]}'")
                return
            yield from _slices(raw, batch_rows)


def _slices(raw: RawBatch, batch_rows: int) -> Iterator[RawBatch]:
    yield replace(raw, rows=raw.rows[:batch_rows])
    for start in range(batch_rows, len(raw.rows), batch_rows):
        yield RawBatch(raw.rows[start : start + batch_rows], [], raw.payloads)
