"""The erasure requests of a home: ``judgements/erasures.csv``, which is only ever appended to.

It holds no value of any person: who was erased is remembered as keyed hashes. A request stands there
before anything is done, so an erasure that was killed is known and can be completed.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.suppression import RECORD, Suppression
from omni_identity.engines import Engine
from omni_identity.engines.declared import create_empty
from omni_identity.engines.durable import sync_folder
from omni_identity.erasure.identifiers import identifier_standardiser
from omni_identity.model.home import Home
from omni_identity.stewardship.erasure_entries import (
    COLUMNS,
    FILE,
    KEY,
    erasure_key,
    key_mark,
    read_entries,
)
from omni_identity.stewardship.hash_chain import begin_piece, end_piece

REQUESTED, COMPLETED = "requested", "completed"
_IDENTIFIER = "identifier:"
_IS_HASH = (pl.col("entry") == RECORD) | pl.col("entry").str.starts_with(_IDENTIFIER)


@dataclass(frozen=True)
class Erasure:
    """A request: who was to be erased, as hashes by kind, when (naive UTC), by whom and why."""

    erasure_id: str
    requested_at: datetime
    golden_id: str | None
    requested_by: str
    reason: str
    hashes: Mapping[str, frozenset[str]]


def append_request(home: Home, erasure: Erasure) -> None:
    """Write a request down; on return it is on the disk, whole."""
    key = erasure_key(home)
    at = _time(erasure.requested_at)
    who = (" ".join(erasure.requested_by.split()), " ".join(erasure.reason.split()))
    rows = [
        (at, erasure.erasure_id, KEY, key_mark(key), "", ""),
        (at, erasure.erasure_id, REQUESTED, erasure.golden_id or "", *who),
    ]
    for kind, hashes in sorted(erasure.hashes.items()):
        entry = kind if kind == RECORD else f"{_IDENTIFIER}{kind}"
        rows += [(at, erasure.erasure_id, entry, value, "", "") for value in sorted(hashes)]
    append_entries(home, rows)


def mark_completed(home: Home, erasure_ids: Iterable[str], now: datetime) -> None:
    """Write down that nothing is left to be done for these requests; nothing for none."""
    rows = [(_time(now), erasure_id, COMPLETED, "", "", "") for erasure_id in erasure_ids]
    if rows:
        append_entries(home, rows)


def unfinished_erasures(home: Home) -> list[str]:
    """The IDs of requests that were not completed, oldest first."""
    if not (home.judgements / FILE).exists():
        return []
    entries = read_entries(home)
    done = entries.filter(pl.col("entry") == COMPLETED)["erasure_id"]
    asked = entries.filter(pl.col("entry") == REQUESTED)
    return asked.filter(~pl.col("erasure_id").is_in(done.implode()))["erasure_id"].to_list()


def requested_erasures(home: Home) -> set[str]:
    """The IDs of all requests on record, completed or not."""
    return set(read_entries(home).filter(pl.col("entry") == REQUESTED)["erasure_id"])


def count_hashes(home: Home) -> int:
    """How many hashes of erased persons are on record: a number that grows with every erasure."""
    entries = read_entries(home)
    kinds = entries.filter(_IS_HASH).select(pl.col("entry").str.strip_prefix(_IDENTIFIER), "value")
    return kinds.n_unique()


def erased_golden_ids(home: Home) -> list[str]:
    """The golden IDs of all customers that were ever to be erased."""
    entries = read_entries(home).filter((pl.col("entry") == REQUESTED) & (pl.col("value") != ""))
    return entries["value"].unique().sort().to_list()


def build_erasures(engine: Engine, home: Home) -> int:
    """Rebuild ``derived.erasures``: what was erased, when, by whom and why; return how many rows."""
    create_empty(engine, "derived.erasures")
    if not (home.judgements / FILE).exists():
        return 0
    entries = read_entries(home).with_columns(pl.col("at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ"))
    here = pl.col("entry")
    erasures = entries.group_by("erasure_id", maintain_order=True).agg(
        pl.col("at").filter(here == REQUESTED).first().alias("requested_at"),
        pl.col("at").filter(here == COMPLETED).first().alias("completed_at"),
        pl.col("value")
        .filter((here == REQUESTED) & (pl.col("value") != ""))
        .first()
        .alias("golden_id"),
        (here == RECORD).sum().cast(pl.Int64).alias("record_count"),
        *(pl.col(c).filter(here == REQUESTED).first() for c in ("requested_by", "reason")),
    )
    engine.write("derived.erasures", erasures)
    return erasures.height


def load_suppression(home: Home, configuration: Configuration) -> Suppression | None:
    """Who is kept out of this home; None if nobody was ever erased.

    Raises ``RunFailed`` when the key is missing, or is another than the one of the requests.
    """
    if not (home.judgements / FILE).exists():
        return None
    key = erasure_key(home)
    entries = read_entries(home)
    kinds = entries.filter(_IS_HASH).with_columns(pl.col("entry").str.strip_prefix(_IDENTIFIER))
    hashes = {
        str(kind): frozenset(rows["value"].to_list())
        for (kind,), rows in kinds.group_by("entry", maintain_order=True)
    }
    return suppression_of(hashes, key, configuration)


def suppression_of(
    hashes: Mapping[str, frozenset[str]], key: bytes, configuration: Configuration
) -> Suppression:
    """Who is kept out, by the hashes of a home with this key."""
    channels = tuple(channel.name for channel in configuration.channels)
    countries = {configuration.default_country, *(c.country for c in configuration.channels)}
    known = tuple(sorted(country for country in countries if country))
    return Suppression(key, hashes, identifier_standardiser(configuration), channels, known)


def _time(at: datetime) -> str:
    return f"{at.isoformat(timespec='seconds')}Z"


def append_entries(home: Home, rows: Iterable[tuple[str, ...]]) -> None:
    """Write a new file with the rows (``COLUMNS``) at its end, and put it in the place of the old one.

    So a process that is killed leaves all of them or none. Who appends holds the warehouse.
    """
    folder = home.judgements
    key = erasure_key(home)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    if not path.exists():
        writer.writerow(COLUMNS)
    writer.writerows(rows)
    before, piece = path.read_bytes() if path.exists() else b"", text.getvalue().encode()
    begin_piece(path, key, before, piece)
    next_file = folder / f".{FILE}.next"
    with next_file.open("wb") as file:
        file.write(before + piece)
        file.flush()
        os.fsync(file.fileno())
    next_file.rename(path)
    sync_folder(folder)
    end_piece(path)
