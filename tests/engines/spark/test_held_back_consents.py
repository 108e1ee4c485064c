"""Which words of held-back rows hold: the same on both engines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import Engine
from omni_identity.identity.held_back_consents import apply_held_back_consents, find_held_back_words
from omni_identity.identity.record_versions import list_contact_files
from tests.engines.spark.test_consents import engine, fill

__all__ = ["engine"]

FEEDS = {"web": "delta", "till": "snapshot"}
CONFIGURATION = parse_configuration(
    {
        "version": 1,
        "channels": [
            {
                "name": name,
                "contacts": {
                    "files": "x", "record_id": "id", "feed": feed, "date_order": "ymd",
                    "mapping": {"consent_email": "e", "consent_email_at": "t"},
                },
            }
            for name, feed in FEEDS.items()
        ],
    }
)  # fmt: skip
LANDED = datetime(2026, 3, 5)


def day(number: int) -> datetime:
    return datetime(2026, 3, number)


# channel, record, changed, word, when, file: of the current version, then of held-back rows
CURRENT = [
    (1, "web", "a", day(1), True, None, "yes", 2),
    (2, "web", "b", day(1), True, None, "yes", 2),
    (3, "web", "c", None, True, None, "yes", 2),
    (4, "web", "d", day(4), True, None, "yes", 2),
    (5, "till", "e", day(4), True, None, "yes", 4),
    (6, "web", "f", day(1), False, day(1), "no", 2),
]
HELD_BACK = [
    ("web", "a", day(2), "no", "2026-03-03", 1),
    ("web", "a", day(3), "hm", None, 3),
    ("web", "b", day(2), "yes", None, 3),
    ("web", "c", day(1), "no", "2099-01-01", 3),
    ("web", "d", day(2), "no", None, 3),  # older
    ("till", "e", day(1), "perhaps", None, 5),  # of a later snapshot
    ("web", "f", day(2), "perhaps", None, 3),
    ("web", "nobody", day(2), "no", None, 3),
]
HOLDING = [
    (1, False, day(3), "no"),
    (3, False, day(1), "no"),
    (5, None, day(1), "perhaps"),
]


def test_the_words_that_hold(engine: Engine) -> None:
    for schema in ("landed", "derived", "ledger"):
        engine.run(f"create schema if not exists {schema}")
    files = {n: "till" if n > 3 else "web" for n in range(1, 6)}
    fill(engine, "landed.files", "file_no INTEGER, channel VARCHAR, feed VARCHAR, content_hash VARCHAR,"
         " is_complete BOOLEAN", [(n, c, "contacts", f"h{n}", True) for n, c in files.items()])  # fmt: skip
    fill(engine, "landed.landings", "channel VARCHAR, feed VARCHAR, path VARCHAR, version INTEGER,"
         " content_hash VARCHAR, landed_at TIMESTAMP",
         [(c, "contacts", f"{n}.csv", 1, f"h{n}", LANDED) for n, c in files.items()])  # fmt: skip
    held: list[tuple[Any, ...]] = [
        (file, n, channel, record, "contacts", changed, word, when)
        for n, (channel, record, changed, word, when, file) in enumerate(HELD_BACK, start=1)
    ]
    fill(engine, "landed.quarantined_rows", "file_no INTEGER, row_number BIGINT, channel VARCHAR,"
         " source_record_id VARCHAR, feed VARCHAR, updated_at TIMESTAMP, consent_email VARCHAR,"
         " consent_email_at VARCHAR", held)  # fmt: skip
    fill(engine, "derived.new_source_records", "record_no BIGINT, channel VARCHAR, source_record_id VARCHAR,"
         " updated_at TIMESTAMP, consent_email BOOLEAN, consent_email_at TIMESTAMP,"
         " word_consent_email VARCHAR, file_no INTEGER, row_number BIGINT", [(*r, 1) for r in CURRENT])  # fmt: skip
    names = [(channel, record) for _, channel, record, *_ in CURRENT]
    named = "channel VARCHAR, source_record_id VARCHAR"
    fill(engine, "derived.affected_records", named, names)
    numbered = [(number, channel, record) for number, channel, record, *_ in CURRENT]
    fill(engine, "ledger.records", f"record_no BIGINT, {named}", numbered)

    find_held_back_words(engine, CONFIGURATION)
    list_contact_files(engine, CONFIGURATION)
    apply_held_back_consents(engine, CONFIGURATION.vocabulary)

    found = engine.fetch(
        "select record_no, is_given, decided_at, word from derived.held_back_consents order by record_no"
    ).rows()
    assert found == HOLDING
    records = engine.fetch(
        "select record_no, consent_email, word_consent_email from derived.new_source_records"
        " order by record_no"
    ).rows()
    assert records == [
        (1, False, "no"),
        (2, True, "yes"),
        (3, False, "no"),
        (4, True, "yes"),
        (5, None, "perhaps"),
        (6, False, "no"),
    ]
