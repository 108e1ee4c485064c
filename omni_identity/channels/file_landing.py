"""Lands one file: writes what was read of it, row by row and what is held back, in the place of a former reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.ambiguous_ids import LandedFile, find_ambiguous, hold_back
from omni_identity.channels.batches import Batch, PassedOver
from omni_identity.channels.configuration import Channel
from omni_identity.channels.damage import Damage
from omni_identity.channels.deliveries import Delivery, SetAside
from omni_identity.channels.landed_tables import forget_file
from omni_identity.channels.message_texts import take_messages
from omni_identity.channels.readers import payloads_of
from omni_identity.engines import Engine


@dataclass(frozen=True)
class Intake:
    """What one run took from one channel's feed, and the files that it set aside.

    ``filtered_count``: rows that are none of the feed's, for whatever reason.
    """

    file_count: int = 0
    row_count: int = 0
    quarantined_count: int = 0
    suppressed_count: int = 0
    filtered_count: int = 0
    set_aside: tuple[SetAside, ...] = ()

    def __add__(self, other: Intake) -> Intake:
        return Intake(
            self.file_count + other.file_count,
            self.row_count + other.row_count,
            self.quarantined_count + other.quarantined_count,
            self.suppressed_count + other.suppressed_count,
            self.filtered_count + other.filtered_count,
            self.set_aside + other.set_aside,
        )


@dataclass(frozen=True)
class FileLanding:
    """Where a delivered file lands: as which number, and read by which settings of its feed.

    ``former_no`` is the number of a former reading of the same content, which gives way.
    """

    engine: Engine
    delivery: Delivery
    channel: Channel
    mapping_hash: str
    file_no: int
    former_no: int | None

    def write(self, batches: Iterable[Batch]) -> tuple[Intake, list[int]]:
        """Write all batches of the file; what was taken, and the numbers of rows of erased persons.

        Raises ``FileFault`` where it cannot be read to its end, or its ID is none: what was written so far is there.
        """
        taken, suppressed = Intake(file_count=1), list[int]()
        damage, passed_over, unread = Damage(), PassedOver(), Counter[str]()
        key = "source_record_id" if self.delivery.feed == "contacts" else "interaction_id"
        ids = list[pl.Series]()
        for batch in batches:
            if batch.accepted.height and self.delivery.feed != "lines":
                ids.append(batch.accepted[key].hash())
            taken += self._write_batch(batch, taken.quarantined_count)
            damage.look_at(batch)
            suppressed += batch.suppressed
            passed_over += batch.passed_over
            unread.update(batch.unread)
        taken += self._hold_back_ambiguous(ids, taken)
        self._write_unread(unread)
        if self.former_no is not None:
            forget_file(self.engine, self.former_no)
        self._enter(taken, passed_over, damage.is_complete)
        return taken, suppressed

    def _write_batch(self, batch: Batch, held_back_count: int) -> Intake:
        """Write one batch, after so many rows that were held back."""
        accepted, messages = take_messages(batch.accepted)
        self._write(self.delivery.feed, accepted)
        if messages is not None and messages.height:
            self._write("messages", messages)
        held_back = batch.quarantined
        if held_back.height:
            self._quarantine(held_back, held_back_count)
        if batch.lines is not None and batch.lines.height:
            self._write("interaction_lines", batch.lines)
        out, unlanded = len(batch.suppressed), batch.passed_over.count
        rows = batch.accepted.height + held_back.height + out + unlanded
        return Intake(0, rows, held_back.height, out, unlanded)

    def _hold_back_ambiguous(self, ids: Sequence[pl.Series], taken: Intake) -> Intake:
        """Hold back the landed rows of the file that share an ID and contradict each other; how many they are."""
        delivery = self.delivery
        file = LandedFile(self.channel, delivery.feed, self.file_no, taken.row_count)
        found = find_ambiguous(self.engine, file, ids)
        if not found.height:
            return Intake()
        declared = dict(self.channel.feeds())[delivery.feed]
        texts = payloads_of(delivery, declared, found["row_number"].to_list())
        held = hold_back(self.engine, delivery.feed, self.file_no, found, texts)
        self._quarantine(held, taken.quarantined_count)
        return Intake(quarantined_count=held.height)

    def _quarantine(self, rows: pl.DataFrame, count: int) -> None:
        """Write rows that are held back, numbered from ``count`` on."""
        numbers = pl.int_range(1, rows.height + 1, dtype=pl.Int64) + count
        feed = pl.lit(self.delivery.feed).alias("feed")
        self._write("quarantined_rows", rows.with_columns(feed, numbers.alias("quarantine_number")))

    def _write_unread(self, unread: Counter[str]) -> None:
        if not unread:
            return
        counts = pl.DataFrame(
            {"attribute": list(unread), "value_count": list(unread.values())},
            schema={"attribute": pl.String, "value_count": pl.Int64},
        )
        feed = pl.lit(self.delivery.feed).alias("feed")
        self._write("unread_values", counts.with_columns(feed))

    def _write(self, table: str, rows: pl.DataFrame) -> None:
        place = [
            pl.lit(self.file_no, pl.Int32).alias("file_no"),
            pl.lit(self.delivery.channel).alias("channel"),
        ]
        self.engine.write(f"landed.{table}", rows.with_columns(place))

    def _enter(self, taken: Intake, passed_over: PassedOver, is_complete: bool) -> None:
        """Enter the file in ``landed.files``."""
        values = {
            "file_no": self.file_no,
            "channel": self.delivery.channel,
            "feed": self.delivery.feed,
            "content_hash": self.delivery.content_hash,
            "mapping_hash": self.mapping_hash,
            "row_count": taken.row_count,
            "suppressed_count": taken.suppressed_count,
            "filtered_count": passed_over.filtered,
            "absent_count": passed_over.absent,
            "further_count": passed_over.further,
            "is_complete": is_complete,
        }
        selected = ", ".join(f"${name} as {name}" for name in values)
        self.engine.run(f"insert into landed.files by name select {selected}", values)
