"""``files``: every audience in a file of its own, as CSV or JSON Lines, and a webhook that is told of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb

from omni_identity.destinations.destination import (
    DeliveryFailed,
    Destination,
    Publication,
    WholePath,
)
from omni_identity.destinations.signed_webhook import Webhook
from omni_identity.destinations.table_files import TableFile
from omni_identity.destinations.versioned_folder import replace_current
from omni_identity.engines.durable import sync_file
from omni_identity.engines.literals import identifier, literal

MEMBERS = "audience_members"
KNOWN_BY = (MEMBERS, "audience_changes", "audience_log")
"""Tables that name audiences: one that everybody has left needs a file, too, and an empty one."""
MANIFEST = "manifest.json"
SUFFIXES = {"csv": "csv", "jsonl": "jsonl"}


class Files(Destination):
    """``path``/current has a file for each audience, and a manifest with their row counts and digests.

    ``format`` is ``csv``, whose cells are safe to open in spreadsheets, or ``jsonl``, whose times are UTC. The
    ``webhook`` is told of each file when all are in place.
    """

    path: WholePath
    format: Literal["csv", "jsonl"] = "csv"
    webhook: Webhook | None = None

    def deliver(self, publication: Publication) -> None:
        """Write the files beside those of before, put them in their place, then tell of them."""
        manifest: dict[str, Any] = {}

        def write(folder: Path) -> None:
            manifest.update(_write_audiences(publication, folder, self.format))

        replace_current(publication, self.path, write)
        if self.webhook is None:
            return
        for file in manifest["files"]:
            key = f"{publication.run_id}/{file['name']}/{file['sha256'][:16]}"
            self.webhook.tell(key, {name: manifest[name] for name in ("run_id", "format")} | file)


def _write_audiences(publication: Publication, folder: Path, format_: str) -> Mapping[str, Any]:
    """Write the audiences and the manifest into a folder; returns the manifest."""
    tables = {path.stem: path for path in publication.tables}
    if MEMBERS not in tables:
        raise DeliveryFailed(f"there is no table {MEMBERS}: leave_out must not name it")
    rows = _rows_of(publication, tables[MEMBERS], format_)
    mode = publication.folder.stat().st_mode & 0o666
    found = []
    with duckdb.connect(":memory:") as connection:
        for audience in _audiences(connection, [tables[t] for t in KNOWN_BY if t in tables]):
            file = folder / f"{audience}.{SUFFIXES[format_]}"
            if file.parent != folder or audience.startswith("."):
                raise DeliveryFailed("an audience has a name that is none for a file")
            query = f"select * exclude (audience) from {rows} where audience = {literal(audience)}"
            option = "csv, header true" if format_ == "csv" else "json"
            connection.execute(
                f"copy ({query} order by golden_id) to {literal(file)} (format {option})"
            )
            found.append(_described(connection, tables[MEMBERS], audience, file, mode))
    manifest = {"run_id": publication.run_id, "format": format_, "files": found}
    written = folder / MANIFEST
    written.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    written.chmod(mode)
    sync_file(written)
    return manifest


def _rows_of(publication: Publication, members: Path, format_: str) -> str:
    """The members as a query's source: as cells of the publication's CSV file, or as values.

    Raises ``DeliveryFailed`` of the masked edition, whose members have no address.
    """
    audiences = publication.audiences
    if format_ == "csv":
        cells = next(path for path in audiences if path.stem == MEMBERS)
        return (
            f"read_csv({literal(cells)}, all_varchar = true, header = true, delim = ',', quote = '\"',"
            " escape = '\"', allow_quoted_nulls = false)"
        )
    columns = ", ".join(
        f"strftime({identifier(field.name)}, '%Y-%m-%dT%H:%M:%S.%fZ') as {identifier(field.name)}"
        if str(field.type).startswith("timestamp")
        else identifier(field.name)
        for field in TableFile(members).schema
    )
    return f"(select {columns} from read_parquet({literal(members)}))"


def _audiences(connection: duckdb.DuckDBPyConnection, tables: Iterable[Path]) -> list[str]:
    named = " union ".join(
        f"select distinct audience from read_parquet({literal(path)})" for path in tables
    )
    return [str(name) for (name,) in connection.sql(f"{named} order by 1").fetchall()]


def _described(
    connection: duckdb.DuckDBPyConnection, members: Path, audience: str, file: Path, mode: int
) -> dict[str, Any]:
    """A file as the manifest has it; it is as readable as what is published then, and on disk."""
    ((count,),) = connection.sql(
        f"select count(*) from read_parquet({literal(members)}) where audience = {literal(audience)}"
    ).fetchall()
    file.chmod(mode)
    sync_file(file)
    return {
        "name": file.name,
        "audience": audience,
        "rows": int(count),
        "sha256": TableFile(file).digest,
    }
