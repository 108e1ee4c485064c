"""Opens the Spark warehouse of a home: one writer at a time, with or without a session of our own."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from omni_identity.engines.spark.session import open_session
from omni_identity.model.errors import HomeIsBusy

if TYPE_CHECKING:
    from omni_identity.engines.spark.engine import SparkEngine


@dataclass(frozen=True)
class SparkPlace:
    """Where Spark works: ``warehouse`` is a path or URL, ``lock`` a file that the writer holds.

    Look-ups in tables of no more than ``driver_rows`` rows together are the driver's own.
    """

    warehouse: str
    master: str
    conf: Mapping[str, str]
    lock: Path
    driver_rows: int


@contextmanager
def open_spark(place: SparkPlace) -> Iterator[SparkEngine]:
    """Lend the engine on a warehouse.

    Raises ``ConfigurationError`` when PySpark or Java is missing, ``HomeIsBusy`` when another process
    has the warehouse.
    """
    session = open_session(place.master, dict(place.conf))
    from omni_identity.engines.spark.engine import SparkEngine

    with locked(place.lock) as lock:
        lock.truncate(0)
        lock.write(place.warehouse)
        lock.flush()
        with SparkEngine(session, place.warehouse, place.driver_rows) as engine:
            yield engine


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
