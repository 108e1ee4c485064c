"""``postgres``: on a real server, what is published or what was, whoever reads and whatever is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pydantic import ValidationError

from omni_identity.channels.configuration import load_configuration
from omni_identity.destinations import DeliveryFailed, Publication, postgres_session
from omni_identity.destinations.postgres import Postgres
from omni_identity.destinations.postgres_session import Session
from omni_identity.destinations.table_files import TableFile
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.home import Home
from omni_identity.model.tables import published_tables
from omni_identity.publish.masked_edition import MASKED, build_masked_edition
from tests.destinations.conftest import Ask
from tests.destinations.publications import CUSTOMERS, NIGHT_OF, night, write_publication
from tests.destinations.readers import reading


def destination(**keys: Any) -> Postgres:
    return Postgres.model_validate(
        {"type": "postgres", "url_env": "WAREHOUSE_DSN", "schema": "customers"} | keys
    )


def in_files(table: TableFile) -> list[tuple[Any, ...]]:
    """The rows of a file as Python values, nested ones as JSON knows them."""
    key = ", ".join(table.key)
    columns = ", ".join(
        f"to_json({field.name})::varchar" if pa.types.is_nested(field.type) else field.name
        for field in table.schema
    )
    rows = duckdb.sql(f"select {columns} from '{table.path}' order by {key}").fetchall()
    return [
        tuple(plain(field, value) for field, value in zip(table.schema, row, strict=True))
        for row in rows
    ]


def plain(field: pa.Field, value: Any) -> Any:
    if value is None:
        return None
    if pa.types.is_nested(field.type):
        return json.loads(value)
    if pa.types.is_decimal(field.type):
        return Decimal(str(value))
    if pa.types.is_timestamp(field.type):
        return value.replace(tzinfo=None)
    return value


def in_database(ask: Ask, table: TableFile) -> list[tuple[Any, ...]]:
    key = ", ".join(
        f'"{name}" collate "C"' if is_text(table, name) else f'"{name}"' for name in table.key
    )
    columns = ", ".join(f'"{name}"' for name in table.schema.names)
    rows = ask(f"select {columns} from customers.{table.name} order by {key}")
    return [
        tuple(plain(field, value) for field, value in zip(table.schema, row, strict=True))
        for row in rows
    ]


def is_text(table: TableFile, column: str) -> bool:
    return bool(pa.types.is_string(table.schema.field(column).type))


def tables(publication: Publication) -> list[TableFile]:
    return [TableFile(path) for path in publication.tables]


def test_it_has_what_the_files_have_and_of_what_follows_only_rows_that_changed_are_written(
    ask: Ask, two_nights: tuple[Publication, Publication]
) -> None:
    first, second = two_nights
    destination().deliver(first)
    assert len(first.tables) > 40
    for table in tables(first):
        assert in_database(ask, table) == in_files(table), table.name
    before = {table.name: rows_by_key(ask, table) for table in tables(first)}
    destination().deliver(second)
    rewritten = kept = 0
    for table in tables(second):
        assert in_database(ask, table) == in_files(table), table.name
        for key, (writer, row) in rows_by_key(ask, table).items():
            was = before[table.name].get(key)
            if was is not None and was[1] == row:
                assert was[0] == writer, f"{table.name}: a row that did not change was written"
                kept += 1
            else:
                rewritten += 1
    assert kept > 500
    assert rewritten > 20
    runs = ask("select distinct run_id from customers.omni_deliveries")
    assert runs == [("run-002",)]


def test_the_masked_edition_arrives_whole_with_what_became_of_its_columns(
    ask: Ask, two_nights: tuple[Publication, Publication], tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    folder = tmp_path / "home" / "published" / "versions" / "run-001"
    shutil.copytree(two_nights[0].folder, folder)
    folder.chmod(0o700)
    town = two_nights[0].home.parent / "home"
    shutil.copyfile(town / "published" / "omni.duckdb", folder / "omni.duckdb")
    vocabulary = load_configuration(town / "omni.yaml").vocabulary
    build_masked_edition(home, folder, published_tables(vocabulary))
    masked = Publication("run-001", home.root, folder / MASKED)
    destination(edition="masked", leave_out=[]).deliver(masked)
    assert len(masked.tables) > 40
    for table in tables(masked):
        assert in_database(ask, table) == in_files(table), table.name
    found = ask("select count(*), count(first_name), count(email) from customers.unified_profiles")
    assert found[0][0] == found[0][2] > found[0][1] == 0
    said = ask("select col_description('customers.unified_profiles'::regclass, 1)")
    assert said[0][0].endswith(
        "Masked: a keyed pseudonym, the same for a value wherever it stands. [PII: pseudonymous]"
    )


def rows_by_key(ask: Ask, table: TableFile) -> dict[str, tuple[str, str]]:
    """By key, the transaction that wrote a row, and the row."""
    key = ", ".join(f'"{name}"' for name in table.key)
    rows = ask(f"select row({key})::text, xmin::text, t::text from customers.{table.name} as t")
    return {key: (writer, row) for key, writer, row in rows}


def test_a_table_whose_file_did_not_change_is_not_sent(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    destination().deliver(night(tmp_path, 1))
    sent = []
    rows = TableFile.rows

    def noted(self: TableFile, *arguments: Any) -> Any:
        sent.append(self.name)
        return rows(self, *arguments)

    monkeypatch.setattr(TableFile, "rows", noted)
    destination().deliver(night(tmp_path, 2))
    assert set(sent) == {*NIGHT_OF, "runs"}
    found = ask(
        "select row_count, run_id from customers.omni_deliveries where table_name = 'crosswalk'"
    )
    assert found == [(CUSTOMERS + 2, "run-002")]


def sent_rows(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """By temporary table, how many rows come to be sent from now on."""
    sent: dict[str, int] = {}
    stage = Session.stage

    def noted(self: Session, name: str, rows: Any) -> None:
        table = rows.read_all()
        sent[name] = table.num_rows
        stage(self, name, table.to_reader())

    monkeypatch.setattr(Session, "stage", noted)
    return sent


def test_only_rows_that_differ_are_sent_while_the_files_of_before_are_at_hand(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(run_id: str, sql: str) -> Publication:
        query = f"select 'web' as channel, n::varchar as source_record_id, {sql} as golden_id, [n, 2] as l"
        return one_table(tmp_path, run_id, f"{query} from range(100) as r (n)")

    one = rows("one", "'G' || n")
    destination().deliver(one)
    two = one_table(
        tmp_path,
        "two",
        "select 'web' as channel, n::varchar as source_record_id, 'G' || least(n, 97) as golden_id, [n, 2] as l"
        " from range(1, 102) as r (n)",
    )
    sent = sent_rows(monkeypatch)
    destination().deliver(two)
    assert sent == {"omni_staged_0": 4, "omni_staged_0_gone": 1}
    (table,) = tables(two)
    assert in_database(ask, table) == in_files(table)
    ask("delete from customers.crosswalk where source_record_id = '50'")
    sent.clear()
    three = rows("three", "'G' || n")
    destination().deliver(three)
    assert sent == {"omni_staged_0": 100, "omni_staged_0_gone": 2}, (
        "somebody took a row out: all are compared"
    )
    (table,) = tables(three)
    assert in_database(ask, table) == in_files(table)
    for kept in (one, three):  # which are of one content
        shutil.rmtree(kept.folder)
    sent.clear()
    four = rows("four", "'H' || n")
    destination().deliver(four)
    assert sent == {"omni_staged_0": 100}
    (table,) = tables(four)
    assert in_database(ask, table) == in_files(table)


def test_whoever_reads_meanwhile_sees_one_night_whole(
    ask: Ask, tmp_path: Path, postgres_address: str
) -> None:
    """Ten nights, a view on top; every statement of a reader is answered, and from one publication."""
    from adbc_driver_postgresql import dbapi

    destination().deliver(night(tmp_path, 0))
    ask(
        "create view customers.mine as select p.full_name, c.strict_id from customers.unified_profiles p"
        " join customers.crosswalk c using (golden_id)"
    )
    parts = " union all ".join(
        f"select {column} as night, count(*) as n from customers.{table} group by 1"
        for table, column in NIGHT_OF.items()
    )
    query = f"{parts} union all select strict_id, count(*) from customers.mine group by 1"
    seen: list[set[tuple[Any, ...]]] = []
    with dbapi.connect(postgres_address) as connection, connection.cursor() as cursor:

        def read() -> None:
            cursor.execute(query)
            seen.append(set(cursor.fetchall()))
            connection.commit()

        with reading(read) as wait:
            for number in range(1, 11):
                destination().deliver(night(tmp_path, number))
                wait()
    assert all(len(rows) == 1 for rows in seen), seen
    assert seen[-1] == {("run-010", CUSTOMERS + 10)}
    assert len({night for rows in seen for night, _ in rows}) >= 10


HALF_WAY = """
import sys, time
from pathlib import Path
from omni_identity.destinations import Publication, postgres
noted = []
note = postgres._note
def stop(*arguments):
    note(*arguments)
    noted.append(arguments)
    if len(noted) == 3:
        Path(sys.argv[3]).touch()
        time.sleep(600)
