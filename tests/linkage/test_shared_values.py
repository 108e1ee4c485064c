"""Values that too many different people carry are found in the records as they are, and set aside."""

from __future__ import annotations

from string import ascii_lowercase

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.blocking import block_records
from omni_identity.linkage.blocking_rules import possible_rules
from omni_identity.linkage.shared_values import (
    drop_shared_values,
    find_shared_values,
    find_turned_records,
)
from omni_identity.model.attributes import Vocabulary
from tests.linkage.frames import create_linkage_records

VOCABULARY = Vocabulary()

CROWD = [
    {"first": f"{letter}na", "last": f"{other}son", "email": ["desk@shop.com", f"{letter}@own.com"]}
    for letter, other in zip(ascii_lowercase[:8], ascii_lowercase[10:18], strict=True)
]
FAMILY = [
    {"first": f"{letter}na", "last": "moore", "phone": ["+12125550100"]}
    for letter in ascii_lowercase[:9]
]
ONE_PERSON = [
    {"first": "peter", "last": f"stone{i}", "device_id": ["dev-1"]} for i in range(15)
]  # fmt: skip


def shared(engine: DuckDBEngine) -> list[tuple[object, ...]]:
    return engine.fetch("select * from derived.shared_values").rows()


def test_a_value_of_many_different_people_is_shared_and_a_familys_is_not() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*CROWD, *FAMILY, *ONE_PERSON])
        assert find_shared_values(engine, VOCABULARY) == 1
        assert shared(engine) == [("email", "desk@shop.com", 8, 8, 8)]


def test_a_shared_value_is_no_evidence_and_no_blocking_key_any_more() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*CROWD, {"email": ["desk@shop.com"]}])
        assert block_records(engine, possible_rules(VOCABULARY)).pair_count == 36
        find_shared_values(engine, VOCABULARY)
        drop_shared_values(engine, VOCABULARY)
        left = engine.fetch(
            "select email, local_part from derived.linkage_records order by record_no"
        ).rows()
        assert left[0] == (["a@own.com"], ["a"])
        assert left[-1] == (None, None)
        assert block_records(engine, possible_rules(VOCABULARY)).pair_count == 0


def born(day: str, *numbers: int) -> list[dict[str, str]]:
    """People of different names who have one birth date."""
    return [
        {
            "first": f"{ascii_lowercase[n % 26]}na",
            "last": f"{ascii_lowercase[(n * 7 + 3) % 26]}son{n}",
            "birth_date": day,
        }
        for n in numbers
    ]


OTHERS = [row for n in range(150) for row in born(f"19{n % 70 + 20}-0{n % 9 + 1}-1{n % 9}", n)]


def test_a_birth_date_of_far_too_many_is_nobodys_and_not_even_its_year_is_evidence() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*born("2000-01-01", *range(14)), *OTHERS])
        assert find_shared_values(engine, VOCABULARY) == 1
        assert shared(engine) == [("birth_date", "2000-01-01", 14, 14, 14)]
        drop_shared_values(engine, VOCABULARY)
        assert dates(engine)[0] == (None, None, None, None)
        assert dates(engine)[-1][0] is not None


def test_first_of_january_of_many_years_is_how_a_year_is_written() -> None:
    years = range(1980, 1990)
    new_years = [row for year in years for row in born(f"{year}-01-01", *range(14))]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*new_years[14:], *born("1980-06-15", *range(14)), *OTHERS])
        assert find_shared_values(engine, VOCABULARY) == 10, "nine, and one in June"
        create_linkage_records(engine, [*new_years, *born("1980-06-15", *range(14)), *OTHERS])
        assert find_shared_values(engine, VOCABULARY) == 1
        assert shared(engine) == [("birth_date", "1980-06-15", 14, 14, 14)]


def test_many_share_every_birth_date_where_all_are_of_few_years() -> None:
    with DuckDBEngine() as engine:
        days = [born(f"2010-0{month}-05", *range(14)) for month in range(1, 10)]
        create_linkage_records(engine, [row for rows in days for row in rows])
        assert find_shared_values(engine, VOCABULARY) == 0


def named(first: str, last: str, count: int, mailbox: str = "{}@x.com") -> list[dict[str, object]]:
    return [
        {"first": first, "last": last, "email": [mailbox.format(f"{first}{last}{n}")]}
        for n in range(count)
    ]


def test_a_name_of_many_that_is_made_of_no_others_names_is_nobodys() -> None:
    with DuckDBEngine() as engine:
        other_annas = [row for n in range(8) for row in named("anna", f"jones{n}", 2)]
        one_person = named("peter", "stone", 15, "peter@x.com")
        shoppers = named("online", "shopper", 12)
        create_linkage_records(
            engine, [*shoppers, *named("anna", "smith", 14), *other_annas, *one_person]
        )
        assert find_shared_values(engine, VOCABULARY) == 1
        assert shared(engine) == [("names", "online|shopper", 12, 1, 1)]
        drop_shared_values(engine, VOCABULARY)
        left = engine.fetch(
            "select first, last, names, email from derived.linkage_records order by record_no"
        ).rows()
        assert left[0] == (None, None, None, ["onlineshopper0@x.com"])
        assert left[12][:3] == ("anna", "smith", "anna|smith")
        engine.run("create table none as select 'names' as identifier, 'peter|stone' as value")
        create_linkage_records(engine, [*shoppers, *one_person])
        find_shared_values(engine, VOCABULARY)
        find_turned_records(engine, VOCABULARY, "derived.linkage_records", "none", "turned")
        assert engine.fetch("select record_no from turned").height == 27


def dates(engine: DuckDBEngine) -> list[tuple[object, ...]]:
    return engine.fetch(
        "select birth_date, birth_year, birth_month_day, birth_part"
        " from derived.linkage_records order by record_no"
    ).rows()


def test_who_carries_a_value_that_is_shared_now_or_no_more_is_found() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*CROWD, *born("2000-01-01", *range(14)), *OTHERS, *FAMILY])
        engine.run(
            "create table former as select 'phone' as identifier, '+12125550100' as value"
            " union all select 'device_id', 'gone'"
        )
        find_shared_values(engine, VOCABULARY)
        find_turned_records(engine, VOCABULARY, "derived.linkage_records", "former", "turned")
        found = engine.fetch("select record_no from turned order by 1")["record_no"].to_list()
        last = len(CROWD) + 14 + len(OTHERS)
        assert found == [*range(1, len(CROWD) + 15), *range(last + 1, last + len(FAMILY) + 1)]
        engine.run("create or replace table former as select * from derived.shared_values")
        find_turned_records(engine, VOCABULARY, "derived.linkage_records", "former", "turned")
        assert engine.fetch("select * from turned").is_empty()
