"""Copies a Parquet file without some of its rows: same schema, row groups and compression."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.feeds import Feed
from omni_identity.channels.header_names import plain_name
from omni_identity.channels.packing import packed_as, unpacked
from omni_identity.channels.parquet_reader import UNREADABLE, parquet_columns


def copy_parquet(
    path: Path, feed: Feed, row_numbers: Collection[int], target: Path, file: BinaryIO
) -> None:
    """Copy a Parquet file (packed as its suffix says) without the rows of these numbers, from 1.

    Of a corrupt file only what precedes the damage can be copied. Raises what pyarrow does where others
    than the columns of ``feed`` are damaged: their rows are read, and must not be lost.
    """
    with (
        unpacked(path, file) as plain,
        target.open("wb") as written,
        packed_as(path, written) as copy,
    ):
        _copy(plain, row_numbers, copy, feed.source_columns())


def _copy(
    source: IO[bytes], row_numbers: Collection[int], target: IO[bytes], columns: Sequence[str]
) -> None:
    content = parquet.ParquetFile(source, page_checksum_verification=True)
    dropped = np.array(sorted(row_numbers), dtype=np.int64) - 1
    with parquet.ParquetWriter(
        target, content.schema_arrow, compression=compression_of(content.metadata)
    ) as writer:
        before = 0
        for group in range(content.metadata.num_row_groups):
            try:
                rows = content.read_row_group(group, use_threads=False)
            except UNREADABLE:
                if _can_read(content, group, columns):
                    raise
                return
            is_kept = np.ones(rows.num_rows, dtype=bool)
            inside = dropped[(dropped >= before) & (dropped < before + rows.num_rows)]
            is_kept[inside - before] = False
            before += rows.num_rows
            kept = rows.filter(pa.array(is_kept))
            if kept.num_rows:
                writer.write_table(kept, row_group_size=kept.num_rows)


def _can_read(content: parquet.ParquetFile, group: int, columns: Sequence[str]) -> bool:
    there = parquet_columns(content)
    wanted = {plain_name(name) for name in columns}
    try:
        content.read_row_group(
            group, [n for n in there if plain_name(n) in wanted], use_threads=False
        )
    except UNREADABLE as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        return False
    return True


def compression_of(metadata: parquet.FileMetaData) -> dict[str, str] | str:
    """The codec of each column, by its path."""
    if not metadata.num_row_groups:
        return "snappy"
    group = metadata.row_group(0)
    columns = (group.column(i) for i in range(group.num_columns))
    return {
        c.path_in_schema: "none" if c.compression == "UNCOMPRESSED" else c.compression.lower()
        for c in columns
    }
