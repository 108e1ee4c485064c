"""Carries out erasure requests: one after the other, every place where a person's data may stand.

Each step finds what it has to do by the hashes of the requests, and does it once for all. So whatever
instant an erasure is killed at, doing all of it again completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import cast

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import Delivery, SetAside, find_feed_files, hash_content
from omni_identity.channels.feeds import FeedKind
from omni_identity.channels.fetching.sources import clear_unfinished
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.quarantined_files import Seen, note_quarantined_files
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.redaction import (
    cannot_rewrite,
    change_content,
    note_redaction,
    redacted_content,
)
from omni_identity.channels.remembered_files import forget_remembered
from omni_identity.channels.suppression import Suppression
from omni_identity.engines import Engine
from omni_identity.erasure.delivered_rows import find_delivered_rows, set_aside
from omni_identity.erasure.files.delivered import rewrite_cut
from omni_identity.erasure.files.quoting import find_quoting_files
from omni_identity.erasure.files.rewriting import Rewrite, finish_rewrite, has_new_version
from omni_identity.erasure.memory import remember_erasures
from omni_identity.erasure.publication import redact_publication
from omni_identity.erasure.quoting_rows import (
    LANDED,
    find_quotations,
    landed_texts,
    mark_landed_texts,
)
from omni_identity.erasure.requests import (
    count_hashes,
    erased_golden_ids,
    load_suppression,
    mark_completed,
    unfinished_erasures,
)
from omni_identity.erasure.rows import ROWS, find_erased_rows
from omni_identity.erasure.traces import (
    OWN,
    clear_spill,
    models_purged_of,
    purge_access_log,
    purge_labels,
    purge_models,
    purge_reports,
    purge_verdicts,
)
from omni_identity.erasure.warehouse import (
    delete_erased_rows,
    drop_derived,
    forget_addressed,
    leave_tombstones,
    write_anew,
)
from omni_identity.identity.standardised_contacts import standardise_landed_contacts
from omni_identity.insight.interactions import standardise_interaction_identifiers
from omni_identity.model.home import Home
from omni_identity.publish.published_state import is_behind
from omni_identity.publish.runs import put_right
from omni_identity.stewardship.judgement_chain import (
    chain_begun_anew,
    find_edits,
    remember_heads,
)


def purge_older_models(engine: Engine, home: Home, configuration: Configuration) -> None:
    """Take the erased out of models that a backup has brought back, once all that is left of them has landed.

    Reads ``landed.standardised_contacts``.
    """
    hash_count = count_hashes(home)
    if hash_count == models_purged_of(home.models):
        return
    engine.run(f"create or replace temp table {ROWS} (file_no INTEGER, row_number BIGINT)")
    purge_models(engine, home.models, configuration.vocabulary, hash_count)
    engine.run(f"drop table {ROWS}")


@dataclass(frozen=True)
class Erased:
    """What an erasure found: rows that went from the warehouse, files and verdicts that were rewritten.

    ``left`` are files, delivered or the product's own, that could not be looked into or rewritten.
    """

    row_count: int
    file_count: int
    verdict_count: int
    left: tuple[SetAside, ...] = ()


@dataclass(frozen=True)
class _Landing:
    """What erased rows mean for the landing: new files, contents that stand nowhere any more, or still
    with the erased rows in them, and the files of these."""

    rewrites: tuple[tuple[Rewrite, tuple[Delivery, ...]], ...]
    gone: tuple[Delivery, ...]
    left: tuple[SetAside, ...]


def complete_erasures(
    engine: Engine, home: Home, configuration: Configuration, now: datetime
) -> Erased:
    """Carry out all requests on record, those that were completed before too, and close the warehouse.

    ``engine`` has the warehouse of ``home`` open, with every lasting table in place. What is derived
    is gone afterwards; the next run derives it anew. A file that cannot be rewritten stops nothing: the
    landing of every run tries a delivered one again, and an erasure with another is not completed before
    it can be. Writes the tables of ``landed``, ``ledger`` and ``settled``. Raises ``RunFailed`` when the key of
    the hashes is not there.
    """
    requests = unfinished_erasures(home)
    suppression = load_suppression(home, configuration)
    assert suppression is not None, "there are requests"
    put_right(engine, home)
    standardise_landed_contacts(engine, configuration)
    standardise_interaction_identifiers(engine, configuration)
    find_erased_rows(engine, configuration, suppression)
    quotations = Quotations(suppression)
    cells = configuration.vocabulary.identifiers
    places = landed_texts(configuration.vocabulary)
    quoting = find_quotations(engine, quotations, places, LANDED, cells)
    clear_unfinished(home.root)
    _finish_rewrites(engine, home, configuration, suppression)
    landing = _prepare_landing(engine, home, configuration, suppression, now)
    channels, words = [c.name for c in configuration.channels], configuration.vocabulary
    redact_publication(engine, home, suppression, erased_golden_ids(home), configuration)
    if not is_behind(engine, home):  # else what remains has yet to land: the run purges them then
        purge_models(engine, home.models, words, count_hashes(home))
    own: list[SetAside] = []
    find_edits(engine, home, is_chain_needed=False)
    with chain_begun_anew(home):
        verdicts = purge_verdicts(home.judgements, suppression, channels, own.append)
    purge_access_log(home, suppression, own.append)
    purge_labels(home.truth, suppression, own.append)
    purge_reports(home.reports, suppression, channels)
    mark = partial(mark_landed_texts, engine, quoting, cells)
    rows = _purge_warehouse(engine, home, suppression, landing, mark)
    note_quarantined_files(engine, OWN, own, Seen(None, now))
    left = [*landing.left, *_put_in_place(landing)]
    write_anew(engine)
    clear_spill(home.warehouse)
    if not own:
        mark_completed(home, requests, now)
    return Erased(rows, len(landing.rewrites), verdicts, (*left, *own))


def _finish_rewrites(
    engine: Engine, home: Home, configuration: Configuration, suppression: Suppression
) -> None:
    """Put in place what a killed erasure had written beside delivered files, and the warehouse already knows.

    The rows are gone from the warehouse then, and with them what says whose an order's lines are that stand in a
    file of their own.
    """

    def hash_of(path: Path) -> str | None:
        return hash_content(path) if has_new_version(path) else None

    for channel in configuration.channels:
        for kind, _ in channel.feeds():
            for delivery in find_feed_files(channel, kind, home.root, hash_of).deliveries:
                content_hash = redacted_content(engine, suppression.key, delivery)
                if content_hash is not None and content_hash != delivery.content_hash:
                    finish_rewrite(delivery.absolute, content_hash)


def _put_in_place(landing: _Landing) -> Iterator[SetAside]:
    """Put the new files in the place of the old; those that cannot be."""
    for rewrite, deliveries in landing.rewrites:
        try:
            rewrite.put_in_place()
        except OSError as error:
            yield set_aside(deliveries[0], cannot_rewrite(error))


def _purge_warehouse(
    engine: Engine,
    home: Home,
    suppression: Suppression,
    landing: _Landing,
    mark: Callable[[], None],
) -> int:
    with engine.transaction():
        rows = delete_erased_rows(engine)
        mark()
        leave_tombstones(engine)
        forget_addressed(engine, erased_golden_ids(home))
        for rewrite, deliveries in landing.rewrites:
            for delivery in deliveries:
                change_content(engine, suppression.key, delivery, rewrite.content_hash)
        for delivery in landing.gone:
            note_redaction(engine, suppression.key, delivery, delivery.content_hash)
        forget_remembered(engine)
        remember_erasures(engine, home)
        remember_heads(engine, home)
        drop_derived(engine)
    return rows


def _prepare_landing(
    engine: Engine,
    home: Home,
    configuration: Configuration,
    suppression: Suppression,
    now: datetime,
) -> _Landing:
    """Write, beside every delivered file that holds or quotes erased persons, what is to take its place."""
    delivered = find_delivered_rows(engine, home, configuration, suppression, now)
    by_path, left = delivered.by_path, delivered.left
    quotations = Quotations(suppression)
    without = (found[0][0] for found in by_path.values() if not any(rows for _, rows in found))
    quoting, faults = find_quoting_files(
        ((d.absolute, dict(configuration.channel(d.channel).feeds())[d.feed]) for d in without),
        quotations,
    )
    rewrites = []
    for path, found in by_path.items():
        try:
            if path in faults:
                raise faults[path]
            if path in quoting or any(rows for _, rows in found):
                rewrites.append(_prepare(configuration, found, quotations))
        except FileFault as fault:
            left.append(set_aside(found[0][0], fault))
    standing = {(d.channel, d.feed, d.content_hash) for _, found in rewrites for d in found}
    unwritten = {(f.channel, f.feed, f.content_hash) for f in left if f.content_hash is not None}
    gone = (
        Delivery(channel, cast(FeedKind, feed), "", Path(), content_hash)
        for channel, feed, content_hash in sorted((delivered.landed | unwritten) - standing)
    )
    return _Landing(tuple(rewrites), tuple(gone), tuple(left))


def _prepare(
    configuration: Configuration,
    found: Iterable[tuple[Delivery, set[int]]],
    quotations: Quotations,
) -> tuple[Rewrite, tuple[Delivery, ...]]:
    """The new version of one file, which may be of several feeds; ``FileFault`` if there can be none."""
    deliveries = tuple(delivery for delivery, _ in found)
    first = deliveries[0]
    rows: dict[str, set[int]] = {}
    for delivery, numbers in found:
        rows.setdefault(delivery.feed, set()).update(numbers)
    channel = configuration.channel(first.channel)
    return rewrite_cut(first, channel, rows, quotations), deliveries
