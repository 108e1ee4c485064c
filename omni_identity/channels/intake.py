"""Takes deliveries into the warehouse: each content once, whole or not at all, accepted and quarantined rows."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from omni_identity.channels.batches import Batch, Broken, quarantine
from omni_identity.channels.configuration import Channel, Configuration
from omni_identity.channels.damage import require_rows
from omni_identity.channels.deliveries import Delivery, SetAside
from omni_identity.channels.file_faults import FileFault, guarded
from omni_identity.channels.file_landing import FileLanding, Intake
from omni_identity.channels.landed_tables import BY_FILE, forget_file
from omni_identity.channels.landings import FeedLandings, load_landings
from omni_identity.channels.readers import read_rows
from omni_identity.channels.redaction import (
    Rewrite,
    Rewriter,
    cannot_rewrite,
    change_content,
    former_content,
    note_redaction,
    redacted_content,
    redacted_originals,
    suppressed_rows,
)
from omni_identity.channels.suppression import Suppression
from omni_identity.engines import Engine
from omni_identity.engines.ahead import Ahead
from omni_identity.model.code_fingerprints import fingerprint_module

BATCHES_AHEAD = 2
"""How many batches of a file wait to be written at most: one is what some ten megabytes of the file hold."""
ROWS_TOGETHER = 250_000
"""Small deliveries are committed together from so many rows: these DuckDB writes to the tables at once, fewer
first to its log."""


@dataclass(frozen=True)
class _Found:
    """What is known of a delivered content: its hash without the erased persons that it is known to hold,
    the file that was read with it, whether that was read as ``omni.yaml`` now says, and why nothing could be.
    """

    redacted: str | None
    file_no: int | None
    is_read: bool
    unread: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class Intaker:
    """Takes deliveries for one run; ``now`` is the run's start (naive UTC), ``say`` hears each file's name.

    ``suppression`` is who has been erased: their rows are counted and not kept, neither here nor in
    the delivered file, which ``rewrite_without`` rewrites without them.
    """

    engine: Engine
    configuration: Configuration
    run_id: str
    now: datetime
    rewrite_without: Rewriter
    say: Callable[[str], None] = lambda _: None
    suppression: Suppression | None = None

    def _untaken(
        self, deliveries: Sequence[Delivery], landings: FeedLandings
    ) -> Iterator[Delivery]:
        """Those of one feed's deliveries of which something may be new."""
        key, originals = b"", frozenset[str]()
        if self.suppression is not None:
            key = self.suppression.key
            originals = redacted_originals(self.engine, landings.channel, landings.feed)
        for delivery in self._governed(deliveries):
            content_hash = delivery.content_hash
            if (
                landings.standing_content(delivery.path) != content_hash
                or landings.mapping_of(content_hash) != self._mapping_hash(delivery)
                or content_hash in landings.unread
                or (originals and former_content(key, delivery) in originals)
            ):
                yield delivery

    def take(self, deliveries: Sequence[Delivery]) -> Intake:
        """Take one feed's deliveries, each whole or not at all; nothing happens to those that stand already.

        A content that was landed under another path before is not read again, but stands at the new
        path too. A content whose mapping in ``omni.yaml`` has changed since is read anew, and so is one
        of which nothing could be read. A content from which persons were erased since is the same content
        as without them. A file that cannot be read, or changes meanwhile, is set aside, and stops no other.

        The next delivery is read while one is written, so a fault of it is not heard of before its turn.
        """
        taken = Intake()
        if not deliveries:
            return taken
        landings = load_landings(self.engine, deliveries[0].channel, deliveries[0].feed)
        untaken = deque(self._untaken(deliveries, landings))
        with ExitStack() as readings:
            reading: Ahead[Batch] | None = None
            while untaken:
                group, rewrite = Intake(), None
                with self.engine.transaction():
                    while untaken and rewrite is None and group.row_count < ROWS_TOGETHER:
                        delivery, following = untaken.popleft(), next(iter(untaken), None)
                        ahead = None
                        if following is not None:
                            next_found = self._look_up(following, landings)
                            if not next_found.is_read:
                                reading_next = self._start_reading(following, next_found)
                                ahead = readings.enter_context(reading_next)
                        found, rewrite = self._take(delivery, reading, landings)
                        group += found
                        if reading is not None:
                            reading.close()  # its content may have come with the delivery before
                        reading = ahead
                taken += group
                if rewrite is not None:
                    taken += self._put_in_place(rewrite, delivery)
        return taken

    def _take(
        self,
        delivery: Delivery,
        reading: Ahead[Batch] | None,
        landings: FeedLandings,
    ) -> tuple[Intake, Rewrite | None]:
        """Take one delivery; ``reading`` is what reads it, if it was begun before.

        Returns too what is to be put in the place of its file once this is committed.
        """
        found = self._look_up(delivery, landings)
        content_hash = found.redacted or delivery.content_hash
        if (
            found.is_read
            and found.redacted is None
            and landings.standing_content(delivery.path) == content_hash
        ):
            return Intake(), None
        self.say(delivery.path)
        rewrite, taken = None, Intake()
        try:
            if found.is_read:
                suppressed = self._find_suppressed(delivery, found.redacted)
            else:
                with reading or self._start_reading(delivery, found) as batches:
                    taken, suppressed = self._write(delivery, batches, found, landings)
                content_hash = delivery.content_hash
        except FileFault as fault:
            return self._set_aside(delivery, found, fault, landings), None
        try:
            rewrite = self._rewrite(delivery, suppressed)
        except FileFault as fault:
            taken += self._leave_erased_rows(delivery, content_hash, fault)
        stands = landings.standing_content(delivery.path) == content_hash
        if not stands or found.unread is not None:
            landings.note_landing(self.engine, delivery, content_hash, self.run_id, self.now)
        if self.suppression and rewrite and rewrite.content_hash != content_hash:
            before = replace(delivery, content_hash=content_hash)
            change_content(self.engine, self.suppression.key, before, rewrite.content_hash)
            landings.refresh(self.engine)
        return taken, rewrite

    def _set_aside(
        self, delivery: Delivery, found: _Found, fault: FileFault, landings: FeedLandings
    ) -> Intake:
        """Keep nothing of a delivery but why; of a fault of its content also beside that content."""
        file = SetAside.by(
            fault, delivery.channel, delivery.feed, delivery.path, delivery.content_hash
        )
        self.say(f"{delivery.path} is set aside: {fault.detail}")
        if found.is_read or not fault.is_of_content:
            return Intake(set_aside=(file,))
        taken = Intake()
        words = (self._mapping_hash(delivery), fault.reason_code, fault.detail)
        if found.unread != words:
            broken = [Broken(None, fault.reason_code, fault.detail)]
            batch = Batch(pl.DataFrame(schema={"row_number": pl.Int64}), quarantine(broken))
            taken, _ = self._write(delivery, [batch], found, landings)
        content_hash = delivery.content_hash
        if landings.standing_content(delivery.path) != content_hash:
            landings.note_landing(self.engine, delivery, content_hash, self.run_id, self.now)
        return taken + Intake(set_aside=(file,))

    def _rewrite(self, delivery: Delivery, suppressed: Collection[int]) -> Rewrite | None:
        if self.suppression is None:
            return None
        channel = self.configuration.channel(delivery.channel)
        return self.rewrite_without(delivery, channel, suppressed, self.suppression)

    def _leave_erased_rows(self, delivery: Delivery, content_hash: str, fault: FileFault) -> Intake:
        """Say that rows of erased persons stand in a file that cannot be rewritten; the next run tries again."""
        assert self.suppression is not None, "rows were suppressed"
        self.say(f"{delivery.path}: {fault.detail}")
        note_redaction(self.engine, self.suppression.key, delivery, content_hash)
        place = (delivery.channel, delivery.feed, delivery.path)
        return Intake(set_aside=(SetAside.by(fault, *place, content_hash),))

    def _put_in_place(self, rewrite: Rewrite, delivery: Delivery) -> Intake:
        try:
            rewrite.put_in_place()
        except OSError as error:
            fault = cannot_rewrite(error)
            place = (delivery.channel, delivery.feed, delivery.path)
            return Intake(set_aside=(SetAside.by(fault, *place, rewrite.content_hash),))
        return Intake()

    def _look_up(self, delivery: Delivery, landings: FeedLandings) -> _Found:
        """What the warehouse knows of a delivery's content."""
        redacted = self._redacted(delivery)
        known = landings.files.get(redacted or delivery.content_hash)
        if known is None:
            return _Found(redacted, None, False)
        why = landings.unread.get(delivery.content_hash)
        is_read = why is None and known[1] == self._mapping_hash(delivery)
        return _Found(redacted, known[0], is_read, why)

    def _mapping_hash(self, delivery: Delivery) -> str:
        """What a delivery is read by: its feed's settings, and what the file's name says."""
        channel = self.configuration.channel(delivery.channel)
        fingerprint = fingerprint_feed(channel, delivery.feed)
        constants = dict(channel.feeds())[delivery.feed].constants()
        path = delivery.governing_path or delivery.path
        words = [constant.word_for(path) for constant in constants if constant.by_file]
        if not words:
            return fingerprint
        said = hashlib.sha256(repr(words).encode()).hexdigest()[:8]
        return f"{fingerprint}{BY_FILE}{said}"

    def _governed(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """The deliveries of one feed, each with the path whose name decides: of all that had its content, the last."""
        name, feed = deliveries[0].channel, deliveries[0].feed
        declared = dict(self.configuration.channel(name).feeds())[feed]
        if not any(constant.by_file for constant in declared.constants()):
            return deliveries
        here = {"channel": name, "feed": feed}
        rows = self.engine.fetch(
            "select content_hash, max(path) as path from landed.landings"
            " where channel = $channel and feed = $feed group by content_hash",
            here,
        )
        last: dict[str, str] = dict(rows.iter_rows())
        for delivery in deliveries:
            known = last.get(delivery.content_hash, "")
            last[delivery.content_hash] = max(known, delivery.path)
        return [replace(d, governing_path=last[d.content_hash]) for d in deliveries]

    def _start_reading(self, delivery: Delivery, found: _Found) -> Ahead[Batch]:
        channel = self.configuration.channel(delivery.channel)
        words, suppression = self.configuration.vocabulary, self.suppression
        # what was read before may lack a column that only newer files have
        is_new = found.file_no is None or found.unread is not None
        delivery = replace(delivery, is_new=is_new)

        def read() -> Generator[Batch, None, None]:
            batches = read_rows(delivery, channel, words, self.now, suppression)
            yield from require_rows(guarded(batches))

        return Ahead(read, BATCHES_AHEAD)

    def _redacted(self, delivery: Delivery) -> str | None:
        """The content hash of a delivery without the erased persons that it is known to hold."""
        if self.suppression is None:
            return None
        return redacted_content(self.engine, self.suppression.key, delivery)

    def _find_suppressed(self, delivery: Delivery, redacted: str | None) -> Collection[int]:
        """The rows of erased persons that a channel brought back in a content that was read before."""
        if self.suppression is None or redacted is None:
            return ()
        channel = self.configuration.channel(delivery.channel)
        words = self.configuration.vocabulary
        return suppressed_rows(delivery, channel, words, self.suppression, self.now)

    def _write(
        self,
        delivery: Delivery,
        batches: Iterable[Batch],
        found: _Found,
        landings: FeedLandings,
    ) -> tuple[Intake, list[int]]:
        """Write a file and its rows in the place of the one that was ``found``; what was taken, and the numbers
        of rows kept out.

        On a ``FileFault`` nothing of the file stays, and the former does.
        """
        file_no = landings.last_file_no + 1
        try:
            written = FileLanding(
                self.engine,
                delivery,
                self.configuration.channel(delivery.channel),
                self._mapping_hash(delivery),
                file_no,
                found.file_no,
            ).write(batches)
        except FileFault:
            forget_file(self.engine, file_no)
            raise
        landings.files.pop(found.redacted or delivery.content_hash, None)
        landings.files[delivery.content_hash] = (file_no, self._mapping_hash(delivery))
        landings.last_file_no = file_no
        return written


HOW_NOT_TO_READ = {
    *(
        "files",
        "source",
        "opt_out",
        "consent_words",
        "on_bad_file",
        "follow_links",
        "max_age_days",
        "preset",
    )
}
"""Settings of a feed that say nothing of how its files are read."""


def fingerprint_feed(channel: Channel, feed: str) -> str:
    """Return a hash of what ``omni.yaml`` says on how to read this feed (not where its files are), and of the
    code that reads it: a file that other code has read is read anew, for as long as it is delivered."""
    declared = {str(kind): one for kind, one in channel.feeds()}[feed]
    text = fingerprint_module(__name__) + str(channel.country)
    text += declared.model_dump_json(exclude=HOW_NOT_TO_READ)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
