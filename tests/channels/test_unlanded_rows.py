"""Rows that do not land: kept out by ``where``, or further addresses of the record above."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.batches import Batch, PassedOver
from omni_identity.channels.configuration import parse_configuration
from omni_identity.channels.deliveries import find_deliveries
from omni_identity.channels.readers import read_contacts, read_interactions
from omni_identity.channels.suppression import RECORD, Suppression, record_hashes
from tests.channels.conftest import NOW, Read, ids, joined, reasons

KEY = b"k" * 32
CUSTOMERS = "email,name,street,city,tel\n"


def test_a_filter_keeps_rows_out_and_counts_them(contacts_of: Read) -> None:
    text = "id,name,mail,status\n1,Ada,a@mailbox.org,live\n2,Bo,,test\n3,Cy,,\n,Di,,test\n"
    batch = contacts_of(text, where="status <> 'test'")
    assert ids(batch) == [(1, "1")]
    assert reasons(batch) == [], "what is kept out is nobody's fault"
    assert batch.passed_over == PassedOver(filtered=3)


def test_further_addresses_belong_to_the_record_above(contacts_of: Read) -> None:
    feed: dict[str, Any] = {
        "record_id": "email",
        "mapping": {"email": "email", "full_name": "name", "street": "street", "city": "city", "phone": "tel"},
    }  # fmt: skip
    text = CUSTOMERS + (
        ",,0 Lane,Hull,\n"
        "sig@mailbox.org,Sig Unger,5 High St,Leeds,0113 496 0001\n"
        ",,9 Low St,York,0113 496 0002\n"
        ",,,,\n"
        ",Ann Other,1 Elm St,York,\n"
        "bo@mailbox.org,Bo Lind,2 Oak St,Ely,\n"
        ",,3 Ash St,Ely,\n"
    )
    for batch_rows in (200_000, 1):
        batch = contacts_of(text, **feed, batch_rows=batch_rows)
        assert ids(batch) == [(2, "sig@mailbox.org"), (6, "bo@mailbox.org")]
        # above the first there is no record, and a name is somebody
        assert reasons(batch) == [(1, "missing_record_id"), (5, "missing_record_id")]
        assert batch.passed_over == PassedOver(further=3)


@pytest.mark.parametrize("mapping", [{"street": "street"}, {"street": "street", "phone": "tel"}])
def test_where_nothing_says_who_it_is_a_row_without_an_id_is_held_back(
    contacts_of: Read, mapping: dict[str, str]
) -> None:
    text = CUSTOMERS + "a@mailbox.org,Sig,5 High St,Leeds,\n,,9 Low St,York,\n"
    batch = contacts_of(text, record_id="email", mapping=mapping)
    assert reasons(batch) == [(2, "missing_record_id")]


def erased(tmp_path: Path, content: str, feed: dict[str, Any], kind: str = "contacts") -> Batch:
    """A file read while the record ``w9`` of the channel is an erased one."""
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "a.csv").write_text(content, encoding="utf-8")
    configuration = parse_configuration(
        {"version": 1, "channels": [{"name": "web", kind: {"files": "landing/*"} | feed}]}
    )
    (delivery,) = find_deliveries(configuration, tmp_path)
    channel, words = configuration.channel("web"), configuration.vocabulary
    hashes = record_hashes(KEY, "web", pl.Series(["w9"]))
    suppression = Suppression(KEY, {RECORD: frozenset(hashes)}, lambda rows, _: rows)
    if kind == "contacts":
        return joined(list(read_contacts(delivery, channel, words, 2, suppression)))
    return joined(list(read_interactions(delivery, channel, words, NOW, suppression)))


def test_rows_of_erased_persons_that_do_not_land_are_found_too(tmp_path: Path) -> None:
    content = (
        "id,name,street,status\n"
        "w9,Ada,,test\n"
        "w8,Bo,,test\n"
        "w9,Ada,1 Elm St,live\n"
        ",,2 Oak St,live\n"
        ",,3 Ash St,live\n"
        "w7,Cy,4 Fir St,live\n"
        ",,5 Yew St,live\n"
    )
    mapping = {"full_name": "name", "street": "street"}
    feed = {"record_id": "id", "mapping": mapping, "where": "status <> 'test'"}
    batch = erased(tmp_path, content, feed)
    assert sorted(batch.suppressed) == [1, 3, 4, 5]
    assert batch.passed_over == PassedOver(filtered=1, further=1)
    assert ids(batch) == [(6, "w7")]


@pytest.mark.parametrize("lines", [{}, {"lines": {"product_id": "sku"}}])
def test_lines_of_erased_persons_are_found_with_their_interaction(
    tmp_path: Path, lines: dict[str, Any]
) -> None:
    content = (
        "order,who,kind,at,sku\n"
        "1,w9,order,2024-01-01,a\n"
        "2,w8,order,2024-01-01,b\n"
        "1,,,,c\n"
        "2,,,,d\n"
        "3,w9,,,e\n"
        "4,w7,order,never,f\n"
    )
    feed = {"interaction_id": "order", "contact": "who", "kind": "kind", "occurred_at": "at"}
    batch = erased(tmp_path, content, feed | lines, "interactions")
    assert sorted(batch.suppressed) == [1, 3, 5]
    assert batch.accepted["row_number"].to_list() == [2]
    assert batch.passed_over == PassedOver(further=1)
    assert reasons(batch) == [(6, "unparsable_date")]
