"""Suppression: which rows are kept out, and that nothing but hashes is remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.suppression import (
    RECORD,
    Suppression,
    create_key,
    keyed_hash,
    keyed_hashes,
    load_key,
)
from omni_identity.erasure.identifiers import identifier_standardiser
from omni_identity.model.errors import RunFailed

from .conftest import configure

KEY = b"k" * 32
COLUMNS = {
    "source_record_id": pl.String,
    "country": pl.String,
    "email": pl.List(pl.String),
    "phone": pl.List(pl.String),
    "whatsapp": pl.List(pl.String),
    "device_id": pl.List(pl.String),
}


@pytest.fixture
def suppression() -> Suppression:
    values = {"email": "anna.k@web.de", "phone": "+12125550136", "device_id": "d-77001"}
    hashes = {kind: frozenset([keyed_hash(KEY, kind, v)]) for kind, v in values.items()}
    records = [keyed_hash(KEY, RECORD, "web", r) for r in ("w4711", "42")]
    standardise = identifier_standardiser(configure({}, country="US"))
    return Suppression(KEY, hashes | {RECORD: frozenset(records)}, standardise)


def rows(*given: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(COLUMNS) | row for row in given], schema=COLUMNS)


def test_contacts_are_kept_out_by_record_and_by_strong_identifiers(
    suppression: Suppression,
) -> None:
    frame = rows(
        {"source_record_id": "w4711"},
        {"source_record_id": "w47110"},
        {"source_record_id": "a", "email": ["other@web.de", "ANNA.K@web.de "]},
        {"source_record_id": "b", "phone": ["(212) 555-0136"]},
        {"source_record_id": "c", "phone": ["0212 555 0136"], "country": "DE"},
        {"source_record_id": "d", "whatsapp": ["+1 212 555 0136"]},
        {"source_record_id": "e", "device_id": ["d-77001"]},
        {"source_record_id": None},
        {"source_record_id": "Anna.K＠web.de"},
        {"source_record_id": "hanna.k@web.de"},
    )
    kept_out = [True, False, True, True, False, True, False, False, True, False]
    assert suppression.contacts(frame, "web").to_list() == kept_out
    # of another channel: another record, and no country to read a national number with
    elsewhere = [False, False, True, False, False, True, False, False, True, False]
    assert suppression.contacts(frame, "till").to_list() == elsewhere


@pytest.mark.parametrize(
    ("kind", "remembered", "now"),
    [
        *(("account_id", "1234", "12-34"), ("loyalty_id", "ABC", "ab-c")),
        *(
            ("phone", "+5215512345678", "+525512345678"),
            ("phone", "+5491123456789", "+541123456789"),
        ),
        *(("phone", "+551187654321", "+5511987654321"), ("phone", "+12125550136", "+12125550136")),
    ],
)
def test_values_are_known_again_in_the_spelling_of_former_versions(
    kind: str, remembered: str, now: str
) -> None:
    suppression = Suppression(
        KEY, {kind: frozenset([keyed_hash(KEY, kind, remembered)])}, lambda f, _: f
    )
    found = suppression.identifiers(kind, pl.Series([now, "+49301234567", None]))
    assert found.to_list() == [True, False, False]


@pytest.mark.parametrize("remembered", ["'4711", "4711", "4711.0"])
def test_records_are_known_again_by_the_ids_of_former_versions(remembered: str) -> None:
    known = frozenset([keyed_hash(KEY, RECORD, "web", remembered)])
    suppression = Suppression(KEY, {RECORD: known}, lambda f, _: f)
    found = suppression.records("web", pl.Series(["4711", "'4711", "471", None]))
    assert found.to_list() == [True, True, False, False]


def test_a_weak_identifier_keeps_out_what_nobody_is_named_for(suppression: Suppression) -> None:
    frame = rows(
        {"source_record_id": None, "device_id": ["d-77001"]},
        {"source_record_id": "x", "device_id": ["d-77001"]},
        {"source_record_id": "w4711", "device_id": None},
        {"source_record_id": "x", "email": ["anna.k@web.de"]},
    )
    assert suppression.interactions(frame, "web").to_list() == [True, False, True, True]


def test_unreadable_rows_are_searched_field_by_field(suppression: Suppression) -> None:
    payloads = {
        'w4711,"Anna': True,
        "x;y;w4711;z": True,
        "xw4711;y": False,
        "42;Anna": True,
        "41;42;Anna": False,
        '{"id": 42, "name": "Ann': True,
        '{"age": 42, "id": 43': False,
        "7,Anna K <anna.k@web.de>,too,many": True,
        "7\t(212) 555-0136": True,
        "7;ａｎｎａ．ｋ＠web.de;x": True,
        '7;"""anna.k""@web.de",too': True,
        "7;privat: anna.k@web.de;": True,
        "7;say hello to anna.k@web.de;": True,
        "7|d-77001": True,
        "7|8|9": False,
        "": False,
    }
    frame = pl.Series("payload", list(payloads))
    assert suppression.payloads(frame, "web", "id").to_list() == list(payloads.values())
    # in a text of no channel an ID that is short or where none belongs is none
    short = ("42;Anna", '{"id": 42, "name": "Ann')
    by_any = replace(suppression, countries=("US",)).name_anybody(frame, ["shop", "web"])
    wanted = [is_named and text not in short for text, is_named in payloads.items()]
    assert by_any.to_list() == wanted
    nothing = pl.Series("payload", [None, None], dtype=pl.String)
    assert suppression.payloads(nothing, "web", None).to_list() == [False, False]


def test_hashes_need_the_key_and_say_nothing(tmp_path: Path) -> None:
    values = pl.Series(["a", None, "a", "b"])
    hashes = keyed_hashes(KEY, "email", values)
    assert hashes.to_list() == [
        keyed_hash(KEY, "email", "a"), None, keyed_hash(KEY, "email", "a"), keyed_hash(KEY, "email", "b"),
    ]  # fmt: skip
    assert set(hashes.drop_nulls()).isdisjoint(keyed_hashes(b"x" * 32, "email", values))
    assert set(hashes.drop_nulls()).isdisjoint(keyed_hashes(KEY, "phone", values))
    path = tmp_path / "warehouse" / "key"
    with pytest.raises(RunFailed, match="restore it from a backup"):
        load_key(path)
    key = create_key(path)
    assert create_key(path) == key == load_key(path)
    assert create_key(tmp_path / "another") != key
    assert path.stat().st_mode & 0o777 == 0o600
