"""Households against the truth, beside rules that one would write by hand.

    python -m benchmarks.households --home HOME
    python -m benchmarks.households --home HOME --told FOLDER

Pairs of golden customers who live together are counted: how many are said, how many of these do (precision), and
how many of all that do are said (recall). A customer is the person that most of its records are of. The truth is
``truth/households.csv`` of a demo's home: who lives, or once lived, with whom; flatmates too, of whom records
mostly tell nothing.

``FOLDER`` is one with the households' five channels as CSV and ``truth.csv``, and ``HOME`` what
``python -m benchmarks.homes households FOLDER --keep HOME`` has made of it. Nothing there says who lives with whom.
What its rows tell is counted, by pairs of persons: two live together who have rows of one family name and address
(street, and city or postcode), and do not if both have addresses and none in common. Of all others, nobody knows;
but persons are numbered household by household, so of a pair that is right the numbers are near.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

PAIR = "a.golden_id < b.golden_id"
RECORDS = "(select s.*, c.golden_id from w.derived.source_records s join w.derived.customers c using (record_no))"
SAME_HOUSE = (
    "a.street_key = b.street_key and a.house_number is not distinct from b.house_number"
    " and a.city_key = b.city_key"
)
METHODS = {
    "households": f"select a.golden_id as l, b.golden_id as r from p.unified_profiles a join p.unified_profiles b"
    f" on a.household_id = b.household_id and {PAIR}",
    "links between two customers, before they are put together": (
        "select golden_id_l as l, golden_id_r as r from w.derived.household_links"
    ),
    "last name, street and city": f"select distinct a.golden_id as l, b.golden_id as r from {RECORDS} a"
    f" join {RECORDS} b on a.last_name_key = b.last_name_key and {SAME_HOUSE} and {PAIR}",
    "last name and phone": f"select distinct a.golden_id as l, b.golden_id as r from {RECORDS} a"
    f" join {RECORDS} b on a.last_name_key = b.last_name_key and list_has_any(a.phone, b.phone) and {PAIR}",
    "same house, or phone": f"select distinct a.golden_id as l, b.golden_id as r from {RECORDS} a"
    f" join {RECORDS} b on {SAME_HOUSE} and {PAIR} union select distinct a.golden_id, b.golden_id from"
    f" (select golden_id, unnest(phone) as phone from {RECORDS}) a"
    f" join (select golden_id, unnest(phone) as phone from {RECORDS}) b on a.phone = b.phone and {PAIR}",
}
"""By name, the pairs of customers (``l``, ``r``) that a method says live together."""


def measure(home: Path) -> list[tuple[str, int, float, float]]:
    """By method: pairs said, precision and recall."""
    with duckdb.connect() as connection:
        for name, file in (("w", "warehouse/omni.duckdb"), ("p", "published/omni.duckdb")):
            connection.execute(f"attach '{home / file}' as {name} (read_only)")
        connection.execute(
            f"""
            create table lives as
            with labels as (select * from read_csv('{home / "truth" / "labels.csv"}', all_varchar = true)),
            persons as (
                select golden_id, mode(entity) as entity
                from w.derived.customers join labels using (channel, source_record_id) group by golden_id
            )
            select golden_id, household
            from persons join read_csv('{home / "truth" / "households.csv"}', all_varchar = true) using (entity)
            """
        )
        true_pairs = (
            f"select count(*) from lives a join lives b on a.household = b.household and {PAIR}"
        )
        true_count = connection.execute(true_pairs).fetchall()[0][0]
        found = []
        for name, pairs in METHODS.items():
            said, right = connection.execute(
                "select count(*), count(*) filter (where a.household = b.household)"
                f" from ({pairs}) join lives a on a.golden_id = l join lives b on b.golden_id = r"
            ).fetchall()[0]
            found.append((name, said, right / max(said, 1), right / true_count))
        return found


def measure_told(home: Path, folder: Path) -> list[tuple[str, int, int, float, float, float]]:
    """By method: pairs of persons said, those that can be told, precision and recall of these, and share near."""
    with duckdb.connect() as connection:
        for name, file in (("w", "warehouse/omni.duckdb"), ("p", "published/omni.duckdb")):
            connection.execute(f"attach '{home / file}' as {name} (read_only)")
        files = {name: str(folder / f"{name}.csv") for name in ("truth", "web", "loyalty")}
        for statement in _TOLD:
            connection.execute(statement.format(**files))
        ((true_count,),) = connection.execute("select count(*) from together").fetchall()
        found = []
        for name, pairs in METHODS.items():
            ((said, told, right, near),) = connection.execute(
                _AGAINST_TOLD.format(pairs=pairs)
            ).fetchall()
            found.append(
                (name, said, told, right / max(told, 1), right / true_count, near / max(said, 1))
            )
        return found


_TOLD = (
    "create table labels as select channel, source_record_id, entity::bigint as entity"
    " from read_csv('{truth}', all_varchar = true)",
    "create table persons as select golden_id, mode(entity) as entity from w.derived.customers"
    " join labels using (channel, source_record_id) group by golden_id",
    """
    create table addresses as
    select distinct entity, lower(trim(family)) as family, lower(trim(street)) as street, lower(trim(city)) as city,
        postcode
    from (
        select 'web' as channel, user_id as id, family, address as street, town as city, zip as postcode
        from read_csv('{web}', all_varchar = true)
        union all
        select 'loyalty', rid, last, street, city, postcode from read_csv('{loyalty}', all_varchar = true)
    ) r join labels l on l.channel = r.channel and l.source_record_id = r.id
    where family is not null and street is not null and coalesce(city, postcode) is not null
    """,
    """
    create table neighbours as
    select a.entity as l, b.entity as r, bool_or(a.family = b.family) as is_one_family
    from addresses a join addresses b on a.street = b.street and (a.city = b.city or a.postcode = b.postcode)
        and a.entity < b.entity
    group by l, r
    """,
    "create table together as select l, r from neighbours where is_one_family",
)
"""``together``: pairs of persons who live together; ``neighbours``: of one address, whatever they are called."""
NEAR = 6
"""Persons of one household have numbers at most so far apart: of the told ones no two have more than 4."""
_AGAINST_TOLD = f"""
    with said as (
        select distinct least(a.entity, b.entity) as l, greatest(a.entity, b.entity) as r
        from ({{pairs}}) s join persons a on a.golden_id = s.l join persons b on b.golden_id = s.r
        where a.entity <> b.entity
    ), judged as (
        select s.*, t.l is not null as is_right,
            t.l is not null or n.l is null and s.l in (select entity from addresses)
                and s.r in (select entity from addresses) as is_told
        from said s left join together t on t.l = s.l and t.r = s.r
        left join neighbours n on n.l = s.l and n.r = s.r
    )
    select count(*), count(*) filter (where is_told), count(*) filter (where is_right),
        count(*) filter (where r - l <= {NEAR})
    from judged
"""


def main() -> None:
    """Measure the home of the command line and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="the home, after a run")
    parser.add_argument(
        "--told", type=Path, help="the folder that the home was made of, if no demo's"
    )
    arguments = parser.parse_args()
    if arguments.told is not None:
        print("| | pairs | can be told | precision | recall | numbers are near |")
        print("| --- | --- | --- | --- | --- | --- |")
        for name, said, told, precision, recall, near in measure_told(
            arguments.home, arguments.told
        ):
            print(f"| {name} | {said:,} | {told:,} | {precision:.3f} | {recall:.3f} | {near:.3f} |")
        return
    print("| | pairs | precision | recall |\n| --- | --- | --- | --- |")
    for name, said, precision, recall in measure(arguments.home):
        print(f"| {name} | {said:,} | {precision:.3f} | {recall:.3f} |")


if __name__ == "__main__":
    main()
