"""Quarantined files: what every run finds set aside as a whole, kept with the run that saw it first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import Delivery, SetAside
from omni_identity.channels.file_faults import advice_for
from omni_identity.channels.landed_tables import UNREAD_FILES, read_feeds
from omni_identity.channels.reason_codes import HOLDS_ERASED_ROWS, UNREACHABLE_SOURCE
from omni_identity.engines import Engine

SCHEMA = pl.Schema(
    {
        **dict.fromkeys(("channel", "feed", "path", "content_hash"), pl.String()),
        **dict.fromkeys(("reason_code", "detail", "advice"), pl.String()),
        "is_partly_taken": pl.Boolean(),
        "first_seen_run_id": pl.String(),
        "first_seen_at": pl.Datetime("us"),
        "last_seen_run_id": pl.String(),
    }
)
_HERE = "channel = $channel and feed = $feed"
_SET_ASIDE = "channel, feed, path, content_hash, reason_code, detail, advice, is_partly_taken"


@dataclass(frozen=True)
class Seen:
    """The run that sees the files (null: an erasure does), and when it began (UTC, no zone)."""

    run_id: str | None
    now: datetime


def note_quarantined_files(
    engine: Engine, feed: tuple[str, str], found: Iterable[SetAside], seen: Seen
) -> None:
    """Let ``found`` be all files of a feed (``channel, feed``) that are set aside; each path counts once.

    A file that was set aside before, for the same reason, keeps the run that saw it first. What this run
    could not fetch (:func:`note_unfetched`) stays.
    """
    unfetched = [file for file in _unfetched(engine, feed, seen) if seen.run_id is not None]
    _note(engine, feed, [*found, *unfetched], seen)


def note_unfetched(
    engine: Engine, found: Mapping[tuple[str, str], Iterable[SetAside]], seen: Seen
) -> None:
    """Let ``found`` be all that the sources of these feeds (``channel, feed``) do not give out."""
    for feed, files in found.items():
        known = [
            file
            for file in list_quarantined_files(engine)
            if (file.channel, file.feed) == feed and file.reason_code != UNREACHABLE_SOURCE
        ]
        _note(engine, feed, [*known, *files], seen)


def _unfetched(engine: Engine, feed: tuple[str, str], seen: Seen) -> list[SetAside]:
    rows = engine.fetch(
        f"select {_SET_ASIDE} from landed.quarantined_files where {_HERE}"
        " and reason_code = $reason_code and last_seen_run_id = $run_id order by path",
        {
            "channel": feed[0],
            "feed": feed[1],
            "reason_code": UNREACHABLE_SOURCE,
            "run_id": seen.run_id,
        },
    )
    return [SetAside(*row) for row in rows.iter_rows()]


def _note(engine: Engine, feed: tuple[str, str], found: Iterable[SetAside], seen: Seen) -> None:
    here = {"channel": feed[0], "feed": feed[1]}
    before = engine.fetch(
        "select path, reason_code, coalesce(content_hash, '') as content_hash, first_seen_run_id,"
        f" first_seen_at from landed.quarantined_files where {_HERE}",
        here,
    )
    first = {(path, why, content): at for path, why, content, *at in before.iter_rows()}
    rows = []
    for file in sorted({f.path: f for f in reversed(list(found))}.values(), key=lambda f: f.path):
        known = first.get(
            (file.path, file.reason_code, file.content_hash or ""), [seen.run_id, seen.now]
        )
        rows.append(
            (
                *(file.channel, file.feed, file.path, file.content_hash),
                *(file.reason_code, file.detail, file.advice, file.is_partly_taken),
                *(*known, seen.run_id),
            )
        )
    if not rows and not before.height:
        return
    with engine.transaction():
        engine.run(f"delete from landed.quarantined_files where {_HERE}", here)
        if rows:
            engine.write("landed.quarantined_files", pl.DataFrame(rows, SCHEMA, orient="row"))


def find_unread(engine: Engine, deliveries: Iterable[Delivery]) -> list[SetAside]:
    """The deliveries of one feed of which a part, or nothing, could be read, as the warehouse has it."""
    by_content: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_content.setdefault(delivery.content_hash, []).append(delivery)
    if not by_content:
        return []
    first = next(iter(by_content.values()))[0]
    rows = engine.fetch(
        "select f.content_hash, q.reason_code, q.detail, u.file_no is null as is_partly_taken"
        " from landed.files f join landed.quarantined_rows q using (file_no)"
        f" left join ({UNREAD_FILES}) u on u.file_no = f.file_no"
        " where q.row_number is null and f.channel = $channel and f.feed = $feed"
        " order by f.content_hash, q.quarantine_number",
        {"channel": first.channel, "feed": first.feed},
    )
    return [
        SetAside(
            *(delivery.channel, delivery.feed, delivery.path, content_hash),
            *(reason_code, detail, advice_for(reason_code), is_partly_taken),
        )
        for content_hash, reason_code, detail, is_partly_taken in rows.iter_rows()
        for delivery in by_content.get(content_hash, ())
    ]


def list_quarantined_files(engine: Engine) -> list[SetAside]:
    """All files that the last run found set aside, by channel, feed and path."""
    rows = engine.fetch(
        f"select {_SET_ASIDE} from landed.quarantined_files order by channel, feed, path"
    )
    return [SetAside(*row) for row in rows.iter_rows()]


def forget_undeclared(engine: Engine, configuration: Configuration) -> None:
    """Forget the files of feeds that ``omni.yaml`` no longer declares."""
    declared = [f"{c.name}/{kind}" for c in configuration.channels for kind, _ in c.feeds()]
    declared += [f"{feed.channel}/catalogue" for feed in configuration.catalogue]
    engine.run(
        "delete from landed.quarantined_files"
        " where channel <> '' and not list_contains($declared::varchar[], channel || '/' || feed)",
        {"declared": declared},
    )


def find_feeds_without_a_file(engine: Engine) -> list[SetAside]:
    """The files that are set aside of feeds none of whose files was ever read."""
    read = read_feeds(engine)
    return [
        file
        for file in list_quarantined_files(engine)
        if file.feed != "catalogue"
        and file.reason_code != HOLDS_ERASED_ROWS
        and (file.channel, file.feed) not in read
    ]
