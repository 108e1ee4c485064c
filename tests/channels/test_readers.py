"""Readers and contracts: canonical columns, and every breach with its reason code."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from omni_identity.channels.batches import QUARANTINE_SCHEMA
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.readers import read_contacts, read_interactions
from omni_identity.channels.reason_codes import PRIORITY
from omni_identity.model.attributes import FACTS_NUMBER, FACTS_TEXT, Vocabulary

from .conftest import NOW, Read, configure, ids, reasons

DATES = {
    "birth_date": "dob",
    "created_at": "made",
    "email": "mail",
    "consent_sms": "sms",
    "consent_sms_at": "sms_at",
}
DATE_HEAD = "id,dob,made,mail,sms,sms_at\n"


def test_the_columns_of_contacts(contacts_of: Read) -> None:
    batch = contacts_of("id,name,mail\n1,A,b\n")
    words = Vocabulary()
    assert batch.accepted.columns == [
        *("row_number", "source_record_id", "updated_at", "is_deleted", *words.raw_columns)
    ]
    schema = batch.accepted.schema
    assert schema["row_number"] == pl.Int64
    assert schema["updated_at"] == pl.Datetime("us")
    assert schema["is_deleted"] == pl.Boolean
    assert all(schema[name] == pl.String for name in words.raw_single)
    assert all(schema[name] == pl.List(pl.String) for name in words.identifiers)
    assert batch.quarantined.schema == QUARANTINE_SCHEMA


def test_values_are_trimmed_joined_and_collected(contacts_of: Read) -> None:
    mapping = {"street": ["s1", "s2"], "email": ["m1", "m2"], "first_name": "n"}
    batch = contacts_of(
        "id,s1,s2,m1,m2,n\n 1 , Main St , Apt 4,a, b ,\u00a0X \n2,,,,,  \n3,,Apt,,c,n/a\n",
        mapping=mapping,
    )
    assert batch.accepted["source_record_id"].to_list() == ["1", "2", "3"]
    assert batch.accepted["street"].to_list() == ["Main St Apt 4", None, "Apt"]
    assert batch.accepted["email"].to_list() == [["a", "b"], None, ["c"]]
    assert batch.accepted["first_name"].to_list() == ["X", None, "n/a"]


@pytest.mark.parametrize("record_id", ["", "  ", "N/A", "null"])
def test_a_contact_without_an_id(contacts_of: Read, record_id: str) -> None:
    batch = contacts_of(f"id,name,mail\n{record_id},A,b\n7,A,b\n")
    assert reasons(batch) == [(1, "missing_record_id")]
    assert batch.quarantined["payload"][0] == f"{record_id},A,b"


def test_updated_at_must_be_a_time(contacts_of: Read) -> None:
    content = "id,name,mail,at\n" + "".join(
        f"{i},A,b,{at}\n"
        for i, at in enumerate(["2024-01-02", "", "0000-00-00", "soon", "2024-02-31", "1850-01-01"])
    )
    batch = contacts_of(content, updated_at="at")
    assert batch.accepted["updated_at"].to_list() == [datetime(2024, 1, 2), None, None]
    assert reasons(batch) == [(n, "unparsable_date") for n in (4, 5, 6)]
    assert batch.quarantined["detail"][0] == "updated_at is no date"


@pytest.mark.parametrize(
    "row", ["1,letters,,,,", "1,,no idea,,,", "1,,,,,never ever", f"1,{'9' * 81},,,,"]
)
def test_dates_with_no_date_in_them(contacts_of: Read, row: str) -> None:
    assert reasons(contacts_of(DATE_HEAD + row, mapping=DATES)) == [(1, "unparsable_date")]


def test_a_text_for_a_birth_date_is_invalid_where_anything_else_identifies(
    contacts_of: Read,
) -> None:
    rows = "1,letters,,a@b.c,,\n2,letters,,what should one write into this,,\n3,n/a,,a@b.c,,"
    batch = contacts_of(DATE_HEAD + rows, mapping=DATES)
    assert reasons(batch) == [(2, "unparsable_date")]
    assert batch.accepted["birth_date"].to_list() == ["[text]", "n/a"]


@pytest.mark.parametrize("dob", ["1990-02-31", "1900-01-01", "unknown", "5 Mai 1990", "١٩٩٠"])
def test_impossible_dates_of_birth_are_for_standardising(contacts_of: Read, dob: str) -> None:
    batch = contacts_of(DATE_HEAD + f"1,{dob},,,yes,", mapping=DATES)
    assert batch.accepted["birth_date"].to_list() == [dob]
    assert batch.accepted["consent_sms"].to_list() == ["yes"]


@pytest.mark.parametrize(
    ("mail", "is_held"),
    [
        ("foo@", False),
        ("no mail given", False),
        ("unknown", False),
        ("a@b.c; d@e.f", False),
        ("; ".join(f"person{i}@example.com" for i in range(20)), False),
        ("Dr Maria del Carmen Lopez <m@l.es>", False),
        ("customer said she has none", True),
        ("please write to a@b.c and not by post", True),
        ("x" * 250 + "@b.c", False),
        ("x" * 251 + "@b.c", True),
    ],
)
def test_an_email_field_that_holds_a_paragraph(contacts_of: Read, mail: str, is_held: bool) -> None:
    batch = contacts_of(f"id,name,mail\n1,,{mail}\n2,B,ok@x.y\n3,C,\n")
    assert reasons(batch) == ([(1, "malformed_email")] if is_held else [])
    assert len(batch.accepted) == (2 if is_held else 3)


def test_a_contact_that_something_else_identifies_is_kept_without_the_paragraph(
    contacts_of: Read,
) -> None:
    prose = "her daughter has one: x@y.de but she has none"
    batch = contacts_of(
        f"id,name,mail,tel,second\n1,Ann Lee,{prose},,ok@x.y\n2,,{prose},0172 123,\n3,,{prose},,\n",
        mapping={"full_name": "name", "email": ["mail", "second"], "phone": "tel"},
    )
    assert reasons(batch) == [(3, "malformed_email")]
    assert batch.accepted["email"].to_list() == [["[text]", "ok@x.y"], ["[text]"]]


def test_overlong_values(contacts_of: Read) -> None:
    content = f"id,name,mail\n1,{'é' * 1000},a\n2,{'x' * 1001},b\n{'i' * 1001},c,c\n"
    batch = contacts_of(content)
    assert ids(batch) == [(1, "1")]
    assert reasons(batch) == [(2, "value_too_long"), (3, "value_too_long")]
    assert batch.quarantined["detail"][0] == "first_name has more than 1000 characters"


def test_deleted_flags(contacts_of: Read) -> None:
    flags = ["1", "TRUE", "Yes", "2024-01-02 10:00:00", "", "0", "no", "0000-00-00", "n/a", "maybe"]
    content = "id,name,mail,gone\n" + "".join(f"{i},A,b,{flag}\n" for i, flag in enumerate(flags))
    batch = contacts_of(content, deleted="gone")
    assert batch.accepted["is_deleted"].to_list() == [True] * 4 + [False] * 5
    assert reasons(batch) == [(10, "unparsable_flag")]


def test_several_breaches_give_the_first_code_and_all_details(contacts_of: Read) -> None:
    batch = contacts_of("id,name,mail,at\n,,one two three four,soon\n", updated_at="at")
    (held,) = batch.quarantined.rows(named=True)
    assert held["reason_code"] == "missing_record_id"
    assert held["detail"] == (
        "no record ID; updated_at is no date; email holds a text or an overlong address"
    )
    assert list(PRIORITY) == list(dict.fromkeys(PRIORITY))


def test_no_detail_repeats_a_value(contacts_of: Read) -> None:
    batch = contacts_of("id,name,mail,at\nsecret,secret,a secret b c d,secret\n", updated_at="at")
    assert "secret" not in batch.quarantined["detail"][0]


def test_date_order_by_country_file_and_declaration(contacts_of: Read) -> None:
    def read(rows: list[str], **settings: str) -> datetime:
        content = "id,name,mail,at\n" + "".join(f"{i},A,b,{at}\n" for i, at in enumerate(rows))
        found: datetime = contacts_of(content, updated_at="at", **settings).accepted["updated_at"][
            0
        ]
        return found

    assert read(["03/04/2024"]).month == 4
    assert read(["03/04/2024"], country="US").month == 3
    assert read(["03/04/2024", "13/04/2024"], country="US").month == 4
    assert read(["03/04/2024", "04/13/2024"]).month == 3
    assert read(["03/04/2024", "04/13/2024"], date_order="dmy").month == 4


def test_no_contacts_and_no_file(tmp_path: Path) -> None:
    configuration = configure({})
    channel, words = configuration.channel("web"), configuration.vocabulary
    gone = Delivery("web", "contacts", "landing/a.csv", tmp_path / "a.csv", "0")
    with pytest.raises(FileFault) as caught:
        list(read_contacts(gone, channel, words))
    assert caught.value.reason_code == "inaccessible_file"
    assert not caught.value.is_of_content
    assert str(tmp_path) not in caught.value.detail
    with pytest.raises(ValueError, match="no interactions"):
        list(read_interactions(gone, channel, words, NOW))


def test_the_columns_of_interactions(interactions_of: Read) -> None:
    batch = interactions_of('{"id": 1, "type": "order", "ts": "2024-01-02"}')
    assert batch.accepted.columns == [
        *("row_number", "interaction_id", "source_record_id", "kind", "occurred_at"),
        *Vocabulary().identifiers,
        *FACTS_TEXT,
        *FACTS_NUMBER,
        "is_time_unsure",
    ]
    assert batch.accepted.schema["amount"] == pl.Float64
    assert batch.accepted.schema["occurred_at"] == pl.Datetime("us")
    assert batch.accepted["source_record_id"].to_list() == [None]


def test_interactions(interactions_of: Read) -> None:
    content = (
        "id,type,ts,who,mail,total,n,shop\n"
        '1,Bestellung,2024-01-02 12:00:00,7,a@b.c,"12,50",2,Main\n'
        "2,E-Mail Opened,1704164645,guest,,,,\n"
        "3,ORDER,2024-01-02T03:04:05Z,,,$5,,\n"
    )
    batch = interactions_of(
        content,
        "a.csv",
        contact="who",
        timezone="Europe/Berlin",
        kinds={"Bestellung": "order"},
        mapping={"email": "mail", "amount": "total", "item_count": "n", "store": "shop"},
    )
    rows = batch.accepted
    assert rows["kind"].to_list() == ["order", "e_mail_opened", "order"]
    assert rows["source_record_id"].to_list() == ["7", None, None]
    assert rows["occurred_at"].to_list() == [
        datetime(2024, 1, 2, 11),
        *([datetime(2024, 1, 2, 3, 4, 5)] * 2),
    ]
    assert rows["amount"].to_list() == [12.5, None, 5.0]
    assert rows["item_count"].to_list() == [2.0, None, None]
    assert rows["email"].to_list() == [["a@b.c"], None, None]
    assert rows["store"].to_list() == ["Main", None, None]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",order,2024-01-01,1", "missing_interaction_id"),
        ("1,,2024-01-01,1", "missing_kind"),
        ("1,!?,2024-01-01,1", "missing_kind"),
        ("1,order,,1", "unparsable_date"),
        ("1,order,2024-02-30,1", "unparsable_date"),
        ("1,order,2025-01-02 00:00:01,1", "time_in_future"),
        ("1,order,2024-01-01", "wrong_field_count"),
    ],
)
def test_interactions_that_break_their_contract(
    interactions_of: Read, row: str, reason: str
) -> None:
    content = f"id,type,ts,total\n{row}\n2,order,2025-01-01 23:59:59,n/a\n"
    batch = interactions_of(content, "a.csv", mapping={"amount": "total"})
    assert reasons(batch) == [(1, reason)]
    assert batch.accepted["interaction_id"].to_list() == ["2"]
    assert batch.quarantined["payload"][0] == row
