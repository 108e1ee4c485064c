"""IDs of rows: the text of one column, or of several that make one ID together."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omni_identity.channels.column_sources import Source
from omni_identity.channels.mapped_columns import single
from omni_identity.channels.written_ids import known_ids

JOINT = "|"
ESCAPE = "\\"


def row_ids(rows: pl.DataFrame, sources: Sequence[Source]) -> pl.Series:
    """The ID of each row; null where it has none. ``rows`` are trimmed.

    Each part is read as :func:`known_ids` does. Of several columns the values are joined with ``|``, a
    backslash before every ``|`` and backslash of
    their own, so no two different rows of values make one ID. An empty value leaves its place empty
    (``a||c``); where all are, there is no ID. Words that stand for nothing count as empty.
    """
    parts = [_part(rows, source) for source in sources]
    if len(parts) < 2:
        return (
            parts[0] if parts else pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        )
    frame = pl.DataFrame([part.alias(str(n)) for n, part in enumerate(parts)])
    escaped = [
        pl.col(name)
        .str.replace_all(ESCAPE, ESCAPE * 2, literal=True)
        .str.replace_all(JOINT, ESCAPE + JOINT, literal=True)
        .fill_null("")
        for name in frame.columns
    ]
    is_any = pl.any_horizontal(pl.col(name).is_not_null() for name in frame.columns)
    return frame.select(pl.when(is_any).then(pl.concat_str(escaped, separator=JOINT))).to_series()


def _part(rows: pl.DataFrame, source: Source) -> pl.Series:
    return known_ids(single(rows, [source]).alias("id"))
