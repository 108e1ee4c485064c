"""Steps ``contacts/<channel>``, ``landed_interactions/<channel>``, ``landed_lines/<channel>``: take new files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from omni_identity.channels.configuration import Channel, Configuration
from omni_identity.channels.deliveries import find_feed_files
from omni_identity.channels.feeds import Feed, FeedKind
from omni_identity.channels.file_landing import Intake
from omni_identity.channels.intake import Intaker
from omni_identity.channels.landed_tables import TABLES_BY_FILE
from omni_identity.channels.quarantined_files import Seen, find_unread, note_quarantined_files
from omni_identity.channels.remembered_files import load_remembered, save_remembered
from omni_identity.engines import Engine, count_rows
from omni_identity.erasure.files.delivered import rewrite_without
from omni_identity.erasure.requests import load_suppression
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step

FAMILIES: dict[FeedKind, str] = {
    "contacts": "contacts",
    "interactions": "landed_interactions",
    "lines": "landed_lines",
}
"""What the tables of landed rows are called in lineage, and the first part of the names of these steps."""
LANDED = (
    "landed.files",
    "landed.landings",
    "landed.redactions",
    "landed.quarantined_files",
    "landed.remembered_files",
)
"""What is written beside the tables that have rows of files."""


def feeds_of(configuration: Configuration | None) -> Iterator[tuple[Channel, FeedKind, Feed]]:
    """Every feed that lands, in the order of ``omni.yaml``."""
    for channel in configuration.channels if configuration else ():
        for kind, feed in channel.feeds():
            yield channel, kind, feed


def is_landing(step: Step) -> bool:
    """Whether a step is one of these."""
    return step.name.partition("/")[0] in FAMILIES.values()


def land_feed(channel: str, kind: FeedKind, engine: Engine, run: RunContext) -> Outcome:
    """Take every new or changed file of one channel's feed; those that cannot be read are set aside, and said."""
    intake = take_files(channel, kind, engine, run)
    rows = count_rows(engine, f"(select 1 from landed.{kind} where channel = '{channel}')")
    return Outcome(
        {
            "files_taken": intake.file_count,
            "rows_landed": intake.row_count,
            "rows_suppressed": intake.suppressed_count,
            "rows_filtered": intake.filtered_count,
            "rows_quarantined": intake.quarantined_count,
            "files_set_aside": len(intake.set_aside),
        },
        {f"landed.{kind}": rows},
        tuple(f"{file.path}: {file.detail} ({file.advice})" for file in intake.set_aside),
    )


def take_files(channel: str, kind: FeedKind, engine: Engine, run: RunContext) -> Intake:
    """Land what is new or changed; return what came of it, with all files that are set aside."""
    suppression = load_suppression(run.home, run.configuration)
    intaker = Intaker(
        engine, run.configuration, run.run_id, run.now, rewrite_without, run.say, suppression
    )
    declared = run.configuration.channel(channel)
    remembered = load_remembered(engine, channel, kind)
    files = find_feed_files(declared, kind, run.home.root, remembered.hash_content)
    taken = intaker.take(files.deliveries)
    aside = [*files.set_aside, *taken.set_aside]
    paths = {file.path for file in aside}
    doubtful = {str(d.absolute) for d in files.deliveries if d.path in paths}
    save_remembered(engine, remembered, channel, kind, doubtful)
    aside += [file for file in find_unread(engine, files.deliveries) if file.path not in paths]
    note_quarantined_files(engine, (channel, kind), aside, Seen(run.run_id, run.now))
    return replace(taken, set_aside=tuple(aside))


def step_of(channel: Channel, kind: FeedKind, feed: Feed) -> Step:
    """The step that lands one channel's feed."""
    suffixes = [s for s in PurePath(feed.files).suffixes if s != ".gz"]
    formats = (suffix.removeprefix(".") for suffix in suffixes[-1:])
    kinds = {"polars", *(name for name in formats if name.isascii() and name.isalnum())}
    return Step(
        name=f"{FAMILIES[kind]}/{channel.name}",
        group="channels",
        description=f"What the channel {channel.name} has delivered: its {kind} as read, one row each.",
        reads="landing",
        writes=" ".join((*LANDED, *(f"landed.{table}" for table in TABLES_BY_FILE))),
        settings="default_country channels identifiers attributes",
        run=partial(land_feed, channel.name, kind),
        table=f"landed.{kind}",
        kinds=" ".join(sorted(kinds)),
    )
