"""What the SQL of an audience may do, and what it may not: said before anything is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.insight.audience_rules import audience_rules
from omni_identity.insight.audience_sql import RELATIONS, statement_mistakes
from omni_identity.model.errors import ConfigurationError


@pytest.mark.parametrize(
    "sql",
    [
        "select golden_id from interactions",
        "FROM Unified_Profiles SELECT golden_id",
        'select "golden_id" from "customer_context" c join open_matters using (golden_id), settings',
        "with mine as (select * from crosswalk), landed as (from mine) select * from landed",
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 9) select n from t",
        "select golden_id, count(*) filter (where kind = 'order') over w from interactions"
        " window w as (partition by golden_id order by occurred_at) qualify row_number() over w = 1",
        "select unnest(email), list_filter(phone, x -> x like '+49%'), [p for p in phone], phone[1:2]"
        " from unified_profiles",
        "select * from range(3), unnest([1, 2]), (values (1)) v",
        "select coalesce(a, 0), try_cast(b as date), regexp_matches(c, 'x'), a || b, -1 % 2, if(a, b, c)"
        " from interactions where golden_id in (select golden_id from crosswalk) and exists (from settings)",
        "select json_extract_string(context, '$.page'), context->>'$.page', strftime(occurred_at, '%Y')"
        " from interactions",
        "select kind, grouping(kind), median(amount), arg_max(kind, occurred_at), list(kind order by kind)"
        " from interactions group by rollup (kind) having count(distinct kind) > 1",
        "select * from crosswalk union all by name select * from crosswalk except select * from crosswalk",
        "select 'read_text(''/etc/passwd'')' as reason -- landed.web; drop table x",
        "(select 1) union (select 2) order by 1 limit 3",
        "select * from (pivot interactions on kind in ('order', 'visit') using count(*) group by golden_id)",
        "select * from interactions asof join settings on occurred_at >= as_of",
    ],
)  # fmt: skip
def test_what_only_reads_and_computes_is_allowed(sql: str) -> None:
    assert list(statement_mistakes(sql)) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select * from landed.contacts", "may not read 'landed.contacts'"),
        ("select * from derived.interactions", "may not read 'derived.interactions'"),
        ("select * from warehouse.main.interactions", "may not read 'warehouse.main.interactions'"),
        ("select 1 where exists (select 1 from ledger.records)", "may not read 'ledger.records'"),
        ("with a as (select * from derived.tf_email) select * from a", "may not read 'derived.tf_email'"),
        ("select * from contact_options", "may not read 'contact_options'"),
        ("from '/etc/passwd'", "may not read '/etc/passwd'"),
        ("select * from 'landing/web/contacts/a.csv'", "may not read 'landing/web/contacts/a.csv'"),
        ("select * from \"s3://bucket/x.parquet\"", "may not read 's3://bucket/x.parquet'"),
        ("select * from interaction", "Did you mean 'interactions'?"),
        ("select * from information_schema.tables", "may not read 'information_schema.tables'"),
        ("select * from sqlite_master", "may not read 'sqlite_master'"),
        ("select * from duckdb_tables", "may not read 'duckdb_tables'"),
        ("select * from read_text('/etc/passwd')", "may not read from read_text()"),
        ("select * from crosswalk, lateral (from read_csv_auto('x'))", "may not read from read_csv_auto()"),
        ("select (select content from READ_BLOB('/etc/passwd'))", "may not read from read_blob()"),
        ("from glob('/home/*')", "may not read from glob()"),
        ("from duckdb_settings()", "may not read from duckdb_settings()"),
        ("from pragma_database_list()", "may not read from pragma_database_list()"),
        ("from query_table('landed.contacts')", "may not read from query_table()"),
        ("from query('select 1')", "may not read from query()"),
        ("select getenv('HOME')", "may not call getenv()"),
        ("select current_setting('temp_directory')", "may not call current_setting()"),
        ("select golden_id from crosswalk order by random()", "may not call random()"),
        ("select java_method('java.lang.System', 'getenv', 'HOME')", "may not call java_method()"),
        ("select reflect('java.lang.System', 'exit', 1)", "may not call reflect()"),
        ("select ('a').sleep_ms()", "may not call sleep_ms()"),
        ("select main.my_macro(1)", "may not call main.my_macro()"),
        ("select sum(nextval('x')) over () from crosswalk", "may not call nextval()"),
        ("select * from crosswalk using sample 10", "may not draw a sample"),
        ("select * from crosswalk tablesample 10%", "may not draw a sample"),
        ("with x as (delete from landed.contacts returning *) select * from x", "may not write"),
        ("with x as (insert into crosswalk values (1) returning *) from x", "may not write"),
        ("with x as (update crosswalk set golden_id = 1 returning *) from x", "may not write"),
        ("describe crosswalk", "may not list or describe tables"),
        ("show tables", "may not list or describe tables"),
        ("from (summarize crosswalk)", "may not list or describe tables"),
        ("select $golden_id", "has a parameter"),
        ("select ?", "has a parameter"),
        ("copy crosswalk to '/tmp/x.csv'", "must be one select statement"),
        ("copy (select 1) to '/tmp/x.csv'", "must be one select statement"),
        ("attach '/tmp/x.db' as x", "must be one select statement"),
        ("install httpfs", "must be one select statement"),
        ("load '/tmp/x.duckdb_extension'", "must be one select statement"),
        ("pragma database_list", "must be one select statement"),
        ("call pragma_version()", "must be one select statement"),
        ("set memory_limit = '1TB'", "must be one select statement"),
        ("create macro f() as 1", "must be one select statement"),
        ("explain analyze select 1", "must be one select statement"),
        ("prepare p as select 1", "must be one select statement"),
        ("begin transaction", "must be one select statement"),
        ("", "must be one select statement"),
        ("-- nothing", "must be one select statement"),
        ("select \0", "has a NUL character"),
    ],
)  # fmt: skip
def test_what_reaches_further_is_refused_with_what_is_allowed(sql: str, said: str) -> None:
    [first, *_] = statement_mistakes(sql)
    assert said in first
    if "NUL" not in said:
        for relation in (*RELATIONS, "settings"):
            assert relation in first


def test_every_such_file_is_named_before_the_night_begins(tmp_path: Path) -> None:
    (tmp_path / "thief.sql").write_text(
        "select content as reason from read_text('/etc/passwd'), landed.contacts"
    )
    (tmp_path / "fine.sql").write_text("select golden_id from crosswalk, settings")
    (tmp_path / "vandal.sql").write_text("with x as (delete from crosswalk returning *) from x")
    with pytest.raises(ConfigurationError) as caught:
        audience_rules(tmp_path)
    lines = str(caught.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["audiences/thief.sql"] * 2 + [
        "audiences/vandal.sql"
    ]


def test_our_own_rules_are_held_to_the_same() -> None:
    for rule in audience_rules(None):
        assert list(statement_mistakes(rule.file.sql)) == [], rule.name
