"""Broken rows: what exports, scripts and network cables do to a few lines of every file."""

from __future__ import annotations

import polars as pl

from omni_identity.demo.layouts import Layout
from omni_identity.demo.randomness import Draw

BAD_BYTE_MARK = "\x01"
"""Stands for a byte that no decoder accepts until the file is written."""
_PARAGRAPH = (
    "Customer says he has no e-mail of his own, please write to his daughter instead; she will "
    "call back on Monday about the order and the two returns, see the note in the other system"
)
UNPARSABLE_DATES = (
    "yesterday",
    "31.02.2025 25:61",
    "0000-00-00 00:00:00",
    "16-Nov-twentysix",
    "#VALUE!",
)


def break_fields(draw: Draw, layout: Layout, frame: pl.DataFrame) -> pl.DataFrame:
    """Unparsable dates, paragraphs in e-mail fields and undecodable bytes in a few records;
    their cause is broken_row."""
    if layout.suffix == ".parquet":
        return frame
    n = len(frame)
    date = pl.Series(draw.chance(0.0005, n))
    paragraph = pl.Series(draw.chance(0.0004 if layout.email else 0.0, n))
    undecodable = pl.Series(draw.chance(0.0003, n))
    words = pl.Series(UNPARSABLE_DATES).gather(draw.whole(0, len(UNPARSABLE_DATES), n))
    text = next(name for name in frame.columns if name.endswith(("name", "family", "first")))
    changes = [
        pl.when(date).then(words).otherwise(pl.col(layout.updated)).alias(layout.updated),
        pl.when(undecodable)
        .then(pl.col(text).fill_null("") + BAD_BYTE_MARK)
        .otherwise(pl.col(text))
        .alias(text),
        pl.when(date | paragraph | undecodable)
        .then(pl.lit("broken_row"))
        .otherwise(pl.col("cause"))
        .alias("cause"),
    ]
    if layout.email:
        changes.append(
            pl.when(paragraph)
            .then(pl.lit(_PARAGRAPH))
            .otherwise(pl.col(layout.email))
            .alias(layout.email)
        )
    return frame.with_columns(changes)


def add_lost_and_repeated(draw: Draw, layout: Layout, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows, with copies of a few that lost their record ID, and of a few that came twice."""
    n = len(frame)
    nameless = frame[draw.sample(n, 0.0004)]
    lost = nameless.with_columns(pl.lit(None, dtype=pl.String).alias(layout.record_id))
    if layout.suffix == ".parquet":
        return frame
    return pl.concat([frame, lost, frame[draw.sample(n, 0.0015)]])


def break_lines(draw: Draw, data: bytes, separator: bytes | None) -> bytes:
    """Lines of a text file with spoilt copies of a few of them: torn in two, or, in a table
    (with a separator), with fields too many."""
    lines = data.split(b"\n")
    first = 1 if separator else 0
    body = len(lines) - 1 - first
    if body < 150:
        return data
    rows = first + draw.whole(0, body, 2 + body // 5000)
    for place, row in enumerate(sorted(rows.tolist(), reverse=True)):
        line = lines[row]
        if separator is None:
            lines.insert(row + 1, line[: len(line) // 2])
        elif b'"' not in line:  # a torn quotation mark would swallow what follows
            crowded = line.replace(separator, separator * 2, 3)
            lines.insert(row + 1, crowded if place % 2 else line[: len(line) // 2])
    return b"\n".join(lines)


def place_bad_bytes(data: bytes, encoding: str) -> bytes:
    """The marks as bytes that are invalid in the encoding."""
    bad = b"\x81" if encoding == "cp1252" else b"\xff\xfe"
    return data.replace(b"\\u0001", bad).replace(BAD_BYTE_MARK.encode(), bad)
