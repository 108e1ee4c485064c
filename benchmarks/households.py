"""Households against the demo's truth, beside rules that one would write by hand.

    python -m benchmarks.households --home HOME

Pairs of golden customers who live together are counted: how many are said, how many of these do (precision), and
how many of all that do are said (recall). A customer is the person that most of its records are of. The truth is
``truth/households.csv`` of a demo's home: who lives, or once lived, with whom; flatmates too, of whom records
mostly tell nothing.
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


def main() -> None:
    """Measure the home of the command line and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="a demo's home, after a run")
    print("| | pairs | precision | recall |\n| --- | --- | --- | --- |")
    for name, said, precision, recall in measure(parser.parse_args().home):
        print(f"| {name} | {said:,} | {precision:.3f} | {recall:.3f} |")


if __name__ == "__main__":
    main()
