"""Files with the same bytes every time: CSV, JSON Lines, gzip and streamed Parquet."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from types import TracebackType

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from omni_identity.demo.breakage import break_lines, place_bad_bytes
from omni_identity.demo.randomness import Draw


def write_text(
    draw: Draw, path: Path, frame: pl.DataFrame, separator: str = ",", encoding: str = "utf-8"
) -> None:
    """Writes a frame as .csv, .csv.gz or .jsonl by the suffix, with a few torn lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    header = not path.name.endswith(".jsonl")
    if header:
        frame.write_csv(buffer, separator=separator)
    else:
        frame.write_ndjson(buffer)
    data = break_lines(draw, buffer.getvalue(), separator.encode() if header else None)
    if encoding != "utf-8":
        data = data.decode().encode(encoding, errors="replace")
    path.write_bytes(_packed(path, place_bad_bytes(data, encoding)))


def write_table(path: Path, frame: pl.DataFrame) -> None:
    """Writes a sound frame as .csv or .csv.gz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    frame.write_csv(buffer)
    path.write_bytes(_packed(path, buffer.getvalue()))


def _packed(path: Path, data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=3, mtime=0) if path.suffix == ".gz" else data


class ParquetFile:
    """A Parquet file that grows by a row group a frame."""

    def __init__(self, path: Path) -> None:
        """Opens the file with the first frame."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._writer: pq.ParquetWriter | None = None

    def append(self, frame: pl.DataFrame) -> None:
        """Adds a row group."""
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, _without_metadata(table).schema)
        self._writer.write_table(_without_metadata(table))

    def __enter__(self) -> ParquetFile:
        """The file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the file."""
        if self._writer is not None:
            self._writer.close()


def _without_metadata(table: pa.Table) -> pa.Table:
    return table.replace_schema_metadata(None)
