"""``delta``: every published table as a Delta table, and one that says which version of each is of one run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pydantic import model_validator

from omni_identity.destinations.destination import (
    DeliveryFailed,
    Destination,
    Publication,
    WholePath,
)
from omni_identity.destinations.store_urls import StoreUrl, refused
from omni_identity.destinations.table_files import TableFile, in_utc
from omni_identity.model import object_stores

if TYPE_CHECKING:
    from deltalake import DeltaTable

DELIVERIES = "omni_deliveries"
"""The table that is written last: its versions are the publications, its rows the versions of the tables."""
_COMMENT = (
    "One row per table: the version of it that is of this run. Read each table at that version."
)
_COLUMNS = pa.schema(
    [
        pa.field("table_name", pa.string(), False, {"comment": "The table."}),
        pa.field("run_id", pa.string(), False, {"comment": "The run, the same in all rows."}),
        pa.field("version", pa.int64(), False, {"comment": "The table's version of this run."}),
        pa.field(
            "previous_version", pa.int64(), True, {"comment": "That of the publication before."}
        ),
        pa.field("row_count", pa.int64(), False, {"comment": "How many rows it has."}),
        pa.field("digest", pa.string(), False, {"comment": "SHA-256 of the published file."}),
        pa.field("delivered_at", pa.timestamp("us", "UTC"), False, {"comment": "When (UTC)."}),
    ]
)
PROPERTIES = {
    # logs would hold the least and greatest values of columns, names and addresses, past every erasure
    "delta.dataSkippingNumIndexedCols": "0",
    # a table that does not change for months can still be read at the version that is of the last run
    "delta.logRetentionDuration": "interval 3650 days",
}
"""Of every table that is ours: by them a table that is somebody else's is told from one of a killed delivery."""


@dataclass(frozen=True)
class _Delivered:
    """What ``omni_deliveries`` says of a table."""

    version: int
    previous_version: int | None
    row_count: int
    digest: str


class Delta(Destination):
    """``path``, a folder outside the home, or ``url``, one in an object store, holds a folder for each table.

    Each table changes in one step; ``omni_deliveries``, written last, names the version of every table. Files of
    versions older than the publication before are deleted. Tables that are published no more are emptied.
    """

    path: WholePath | None = None
    url: StoreUrl | None = None

    @model_validator(mode="after")
    def _has_one_place(self) -> Delta:
        if (self.path is None) == (self.url is None):
            raise ValueError("needs either path or url")
        return self

    def deliver(self, publication: Publication) -> None:
        """Overwrite the tables whose files changed, then say which versions belong together, then clean up."""
        try:
            from deltalake.exceptions import DeltaError
        except ImportError:
            raise DeliveryFailed(
                'it takes a library that is not installed: pip install "omni_identity[delta]"'
            ) from None
        root = self.url or str(publication.folder_outside(Path(str(self.path))))
        place = _Place(root, _options() if self.url else {}, publication)
        try:
            _deliver(place, [TableFile(path) for path in publication.tables])
        except (DeltaError, OSError) as error:
            if self.url is not None:
                raise refused(error, self.url) from None
            if isinstance(error, OSError) and error.strerror:
                raise
            raise DeliveryFailed(f"the tables cannot be written ({type(error).__name__})") from None


def _options() -> dict[str, str]:
    return {
        "allow_http": str(object_stores.allows_http()).lower(),
        "connect_timeout": f"{object_stores.CONNECT_SECONDS}s",
        "timeout": f"{object_stores.READ_SECONDS * 10}s",
        "max_retries": str(object_stores.MOST_RETRIES),
        "retry_timeout": f"{object_stores.RETRY_SECONDS}s",
    }


