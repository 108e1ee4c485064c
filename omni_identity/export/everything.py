"""Collects everything about one person, as one document of plain values: what both files of an export show.

The document is public: docs/privacy.md describes it. ``FORMAT_VERSION`` grows with every change that a reader of
before could not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.landed_tables import TABLES_BY_FILE
from omni_identity.channels.quotations import Quotations
from omni_identity.engines import Engine, count_rows
from omni_identity.erasure.quoting_rows import LANDED, find_quotations, landed_texts
from omni_identity.erasure.search import Person
from omni_identity.erasure.warehouse import erased_condition
from omni_identity.export.delivered_texts import read_delivered_texts
from omni_identity.export.others import without_others
from omni_identity.export.recipients import list_recipients
from omni_identity.export.subject import (
    OWN_IDS,
    Subject,
    find_subject,
    published_conditions,
    records_of_others,
)
from omni_identity.model.home import Home
from omni_identity.publish.published_state import named_run, published_folder
from omni_identity.stewardship.access_log import accesses_to
from omni_identity.stewardship.judgement_files import read_verdict_files

FORMAT = "omni_identity.person_export"
FORMAT_VERSION = 1
HELD_BACK = "quarantined_rows"
_READ_FROM_LANDED = ("quarantined_records",)
"""Published tables whose rows the document has from ``landed``, where it is known whose they are."""

Document = dict[str, Any]


def collect_everything(
    engine: Engine,
    home: Home,
    configuration: Configuration,
    found: tuple[str | None, Person],
    now: datetime,
) -> Document:
    """Everything about a person (their golden ID, if they have one, and what a search found), as a document.

    ``engine`` has the warehouse open, with every landed row standardised. Reads the publication, the tables of
    ``landed``, delivered files, verdict files, labels and ``ledger.destinations``; changes nothing but temporary
    tables. Of somebody else it has nothing: what others say of the person is counted.
    """
    golden_id, person = found
    subject = find_subject(engine, home, configuration, golden_id, person)
    published = _published_rows(engine, home, subject)
    own_ids = _own_ids(golden_id, published)
    landed = _landed_rows(engine, subject)
    texts = read_delivered_texts(engine, home, configuration, subject, now)
    judged = _verdict_entries(home, subject)
    labels = _label_rows(home, subject)
    channels = sorted({channel for channel, _ in subject.records})
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": now,
        "publication": named_run(home),
        "person": {
            "golden_id": golden_id,
            "records": [
                {"channel": channel, "source_record_id": record}
                for channel, record in sorted(subject.records)
            ],
            "identifiers": {
                kind: sorted(values) for kind, values in sorted(person.identifiers.items())
            },
            "shared_identifier_count": person.shared_count,
        },
        "published": published,
        "landed": landed,
        "delivered": texts.rows,
        "verdict_entries": judged,
        "labels": labels,
        "said_by_others": {
            **_count_quotations(engine, configuration, subject),
            "held_back_rows": texts.naming_count,
        },
        "sources": [
            {"channel": name, "feed": feed, "files": files}
            for name, feed, files in _sources(configuration, channels)
        ],
        "accesses": accesses_to(home, [*own_ids]),
        "recipients": list_recipients(engine, configuration, list(published)),
        "not_looked_into": list(texts.left),
    }


def _published_rows(
    engine: Engine, home: Home, subject: Subject
) -> dict[str, list[dict[str, Any]]]:
    """By published table, its rows about the person; none of tables without any."""
    folder = published_folder(engine, home)
    if folder is None:
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    with engine.attached(folder, "published"):
        conditions = published_conditions(engine, subject)
        own_ids = engine.fetch(f"select golden_id from {OWN_IDS}")["golden_id"].to_list()
        for table, condition in conditions.items():
            name = table.partition(".")[2]
            if name not in _READ_FROM_LANDED:
                rows = engine.fetch(f"select * from published.{table} where {condition}")
                _put(found, name, without_others(name, rows, subject.records, own_ids))
        households = [row["household_id"] for row in found.get("households", [])]
        events = next(t for t in engine.columns("published") if t.endswith(".household_events"))
        rows = engine.fetch(
            f"select * from published.{events} where household_id in (select unnest($ids::varchar[]))",
            {"ids": households},
        )
        _put(found, "household_events", without_others("household_events", rows, (), ()))
    return dict(sorted(found.items()))


def _own_ids(golden_id: str | None, published: dict[str, list[dict[str, Any]]]) -> set[str]:
    """The golden ID, and retired ones that lead to it."""
    retired = {row["retired_golden_id"] for row in published.get("golden_id_redirects", [])}
    return retired | ({golden_id} if golden_id else set())


def _put(found: dict[str, list[dict[str, Any]]], name: str, rows: pl.DataFrame) -> None:
    if rows.height:
        keys = [n for n, kind in rows.schema.items() if not kind.is_nested()]
        found[name] = rows.sort(keys, nulls_last=True).to_dicts()


def _landed_rows(engine: Engine, subject: Subject) -> dict[str, list[dict[str, Any]]]:
    """By table of ``landed``, the person's rows in every version, each with its channel, feed and file's content."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES_BY_FILE:
        columns = engine.fetch(f"select * from landed.{table} limit 0").columns
        if "row_number" not in columns:
            continue  # of a file as a whole
        own = f"select * from landed.{table} where {erased_condition(engine, table)}"
        kept = ", ".join(f'o."{name}"' for name in columns if name not in ("channel", "feed"))
        rows = engine.fetch(
            f"select f.channel, f.feed, f.content_hash, {kept} from ({own}) o"
            " join landed.files f on f.file_no = o.file_no"
        )
        if table == HELD_BACK:
            rows = _own_held_back(engine, rows, subject)
        _put(found, table, rows.drop(name for name in ("agent",) if name in rows.columns))
    return dict(sorted(found.items()))


