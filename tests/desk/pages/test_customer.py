"""The customer's page: all of its parts, what a viewer does not see, and two records parted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from omni_identity.desk.application import Desk
from omni_identity.model.home import Home
from omni_identity.stewardship.access_log import read_accesses
from tests.desk.visitors import STAFF, Visitor, sign_in, staffed_desk
from tests.shared import copy_home

Visit = Callable[[str], Visitor]


def fetch(desk: Desk, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with desk.reader.read(is_masked=False) as reading:
        return reading.connection.execute(sql, list(values)).fetchall()


@pytest.fixture(scope="module")
def busiest(demo_desk: Desk) -> str:
    """A customer with records, messages, an open matter and orders."""
    found = fetch(
        demo_desk,
        """
        select golden_id from unified_profiles p
        where record_count > 2 and household_id is not null and order_count > 0
            and golden_id in (select golden_id from messages) and golden_id in (select golden_id from consents)
        order by interaction_count desc, golden_id limit 1
        """,
    )
    return str(found[0][0])


def test_the_whole_customer_is_on_the_page(visit: Visit, demo_desk: Desk, busiest: str) -> None:
    page = visit("Arno").get(f"/customers/{busiest}")
    assert page.status == 200
    expected = {
        "value": "select distinct value from profile_lineage where golden_id = ?",
        "order": "select order_id from interactions where golden_id = ? and kind = 'order'",
        "record": "select channel || ':' || source_record_id from crosswalk where golden_id = ?",
        "consent": "select address from consents where golden_id = ? and address is not null",
        "member": "select p.golden_id from households h join unified_profiles p using (household_id)"
        " where list_contains(h.golden_ids, ?)",
        "matter": "select matter_id from open_matters where golden_id = ?",
    }
    for what, sql in expected.items():
        for (value,) in fetch(demo_desk, sql, busiest):
            assert str(value) in page.words or quote(str(value)) in page.page, what
    for (said,) in fetch(
        demo_desk, "select text from messages where golden_id = ? and text is not null", busiest
    ):
        assert " ".join(said.split())[:100] in page.words
    for heading in (
        "Consent",
        "Household",
        "Open",
        "Orders",
        "Timeline",
        "Handoffs",
        "History of the ID",
    ):
        assert heading in page.words


def test_a_viewer_sees_nothing_personal(visit: Visit, demo_desk: Desk, busiest: str) -> None:
    page = visit("Vera").get(f"/customers/{busiest}")
    assert page.status == 200
    assert "Personal data is masked" in page.words
    values = fetch(
        demo_desk,
        "select distinct value from profile_lineage where golden_id = ? and attribute not like 'consent_%'",
        busiest,
    )
    said = fetch(
        demo_desk, "select text from messages where golden_id = ? and text is not null", busiest
    )
    assert values
    assert said
    shown = [v for (v,) in (*values, *said) if len(v) > 3 and v in page.page]
    assert shown == []


def test_retired_and_unknown_ids_lead_on_or_are_not_there(visit: Visit, demo_desk: Desk) -> None:
    arno = visit("Arno")
    assert arno.get("/customers/G9999999999").status == 404
    assert arno.get("/customers/anna").status == 404
    retired = fetch(
        demo_desk,
        "select retired_golden_id, golden_id from golden_id_redirects where golden_id is not null limit 1",
    )
    for old, live in retired:
        assert arno.get(f"/customers/{old}").headers["location"] == f"/customers/{live}"


def test_looking_is_written_down(visit: Visit, demo_desk: Desk, busiest: str) -> None:
    visit("Otto").get(f"/customers/{busiest}")
    last = list(read_accesses(demo_desk.home))[-1]
    assert (last["by"], last["command"], last["golden_ids"]) == ("Otto", "desk customer", busiest)


@pytest.mark.parametrize("name", STAFF)
def test_only_a_steward_parts_and_only_the_privacy_officer_erases_and_exports(
    visit: Visit, busiest: str, name: str
) -> None:
    who = visit(name)
    page = who.get(f"/customers/{busiest}")
    allowed = {"part": name == "Stella", "erase": name == "Petra", "export": name == "Petra"}
    for what, is_allowed in allowed.items():
        assert any(f"/{what}" in link for link in page.links) == is_allowed
        answer = who.send(f"/customers/{busiest}/{what}", reason="", again="")
        assert answer.status == (
            400 if is_allowed and what != "part" else 404 if is_allowed else 403
        )


def test_two_records_are_parted_once_and_by_one(demo_home: Path, tmp_path: Path) -> None:
    desk = staffed_desk(Home(copy_home(demo_home, tmp_path / "home")))
    golden_id, first, second = fetch(
        desk,
        """
        select l.golden_id, l.channel || ':' || l.source_record_id, r.channel || ':' || r.source_record_id
        from match_edges e
        join crosswalk l on l.channel = e.channel_l and l.source_record_id = e.source_record_id_l
        join crosswalk r on r.channel = e.channel_r and r.source_record_id = e.source_record_id_r
        join unified_profiles p on p.golden_id = l.golden_id
        where l.golden_id = r.golden_id and p.record_count = 2 order by all limit 1
        """,
    )[0]
    stella, second_steward = sign_in(desk, "Stella"), sign_in(desk, "Stella")
    path = f"/customers/{golden_id}/part"
    asked = stella.get(f"{path}?a={quote(first)}&b={quote(second)}")
    assert asked.status == 200
    assert "1 profile becomes 2" in asked.words
    answer = {"a": first, "b": second, "seen": ""}
    assert stella.send(path, **answer).status == 400, "a reason is missing"
    done = stella.send(path, **answer, reason="father and son")
    assert done.status == 303
    assert "The next run parts them" in stella.get(done.headers["location"]).words
    verdicts = (desk.home.judgements / "verdicts.csv").read_text()
    assert "different" in verdicts
    assert "Stella" in verdicts
    late = second_steward.send(path, **answer, reason="too late")
    assert late.status == 409
    assert (desk.home.judgements / "verdicts.csv").read_text() == verdicts
    stranger = fetch(
        desk,
        "select channel || ':' || source_record_id from crosswalk where golden_id <> ? limit 1",
        golden_id,
    )
    other = stella.send(path, a=first, b=stranger[0][0], seen="", reason="of another customer")
    assert other.status == 404
