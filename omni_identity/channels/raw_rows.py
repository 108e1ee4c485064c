"""Raw rows of a delivery, whatever its format, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import polars as pl
from polars.exceptions import PolarsError

from omni_identity.channels.batches import RawBatch, file_broken, source_column
from omni_identity.channels.chat_reader import read_whatsapp_chat
from omni_identity.channels.csv_reader import read_csv
from omni_identity.channels.delivered_bytes import open_delivered
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.feeds import Feed
from omni_identity.channels.file_columns import require_columns
from omni_identity.channels.file_faults import FileFault, guarded, unknown_format
from omni_identity.channels.formats import Format, format_of, packing_of
from omni_identity.channels.json_reader import read_json
from omni_identity.channels.json_rows import ROWS_A_DOCUMENT
from omni_identity.channels.mapped_columns import single, trimmed
from omni_identity.channels.other_names import under_own_names
from omni_identity.channels.parquet_reader import read_parquet
from omni_identity.channels.parts import Part, parts_of
from omni_identity.channels.reason_codes import UNREADABLE_FILE
from omni_identity.channels.row_filters import columns_of_filter, rows_that_pass
from omni_identity.channels.workbook_reader import read_workbook

_READERS: dict[Format, Callable[..., Iterator[RawBatch]]] = {
    "csv": read_csv,
    "json": read_json,
    "parquet": read_parquet,
    "workbook": read_workbook,
    "chat": read_whatsapp_chat,
}


def read_raw_rows(
    delivery: Delivery,
    feed: Feed,
    required: Sequence[str],
    batch_rows: int,
) -> Iterator[RawBatch]:
    """Batches of at most ``batch_rows`` rows that the feed's ``where`` lets pass, its constants beside the columns.

    Texts are trimmed, and null where they are empty.
    A file of another format, and one without the ``required`` columns, give a single broken entry and no
    rows. ``FileFault`` is raised when the file cannot be had, or is not, or no more, of the delivery's
    content hash; of a new one also for a column that ``feed`` names and the file lacks. Whatever
    else goes wrong in a reader, that of native code included, is a ``FileFault`` too.
    """
    yield from guarded(_read(delivery, feed, required, batch_rows))


def _read(
    delivery: Delivery, feed: Feed, required: Sequence[str], batch_rows: int
) -> Iterator[RawBatch]:
    path = delivery.absolute
    if packing_of(path) != "zip" and format_of(path, feed.format) is None:
        fault = unknown_format(delivery.path)
        if delivery.is_new:
            raise fault
        yield file_broken(UNREADABLE_FILE, fault.detail)
        return
    with open_delivered(path, delivery.content_hash) as file:
        for part, found in read_parts(path, feed, file, delivery.is_new):
            raw = under_own_names(found, feed)
            missing = [name for name in required if source_column(name) not in raw.rows.columns]
            tells_columns = raw.rows.width > 1 or len(raw.rows) > 0
            if missing and tells_columns:
                yield file_broken(UNREADABLE_FILE, f"no column '{missing[0]}'")
                return
            complete = _with_constants(raw, feed, delivery, part)
            yield from _slices(_filtered(complete, feed), batch_rows)


def _with_constants(raw: RawBatch, feed: Feed, delivery: Delivery, part: Part) -> RawBatch:
    """The batch, trimmed, with a column for each constant of the feed."""
    path = delivery.governing_path or delivery.path
    member = part.info.filename if part.info is not None else None
    words = [
        pl.lit(constant.word_for(path, member), dtype=pl.String).alias(source_column(constant))
        for constant in feed.constants()
    ]
    return replace(raw, rows=trimmed(raw.rows.with_columns(words)))


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


def read_parts(
    path: Path, feed: Feed, file: BinaryIO, is_new: bool = False
) -> Iterator[tuple[Part, RawBatch]]:
    """The rows of an opened file, each batch with its part. Rows are numbered through all parts.

    ``is_new``: every part must have each column that ``feed`` names.
    """
    rows_before = 0
    for part in parts_of(path, feed, file):
        if is_new:
            require_columns(part, feed)
        last = 0
        for raw in _READERS[part.format](part.path, feed, part.file):
            last = max(last, last_row(raw))
            yield part, _moved(raw, rows_before) if rows_before else raw
        if feed.rows is not None:  # numbers lead to a document, also through all parts
            last = whole_documents(last)
        rows_before += last


def whole_documents(last: int) -> int:
    """The number before that of the next part's first document, where the last row of this one has ``last``."""
    return last // ROWS_A_DOCUMENT * ROWS_A_DOCUMENT


def last_row(raw: RawBatch) -> int:
    """The highest number of a batch's rows; 0 without any."""
    highest = raw.rows["row_number"].max()
    good = highest if isinstance(highest, int) else 0
    return max(good, *(b.row_number or 0 for b in raw.broken), *raw.absent, 0)


def _moved(raw: RawBatch, by: int) -> RawBatch:
    """The batch with its rows numbered from further on."""
    broken = [
        b if b.row_number is None else replace(b, row_number=b.row_number + by) for b in raw.broken
    ]
    rows = raw.rows.with_columns(pl.col("row_number") + by)
    absent = tuple(number + by for number in raw.absent)
    return RawBatch(
        rows, broken, lambda numbers: raw.payloads([n - by for n in numbers]), absent=absent
    )


def _slices(raw: RawBatch, batch_rows: int) -> Iterator[RawBatch]:
    yield replace(raw, rows=raw.rows[:batch_rows])
    for start in range(batch_rows, len(raw.rows), batch_rows):
        yield RawBatch(raw.rows[start : start + batch_rows], [], raw.payloads)
