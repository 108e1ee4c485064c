"""Whoever sends values that are markup, asks for what is another role's, or sends too much: nothing gets through."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from omni_identity.desk.application import Desk
from omni_identity.desk.people import ROLES
from omni_identity.desk.protection import MOST_BYTES
from omni_identity.model.home import Home
from tests.desk.visitors import STAFF, Visitor, sign_in, staffed_desk
from tests.shared import copy_home

HARM = "\"'></td></textarea></option><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}javascript:alert(1)"
_KEPT = """
    golden_id other_golden_id retired_golden_id nearest_golden_id golden_ids household_id run_id event kind matter
    channel channel_l channel_r from_channel to_channel last_channel direction decided_by diagnostic status check_name
    severity feed identifier attribute consent content_hash state reason_code rival question_id
"""
KEPT = frozenset(_KEPT.split())
"""Columns that SQL compares with words of our own, or by which tables are joined with what is not spoilt."""


def spoil(file: Path) -> int:
    """Add harm to every text of a database, but ``KEPT``; return to how many columns."""
    file.chmod(file.stat().st_mode | stat.S_IWUSR)
    spoilt = 0
    with duckdb.connect(str(file)) as database:
        columns = database.execute(
            "select c.schema_name, c.table_name, c.column_name, c.data_type from duckdb_columns() c"
            " join duckdb_tables() t using (database_name, schema_name, table_name)"
            " where not c.internal and c.database_name = current_database()"
            " and c.schema_name in ('main', 'ledger', 'landed', 'derived', 'settled')"
            " and c.data_type in ('VARCHAR', 'VARCHAR[]')"
        ).fetchall()
        for schema, table, column, kind in columns:
            if column in KEPT:
                continue
            made = (
                '"{}" || $harm'
                if kind == "VARCHAR"
                else 'list_transform("{}", lambda x: x || $harm)'
            )
            # rows that others refer to stay
            with suppress(duckdb.ConstraintException, duckdb.BinderException):
                database.execute(
                    f'update "{schema}"."{table}" set "{column}" = {made.format(column)}',
                    {"harm": HARM},
                ).fetchall()
                spoilt += 1
    return spoilt


@pytest.fixture(scope="module")
def spoilt_desk(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = Home(copy_home(demo_home, tmp_path_factory.mktemp("spoilt") / "home"))
    assert spoil(home.published_file.resolve()) > 50
    assert spoil(home.warehouse_file) > 10
    desk = staffed_desk(home)
    yield desk
    desk.reader.close()


class Markup(HTMLParser):
    """What a browser would run or follow of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("iframe", "object", "embed", "base", "img", "svg", "style"):
            self.found.append(tag)
        if tag == "script" and given.get("src") != "/static/desk.js":
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style" or name == "srcdoc":
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action", "formaction") and not (value or "").startswith(
                ("/", "#", "?timeline=all", "?page=")
            ):
                self.found.append(f"{tag} {name}={value}")


def test_values_that_are_markup_are_shown_and_nothing_else(spoilt_desk: Desk) -> None:
    with spoilt_desk.reader.read(is_masked=False) as reading:
        look = reading.connection
        customers = look.execute(
            "select golden_id from unified_profiles order by record_count + interaction_count desc, golden_id limit 12"
        ).fetchall()
        first, second = look.execute(
            "select channel || ':' || source_record_id from crosswalk where golden_id = ? order by 1 limit 2",
            list(customers[0]),
        ).fetchall()
    runs = sign_in(spoilt_desk, "Otto").get("/runs").links
    cases = [
        link
        for link in sign_in(spoilt_desk, "Stella").get("/queue").links
        if link.startswith("/queue/")
    ]
    assert len(cases) > 5
    paths = [
        *(f"/customers/{golden_id}" for (golden_id,) in customers),
        f"/customers/{customers[0][0]}/part?a={quote(first[0])}&b={quote(second[0])}",
        f"/customers/{customers[0][0]}?parted={quote(HARM)}",
        f"/customers/{customers[0][0]}/export",
        f"/search?q={quote(HARM)}",
        "/search?q=a",
        "/queue",
        *cases[:8],
        f"/sign-in?next={quote(HARM)}",
        f"/{quote(HARM)}",
        f"/runs/{quote(HARM)}",
        *(link for link in runs if link.startswith("/runs")),
    ]
    shown = 0
    for name in ("Stella", "Petra"):
        who = sign_in(spoilt_desk, name)
        for path in paths:
            page = who.follow(path)
            assert Markup(page.page).found == [], path
            assert "<script>alert" not in page.page
            assert "49javascript" not in page.page
            shown += page.page.count("&lt;script&gt;alert(1)")
    assert shown > 1000, "they are shown as what they are"


def filled(path: str) -> str:
    """The path with a customer, a run and whatever else it names."""
    return re.sub(r"{\w+}", "x", path.replace("{golden_id}", "G0000000001"))


def test_nothing_of_another_role_is_answered(demo_desk: Desk) -> None:
    """Every way of every page, by everybody: what is not theirs is refused before it is looked up."""
    for page in demo_desk.pages:
        for way in page.ways:
            path = filled(way.path)
            for name, role in STAFF.items():
                who = sign_in(demo_desk, name)
                if role in way.roles:
                    continue
                answer = who.get(path) if way.method == "GET" else who.send(path)
                assert answer.status == 403, (name, way.method, path)
                assert "G0000000001" not in answer.words
    assert {role for page in demo_desk.pages for way in page.ways for role in way.roles} <= ROLES


def test_every_form_needs_the_token_of_its_session(demo_desk: Desk) -> None:
    ways = [way for page in demo_desk.pages for way in page.ways if way.method == "POST"]
    assert len(ways) >= 4
    for way in ways:
        path = filled(way.path)
        for name, role in STAFF.items():
            if role in way.roles:
                who = sign_in(demo_desk, name)
                assert who.post(path, {"reason": "x", "form_token": "0" * 64}).status == 403
                assert who.post(path, {"reason": "x"}).status == 403


def test_megabytes_are_refused_wherever_they_are_sent(demo_desk: Desk) -> None:
    stella = sign_in(demo_desk, "Stella")
    large = "x" * 10_000_000
    assert stella.post("/customers/G0000000001/part", {"reason": large}).status == 413
    assert stella.post("/sign-in", {"token": large}).status == 413
    assert stella.get(f"/search?q={large}").status == 414
    assert Visitor(demo_desk, cookies={"omni_desk_3100": large}).get("/search").status == 303
    just_fits = "x" * (MOST_BYTES - 1000)
    assert stella.send("/customers/G0000000001/part", reason=just_fits).status in (400, 404)
