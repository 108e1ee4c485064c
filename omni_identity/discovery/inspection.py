"""Inspection: whether a configuration and what lies in the landing fit, from a sample of every feed's files."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from omni_identity.channels.batches import Batch
from omni_identity.channels.configuration import Channel, Configuration
from omni_identity.channels.deliveries import Delivery, hash_content
from omni_identity.channels.feed_checks import find_problems
from omni_identity.channels.feeds import (
    CatalogueFeed,
    ContactsFeed,
    Feed,
    FeedKind,
    InteractionsFeed,
    LinesFeed,
)
from omni_identity.channels.fetching.sources import is_fetched
from omni_identity.channels.file_faults import FileFault, as_sentence
from omni_identity.channels.landing_files import key_of, look, shown_key
from omni_identity.channels.readers import read_contacts, read_rows
from omni_identity.channels.reason_codes import BELOW_THE_TABLE, reason_for
from omni_identity.discovery.findings import FeedReport, Finding, Level, by_weight
from omni_identity.discovery.inspected_columns import column_findings
from omni_identity.discovery.inspected_values import (
    consent_findings,
    date_findings,
    kind_findings,
    repeated_ids,
    value_findings,
)
from omni_identity.discovery.samples import Sample, read_samples
from omni_identity.discovery.source_rows import words_of, write_first_rows
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.home import Home

MOST_FILES = 4
"""Of a feed, that are looked into: the newest by name, and the oldest."""
SAMPLE_ROWS = 20_000


def inspect(configuration: Configuration, home: Home, now: datetime) -> list[FeedReport]:
    """A report on every feed, in the order of ``omni.yaml``, and a last one on the home. Nothing is written.

    ``now``: naive UTC; what claims to be later has not happened yet.
    """
    reports = [
        _inspect_feed(configuration, channel, feed, home, now)
        for channel in configuration.channels
        for _, feed in channel.feeds()
    ]
    reports += [_inspect_catalogue(feed, home) for feed in configuration.catalogue]
    left = (*_untaken_files(configuration, home), *_destination_doubts(configuration, home))
    return [*reports, FeedReport("", "", 0, 0, left)]


def _inspect_feed(
    configuration: Configuration, channel: Channel, feed: Feed, home: Home, now: datetime
) -> FeedReport:
    """As of its files; of a database of which nothing was fetched yet, as of the first rows that it gives out."""
    if feed.source is None or any(look(feed, home.root)):
        return _inspect_files(configuration, channel, feed, home, now)
    name = f"{channel.name} {_kind_of(feed)}"
    shown = feed.source.shown
    with TemporaryDirectory(prefix="omni_check_") as scratch:
        place = Home(Path(scratch))
        try:
            write_first_rows(feed.source, place.root / feed.files.replace("*", "first_rows"))
        except FileFault as fault:
            level: Level = "fails" if os.environ.get(feed.source.url_env) else "doubtful"
            words = f"nothing was fetched yet, and {shown} cannot be looked into: {words_of(fault)}"
            return FeedReport(name, feed.files, 0, 0, (Finding(level, name, words),))
        report = _inspect_files(configuration, channel, feed, place, now)
    words = f"nothing was fetched yet: the first rows that {shown} gives out were looked at."
    return replace(report, findings=(*report.findings, Finding("note", name, words)))


def _inspect_files(
    configuration: Configuration, channel: Channel, feed: Feed, home: Home, now: datetime
) -> FeedReport:
    kind = _kind_of(feed)
    name = f"{channel.name} {kind}"
    files, findings = _files(feed, home, name)
    chosen = _chosen(files)
    samples: list[Sample] = []
    batches: list[Batch] = []
    for path in chosen:
        problems = list(_file_problems(feed, path, home, name))
        findings += problems
        if problems:
            continue
        samples += _samples_of(path, feed)
        delivery = Delivery(
            channel.name, kind, key_of(path, home.root), path, hash_content(path) or ""
        )
        try:
            batches += _batches(delivery, channel, configuration.vocabulary, now)
        except FileFault as fault:
            words = f"{delivery.path}: {as_sentence(fault.detail)} {fault.advice}"
            findings.append(Finding("fails", name, words))
    rows = _together([batch.accepted for batch in batches])
    held_back = _together([batch.quarantined for batch in batches])
    bound = configuration.checks.max_quarantined_share
    findings += _held_back(held_back, rows.height, bound, name)
    findings += value_findings(feed, rows, name)
    if not isinstance(
        feed, LinesFeed
    ):  # as many of its rows as an order has lines have the order's ID
        findings += repeated_ids(feed, [batch.accepted for batch in batches], name)
    findings += date_findings(feed, samples, channel.country, name)
    if isinstance(feed, ContactsFeed):
        findings += consent_findings(feed, rows, name)
    elif isinstance(feed, InteractionsFeed):
        findings += kind_findings(feed, rows, name)
    findings += column_findings(feed, samples, name)
    return FeedReport(
        name, feed.files, len(files), rows.height + held_back.height, tuple(by_weight(findings))
    )


def _kind_of(feed: Feed) -> FeedKind:
    if isinstance(feed, ContactsFeed):
        return "contacts"
    return "lines" if isinstance(feed, LinesFeed) else "interactions"


def _inspect_catalogue(feed: CatalogueFeed, home: Home) -> FeedReport:
    name = f"catalogue of {feed.channel}"
    files, findings = _files(feed, home, name)
    for path in files[-1:]:
        findings += _file_problems(feed, path, home, name)
    return FeedReport(name, feed.files, len(files), 0, tuple(by_weight(findings)))


def _files(feed: Feed, home: Home, name: str) -> tuple[list[Path], list[Finding]]:
    """The files of a feed's glob; a finding where there is none, and for each that is none."""
    files, odd = look(feed, home.root)
    findings = [
        Finding(
            "fails",
            name,
            f"{shown_key(path, home.root)}: {as_sentence(fault.detail)} {fault.advice}",
        )
        for path, fault in odd.items()
    ]
    if not files and not odd and is_fetched(feed):
        words = "nothing was fetched from its source yet: a run does that, and what it fetched is looked at here."
        findings.append(Finding("doubtful", name, words))
    elif not files and not odd:
        words = f"'{feed.files}' matches no file{_elsewhere(feed, home)}."
        if home.published_file.exists():  # a night without a delivery is none that fails
            findings.append(Finding("doubtful", name, words))
        else:
            findings.append(Finding("fails", name, words))
    return files, findings


