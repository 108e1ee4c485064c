"""``parquet``: the published tables as Parquet files in an object store, and an object that says which are current."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from omni_identity.destinations.destination import DeliveryFailed, Destination, Publication
from omni_identity.destinations.store_urls import StoreUrl, refused
from omni_identity.destinations.table_files import TableFile
from omni_identity.model.object_stores import open_store

if TYPE_CHECKING:
    from obstore.store import ObjectStore

POINTER = "current.json"
RUNS = "runs"
"""The folder with a folder for each delivery."""


class Parquet(Destination):
    """``url``/current.json names the files of the last publication; those of the one before stay for their readers."""

    url: StoreUrl

    def deliver(self, publication: Publication) -> None:
        """Put the files into a folder of their own, and the pointer to them last; older ones are deleted first."""
        try:
            from obstore.exceptions import BaseError
        except ImportError:
            raise DeliveryFailed(
                'it takes a library that is not installed: pip install "omni_identity[cloud]"'
            ) from None
        files = [TableFile(path) for path in publication.tables]
        try:
            _deliver(open_store(self.url), files, publication.run_id)
        except (BaseError, OSError, ValueError) as error:
            raise refused(error, self.url) from None


def _deliver(store: ObjectStore, files: Sequence[TableFile], run_id: str) -> None:
    import obstore

    # an erasure publishes other files under the same run: the folder is one of both
    contents = hashlib.sha256("".join(f"{f.name} {f.digest}\n" for f in files).encode())
    folder = f"{RUNS}/{run_id}-{contents.hexdigest()[:12]}"
    there = _sizes(store)
    kept = {folder, _current_folder(store)}
    gone = [key for key in there if "/".join(key.split("/")[:2]) not in kept]
    if gone:
        obstore.delete(store, sorted(gone))
    for file in files:
        key = f"{folder}/{file.path.name}"
        if there.get(key) != file.path.stat().st_size:
            obstore.put(store, key, file.path)
    pointer = {
        "run_id": run_id,
        "folder": folder,
        "tables": [
            {
                "name": file.name,
                "path": f"{folder}/{file.path.name}",
                "rows": file.row_count,
                "bytes": file.path.stat().st_size,
                "sha256": file.digest,
            }
            for file in files
        ],
    }
    obstore.put(store, POINTER, json.dumps(pointer, indent=1).encode())


def _sizes(store: ObjectStore) -> dict[str, int]:
    """The objects of all deliveries, with their sizes."""
    import obstore

    listing = obstore.list(store, prefix=RUNS)
    return {str(one["path"]): int(one["size"]) for page in listing for one in page}


def _current_folder(store: ObjectStore) -> str | None:
    """The folder that readers are led to; None before the first delivery."""
    import obstore
    from obstore.exceptions import NotFoundError

    try:
        pointer: dict[str, Any] = json.loads(bytes(obstore.get(store, POINTER).bytes()))
    except (NotFoundError, FileNotFoundError):
        return None
    return str(pointer["folder"])
