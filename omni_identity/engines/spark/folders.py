"""Folders of Parquet files and small text files under one path or object-store URL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.fs as fs
import pyarrow.parquet as parquet

if TYPE_CHECKING:
    import pyarrow.dataset as dataset


class Folders:
    """What lies under ``url``: a local path, or a URL that pyarrow and Spark both know (``s3://…``)."""

    def __init__(self, url: str | Path) -> None:
        self.url = str(url).rstrip("/")
        self.is_local = urlsplit(self.url).scheme in ("", "file")
        if self.is_local:
            path = Path(urlsplit(self.url).path).absolute()
            path.mkdir(parents=True, exist_ok=True)
            self.url, self._base = str(path), str(path)
            self._system: fs.FileSystem = fs.LocalFileSystem()
        else:
            self._system, self._base = fs.FileSystem.from_uri(self.url)

    def url_of(self, folder: str) -> str:
        """Where Spark finds a folder."""
        return f"{self.url}/{folder}"

    def list_folders(self, below: str) -> list[str]:
        """The folders right below one, as paths under the whole."""
        selector = fs.FileSelector(f"{self._base}/{below}", allow_not_found=True)
        found = self._system.get_file_info(selector)
        return [f"{below}/{info.base_name}" for info in found if info.type == fs.FileType.Directory]

    def delete(self, folders: Iterable[str]) -> None:
        """Remove folders; one that is not there is no mistake."""
        for folder in folders:
            info = self._system.get_file_info(f"{self._base}/{folder}")
            if info.type != fs.FileType.NotFound:
                self._system.delete_dir(info.path)

    def count_rows(self, folder: str) -> int:
        """The rows of a folder's Parquet files, by their footers."""
        selector = fs.FileSelector(f"{self._base}/{folder}", recursive=True)
        return sum(
            parquet.read_metadata(info.path, filesystem=self._system).num_rows
            for info in self._system.get_file_info(selector)
            if info.type == fs.FileType.File and info.base_name.endswith(".parquet")
        )

    def write_rows(self, folder: str, rows: pa.Table) -> None:
        """Write one Parquet file into a new folder."""
        self._system.create_dir(f"{self._base}/{folder}", recursive=True)
        path = f"{self._base}/{folder}/part-0.parquet"
        parquet.write_table(rows, path, filesystem=self._system)

    def files_of(self, folders: Iterable[str], schema: pa.Schema) -> dataset.Dataset:
        """The rows of folders, of which they may lack columns."""
        # late: it imports pandas, and every home without Spark would wait for that
        import pyarrow.dataset as dataset

        paths = [
            info.path
            for folder in folders
            for info in self._system.get_file_info(
                fs.FileSelector(f"{self._base}/{folder}", recursive=True)
            )
            if info.base_name.endswith(".parquet")
        ]
        if not paths:
            return dataset.dataset(schema.empty_table())
        return dataset.dataset(paths, schema=schema, filesystem=self._system, format="parquet")

    def schema_of(self, folder: str) -> pa.Schema:
        """The columns of a folder's files; of none, none."""
        files = self.files_of([folder], pa.schema([])).files
        if not files:
            return pa.schema([])
        return parquet.read_schema(files[0], filesystem=self._system)

    def read_files(self, folder: str, schema: pa.Schema) -> Iterator[pa.Table]:
        """The rows of a folder's files, one file after the other in the order of their names."""
        selector = fs.FileSelector(f"{self._base}/{folder}", recursive=True)
        for info in sorted(self._system.get_file_info(selector), key=lambda found: found.path):
            if info.base_name.endswith(".parquet"):
                with self._system.open_input_file(info.path) as file:
                    yield parquet.read_table(file).cast(schema)

    def read_text(self, name: str) -> str | None:
        """The text of a file; None if there is none."""
        path = f"{self._base}/{name}"
        if self._system.get_file_info(path).type != fs.FileType.File:
            return None
        with self._system.open_input_stream(path) as file:
            return bytes(file.read()).decode()

    def replace_text(self, name: str, text: str) -> None:
        """Write a file in one atomic step: a rename, or, in an object store, one object put whole."""
        path = f"{self._base}/{name}"
        written = f"{path}.next" if self.is_local else path
        with self._system.open_output_stream(written) as file:
            file.write(text.encode())
        if self.is_local:
            self._system.move(written, path)