def _elsewhere(feed: Feed, home: Home) -> str:
    """Where files with the same suffix lie in the landing, if any do."""
    suffix = Path(feed.files).suffix
    there = [p for p in sorted(home.landing.rglob(f"*{suffix}")) if p.is_file()] if suffix else []
    return f"; there is {key_of(there[0], home.root)}" if there else ""


def _chosen(files: Sequence[Path]) -> list[Path]:
    return [*files[:1], *files[1:][-(MOST_FILES - 1) :]]


def _file_problems(feed: Feed, path: Path, home: Home, name: str) -> Iterator[Finding]:
    """What of the configured columns a file lacks, or why it cannot be read at all."""
    alone = feed.model_copy(update={"files": glob.escape(str(path))})
    for key, problem in find_problems(alone, home.root):
        where = ".".join(str(step) for step in key)
        yield Finding("fails", name, f"{where}: {problem}")


def _samples_of(path: Path, feed: Feed) -> list[Sample]:
    """The tables of a file as they are, of which the feed's sheet is one; none where they cannot be told."""
    try:
        samples = read_samples(path)
    except FileFault:
        return []
    return [s for s in samples if feed.sheet in (None, s.sheet_name)][:1]


def _batches(
    delivery: Delivery, channel: Channel, vocabulary: Vocabulary, now: datetime
) -> list[Batch]:
    if delivery.feed == "contacts":
        return list(islice(read_contacts(delivery, channel, vocabulary, SAMPLE_ROWS), 1))
    return list(islice(read_rows(delivery, channel, vocabulary, now), 1))


def _together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()


def _held_back(held: pl.DataFrame, accepted: int, bound: float, name: str) -> Iterator[Finding]:
    """Why rows would be held back, and whether so many of them that nothing is published."""
    if not held.height:
        return
    is_row = held["reason_code"] != BELOW_THE_TABLE
    if not is_row.all():
        yield Finding("note", name, f"{reason_for(BELOW_THE_TABLE).meaning} Nothing is lost by it.")
    held = held.filter(is_row)
    if not held.height:
        return
    total = held.height + accepted
    share = held.height / total
    is_too_many = share > bound
    counts: Mapping[str, int] = Counter(held["reason_code"].to_list())
    for code, count in counts.items():
        reason = reason_for(code)
        words = f"{count:,} of {total:,} rows would be held back ({code}): {reason.meaning} {reason.mend}"
        yield Finding("fails" if is_too_many else "doubtful", name, words)
    if is_too_many:
        words = f"{share:.0%} of the rows would be held back, and a run publishes nothing above {bound:.0%}."
        yield Finding("fails", name, words)


def _untaken_files(configuration: Configuration, home: Home) -> Iterator[Finding]:
    """Files in the landing that no feed takes, and those that two feeds of one kind take."""
    feeds: list[tuple[str, str, Feed]] = [
        (f"{channel.name} {kind}", kind, feed)
        for channel in configuration.channels
        for kind, feed in channel.feeds()
    ]
    feeds += [
        (f"catalogue of {feed.channel}", "catalogue", feed) for feed in configuration.catalogue
    ]
    taken: dict[Path, list[tuple[str, str]]] = {}
    for name, kind, feed in feeds:
        files, odd = look(feed, home.root)
        for path in (*files, *odd):
            taken.setdefault(path, []).append((name, kind))
    there = (path for path in sorted(home.landing.rglob("*")) if path.is_file())
    folders: dict[Path, list[Path]] = {}
    for path in there:
        if path not in taken and not path.name.startswith("."):
            folders.setdefault(path.parent, []).append(path)
    for folder, paths in folders.items():
        what = paths[0].name if len(paths) == 1 else f"{len(paths)} files, such as {paths[0].name}"
        words = f"{key_of(folder, home.root)}: no feed takes {what}."
        yield Finding("doubtful", "", words)
    for path, names in taken.items():
        kinds = Counter(kind for _, kind in names)
        for kind, count in kinds.items():
            if count > 1:
                both = " and ".join(name for name, k in names if k == kind)
                yield Finding("doubtful", "", f"{key_of(path, home.root)} is taken by {both}.")


def _destination_doubts(configuration: Configuration, home: Home) -> Iterator[Finding]:
    """What keeps a destination from getting its publication, as far as can be seen without going there."""
    for name, destination in configuration.destinations.items():
        for key, words in destination.doubts(home.root):
            yield Finding("doubtful", "", f"destinations.{name}.{key}: {words}.")