def _own_held_back(engine: Engine, rows: pl.DataFrame, subject: Subject) -> pl.DataFrame:
    """Held-back rows but those of somebody else's record, which name the person."""
    named = rows.select("channel", "source_record_id")
    others = records_of_others(engine, subject, named.drop_nulls().rows())
    return rows.filter(
        pl.Series([one not in others for one in named.iter_rows()], dtype=pl.Boolean)
    )


def _count_quotations(
    engine: Engine, configuration: Configuration, subject: Subject
) -> dict[str, int]:
    """By table of ``landed``, how many rows of others quote an identifier of the person."""
    identifiers = configuration.vocabulary.identifiers
    places = [
        place
        for place in landed_texts(configuration.vocabulary)
        if place[0].startswith("landed.") and place[0] != f"landed.{HELD_BACK}"
    ]
    quoting = find_quotations(engine, Quotations(subject.suppression), places, LANDED, identifiers)
    by_table: dict[str, list[str]] = {}
    for table, column in quoting:
        texts = f"(select text from {LANDED} where place = '{table}.{column}')"
        listed = f"(select list(text) from {LANDED} where place = '{table}.{column}')"
        by_table.setdefault(table, []).append(
            f'list_has_any("{column}", {listed})'
            if column in identifiers
            else f'"{column}" in {texts}'
        )
    return {
        name: count
        for table, conditions in sorted(by_table.items())
        if (name := table.partition(".")[2])
        and (
            count := count_rows(
                engine,
                f"{table} where coalesce({' or '.join(conditions)}, false)"
                f" and not ({erased_condition(engine, name)})",
            )
        )
    }


def _verdict_entries(home: Home, subject: Subject) -> list[dict[str, Any]]:
    """What verdict files say of the person's records, also what no run has read yet."""
    rows, _ = read_verdict_files(home.judgements)
    own = pl.Series(
        [
            (channel_l, record_l) in subject.records or (channel_r, record_r) in subject.records
            for channel_l, record_l, channel_r, record_r in rows.select(
                "channel_l", "source_record_id_l", "channel_r", "source_record_id_r"
            ).iter_rows()
        ],
        dtype=pl.Boolean,
    )
    return without_others("verdicts", rows.filter(own), subject.records, ()).to_dicts()


def _label_rows(home: Home, subject: Subject) -> list[dict[str, Any]]:
    """The rows of label files (``truth/``) about the person's records."""
    found: list[dict[str, Any]] = []
    for path in sorted(home.truth.glob("*.csv")):
        rows = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True, ignore_errors=True)
        if {"channel", "source_record_id"} <= set(rows.columns):
            own = [
                one in subject.records
                for one in rows.select("channel", "source_record_id").iter_rows()
            ]
            kept = rows.filter(pl.Series(own, dtype=pl.Boolean)).select(
                "channel", "source_record_id"
            )
            found += [{"file": f"truth/{path.name}", **row} for row in kept.to_dicts()]
    return found


def _sources(
    configuration: Configuration, channels: Iterable[str]
) -> Iterable[tuple[str, str, str]]:
    """Channel, feed and where it is read, of the channels that the person is known to."""
    known = set(channels)
    for channel in configuration.channels:
        if channel.name in known:
            for kind, feed in channel.feeds():
                shown = feed.source.shown if feed.source is not None else str(feed.files)
                yield channel.name, kind, shown
