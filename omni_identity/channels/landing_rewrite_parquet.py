"""Copies a Parquet file without some of its rows: same schema, row groups and compression."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import IO, BinaryIO, cast

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.configuration import Feed
from omni_identity.channels.parquet_reader import IN_MEMORY_BYTES, UNREADABLE, unzip


def copy_parquet(
    path: Path, _: Feed, row_numbers: Collection[int], target: Path, file: BinaryIO
) -> None:
    """Copy a Parquet file (gzipped if it ends in ``.gz``) without the rows of these numbers, from 1.

    Of a corrupt file only what precedes the damage can be copied.
    """
    if path.suffix.lower() != ".gz":
        with target.open("wb") as written:
            _copy(file, row_numbers, written)
        return
    with (
        tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as plain,
        tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as copied,
    ):
        unzip(file, cast(BinaryIO, plain))
        _copy(plain, row_numbers, copied)
        copied.seek(0)
        with (
            target.open("wb") as written,
            gzip.GzipFile(filename="", mode="wb", fileobj=written, mtime=0) as fresh,
        ):
            shutil.copyfileobj(copied, fresh)


def _copy(source: IO[bytes], row_numbers: Collection[int], target: IO[bytes]) -> None:
    content = parquet.ParquetFile(source, page_checksum_verification=True)
    dropped = np.array(sorted(row_numbers), dtype=np.int64) - 1
    with parquet.ParquetWriter(
        target, content.schema_arrow, compression=_compression(content.metadata)
    ) as writer:
        before = 0
        for group in range(content.metadata.num_row_groups):
            try:
                rows = content.read_row_group(group)
            except UNREADABLE:
                return
            is_kept = np.ones(rows.num_rows, dtype=bool)
            inside = dropped[(dropped >= before) & (dropped < before + rows.num_rows)]
            is_kept[inside - before] = False
            before += rows.num_rows
            kept = rows.filter(pa.array(is_kept))
            if kept.num_rows:
                writer.write_table(kept, row_group_size=kept.num_rows)


def _compression(metadata: parquet.FileMetaData) -> dict[str, str] | str:
    """The codec of each column, by its path."""
    if not metadata.num_row_groups:
        return "snappy"
    group = metadata.row_group(0)
    columns = (group.column(i) for i in range(group.num_columns))
    return {
        c.path_in_schema: "none" if c.compression == "UNCOMPRESSED" else c.compression.lower()
        for c in columns
    }
