"""What rows tell of who lives together, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.households import measure_told

# Persons 1 to 3 share a house, 3 under another name; 9 lives elsewhere, of 20 no address is known.
TRUTH = "channel,source_record_id,entity\nweb,w1,1\nweb,w2,2\nloyalty,l3,3\nweb,w9,9\nweb,w20,20\n"
WEB = (
    "user_id,family,address,town,zip\nw1,Reed,1 Elm,Ely,10001\nw2,REED,1 Elm,,10001\nw9,Reed,2 Oak,Ely,10001\n"
    "w20,Reed,,Ely,10001\n"
)
LOYALTY = "rid,last,street,city,postcode\nl3,Moss,1 elm,Ely,\n"


def test_pairs_are_right_where_rows_share_name_and_address_and_wrong_where_no_address_is_shared(
    tmp_path: Path,
) -> None:
    for name, text in (("truth", TRUTH), ("web", WEB), ("loyalty", LOYALTY)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    for place in ("warehouse", "published"):
        (tmp_path / place).mkdir()
    with duckdb.connect(str(tmp_path / "warehouse" / "omni.duckdb")) as warehouse:
        warehouse.execute("create schema derived")
        warehouse.execute(
            "create table derived.customers as select row_number() over () as record_no, * from (values"
            " ('web', 'w1', 'G1'), ('web', 'w2', 'G2'), ('loyalty', 'l3', 'G3'), ('web', 'w9', 'G9'),"
            " ('web', 'w20', 'G20')) c(channel, source_record_id, golden_id)"
        )
        warehouse.execute(
            "create table derived.source_records as select record_no, null::varchar as last_name_key,"
            " null::varchar as street_key, null::varchar as house_number, null::varchar as city_key,"
            " null::varchar[] as phone from derived.customers"
        )
        warehouse.execute(
            "create table derived.household_links as select * from (values ('G1', 'G2'), ('G1', 'G3'),"
            " ('G2', 'G9'), ('G20', 'G9')) k(golden_id_l, golden_id_r)"
        )
    with duckdb.connect(str(tmp_path / "published" / "omni.duckdb")) as published:
        published.execute(
            "create table unified_profiles as select * from (values ('G1', 'H1'), ('G2', 'H1'), ('G9', null))"
            " p(golden_id, household_id)"
        )
    found = {name: figures for name, *figures in measure_told(tmp_path, tmp_path)}
    assert found["households"] == [1, 1, 1.0, 1.0, 1.0]
    # 1 and 2 are told; of 1 and 3, and of 9 and 20, nobody can tell; 2 and 9 have two addresses
    links = found["links between two customers, before they are put together"]
    assert links == [4, 2, 0.5, 1.0, 0.5]
    assert found["last name and phone"] == [0, 0, 0.0, 0.0, 0.0]
