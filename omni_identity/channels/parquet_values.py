"""Parquet values: each column of Arrow's types as text or list of text; what cannot be a value is said."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pyarrow as pa

from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.reason_codes import UNREADABLE_FILE
from omni_identity.channels.texts import decode

TextAndFaults = tuple[pl.Series, pl.Series | None]
Test = Callable[[pa.DataType], bool]

OUT_OF_RANGE = "out of range"
"""Stands for a date or a time outside the years 1 to 9999, as no other text does for one."""
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_IN_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_TEXTS: tuple[Test, ...] = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
)
_BYTES: tuple[Test, ...] = (
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
)
_NUMBERS: tuple[Test, ...] = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean)
_LISTS: tuple[Test, ...] = (
    pa.types.is_list,
    pa.types.is_large_list,
    pa.types.is_fixed_size_list,
)


def is_plain(kind: pa.DataType) -> bool:
    """Whether values of this type are shown as they are: texts, numbers and truth values."""
    return _is_any(kind, (*_TEXTS, *_NUMBERS))


def is_text(kind: pa.DataType) -> bool:
    """Whether values of this type are bytes, which may be text."""
    return _is_any(kind, (*_TEXTS, *_BYTES))


def as_text(values: pa.ChunkedArray, name: str) -> TextAndFaults:
    """A column as text or list of text, and a mask of what is no text, if anything is.

    Dates and times become ISO 8601, times with a zone in UTC; numbers and truth values their plain text;
    structs JSON; lists of any of these lists. Raises ``FileFault``, which names the column and its type,
    for a type that is no value: durations, maps, lists of lists and whatever else there is.
    """
    kind = values.type
    try:
        if _is_any(kind, _LISTS):
            return _lists(values)
        return _scalars(values)
    except _NoValue:
        raise FileFault(
            UNREADABLE_FILE,
            f"column '{name}' has the type {kind}, which cannot be read as a value",
            "Export the column as text or as a number, or take it out of the mapping in omni.yaml.",
        ) from None


class _NoValue(Exception):
    """A type whose values have no plain text."""


def _is_any(kind: pa.DataType, tests: tuple[Test, ...]) -> bool:
    return any(test(kind) for test in tests)


def _lists(values: pa.ChunkedArray) -> TextAndFaults:
    """The elements as text, put together again; a row is faulty where one of its elements is."""
    from pyarrow import compute as pc  # not where nobody reads lists: it takes a while

    height = len(values)
    items = pc.list_flatten(values)
    parents = pl.Series("row", pl.from_arrow(pc.list_parent_indices(values)), dtype=pl.Int64)
    if _is_any(items.type, _LISTS):
        raise _NoValue
    texts, faults = _scalars(_chunked(items))
    gathered = (
        pl.DataFrame([parents, texts.alias("v")])
        .group_by("row", maintain_order=True)
        .agg(pl.col("v"))
    )
    is_null = pl.Series("is_null", pl.from_arrow(values.is_null()), dtype=pl.Boolean)
    rows = pl.DataFrame([pl.int_range(height, dtype=pl.Int64, eager=True).alias("row"), is_null])
    lists = rows.join(gathered, on="row", how="left", maintain_order="left").select(
        pl.when(~pl.col("is_null")).then(pl.col("v").fill_null([])).cast(pl.List(pl.String))
    )
    if faults is None:
        return lists.to_series(), None
    return lists.to_series(), rows["row"].is_in(parents.filter(faults).implode())


def _chunked(values: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def _scalars(values: pa.ChunkedArray) -> TextAndFaults:
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return _scalars(pa.chunked_array([c.storage for c in values.chunks], kind.storage_type))
    if pa.types.is_dictionary(kind):
        return _scalars(
            pa.chunked_array([c.dictionary_decode() for c in values.chunks], kind.value_type)
        )
    if pa.types.is_null(kind):
        return pl.repeat(None, len(values), dtype=pl.String, eager=True), None
    if _is_any(kind, (*_BYTES, *_TEXTS)):
        # nobody has looked yet whether what a file calls text is UTF-8
        return decode(_series(values.cast(pa.large_binary())))
    return _plain(values, kind), None


def _plain(values: pa.ChunkedArray, kind: pa.DataType) -> pl.Series:
    """The text of values that always have one."""
    if pa.types.is_floating(kind):
        return _number_text(_series(values.cast(pa.float64()) if kind == pa.float16() else values))
    if _is_any(kind, (pa.types.is_integer, pa.types.is_boolean)):
        return _series(values).cast(pl.String)
    if pa.types.is_decimal(kind):
        is_small = pa.types.is_decimal128(kind) and kind.scale >= 0
        return _series(values).cast(pl.String) if is_small else _series(values.cast(pa.string()))
    if pa.types.is_date(kind):
        days = values.cast(pa.date32()) if pa.types.is_date64(kind) else values
        return _within(days.cast(pa.int32()).cast(pa.int64()), 1, lambda n: n.cast(pl.Date))
    if pa.types.is_timestamp(kind):
        return _times(values, kind)
    if pa.types.is_time(kind):
        return _series(values.cast(pa.time64("ns"))).cast(pl.String)
    if pa.types.is_struct(kind) and all(_is_jsonable(field.type) for field in kind):
        values.validate(full=True)  # its texts are UTF-8, or the file is damaged
        structs = _series(values)
        encoded = pl.DataFrame([structs.alias("s"), structs.is_null().alias("n")])
        return encoded.select(
            pl.when(~pl.col("n")).then(pl.col("s").struct.json_encode())
        ).to_series()
    raise _NoValue


def _times(values: pa.ChunkedArray, kind: pa.TimestampType) -> pl.Series:
    """ISO 8601: Arrow keeps a time that has a zone, of whatever name or offset, in UTC."""
    a_day = _IN_A_DAY[kind.unit]
    # microseconds hold the years 1 to 9999; what nanoseconds say beyond them goes
    scale = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 1}[kind.unit]

    def in_iso(ticks: pl.Series) -> pl.Series:
        unit = "ns" if kind.unit == "ns" else "us"
        return (ticks * scale).cast(pl.Datetime(unit)).dt.to_string("iso:strict")  # type: ignore[arg-type]

    ticks = values.cast(pa.int64())
    # 64 bits of nanoseconds end in 2262 as it is
    texts = in_iso(_series(ticks)) if kind.unit == "ns" else _within(ticks, a_day, in_iso)
    return texts if kind.tz is None else texts + "Z"


def _within(
    ticks: pa.ChunkedArray, a_day: int, to_time: Callable[[pl.Series], pl.Series]
) -> pl.Series:
    """The text of whole numbers since 1970 of which ``a_day`` make a day."""
    numbers = _series(ticks)
    is_out = (numbers < _FIRST_DAY * a_day) | (numbers >= (_LAST_DAY + 1) * a_day)
    if not is_out.any():
        return to_time(numbers).cast(pl.String)
    kept = numbers.to_frame("n").select(pl.when(~is_out).then("n")).to_series()
    texts = to_time(kept).cast(pl.String).to_frame("t")
    return texts.select(pl.when(is_out).then(pl.lit(OUT_OF_RANGE)).otherwise("t")).to_series()


def _number_text(series: pl.Series) -> pl.Series:
    whole = (series == series.round(0)) & (series.abs() < 1e15)
    return (
        pl.DataFrame([series.alias("x"), whole.alias("whole")])
        .select(
            pl.when("whole")
            .then(pl.col("x").cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(pl.col("x").cast(pl.String))
        )
        .to_series()
    )


def _is_jsonable(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return all(_is_jsonable(field.type) for field in kind)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _is_jsonable(kind.value_type)
    return is_plain(kind) or pa.types.is_null(kind)


def _series(values: pa.ChunkedArray) -> pl.Series:
    series = pl.from_arrow(values)
    assert isinstance(series, pl.Series)
    return series
