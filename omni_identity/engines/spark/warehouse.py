"""Opens the Spark warehouse of a home: one writer at a time, with or without a session of our own."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from omni_identity.engines.spark.session import open_session
from omni_identity.model.errors import ConfigurationError, HomeIsBusy

if TYPE_CHECKING:
    from omni_identity.engines.spark.engine import SparkEngine


FORMAT = "iceberg"
"""Of the tables, as the lock file says: one without it is of a version that kept them in folders of its own."""


@dataclass(frozen=True)
class SparkPlace:
    """Where Spark works: ``catalog`` names its tables' catalogue, or, where that is ours, ``warehouse`` its place, a
    path or URL; ``lock`` is a file that the writer holds, ``record`` the one that says what was committed last,
    ``published`` the folder of the publication.

    Look-ups in tables of no more than ``driver_rows`` rows together are the driver's own.
    """

    warehouse: str
    master: str
    conf: Mapping[str, str]
    lock: Path
    driver_rows: int
    catalog: str
    record: Path
    published: Path


@contextmanager
def open_spark(place: SparkPlace) -> Iterator[SparkEngine]:
    """Lend the engine on a warehouse.

    Raises ``ConfigurationError`` when PySpark or Java is missing, ``HomeIsBusy`` when another process
    has the warehouse.
    """
    _refuse_former(place)
    session = open_session(place.master, dict(place.conf), place.warehouse, place.catalog)
    from omni_identity.engines.spark.engine import SparkEngine

    with locked(place.lock) as lock:
        if not lock.read():  # a warehouse that was moved away leaves the record behind
            place.record.unlink(missing_ok=True)
        lock.truncate(0)
        lock.write(f"{place.catalog or place.warehouse}\n{FORMAT}\n")
        lock.flush()
        with SparkEngine(session, place.record, place.driver_rows, place.published) as engine:
            yield engine


def _refuse_former(place: SparkPlace) -> None:
    """Raise ``ConfigurationError`` for a warehouse of before Iceberg, which would be taken for an empty one."""
    said = place.lock.read_text("utf-8") if place.lock.exists() else ""
    if said and FORMAT not in said.splitlines():
        raise ConfigurationError(
            f"The tables in {place.warehouse} are of a version of omni-identity that kept them in folders of its own,"
            " which this one does not read. Nothing was changed. Move that warehouse and"
            f" {place.lock} away; then `omni restore` rebuilds the warehouse's memory from the publication, so that"
            " golden IDs stay, and the next run derives everything anew."
        )


@contextmanager
def locked(path: Path, shared: bool = False) -> Iterator[TextIO]:
    """Hold a lock file, alone or (``shared``) with others who only read; lend it at its beginning.

    Raises ``HomeIsBusy`` when another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeIsBusy(
                f"{path.parent} is in use by another process: another run is at work in this"
                " home. Wait for it, or end it, and try again."
            ) from None
        lock.seek(0)
        yield lock
