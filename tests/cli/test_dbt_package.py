"""The dbt package in ``bi/dbt``: as the registry writes it, green on what is published, red on what is broken.

``OMNI_DBT`` names the ``dbt`` of an environment of its own with dbt-duckdb and dbt-postgres, as dbt wants other
versions of libraries than we do; the gate makes one.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
import yaml

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.dbt_package import FLAT, dbt_files, is_nested, main
from omni_identity.destinations import Publication
from omni_identity.destinations.postgres import Postgres
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.home import Home
from omni_identity.model.tables import published_tables
from omni_identity.publish.links import CURRENT, CURRENT_FILES
from omni_identity.publish.masked_edition import build_masked_edition
from tests.channels.fetching.conftest import postgres_address

__all__ = ["postgres_address"]

PACKAGE = Path(__file__).resolve().parents[2] / "bi" / "dbt"
DBT = os.environ.get("OMNI_DBT", "")
needs_dbt = pytest.mark.skipif(
    not DBT, reason="OMNI_DBT names no dbt (pip install dbt-duckdb dbt-postgres 'dbt-core<1.12')"
)
FIGURES = "select channel, month, revenue, orders from {schema}.revenue_by_channel_and_month where channel is not null"
WANTED = """
select member, period_start, sum(numerator) filter (kpi = 'revenue'),
    (sum(numerator) filter (kpi = 'orders'))::bigint
