"""Whose word holds for which address, and which address is given out: the same on both engines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import Engine
from omni_identity.insight.contact_options import build_contact_options
from omni_identity.profile.consent import build_person_consents, update_record_consents
from omni_identity.profile.consents import build_consents

MAPPING = {"consent_email": "e", "consent_push": "p", "consent_post": "m"}
CONFIGURATION = parse_configuration(
    {
        "version": 1,
        "channels": [
            {"name": name, "contacts": {"files": "x", "record_id": "id", "mapping": MAPPING}}
            for name in ("web", "app")
        ],
        "insight": {"push_channels": ["app"]},
    }
)
YES, NO = (True, "yes"), (False, "no")
UNCLEAR, SILENT = (None, "maybe"), (None, None)
RECORDS: list[tuple[int, str, str, list[str] | None, list[str] | None, Any, Any, int | None]] = [
    # number, channel, customer, e-mails, devices, word on e-mail, on push, day of the former
    (1, "web", "anna", ["a@x.org", "b@x.org"], ["cookie"], YES, YES, 2),
    (2, "app", "anna", ["c@x.org"], ["phone"], SILENT, SILENT, None),
    (3, "web", "ben", ["b@x.org"], None, NO, SILENT, 1),
    (4, "app", "ben", None, ["phone"], UNCLEAR, NO, 3),
    (5, "web", "cleo", ["d@x.org"], None, UNCLEAR, SILENT, 5),
    (6, "app", "cleo", ["d@x.org"], None, YES, SILENT, 4),
    (7, "web", "dora", [], None, YES, SILENT, None),
    (8, "app", "dora", ["e@x.org"], None, SILENT, YES, None),
]


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.getfixturevalue(request.param)
    return chosen


def fill(engine: Engine, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    engine.run(f"create or replace table {table} ({columns})")
    names = [column.split()[0] for column in columns.split(", ")]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    engine.write(table, frame)


def tell(engine: Engine) -> None:
    for schema in ("derived", "changed"):
        engine.run(f"create schema if not exists {schema}")
    said = ", ".join(
        f"consent_{x} BOOLEAN, consent_{x}_at TIMESTAMP, word_consent_{x} VARCHAR"
        for x in ("email", "push", "post")
    )
    # the last record gives every column its type
    rows: list[tuple[Any, ...]] = [
        (n, channel, f"r{n}", None, None, emails, devices,
         email[0], None if day is None else datetime(2026, 3, day), email[1],
         push[0], datetime(2026, 3, 1), push[1], False, datetime(2026, 3, 1), "no")
        for n, channel, _, emails, devices, email, push, day in RECORDS
    ]  # fmt: skip
    at = datetime(2026, 1, 1)
    typed = (
        9,
        "web",
        "r9",
        at,
        at,
        ["z@x.org"],
        ["z"],
        True,
        at,
        "y",
        True,
        at,
        "y",
        True,
        at,
        "y",
    )
    fill(
        engine,
        "derived.source_records",
        "record_no BIGINT, channel VARCHAR, source_record_id VARCHAR, created_at TIMESTAMP,"
        f" updated_at TIMESTAMP, email VARCHAR[], device_id VARCHAR[], {said}",
        [typed, *rows],
    )
    owners = [(n, channel, f"r{n}", who) for n, channel, who, *_ in RECORDS] + [
        (9, "web", "r9", "zoe")
    ]
    customers = "record_no BIGINT, channel VARCHAR, source_record_id VARCHAR, golden_id VARCHAR"
    for table in ("derived.customers", "derived.affected_customers"):
        fill(engine, table, customers, owners)
    fill(engine, "changed.records", "record_no BIGINT", [(n,) for n, *_ in owners])
    fill(engine, "changed.customers", "golden_id VARCHAR", sorted({(who,) for *_, who in owners}))
    lineage = {
        (who, name, value)
        for _, _, who, emails, devices, *_ in RECORDS
        for name, values in (("email", emails), ("device_id", devices))
        for value in values or []
    }
    fill(
        engine,
        "derived.profile_lineage",
        "golden_id VARCHAR, attribute VARCHAR, position INTEGER, value VARCHAR",
        [(who, name, 1, value) for who, name, value in sorted(lineage)],
    )


def test_the_same_words_hold_and_the_same_addresses_are_given_out(engine: Engine) -> None:
    tell(engine)
    for _ in range(2):
        update_record_consents(engine, CONFIGURATION)
    build_person_consents(engine)
    build_consents(engine, CONFIGURATION)
    consents = engine.fetch(
        "select golden_id, consent, position, address, is_given, channel, word from derived.consents"
        " where consent <> 'post' and golden_id <> 'zoe' order by golden_id, consent, position"
    )
    assert consents.rows() == [
        ("anna", "email", 1, "a@x.org", True, "web", "yes"),
        ("anna", "email", 2, "b@x.org", False, "web", "no"),
        ("anna", "push", 1, "phone", False, "app", "no"),
        ("anna", "push", 2, None, True, "web", "yes"),
        ("ben", "email", 1, "b@x.org", False, "web", "no"),
        ("ben", "email", 2, None, None, "app", "maybe"),
        ("ben", "push", 1, "phone", False, "app", "no"),
        ("cleo", "email", 1, "d@x.org", None, "web", "maybe"),
        ("dora", "email", 1, None, True, "web", "yes"),
        ("dora", "push", 1, None, True, "app", "yes"),
    ]
    build_contact_options(engine, CONFIGURATION)
    options = engine.fetch(
        "select golden_id, channel, address, is_allowed from derived.contact_options"
        " where golden_id <> 'zoe' order by golden_id, channel"
    )
    assert options.rows() == [
        ("anna", "email", "a@x.org", True),
        ("anna", "push", "phone", False),
        ("ben", "email", "b@x.org", False),
        ("ben", "push", "phone", False),
        ("cleo", "email", "d@x.org", None),
        ("dora", "email", "e@x.org", True),
    ]
