"""Lines of interactions: rows of a file that are one interaction together, what is kept of each, and feeds of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.batches import RawBatch, source_column
from omni_identity.channels.column_sources import Source
from omni_identity.channels.contracts import first_long
from omni_identity.channels.feeds import InteractionsFeed, LinesFeed
from omni_identity.channels.mapped_columns import TEXTS, single
from omni_identity.channels.numbers import parse_numbers
from omni_identity.channels.row_ids import row_ids
from omni_identity.model.attributes import LINE_WORDS, LINES_NUMBER, LINES_TEXT

SUMMED = "\0quantities"
"""What the sum of the quantities of an interaction's lines is called where a column could be."""


@dataclass(frozen=True)
class Grouped:
    """The rows of a file by interaction.

    ``whole``: a row for each interaction, numbered as its first, every column the first that is filled.
    ``owners``: ``row_number``, and ``interaction_row``, the number of its interaction's row, for every row
    of the file. ``lines``: as ``landed.interaction_lines``, without the file; rows with nothing of a line
    are none. ``unread``: values of lines, by ``lines.`` and their name, that are no numbers.
    """

    whole: pl.DataFrame
    owners: pl.DataFrame
    lines: pl.DataFrame
    unread: dict[str, int]


def joined_batches(batches: Sequence[RawBatch]) -> RawBatch:
    """All batches of a file as one; its rows have no payloads any more, which stood in the file's own bytes."""
    rows = _alike([raw.rows for raw in batches])
    filtered = _alike([raw.filtered for raw in batches if raw.filtered is not None])
    return RawBatch(
        rows,
        [broken for raw in batches for broken in raw.broken],
        lambda numbers: ["" for _ in numbers],
        filtered,
        tuple(number for raw in batches for number in raw.absent),
    )


def _alike(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The frames below each other: a column that is a list in one of them is one in all."""
    lists = {n for f in frames for n, kind in f.schema.items() if isinstance(kind, pl.List)}
    if lists:
        frames = [f.with_columns(_listed(f, n) for n in lists & set(f.columns)) for f in frames]
    none = pl.DataFrame(schema={"row_number": pl.Int64()})
    return pl.concat([none, *frames], how="diagonal")


def _listed(frame: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name)
    if isinstance(frame.schema[name], pl.List):
        return column.cast(TEXTS)
    return pl.when(column.is_not_null()).then(pl.concat_list(column)).alias(name)


def group_rows(raw: pl.DataFrame, feed: InteractionsFeed) -> Grouped:
    """Bring rows together that have the same value of ``one_per``, wherever they stand; one without is alone."""
    group = feed.group
    assert group is not None, "the feed has rows of one interaction"
    rows = _blank_as_null(raw).with_columns(row_ids(raw, group).alias("group"))
    alone = pl.col("group").is_null()
    first = pl.when(alone).then("row_number").otherwise(pl.col("row_number").min().over("group"))
    rows = rows.with_columns(first.alias("interaction_row"))
    lines, unread = _lines(raw, rows["interaction_row"], feed)
    if _sums_quantities(feed):
        sums = lines.group_by("interaction_row").agg(pl.col("quantity").drop_nulls())
        total = pl.when(pl.col("quantity").list.len() > 0).then(pl.col("quantity").list.sum())
        sums = sums.select("interaction_row", total.cast(pl.String).alias(source_column(SUMMED)))
        rows = rows.join(sums, on="interaction_row", how="left", maintain_order="left")
    columns = [
        name for name in rows.columns if name not in ("row_number", "group", "interaction_row")
    ]
    whole = (
        rows.group_by("interaction_row", maintain_order=True)
        .agg(pl.col(name).drop_nulls().first() for name in columns)
        .rename({"interaction_row": "row_number"})
    )
    return Grouped(whole, rows.select("row_number", "interaction_row"), lines, unread)


def summing(feed: InteractionsFeed) -> InteractionsFeed:
    """The feed as its grouped rows are read: where quantities are summed, that is their ``item_count``."""
    if not _sums_quantities(feed):
        return feed
    return feed.model_copy(update={"mapping": {**feed.mapping, "item_count": (SUMMED,)}})


def _sums_quantities(feed: InteractionsFeed) -> bool:
    quantity = feed.lines.get("quantity")
    if quantity is None:
        return False
    mapped: tuple[Source, ...] | None = feed.mapping.get("item_count")
    return mapped is None or mapped == quantity


def _lines(
    raw: pl.DataFrame, interaction_rows: pl.Series, feed: InteractionsFeed
) -> tuple[pl.DataFrame, dict[str, int]]:
    texts = raw.select("row_number", interaction_rows, *_line_texts(raw, feed.lines))
    is_line = pl.any_horizontal(pl.col(n).is_not_null() for n in LINE_WORDS)
    lines, lost = _with_numbers(texts.filter(is_line))
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("interaction_row")
    unread = {f"lines.{name}": count for name, count in lost.items()}
    return lines.with_columns(number.alias("line_number")), unread


def _line_texts(
    raw: pl.DataFrame, mapping: Mapping[str, tuple[Source, ...]]
) -> Iterator[pl.Series]:
    """The columns of ``LINE_WORDS``, as texts."""
    return (single(raw, mapping.get(name, ())).alias(name) for name in LINE_WORDS)


def _with_numbers(texts: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Lines with their numbers read, and how many of each could not be; none without any."""
    lines = texts.with_columns(parse_numbers(texts[name]).alias(name) for name in LINES_NUMBER)
    lost = {n: int((texts[n].is_not_null() & lines[n].is_null()).sum()) for n in LINES_NUMBER}
    return lines, {name: count for name, count in lost.items() if count}


def canonical_lines(
    raw: pl.DataFrame, feed: LinesFeed
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int]]:
    """Rows of a feed of lines as ``landed.lines`` has them, what ``LineContract`` wants to know, and unread values."""
    texts = raw.select(
        "row_number",
        row_ids(raw, feed.interaction_id).alias("interaction_id"),
        *_line_texts(raw, feed.mapping),
    )
    findings = texts.select(
        "row_number",
        "interaction_id",
        first_long(texts, ["interaction_id", *LINES_TEXT]).alias("long_attribute"),
    )
    lines, unread = _with_numbers(texts)
    return lines, findings, unread


def _blank_as_null(raw: pl.DataFrame) -> pl.DataFrame:
    """Texts that are empty but for white space as null; lists as they are."""
    texts = [name for name, kind in raw.schema.items() if kind == pl.String]
    is_blank = pl.col(texts).str.strip_chars().str.len_bytes() == 0
    return raw.with_columns(pl.when(~is_blank).then(pl.col(texts)).name.keep()) if texts else raw
