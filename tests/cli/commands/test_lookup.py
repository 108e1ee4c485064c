"""``omni lookup`` finds by everything a person may have in hand, and shows the customer in full."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.lookup.customer_search import readings
from tests.cli.conftest import Omni


def rows(home: Path, sql: str) -> list[tuple[str, ...]]:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def only_one_with(home: Path, column: str, where: str = "true") -> tuple[str, str]:
    """A customer and a value of an identifier that nobody else has."""
    found = rows(
        home,
        f"with held as (select golden_id, unnest({column}) as v from unified_profiles)"
        f" select any_value(golden_id), v from held where {where} group by v"
        " having count(*) = 1 order by v limit 1",
    )
    golden_id, value = found[0]
    return golden_id, value


def national(phone: str) -> str:
    return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"


@pytest.mark.parametrize(
    ("column", "where", "typed"),
    [
        ("email", "true", lambda value: f" {value.upper()} "),
        ("phone", "v like '+1%' and length(v) = 12", national),
        ("phone", "v like '+1%'", lambda value: value),
        ("instagram", "true", lambda value: f"@{value}"),
        ("loyalty_id", "true", lambda value: value.lower()),
    ],
)
def test_a_customer_is_found_by_an_identifier_in_any_spelling(
    omni: Omni, demo_home: Path, column: str, where: str, typed: object
) -> None:
    golden_id, value = only_one_with(demo_home, column, where)
    ending = omni("lookup", typed(value), "--home", demo_home)  # type: ignore[operator]
    assert ending.exit_code == 0
    assert golden_id in ending.out
    assert "Records (" in ending.out


def test_a_customer_is_shown_in_full(omni: Omni, demo_home: Path) -> None:
    channel, record, golden_id = rows(
        demo_home,
        "select channel, source_record_id, golden_id from crosswalk join unified_profiles p"
        " using (golden_id) where p.order_count > 0 and p.consent_email is not null"
        " and p.email is not null order by p.record_count desc, 1, 2 limit 1",
    )[0]
    out = omni("lookup", f"{channel}:{record}", "--home", demo_home).out
    mine = f"golden_id = '{golden_id}'"
    profile = rows(demo_home, f"select full_name, email[1] from unified_profiles where {mine}")[0]
    assert golden_id in out
    for shown in (*profile, record, "consent email", "Last interactions", "History of the ID"):
        assert shown in out
    members = rows(demo_home, f"select source_record_id from crosswalk where {mine}")
    assert all(member in out for (member,) in members)
    assert f"Records ({len(members)})" in out


def test_what_an_agent_needs_comes_first_and_on_one_screen(omni: Omni, demo_home: Path) -> None:
    """Who, consent, what is open, orders, the last contacts; then how the records came together."""
    ((golden_id, matter_id, order_id),) = rows(
        demo_home,
        "select o.golden_id, any_value(o.matter_id), any_value(c.last_order_id) from open_matters o"
        " join customer_context c using (golden_id) join unified_profiles p using (golden_id)"
        " where o.matter = 'ticket' and c.last_order_id is not null and p.consent_email is not null"
        " group by o.golden_id order by count(*) desc, o.golden_id limit 1",
    )
    out = omni("lookup", golden_id, "--home", demo_home).out
    headings = [
        "consent email",
        "Open (",
        "Next steps",
        "Orders (",
        "Last interactions (",
        "Records (",
    ]
    places = [out.index(heading) for heading in headings]
    assert places == sorted(places)
    screen = out[: places[-1]]
    assert matter_id in screen
    assert order_id in screen
    assert len(screen.splitlines()) <= 60


def test_several_customers_behind_one_term_are_listed(omni: Omni, demo_home: Path) -> None:
    shared = rows(
        demo_home,
        "select v, list(golden_id) from (select golden_id, unnest(phone) as v"
        " from unified_profiles) group by v having count(*) > 1 order by v limit 1",
    )[0]
    ending = omni("lookup", shared[0], "--home", demo_home)
    assert ending.exit_code == 0
    assert f"{len(shared[1])} customers" in ending.out
    assert all(golden_id in ending.out for golden_id in shared[1])


@pytest.mark.parametrize("term", ["nobody@nowhere.org", "@nobody_at_all", "web:none", "G99", "x y"])
def test_nobody_found_is_said_and_is_no_error(omni: Omni, demo_home: Path, term: str) -> None:
    ending = omni("lookup", term, "--home", demo_home)
    assert ending.exit_code == 0
    assert ending.out == "Nobody found.\n"


def test_a_name_a_postcode_and_a_number_lead_to_the_customer(omni: Omni, demo_home: Path) -> None:
    """The name in another order, without its accents and last letter."""
    golden_id, first, last, postcode = rows(
        demo_home,
        "select golden_id, first_name, last_name, postcode from unified_profiles where length(first_name) > 3"
        " and length(last_name) > 3 and postcode is not null and full_name = first_name || ' ' || last_name"
        " qualify count(*) over (partition by full_name) = 1 order by golden_id limit 1",
    )[0]
    for term in (f"{last} {first}", f"{first[:-1].upper()} {last.lower()} {postcode}"):
        out = omni("lookup", term, "--home", demo_home).out
        assert golden_id in out
        assert "Records (" in out
    number, owner = rows(
        demo_home,
        "select order_id, any_value(golden_id) from interactions where order_id is not null"
        " group by order_id having count(distinct golden_id) = 1 and count(golden_id) = count(*)"
        " order by order_id limit 1",
    )[0]
    out = omni("lookup", number.lower(), "--home", demo_home).out
    assert "Found as order number in " in out
    assert owner in out


def test_too_many_are_counted_and_the_first_are_listed(omni: Omni, demo_home: Path) -> None:
    ((letter, count),) = rows(
        demo_home,
        "select lower(full_name[1]) as letter, count(*) from unified_profiles"
        " where full_name is not null group by letter order by count(*) desc, letter limit 1",
    )
    out = omni("lookup", letter, "--limit", 3, "--home", demo_home).out
    total = int(out.split(" customers")[0].replace(",", ""))
    assert total >= int(count)
    assert f"... and {total - 3} more" in out
    assert sum(line.startswith("G0") for line in out.splitlines()) == 3


def test_a_retired_id_leads_to_the_live_one_and_a_tombstone_is_said(
    omni: Omni, own_demo_home: Path
) -> None:
    live = rows(own_demo_home, "select min(golden_id) from unified_profiles")[0][0]
    with duckdb.connect(str(own_demo_home / "published" / "omni.duckdb")) as connection:
        connection.execute(
            "insert into golden_id_redirects values ('G8888888888', $live), ('G9999999999', null)",
            {"live": live},
        ).fetchall()
    ending = omni("lookup", "g8888888888", "--home", own_demo_home)
    assert f"G8888888888 is retired and leads to {live}" in ending.out
    assert "Records (" in ending.out
    gone = omni("lookup", "G9999999999", "--home", own_demo_home)
    assert gone.exit_code == 0
    assert "no record of that customer is left" in gone.out


def test_markup_in_data_is_only_text(omni: Omni, own_demo_home: Path) -> None:
    with duckdb.connect(str(own_demo_home / "published" / "omni.duckdb")) as connection:
        connection.execute("update unified_profiles set full_name = '[red]x[/nope]'").fetchall()
        golden_id = connection.execute("select min(golden_id) from unified_profiles").fetchall()
    ending = omni("lookup", golden_id[0][0], "--home", own_demo_home)
    assert ending.exit_code == 0
    assert "[red]x[/nope]" in ending.out


def test_nothing_published_yet_is_exit_code_2(omni: Omni, tmp_path: Path) -> None:
    ending = omni("lookup", "x", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "omni run" in ending.err


def test_a_phone_is_read_in_every_country_of_the_configuration() -> None:
    feed = {"files": "a.csv", "record_id": "id"}
    configuration = parse_configuration(
        {
            "version": 1,
            "default_country": "US",
            "channels": [
                {"name": "us", "contacts": feed},
                {"name": "de", "country": "DE", "contacts": feed},
            ],
        }
    )
    assert set(readings(configuration, "(212) 555-0136")["phone"]) >= {"+12125550136"}
    assert "+4930901820" in readings(configuration, "030 901820")["phone"]
    assert readings(configuration, "J.Roe+shop@gmail.com")["email"] == [
        "j.roe+shop@gmail.com",
        "jroe@gmail.com",
    ]