from kpis where period = 'month' and dimension = 'channel' and kpi in ('revenue', 'orders')
group by all order by all
"""
Dbt = Callable[..., str]


@pytest.fixture
def dbt(tmp_path: Path) -> Dbt:
    """Run dbt on the package, its own files in ``tmp_path``; returns what it said, and fails where it did."""

    def run(*arguments: str, fails: bool = False, **environment: str) -> str:
        done = subprocess.run(
            [DBT, *arguments, "--project-dir", str(PACKAGE), "--profiles-dir", str(PACKAGE),
             "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "log"), "--no-use-colors"],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
                "OMNI_BI_FILE": str(tmp_path / "bi.duckdb"),
                **environment,
            },
            capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
        assert done.returncode == (1 if fails else 0), done.stdout + done.stderr
        return done.stdout

    return run


def variables(edition: str = "whole", **more: Any) -> tuple[str, str]:
    return "--vars", yaml.safe_dump({"omni_edition": edition, **more}, default_flow_style=True)


def test_the_written_files_are_those_of_the_registry() -> None:
    """If not: python -m omni_identity.cli.dbt_package bi/dbt."""
    for name, text in dbt_files().items():
        assert (PACKAGE / name).read_text(encoding="utf-8") == text, name


def test_every_published_table_and_column_is_a_source() -> None:
    (source,) = yaml.safe_load(dbt_files()["models/sources.yml"])["sources"]
    found = {table["name"]: [c["name"] for c in table["columns"]] for table in source["tables"]}
    wanted = published_tables(Vocabulary(consents=("email",)))
    assert found == {name: list(table.column_names) for name, table in wanted.items()}


def test_every_table_with_lists_has_a_flat_model_and_every_list_a_model_of_its_own() -> None:
    staging = {path.stem: path.read_text("utf-8") for path in PACKAGE.glob("models/staging/*.sql")}
    identifiers = set(Vocabulary().identifiers)
    lists = 0
    for table in published_tables(Vocabulary()).values():
        nested = [column.name for column in table.columns if is_nested(column)]
        if nested:
            assert f"source('omni_identity', '{table.name}')" in staging[FLAT + table.name]
        for name in nested:
            lists += 1
            if (table.name, name) not in {("unified_profiles", known) for known in identifiers}:
                assert [
                    model
                    for model, sql in staging.items()
                    if f"'{name}'" in sql
                    and f"'{table.name}'" in sql
                    and model != FLAT + table.name
                ], f"{table.name}.{name} is flattened nowhere"
    assert lists > 15


def test_the_page_names_every_model_and_variable_and_every_model_is_described() -> None:
    page = (PACKAGE.parents[1] / "docs" / "bi.md").read_text(encoding="utf-8")
    project = yaml.safe_load((PACKAGE / "dbt_project.yml").read_text(encoding="utf-8"))
    models = {path.stem for path in PACKAGE.glob("models/*/*.sql")}
    assert {name for name in {*models, *project["vars"]} if f"`{name}`" not in page} == set()
    described = {
        model["name"]
        for path in PACKAGE.glob("models/*/*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    }
    assert described == models


def test_what_an_omni_yaml_declares_is_described(demo_home: Path, tmp_path: Path) -> None:
    main(str(tmp_path), str(demo_home / "omni.yaml"))
    written = (tmp_path / "models" / "sources.yml").read_text(encoding="utf-8")
    declared = load_configuration(demo_home / "omni.yaml").vocabulary
    assert declared.consents
    for consent in declared.consents:
        assert f"- name: consent_{consent}_at\n" in written


@needs_dbt
def test_a_build_on_the_published_file_is_green_and_its_revenue_is_that_of_the_kpis(
    demo_home: Path, dbt: Dbt, tmp_path: Path
) -> None:
    published = demo_home / "published" / "omni.duckdb"
    said = dbt("build", *variables(omni_leave_out=[]), OMNI_PUBLISHED=str(published))
    assert "ERROR=0" in said
    dbt("source", "freshness", OMNI_PUBLISHED=str(published))
    with duckdb.connect(str(published), read_only=True) as reader:
        wanted = reader.execute(WANTED).fetchall()
        counted = reader.execute(
            "select count(*), sum(amount) from interactions anti join (from interaction_findings where is_left_out)"
            " using (channel, interaction_id) where kind = 'order'"
        ).fetchone()
        flattened = reader.execute(
            "select golden_id, unnest(email) from unified_profiles order by all"
        ).fetchall()
        members = reader.execute(
            "select household_id, unnest(golden_ids) from households order by all"
        ).fetchall()
        buyers = reader.execute(
            "select count(*) from unified_profiles where last_order_at is not null"
        ).fetchone()
    with duckdb.connect(str(tmp_path / "bi.duckdb"), read_only=True) as reader:
        found = reader.execute(FIGURES.format(schema="main_marts") + " order by all").fetchall()
        assert (
            reader.execute(
                "select golden_id, value from main_staging.stg_customer_identifiers"
                " where identifier = 'email' order by all"
            ).fetchall()
            == flattened
        )
        assert (
            reader.execute(
                "select household_id, golden_id from main_staging.stg_household_members order by all"
            ).fetchall()
            == members
        )
        assert reader.execute("select count(*) from main_marts.customer_value").fetchone() == buyers
        scores = reader.execute(
            "select min(recency_score), max(recency_score), max(value_score) from main_marts.customer_value"
        ).fetchone()
    assert [
        (channel, month, revenue, orders) for channel, month, revenue, orders in found
    ] == wanted
    assert len(wanted) > 10
    assert counted is not None
    assert sum(row[3] for row in wanted) <= counted[0]
    assert sum(row[3] for row in wanted) > 0.8 * counted[0]  # the others were cancelled
    assert len(flattened) > 100
    assert members
    assert scores == (1, 5, 5)


@needs_dbt
def test_a_doubled_key_an_orphan_and_a_stale_run_are_found_and_other_currencies_are_not_added_up(
    demo_home: Path, dbt: Dbt, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.duckdb"
    with duckdb.connect(str(broken)) as writer:
        writer.execute(f"attach '{demo_home / 'published' / 'omni.duckdb'}' as omni (read_only)")
        for name in published_tables(Vocabulary()):
            writer.execute(f"create table {name} as from omni.{name}")  # without its keys
        writer.execute("insert into journeys from journeys limit 1")
        writer.execute("insert into golden_id_redirects values ('G-old', 'G-nobody')")
        writer.execute(
            "insert into handoffs by name select * replace ('nowhere' as from_interaction_id, to_interaction_id || 'x'"
            " as to_interaction_id) from handoffs limit 1"
        )
        writer.execute("update runs set started_at = started_at - interval 3 day")
        writer.execute(
            "insert into kpis select kpi, period, period_start, period_end, 'channel_currency', member || ' / EUR',"
            " 7, denominator, 7 from kpis where kpi = 'revenue' and period = 'month' and dimension = 'channel'"
        )
    published = {"OMNI_PUBLISHED": str(broken)}
    said = dbt(
        *("build", "--select", "source:omni_identity.journeys", "source:omni_identity.golden_id_redirects"),
        *("source:omni_identity.handoffs", "revenue_by_channel_and_month"),
        fails=True, **published,
    )  # fmt: skip
    failed = {
        line.split("Failure in test ")[1].split(" ")[0]
        for line in said.splitlines()
        if "Failure in test" in line
    }
    for beginning in (
        "source_key_is_unique_omni_identity_journeys",
        "source_relationships_omni_identity_golden_id_redirects",
        "source_leads_to_omni_identity_handoffs",
    ):
        assert [name for name in failed if name.startswith(beginning)], (beginning, failed)
    assert "ERROR STALE" in dbt("source", "freshness", fails=True, **published)
    with duckdb.connect(str(tmp_path / "bi.duckdb"), read_only=True) as reader:
        found = reader.execute(
            "select currency, min(revenue) = 7 and max(revenue) = 7, count(distinct channel) > 1, count(orders) > 0"
            " from main_marts.revenue_by_channel_and_month group by 1 order by 1"
        ).fetchall()
    assert found == [("EUR", True, True, False), ("USD", False, True, True)]


@needs_dbt
def test_a_build_on_the_masked_edition_is_green(
    own_demo_home: Path, dbt: Dbt, tmp_path: Path
) -> None:
    home = Home(own_demo_home)
    folder = (home.published / CURRENT).resolve()
    tables = published_tables(load_configuration(home.configuration).vocabulary)
    build_masked_edition(home, folder, tables)
    published = folder / "masked" / "omni.duckdb"
    said = dbt("build", *variables("masked", omni_leave_out=[]), OMNI_PUBLISHED=str(published))
    assert "ERROR=0" in said
    # told that it is the whole one, it notices
    dbt(
        *("test", "--select", "source:omni_identity.profile_lineage", *variables()),
        fails=True, OMNI_PUBLISHED=str(published),
    )  # fmt: skip


@needs_dbt
def test_a_build_on_postgres_is_green_and_its_figures_are_those_of_duckdb(
    demo_home: Path,
    dbt: Dbt,
    tmp_path: Path,
    postgres_address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from adbc_driver_postgresql import dbapi

    monkeypatch.setenv("WAREHOUSE_DSN", postgres_address)
    keys = {"type": "postgres", "url_env": "WAREHOUSE_DSN", "schema": "for_dbt"}
    left_out = ("messages", "quarantined_records")
    folder = (Home(demo_home).published / CURRENT_FILES).resolve()
    Postgres.model_validate(keys).deliver(Publication("run-1", demo_home, folder, left_out))
    server = urlsplit(postgres_address)
    environment = {
        "OMNI_DBT_TARGET": "postgres",
        "PGHOST": parse_qs(server.query)["host"][0],
        "PGUSER": str(server.username),
        "PGPASSWORD": str(server.password),
        "PGDATABASE": server.path.lstrip("/"),
    }
    assert "ERROR=0" in dbt("build", *variables(omni_schema="for_dbt"), **environment)
    dbt("source", "freshness", *variables(omni_schema="for_dbt"), **environment)
    with duckdb.connect(str(demo_home / "published" / "omni.duckdb"), read_only=True) as reader:
        wanted = reader.execute(WANTED).fetchall()
        counts = {
            "stg_customer_identifiers": "select count(*) from (select unnest(email) from unified_profiles)",
            "stg_match_evidence": "select count(*) from (select unnest(evidence) from match_edges)",
            "stg_household_members": "select count(*) from (select unnest(golden_ids) from households)",
            "stg_customer_order_amounts": "select count(*) from"
            " (select unnest(map_keys(order_amounts)) from unified_profiles)",
        }
        rows = {name: reader.execute(sql).fetchall()[0][0] for name, sql in counts.items()}
    with dbapi.connect(postgres_address) as connection, connection.cursor() as cursor:
        cursor.execute(
            FIGURES.format(schema="bi_marts").replace(
                "channel,", 'channel collate "C" as channel,', 1
            )
            + " order by 1, 2"
        )
        found = [(c, m, r, o) for c, m, r, o in cursor.fetchall()]
        for name, count in rows.items():
            where = " where identifier = 'email'" if name == "stg_customer_identifiers" else ""
            cursor.execute(f"select count(*) from bi_staging.{name}{where}")
            assert cursor.fetchall() == [(count,)], name
        for schema in ("bi_marts", "bi_staging", "for_dbt"):
            cursor.execute(f"drop schema {schema} cascade")
        connection.commit()
    assert [(c, m, float(r), o) for c, m, r, o in found] == [
        (c, m, float(r), o) for c, m, r, o in wanted
    ]
