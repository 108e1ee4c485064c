"""Takes deliveries into the warehouse: each content once, whole or not at all, accepted and quarantined rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from omni_identity.channels.batches import Batch
from omni_identity.channels.configuration import Channel, Configuration
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.readers import read_contacts, read_interactions
from omni_identity.engines import Engine
from omni_identity.model.attributes import FACTS_NUMBER, FACTS_TEXT, Vocabulary

FILE_LEVEL_REASONS = ("truncated_file", "unreadable_file", "empty_file")
"""Reason codes that mean a part of the file could not be read at all."""
BROKEN_OFF_REASONS = ("unclosed_quote", "wrong_field_count", "invalid_json", "undecodable_bytes")
"""Reason codes of a last row that may be the place where an upload broke off."""

TABLES_BY_FILE = (
    "files",
    "contacts",
    "interactions",
    "quarantined_rows",
    "standardised_contacts",
    "interaction_identifiers",
)
"""Tables of schema ``landed`` that hold rows of a file, by ``file_no``."""


@dataclass(frozen=True)
class Intake:
    """What one run took from one channel's feed."""

    file_count: int = 0
    row_count: int = 0
    quarantined_count: int = 0

    def __add__(self, other: Intake) -> Intake:
        return Intake(
            self.file_count + other.file_count,
            self.row_count + other.row_count,
            self.quarantined_count + other.quarantined_count,
        )


def create_landed_tables(engine: Engine, vocabulary: Vocabulary) -> None:
    """Create the tables of schema ``landed``; add columns that a changed ``omni.yaml`` brings."""
    engine.run("create schema if not exists landed")
    for table, columns in _landed_tables(vocabulary).items():
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        engine.run(f"create table if not exists landed.{table} ({declared})")
        for name, kind in columns.items():
            engine.run(f'alter table landed.{table} add column if not exists "{name}" {kind}')


