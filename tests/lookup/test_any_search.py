"""A lookup finds what is exact first, then numbers, then names; several, nobody, and what means harm."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.lookup.any_search import look_up
from omni_identity.lookup.name_search import find_by_name
from omni_identity.lookup.number_search import find_by_number

CUSTOMERS = [
    ("G1", "Anna Smith", "10115", "Berlin", "2026-01-01", ["anna@mail.org"]),
    (
        "G2",
        "Annabel Smith-Jones",
        "10117",
        "Berlin",
        "2026-02-01",
        ["home@mail.org", "ab@mail.org"],
    ),
    ("G3", "Jürgen Müller", "SW1A 1AA", "London", "2026-01-01", []),
    ("G4", "Ab Jansen", "1012 AB", "Amsterdam", None, ["home@mail.org"]),
    ("G5", "Piet Jansen", "1012 AC", "Amsterdam", "2026-01-05", []),
    ("G6", None, None, None, "2026-01-05", []),
    ("G7", "Smith Anna", None, None, "2026-03-01", []),
    ("G8", "1001 Nacht", "60311", "Frankfurt", "2026-03-01", []),
]
INTERACTIONS = [
    ("G1", "web", "e1", "#1001", None, None, None, "2026-01-01"),
    ("G2", "app", "e2", "1001", None, None, None, "2026-01-02"),
    ("G2", "app", "e3", "1002", None, None, None, "2026-01-03"),
    ("G3", "desk", "t1", None, "T-77", None, "c-9", "2026-01-03"),
    (None, "web", "e4", "5005", None, None, None, "2026-01-03"),
    (None, "web", "e5", "1002", None, None, None, "2026-01-04"),
    ("G4", "web", "ABC-1", None, None, "cart1", None, "2026-01-04"),
]

IDENTIFIERS = """
    create table identifiers as
    select 'email' as identifier, value, case when count(*) = 1 then any_value(golden_id) end as golden_id
    from (select golden_id, unnest(email) as value from unified_profiles) group by value