@dataclass(frozen=True)
class _Place:
    """Where the tables lie, how it is reached, and the publication that is brought there."""

    root: str
    options: dict[str, str]
    publication: Publication

    def open(self, table: str) -> DeltaTable | None:
        """A table in its last version; None if it is not there."""
        from deltalake import DeltaTable
        from deltalake.exceptions import TableNotFoundError

        try:
            return DeltaTable(f"{self.root}/{table}", storage_options=self.options)
        except TableNotFoundError:
            return None

    def overwrite(self, table: str, rows: Any, comment: str) -> int:
        """Replace a table's rows and schema in one step; returns the version that has them."""
        from deltalake import CommitProperties, write_deltalake

        write_deltalake(
            f"{self.root}/{table}",
            rows,
            mode="overwrite",
            schema_mode="overwrite",
            name=table,
            description=comment,
            configuration=PROPERTIES,
            storage_options=self.options,
            commit_properties=CommitProperties(
                custom_metadata={"omni_run_id": self.publication.run_id}
            ),
        )
        written = self._written(table)
        if written.metadata().description != comment:
            written.alter.set_table_description(
                comment
            )  # which writing sets when it makes the table alone
            written = self._written(table)
        self._make_readable(table)
        return int(written.version())

    def _written(self, table: str) -> DeltaTable:
        found = self.open(table)
        assert found is not None, "it was written just now"
        return found

    def vacuum(self, table: str, kept: Iterable[int]) -> None:
        """Delete the files that no version of ``kept`` needs, whatever has written them."""
        written = self.open(table)
        if written is not None:
            written.vacuum(
                retention_hours=0,
                enforce_retention_duration=False,
                dry_run=False,
                full=True,
                keep_versions=sorted(set(kept)),
            )
            self._make_readable(table)

    def _make_readable(self, table: str) -> None:
        """Have a table in a folder be as readable as what is published: what a run makes is its user's alone."""
        if self.options:
            return
        mode = self.publication.folder.stat().st_mode
        root = Path(self.root, table)
        for path in (root, *root.rglob("*")):
            path.chmod(mode if path.is_dir() else mode & 0o666)


def _deliver(place: _Place, files: Sequence[TableFile]) -> None:
    before = _delivered(place)
    for file in files:
        table = None if file.name in before else place.open(file.name)
        if table is not None and dict(table.metadata().configuration) != PROPERTIES:
            raise DeliveryFailed(
                f"{place.root} has a table {file.name} that is not ours: name another place"
            )
    now: dict[str, _Delivered] = {}
    for file in files:
        old = before.get(file.name)
        version = old.version if old and old.digest == file.digest else _write(place, file)
        previous = old.version if old else None
        now[file.name] = _Delivered(version, previous, file.row_count, file.digest)
    for name in before.keys() - now.keys():
        old = before[name]
        version = old.version if not old.digest else _empty(place, name)
        now[name] = _Delivered(version, old.version, 0, "")
    _say(place, now)
    for name, new in sorted(now.items()):
        old = before.get(name)
        kept = {v for v in (new.version, new.previous_version) if v is not None}
        if old is None or {old.version, old.previous_version} != kept:
            place.vacuum(name, kept)


def _delivered(place: _Place) -> dict[str, _Delivered]:
    table = place.open(DELIVERIES)
    if table is None:
        return {}
    rows = pa.table(table.to_pyarrow_table()).to_pylist()
    return {
        str(row["table_name"]): _Delivered(
            row["version"], row["previous_version"], row["row_count"], row["digest"]
        )
        for row in rows
    }


def _write(place: _Place, file: TableFile) -> int:
    with file.rows(in_utc) as reader:
        fields = [
            field.with_metadata({"comment": file.column_comment(field.name)})
            for field in reader.schema
        ]
        schema = pa.schema(fields)
        batches = (pa.record_batch(batch.columns, schema=schema) for batch in reader)
        rows = pa.RecordBatchReader.from_batches(schema, batches)
        return place.overwrite(file.name, rows, file.comment)


def _empty(place: _Place, name: str) -> int:
    """Take the rows out of a table that is published no more: they may be of a person who is erased since."""
    table = place.open(name)
    if table is None:
        return 0
    schema = pa.schema(table.schema().to_arrow())
    return place.overwrite(name, schema.empty_table(), "Published no more: empty.")


def _say(place: _Place, delivered: dict[str, _Delivered]) -> None:
    """Name the versions that belong together; who reads the names of the publication before may finish."""
    said, at = place.open(DELIVERIES), datetime.now(timezone.utc)
    rows = [
        {"table_name": name, "run_id": place.publication.run_id, "delivered_at": at} | asdict(one)
        for name, one in sorted(delivered.items())
    ]
    version = place.overwrite(DELIVERIES, pa.Table.from_pylist(rows, schema=_COLUMNS), _COMMENT)
    place.vacuum(DELIVERIES, [version] if said is None else [version, int(said.version())])