postgres._note = stop
destination = postgres.Postgres.model_validate(
    {"type": "postgres", "url_env": "WAREHOUSE_DSN", "schema": "customers"}
)
destination.deliver(Publication(sys.argv[1], Path(sys.argv[2]).parents[2], Path(sys.argv[2])))
"""


def test_one_killed_half_way_has_changed_nothing_and_the_next_makes_it_good(
    ask: Ask, tmp_path: Path
) -> None:
    first, second = night(tmp_path, 1), night(tmp_path, 2)
    destination().deliver(first)
    flag = tmp_path / "half-way"
    arguments = (second.run_id, str(second.folder), str(flag))
    child = subprocess.Popen([sys.executable, "-c", HALF_WAY, *arguments])
    try:
        wait_until(flag.exists)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    for table in tables(first):
        assert in_database(ask, table) == in_files(table), table.name
    destination().deliver(second)
    for table in tables(second):
        assert in_database(ask, table) == in_files(table), table.name


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def one_table(home: Path, run_id: str, query: str, name: str = "crosswalk") -> Publication:
    return write_publication(home, run_id, {name: query})


ROW = "select 'web' as channel, 'r1' as source_record_id, 'G1' as golden_id"


def test_a_view_of_a_user_survives_new_and_vanished_columns_and_a_table_that_is_published_no_more(
    ask: Ask, tmp_path: Path
) -> None:
    destination().deliver(one_table(tmp_path, "one", f"{ROW}, 'a' as strict_id"))
    ask("create view customers.mine as select golden_id, strict_id from customers.crosswalk")
    destination().deliver(one_table(tmp_path, "two", f"{ROW}, 0.5::double as match_probability"))
    assert ask("select * from customers.mine") == [("G1", None)]
    assert ask("select match_probability from customers.crosswalk") == [(0.5,)]
    said = "select col_description('customers.crosswalk'::regclass, 4)"
    assert ask(said) == [("Published no more: empty.",)]
    destination().deliver(one_table(tmp_path, "three", "select 'G1' as golden_id", "households"))
    assert ask("select * from customers.mine") == []
    destination().deliver(one_table(tmp_path, "four", f"{ROW}, 'b' as strict_id"))
    assert ask("select * from customers.mine") == [("G1", "b")]


def test_a_column_and_a_table_that_somebody_added_stay_theirs(ask: Ask, tmp_path: Path) -> None:
    destination().deliver(one_table(tmp_path, "one", f"{ROW}, 'a' as strict_id"))
    ask("alter table customers.crosswalk add column mine text default 'precious'")
    ask("create table customers.notes as select 'G1' as golden_id")
    destination().deliver(one_table(tmp_path, "two", f"{ROW}, 'b' as strict_id"))
    assert ask("select strict_id, mine from customers.crosswalk") == [("b", "precious")]
    assert ask("select golden_id from customers.notes") == [("G1",)]
    assert ask("select col_description('customers.crosswalk'::regclass, 5)") == [(None,)]


def test_a_reference_of_somebody_s_is_not_broken(ask: Ask, tmp_path: Path) -> None:
    household = "select 'H1' as household_id"
    destination().deliver(one_table(tmp_path, "one", household, "households"))
    ask("create table customers.letters (to_whom text references customers.households)")
    ask("insert into customers.letters values ('H1')")
    other = one_table(tmp_path, "two", "select 'H2' as household_id", "households")
    with pytest.raises(
        DeliveryFailed,
        match="table households: a row refers to one that is not there, or a table of yours",
    ):
        destination().deliver(other)
    assert ask("select household_id from customers.households") == [("H1",)]
    ask("drop table customers.letters")
    destination().deliver(other)


def test_a_key_that_changed_is_made_anew(ask: Ask, tmp_path: Path) -> None:
    destination().deliver(one_table(tmp_path, "one", ROW))
    ask(
        "alter table customers.crosswalk drop constraint crosswalk_pkey, add primary key (golden_id)"
    )
    destination().deliver(
        one_table(tmp_path, "two", "select 'web' as channel, 'r1' as source_record_id")
    )
    assert ask("select channel, golden_id from customers.crosswalk") == [("web", None)]
    ((key,),) = ask(
        "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'customers.crosswalk'::regclass"
    )
    assert key == "PRIMARY KEY (channel, source_record_id)"


def test_two_deliveries_to_one_schema_wait_for_each_other_and_not_for_ever(
    ask: Ask, tmp_path: Path, postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adbc_driver_postgresql import dbapi

    monkeypatch.setattr(postgres_session, "LOCK_SECONDS", 1)
    with dbapi.connect(postgres_address) as other, other.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('customers', 22))::text")
        cursor.fetchall()
        with pytest.raises(DeliveryFailed, match="somebody else holds it"):
            destination().deliver(night(tmp_path, 1))
        destination(schema="other").deliver(night(tmp_path, 2))
        other.rollback()
    destination().deliver(night(tmp_path, 3))


def test_a_wider_type_is_altered_and_another_one_is_refused_by_name(
    ask: Ask, tmp_path: Path
) -> None:
    destination().deliver(
        one_table(tmp_path, "one", f"{ROW}, 1::integer as a, 2.5::decimal(9, 2) as b")
    )
    destination().deliver(
        one_table(tmp_path, "two", f"{ROW}, 2::bigint as a, 2.75::decimal(18, 3) as b")
    )
    assert ask("select a, b::text from customers.crosswalk") == [(2, "2.750")]
    ask("create view customers.mine as select b from customers.crosswalk")
    narrower = one_table(tmp_path, "three", f"{ROW}, 'three' as a, 2.75::decimal(18, 3) as b")
    with pytest.raises(
        DeliveryFailed, match=r"column a of customers\.crosswalk is bigint there and text"
    ):
        destination().deliver(narrower)
    wider = one_table(tmp_path, "four", f"{ROW}, 2::bigint as a, 2.75::decimal(38, 3) as b")
    with pytest.raises(DeliveryFailed, match="table crosswalk: something of yours, a view perhaps"):
        destination().deliver(wider)
    assert ask("select b::text from customers.mine") == [("2.750",)]


def test_texts_that_postgresql_does_not_know_are_mended(ask: Ask, tmp_path: Path) -> None:
    nul = "chr(0)"
    texts = f"['a' || {nul}, chr(92) || 'u0000', '\"' || chr(92) || {nul} || {nul}]"
    query = f"{ROW}, 'x' || {nul} || 'y' as a, {texts} as b, {{'c': {nul}}} as d"
    destination().deliver(one_table(tmp_path, "one", query))
    found = ask("select a, b, d from customers.crosswalk")
    assert [(a, json.loads(b), json.loads(d)) for a, b, d in found] == [
        ("xy", ["a", "\\u0000", '"\\'], {"c": ""})
    ]


def test_keys_indexes_comments_and_zones_are_there(
    ask: Ask, two_nights: tuple[Publication, Publication]
) -> None:
    destination().deliver(two_nights[0])
    keys = ask(
        "select c.conrelid::regclass::text, array_agg(a.attname order by k.place)::text from pg_constraint as c"
        " cross join unnest(c.conkey) with ordinality as k (attnum, place) join pg_attribute as a"
        " on a.attrelid = c.conrelid and a.attnum = k.attnum"
        " where c.contype = 'p' and c.connamespace = 'customers'::regnamespace group by c.oid, c.conrelid"
    )
    found = {name.removeprefix("customers."): key for name, key in keys}
    expected = {table.name: "{" + ",".join(table.key) + "}" for table in tables(two_nights[0])}
    assert found == expected | {"omni_deliveries": "{table_name}"}
    assert expected["identifiers"] == "{identifier,value}"
    indexes = {
        name
        for (name,) in ask("select indexname::text from pg_indexes where schemaname = 'customers'")
    }
    assert {
        "crosswalk_golden_id_idx",
        "identifiers_golden_id_idx",
        "unified_profiles_household_id_idx",
    } <= indexes
    assert "unified_profiles_golden_id_idx" not in indexes
    for table in tables(two_nights[0]):
        place = f"customers.{table.name}"
        assert ask("select obj_description(to_regclass($1::text), 'pg_class')", place) == [
            (table.comment,)
        ]
        said = dict(ask(
            "select column_name::text, col_description(to_regclass($1::text), ordinal_position::int)"
            " from information_schema.columns where table_schema = 'customers' and table_name = $2::text",
            place, table.name,
        ))  # fmt: skip
        assert said == {name: table.column_comment(name) for name in table.schema.names}
        assert all("[PII: " in comment for comment in said.values())
    types = ask(
        "select distinct data_type::text from information_schema.columns where table_schema = 'customers'"
        " and column_name like '%\\_at'"
    )
    assert types == [("timestamp with time zone",)]


def declared(ask: Ask) -> set[tuple[str, str]]:
    """Table and definition of every foreign key in the schema, all of them valid."""
    rows = ask(
        "select c.conrelid::regclass::text, pg_get_constraintdef(c.oid) from pg_constraint as c"
        " where c.contype = 'f' and c.connamespace = 'customers'::regnamespace and c.convalidated"
    )
    return {
        (name.removeprefix("customers."), said.replace("customers.", "")) for name, said in rows
    }


def test_foreign_keys_are_those_of_the_registry_between_the_tables_that_are_delivered(
    ask: Ask, two_nights: tuple[Publication, Publication]
) -> None:
    first, second = two_nights
    destination().deliver(first)
    delivered = {table.name for table in tables(first)}
    expected = {
        (
            table.name,
            f"FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.other}({', '.join(key.other_columns)})"
            " DEFERRABLE INITIALLY DEFERRED",
        )
        for table in published_tables(Vocabulary()).values()
        for key in table.foreign_keys
        if {table.name, key.other} <= delivered
    }
    assert len(expected) > 20
    assert declared(ask) == expected

    # what is left out is emptied, so nothing may lead to it
    gone = ("crosswalk", "runs")
    destination().deliver(replace(second, left_out=(*second.left_out, *gone)))
    assert ask("select count(*) from customers.crosswalk") == [(0,)]
    assert declared(ask) == {
        (name, said)
        for name, said in expected
        if name not in gone and not any(f"REFERENCES {other}(" in said for other in gone)
    }
    destination(foreign_keys=False).deliver(second)
    assert declared(ask) == set()


def test_a_row_that_leads_nowhere_is_refused_and_what_was_there_stays(
    ask: Ask, tmp_path: Path
) -> None:
    def made(run_id: str, owner: str) -> Publication:
        return write_publication(tmp_path / "home", run_id, {
            "unified_profiles": "select 'G1' as golden_id",
            "crosswalk": f"select 'web' as channel, 'r1' as source_record_id, '{owner}' as golden_id",
        })  # fmt: skip

    destination().deliver(made("run-001", "G1"))
    ask("create table customers.mine (golden_id text references customers.unified_profiles)")
    with pytest.raises(DeliveryFailed, match="a row refers to one that is not there"):
        destination().deliver(made("run-002", "nobody"))
    assert ask("select golden_id from customers.crosswalk") == [("G1",)]
    destination(foreign_keys=False).deliver(made("run-003", "nobody"))
    assert [name for name, _ in declared(ask)] == ["mine"]


def test_a_reader_may_read_and_no_more(ask: Ask, tmp_path: Path) -> None:
    to = destination(reader="bi_reader")
    to.deliver(night(tmp_path, 1))
    to.deliver(night(tmp_path, 2))
    for table in (*NIGHT_OF, "omni_deliveries"):
        rights = ask(
            "select array_agg(privilege_type)::text from information_schema.table_privileges"
            " where grantee = 'bi_reader' and table_schema = 'customers' and table_name = $1",
            table,
        )
        assert rights == [("{SELECT}",)], table
    assert ask("select has_schema_privilege('bi_reader', 'customers', 'usage')") == [(True,)]
    assert ask("select rolcanlogin, rolsuper from pg_roles where rolname = 'bi_reader'") == [
        (False, False)
    ]


def test_a_role_that_may_not_be_made_is_asked_for(
    ask: Ask, tmp_path: Path, postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("create role writer login")
    ask("grant create on database postgres to writer")
    monkeypatch.setenv("WAREHOUSE_DSN", postgres_address.replace("tester:open-sesame", "writer:x"))
    with pytest.raises(DeliveryFailed, match="no role bi_reader, and the user may not make it"):
        destination(reader="bi_reader").deliver(night(tmp_path, 1))
    assert ask("select 1 from pg_namespace where nspname = 'customers'") == []
    ask("create role bi_reader")
    destination(reader="bi_reader").deliver(night(tmp_path, 2))
    assert ask("select has_table_privilege('bi_reader', 'customers.crosswalk', 'select')") == [
        (True,)
    ]
    ask("revoke create on database postgres from writer")
    with pytest.raises(DeliveryFailed, match=r"the user may not do that \(SQLSTATE 42501\)"):
        destination(schema="other").deliver(night(tmp_path, 3))


def test_what_is_not_ours_is_left_alone(ask: Ask, tmp_path: Path) -> None:
    ask("create schema customers")
    ask("create table customers.crosswalk as select 'precious' as mine")
    with pytest.raises(DeliveryFailed, match="something called crosswalk that is not ours"):
        destination().deliver(night(tmp_path, 1))
    assert ask("select mine from customers.crosswalk") == [("precious",)]


def test_names_are_taken_as_they_are(ask: Ask, tmp_path: Path) -> None:
    odd = 'other"; drop table x; --'
    query = 'select \'web\' as channel, \'r1\' as source_record_id, 1 as "select ""x"""'
    destination(schema=odd).deliver(one_table(tmp_path, "one", query))
    quoted = '"' + odd.replace('"', '""') + '"'
    try:
        assert ask(f'select "select ""x""" from {quoted}.crosswalk') == [(1,)]
    finally:
        ask(f"drop schema {quoted} cascade")


