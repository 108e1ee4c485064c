"""Search: by anything, to the customer or to a list; a viewer finds by IDs and numbers alone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from omni_identity.desk.application import Desk
from omni_identity.stewardship.access_log import read_accesses
from tests.desk.visitors import Visitor

Visit = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def known(demo_desk: Desk) -> dict[str, str]:
    """A customer, by what names them alone."""
    with demo_desk.reader.read(is_masked=False) as reading:
        row = reading.connection.execute(
            """
            select p.golden_id, p.full_name, i.value as email, c.channel || ':' || c.source_record_id as record,
                o.order_id
            from unified_profiles p
            join identifiers i on i.golden_id = p.golden_id and i.identifier = 'email'
            join crosswalk c on c.golden_id = p.golden_id
            join interactions o on o.golden_id = p.golden_id and o.order_id is not null
            where p.full_name is not null order by all limit 1
            """
        ).fetchall()[0]
    return dict(zip(("golden_id", "full_name", "email", "record", "order"), row, strict=True))


@pytest.mark.parametrize("by", ["golden_id", "email", "record"])
def test_what_names_one_customer_leads_to_them(
    visit: Visit, known: dict[str, str], by: str
) -> None:
    answer = visit("Arno").get(f"/search?q={quote(known[by])}")
    assert (answer.status, answer.headers["location"]) == (303, f"/customers/{known['golden_id']}")


def test_names_and_orders_list_whom_they_lead_to(visit: Visit, known: dict[str, str]) -> None:
    for by in ("full_name", "order"):
        found = visit("Arno").follow(f"/search?q={quote(known[by])}")
        assert known["golden_id"] in found.words
        assert known["full_name"] in found.words


def test_nobody_is_a_result(visit: Visit) -> None:
    answer = visit("Arno").get("/search?q=zzz@nowhere.example")
    assert answer.status == 200
    assert "0 customers" in answer.words


def test_a_viewer_finds_nobody_by_what_is_masked(visit: Visit, known: dict[str, str]) -> None:
    vera = visit("Vera")
    for by in ("full_name", "email"):
        assert "0 customers" in vera.follow(f"/search?q={quote(known[by])}").words
    for by in ("golden_id", "record", "order"):
        found = vera.follow(f"/search?q={quote(known[by])}")
        assert known["golden_id"] in found.words
        assert known["full_name"] not in found.page
        assert known["email"] not in found.page


def test_everybody_in_a_list_is_in_the_log(visit: Visit, demo_desk: Desk) -> None:
    arno = visit("Arno")
    answer = arno.get("/search?q=a")
    listed = {link.rsplit("/", 1)[1] for link in answer.links if link.startswith("/customers/")}
    assert len(listed) > 5
    last = list(read_accesses(demo_desk.home))[-1]
    assert set(last["golden_ids"].split()) == listed