"""


@pytest.fixture(scope="module")
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for statement in (
            "create table unified_profiles (golden_id varchar, full_name varchar, postcode varchar, city varchar,"
            " last_seen_at timestamp, email varchar[])",
            "create table interactions (golden_id varchar, channel varchar, interaction_id varchar, order_id varchar,"
            " ticket_id varchar, cart_id varchar, conversation_id varchar, occurred_at timestamp)",
            "create table crosswalk (channel varchar, source_record_id varchar, golden_id varchar)",
            "create table golden_id_redirects (retired_golden_id varchar, golden_id varchar)",
            "insert into crosswalk values ('web', '4711', 'G5')",
        ):
            connection.execute(statement).fetchall()
        connection.executemany("insert into unified_profiles values (?, ?, ?, ?, ?, ?)", CUSTOMERS)
        connection.executemany(
            "insert into interactions values (?, ?, ?, ?, ?, ?, ?, ?)", INTERACTIONS
        )
        connection.execute(IDENTIFIERS).fetchall()
        yield connection


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    feed = {"files": "a.csv", "record_id": "id"}
    channels = [{"name": "web", "contacts": feed}]
    return parse_configuration({"version": 1, "default_country": "US", "channels": channels})


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("smith", ["G7", "G2", "G1"]),
        ("anna smith", ["G7", "G1", "G2"]),
        ("SMITH, Anna", ["G7", "G1", "G2"]),
        ("ann smi", ["G7", "G2", "G1"]),
        ("jones annabel", ["G2"]),
        ("mueller", ["G3"]),
        ("10115", ["G1"]),
        ("1011", ["G2", "G1"]),
        ("smith 10115", ["G1"]),
        ("10115 smith", ["G1"]),
        ("D-10115 Berlin", ["G1"]),
        ("smith 1011 berlin", ["G2", "G1"]),
        ("smith berlin", []),
        ("sw1a 1aa", ["G3"]),
        ("SW1A1AA müller", ["G3"]),
        ("1012 ab", ["G4"]),
        ("jansen 1012 ac", ["G5"]),
        ("jansen", ["G5", "G4"]),
        ("1001 nacht", ["G8"]),
        ("smith 99999", []),
        ("nobody", []),
        ("", []),
        (" ' - ", []),
        ("%", []),
        (".*", []),
        ("' or true --", []),
        ("x " * 30, []),
        ("ab " + "y" * 5_000, []),
        ("\\", []),
    ],
)
def test_names_and_postcodes(
    published: duckdb.DuckDBPyConnection, term: str, found: list[str]
) -> None:
    hits = find_by_name(published, term, 10)
    assert list(hits.golden_ids) == found
    assert hits.more == 0


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_no_more_than_the_limit_and_how_many_more(
    published: duckdb.DuckDBPyConnection, limit: int
) -> None:
    hits = find_by_name(published, "smith", limit)
    assert list(hits.golden_ids) == ["G7", "G2", "G1"][:limit]
    assert hits.more == 3 - limit
    hits = find_by_number(published, "1001", 1)
    assert hits.golden_ids == ("G2",)
    assert hits.more == 1


@pytest.mark.parametrize(
    ("term", "found", "how"),
    [
        ("1001", ["G2", "G1"], "Found as order number in app, order number in web."),
        ("#1001", ["G2", "G1"], "Found as order number in app, order number in web."),
        ("1001.0", ["G2", "G1"], "Found as order number in app, order number in web."),
        ("web:1001", ["G1"], "Found as order number in web."),
        ("app:#1001", ["G2"], "Found as order number in app."),
        (" t-77 ", ["G3"], "Found as ticket number in desk."),
        ("desk:t1", ["G3"], "Found as interaction ID in desk."),
        ("abc-1", ["G4"], "Found as interaction ID in web."),
        ("CART1", ["G4"], "Found as cart in web."),
        ("c-9", ["G3"], "Found as conversation in desk."),
        ("1002", ["G2"], "Found as order number in app."),
        ("5005", [], "Found as order number in web. Nobody is known behind it."),
        ("desk:1001", [], ""),
        ("", [], ""),
        ("#", [], ""),
        (":", [], ""),
        ("'", [], ""),
        ("x' or 'a'='a", [], ""),
    ],
)
def test_numbers(
    published: duckdb.DuckDBPyConnection, term: str, found: list[str], how: str
) -> None:
    hits = find_by_number(published, term, 10)
    assert list(hits.golden_ids) == found
    assert hits.how == how


@pytest.mark.parametrize("term", ["Anna Smith", " jürgen  müller "])
def test_words_without_a_digit_are_looked_for_in_no_number(term: str) -> None:
    # a connection that has no interactions: to ask for them would fail
    with duckdb.connect() as nothing:
        assert find_by_number(nothing, term, 10).golden_ids == ()
        with pytest.raises(duckdb.Error):
            find_by_number(nothing, f"{term} 7", 10)


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("G3", ["G3"]),
        ("web:4711", ["G5"]),
        ("anna@mail.org", ["G1"]),
        ("1001", ["G2", "G1"]),
        ("nacht", ["G8"]),
        ("anna@", []),
        ("web:anna", []),
        ("shop:anna", []),
        ("nobody", []),
    ],
)
def test_what_is_exact_comes_first_and_no_address_is_taken_for_a_name(
    published: duckdb.DuckDBPyConnection, configuration: Configuration, term: str, found: list[str]
) -> None:
    assert list(look_up(published, configuration, term, 10).golden_ids) == found


@pytest.mark.parametrize("has_table", [True, False])
def test_an_address_finds_its_owner_and_a_shared_one_all(
    published: duckdb.DuckDBPyConnection, configuration: Configuration, has_table: bool
) -> None:
    if not has_table:  # a publication of before
        published.execute("drop table identifiers").fetchall()
    try:
        for term, found in {
            "ab@mail.org": ("G2",),
            "home@mail.org": ("G2", "G4"),
            "x@y.org": (),
        }.items():
            assert look_up(published, configuration, term, 10).golden_ids == found
    finally:
        if not has_table:
            published.execute(IDENTIFIERS).fetchall()