def _landed_tables(vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    place = {"file_no": "INTEGER", "row_number": "BIGINT", "channel": "VARCHAR"}
    lists = dict.fromkeys(vocabulary.identifiers, "VARCHAR[]")
    return {
        "files": {
            "file_no": "INTEGER",
            "channel": "VARCHAR",
            "feed": "VARCHAR",
            "content_hash": "VARCHAR",
            "mapping_hash": "VARCHAR",
            "row_count": "BIGINT",
            "suppressed_count": "BIGINT",
            "is_complete": "BOOLEAN",
        },
        "landings": {
            "channel": "VARCHAR",
            "feed": "VARCHAR",
            "path": "VARCHAR",
            "version": "INTEGER",
            "content_hash": "VARCHAR",
            "run_id": "VARCHAR",
            "landed_at": "TIMESTAMP",
        },
        "contacts": {
            **place,
            "source_record_id": "VARCHAR",
            "updated_at": "TIMESTAMP",
            "is_deleted": "BOOLEAN",
            **dict.fromkeys(vocabulary.raw_single, "VARCHAR"),
            **lists,
        },
        "interactions": {
            **place,
            "interaction_id": "VARCHAR",
            "source_record_id": "VARCHAR",
            "kind": "VARCHAR",
            "occurred_at": "TIMESTAMP",
            **lists,
            **dict.fromkeys(FACTS_TEXT, "VARCHAR"),
            **dict.fromkeys(FACTS_NUMBER, "DOUBLE"),
        },
        "quarantined_rows": {
            **place,
            "feed": "VARCHAR",
            "quarantine_number": "BIGINT",
            "source_record_id": "VARCHAR",
            "reason_code": "VARCHAR",
            "detail": "VARCHAR",
            "payload": "VARCHAR",
        },
    }


def landed_feeds(engine: Engine) -> set[tuple[str, str]]:
    """Return the ``(channel, feed)`` pairs of which anything was ever landed."""
    rows = engine.fetch("select distinct channel, feed from landed.landings")
    return {(str(channel), str(feed)) for channel, feed in rows.iter_rows()}


def landed_contents(engine: Engine) -> set[str]:
    """Return the content hashes of every file that was ever taken."""
    return set(engine.fetch("select distinct content_hash from landed.files")["content_hash"])


@dataclass(frozen=True)
class Intaker:
    """Takes deliveries for one run; ``now`` is the run's start (naive UTC), ``tell`` hears each file's name."""

    engine: Engine
    configuration: Configuration
    run_id: str
    now: datetime
    tell: Callable[[str], None] = lambda _: None

    def take(self, delivery: Delivery) -> Intake:
        """Take one delivery in one transaction; nothing happens if its content stands at its path already.

        A content that was landed under another path before is not read again, but stands at the new
        path too. A content whose mapping in ``omni.yaml`` has changed since is read anew.
        """
        channel = self.configuration.channel(delivery.channel)
        mapping_hash = fingerprint_feed(channel, delivery.feed)
        here = {"channel": delivery.channel, "feed": delivery.feed}
        known = self.engine.fetch(
            "select file_no, mapping_hash from landed.files"
            " where channel = $channel and feed = $feed and content_hash = $content_hash",
            {**here, "content_hash": delivery.content_hash},
        )
        last = self.engine.fetch(
            "select content_hash, version from landed.landings"
            " where channel = $channel and feed = $feed and path = $path"
            " order by version desc limit 1",
            {**here, "path": delivery.path},
        )
        is_read = known.height == 1 and known["mapping_hash"][0] == mapping_hash
        stands = last.height == 1 and last["content_hash"][0] == delivery.content_hash
        if is_read and stands:
            return Intake()
        self.tell(delivery.path)
        with self.engine.transaction():
            taken = Intake()
            if not is_read:
                if known.height:
                    self._forget(int(known["file_no"][0]))
                taken = self._read(delivery, channel, mapping_hash)
            if not stands:
                version = int(last["version"][0]) + 1 if last.height else 1
                self.engine.run(
                    "insert into landed.landings values"
                    " ($channel, $feed, $path, $version, $content_hash, $run_id, $landed_at)",
                    {
                        **here,
                        "path": delivery.path,
                        "version": version,
                        "content_hash": delivery.content_hash,
                        "run_id": self.run_id,
                        "landed_at": self.now,
                    },
                )
        return taken

    def _forget(self, file_no: int) -> None:
        for table in TABLES_BY_FILE:
            sql = f"delete from landed.{table} where file_no = $file_no"
            self.engine.run(sql, {"file_no": file_no})

    def _read(self, delivery: Delivery, channel: Channel, mapping_hash: str) -> Intake:
        newest = self.engine.fetch(
            "select coalesce(max(file_no), 0) + 1 as file_no from landed.files"
        )
        file_no = int(newest["file_no"][0])
        vocabulary = self.configuration.vocabulary
        if delivery.feed == "contacts":
            batches = read_contacts(delivery, channel, vocabulary)
        else:
            batches = read_interactions(delivery, channel, vocabulary, self.now)
        taken = Intake(file_count=1)
        damage = _Damage()
        place = [
            pl.lit(file_no, pl.Int32).alias("file_no"),
            pl.lit(delivery.channel).alias("channel"),
        ]
        for batch in batches:
            held_back = batch.quarantined
            self.engine.write(f"landed.{delivery.feed}", batch.accepted.with_columns(place))
            if held_back.height:
                numbers = pl.int_range(1, held_back.height + 1, dtype=pl.Int64)
                numbered = held_back.with_columns(
                    *place,
                    pl.lit(delivery.feed).alias("feed"),
                    (numbers + taken.quarantined_count).alias("quarantine_number"),
                )
                self.engine.write("landed.quarantined_rows", numbered)
            damage.look_at(batch)
            rows = batch.accepted.height + held_back.height
            taken += Intake(row_count=rows, quarantined_count=held_back.height)
        self.engine.run(
            "insert into landed.files values"
            " ($file_no, $channel, $feed, $content_hash, $mapping_hash, $row_count, 0, $is_complete)",
            {
                "file_no": file_no,
                "channel": delivery.channel,
                "feed": delivery.feed,
                "content_hash": delivery.content_hash,
                "mapping_hash": mapping_hash,
                "row_count": taken.row_count,
                "is_complete": damage.is_complete,
            },
        )
        return taken


class _Damage:
    """Whether a file was read to its end: no part unreadable, and not broken off in its last row."""

    def __init__(self) -> None:
        self._is_readable = True
        self._last_good = 0
        self._last_broken = 0

    def look_at(self, batch: Batch) -> None:
        """Take one batch into account, in file order."""
        held_back = batch.quarantined
        broken = held_back.filter(pl.col("reason_code").is_in(BROKEN_OFF_REASONS))
        self._is_readable &= not held_back["reason_code"].is_in(FILE_LEVEL_REASONS).any()
        self._last_good = max(self._last_good, _last_row(batch.accepted))
        self._last_broken = max(self._last_broken, _last_row(broken))

    @property
    def is_complete(self) -> bool:
        """True when nothing of the file seems to be missing."""
        return self._is_readable and self._last_good >= self._last_broken


def _last_row(rows: pl.DataFrame) -> int:
    last = rows["row_number"].max()
    return last if isinstance(last, int) else 0


def fingerprint_feed(channel: Channel, feed: str) -> str:
    """Return a hash of what ``omni.yaml`` says on how to read this feed (not where its files are)."""
    declared = channel.contacts if feed == "contacts" else channel.interactions
    assert declared is not None, "a delivery belongs to a declared feed"
    text = str(channel.country) + declared.model_dump_json(exclude={"files"})
    return hashlib.sha256(text.encode()).hexdigest()[:16]