def test_two_rows_of_one_key_are_said_without_their_values(ask: Ask, tmp_path: Path) -> None:
    twice = "select 'web' as channel, 'anna@mail.org' as source_record_id from range(2)"
    with pytest.raises(DeliveryFailed) as caught:
        destination().deliver(one_table(tmp_path, "one", twice))
    assert "table crosswalk: two rows have one key (SQLSTATE 23505)" in str(caught.value)
    assert "anna" not in str(caught.value)


def test_a_server_that_is_not_there_or_refuses_is_said_in_words(
    ask: Ask, tmp_path: Path, postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = night(tmp_path, 1)
    folder = Path(postgres_address.partition("host=")[2])
    rules = folder / "data" / "pg_hba.conf"
    text = rules.read_text()
    ask("create role writer login password 'right'")
    rules.write_text(f"local all writer scram-sha-256\n{text}")
    ask("select pg_reload_conf()")
    time.sleep(0.5)
    try:
        for address, words in {
            postgres_address.replace(
                "tester:open-sesame", "writer:wrong"
            ): "refuses the user or the password",
            postgres_address.replace("tester", "nobody_knows"): "refuses the user or the password",
            postgres_address.replace("/postgres?", "/nowhere?"): "it has no such database",
            "postgresql://tester:open-sesame@127.0.0.1:1/postgres": "cannot be reached",
        }.items():
            monkeypatch.setenv("WAREHOUSE_DSN", address)
            with pytest.raises(DeliveryFailed, match=words) as caught:
                destination().deliver(publication)
            assert "open-sesame" not in str(caught.value)
    finally:
        rules.write_text(text)
        ask("select pg_reload_conf()")
    monkeypatch.delenv("WAREHOUSE_DSN")
    with pytest.raises(DeliveryFailed, match="variable WAREHOUSE_DSN is not set"):
        destination().deliver(publication)


def test_without_the_driver_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_DSN", "postgresql://127.0.0.1/x")
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    with pytest.raises(DeliveryFailed, match=r'pip install "omni_identity\[postgres\]"'):
        destination().deliver(night(tmp_path, 1))


def test_an_address_has_no_place_in_omni_yaml() -> None:
    with pytest.raises(ValidationError, match="name of an environment variable") as caught:
        destination(url_env="postgresql://tester:open-sesame@host/x")
    assert "open-sesame" not in caught.value.errors()[0]["msg"]
