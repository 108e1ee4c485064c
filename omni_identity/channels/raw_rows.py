"""Raw rows of a delivery, whatever its format, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import polars as pl
from polars.exceptions import PolarsError

from omni_identity.channels.batches import RawBatch, file_broken, source_column
from omni_identity.channels.configuration import Feed
from omni_identity.channels.csv_reader import read_csv
from omni_identity.channels.delivered_bytes import open_delivered
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.file_columns import require_columns
from omni_identity.channels.file_faults import FileFault, guarded, unknown_format
from omni_identity.channels.formats import Format, format_of
from omni_identity.channels.json_reader import read_json_lines
from omni_identity.channels.mapped_columns import single
from omni_identity.channels.other_names import under_own_names
from omni_identity.channels.parquet_reader import read_parquet
from omni_identity.channels.reason_codes import UNREADABLE_FILE
from omni_identity.channels.row_filters import columns_of_filter, rows_that_pass

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
    """Batches of at most ``batch_rows`` rows that the feed's ``where`` lets pass, its constants beside the columns.

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
            yield from _slices(_filtered(_with_constants(raw, feed, delivery), feed), batch_rows)


def _with_constants(raw: RawBatch, feed: Feed, delivery: Delivery) -> RawBatch:
    """The batch with a column for each constant of the feed."""
    path = delivery.governing_path or delivery.path
    words = [
        pl.lit(constant.word_for(path), dtype=pl.String).alias(source_column(constant))
        for constant in feed.constants()
    ]
    return replace(raw, rows=raw.rows.with_columns(words)) if words else raw


def _filtered(raw: RawBatch, feed: Feed) -> RawBatch:
    """The batch with the rows that ``where`` keeps out set apart."""
    if feed.where is None or not raw.rows.height:
        return raw
    names = columns_of_filter(feed.where)
    texts = pl.DataFrame([single(raw.rows, [name]).alias(name) for name in names])
    try:
        passes = rows_that_pass(texts, feed.where)
    except PolarsError as error:  # its own words may quote what the column holds
        what = f"where cannot be worked out for its rows: {type(error).__name__}"
        raise FileFault(UNREADABLE_FILE, what) from None
    return replace(raw, rows=raw.rows.filter(passes), filtered=raw.rows.filter(~passes))


def _slices(raw: RawBatch, batch_rows: int) -> Iterator[RawBatch]:
    yield replace(raw, rows=raw.rows[:batch_rows])
    for start in range(batch_rows, len(raw.rows), batch_rows):
        yield RawBatch(raw.rows[start : start + batch_rows], [], raw.payloads)
