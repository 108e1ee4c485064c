"""Two retailers on one machine, the steps of deploy/compose.yaml and docs/deploy.md without Docker, night by night.

    python -m benchmarks.tenants --dbt dbt/bin/dbt

Each has a home, and a schema, a writer, a reader and dbt's user in one PostgreSQL. Each night of each is
``omni run --json``, which brings the tables to the server, and ``dbt build``. In the end every published table that was
brought is counted, revenue and orders by channel and month, as dbt has made them, are compared with ``kpis`` of the
published file, and each tenant's reader is refused every table of the other.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
from adbc_driver_postgresql import dbapi

from benchmarks.nightly import deliver, deliveries_by_day
from benchmarks.postgres_server import find_binaries, postgres_server
from omni_identity.demo import DemoPlan, write_demo
from omni_identity.model.home import REPOSITORY

TENANTS = {"shop": 7, "bank": 11}
"""Each by the seed of its customers."""
LEFT_OUT = ("messages", "quarantined_records")
PACKAGE = REPOSITORY / "bi" / "dbt"
WANTED = """
select member, period_start, sum(numerator) filter (kpi = 'revenue')::double,
    (sum(numerator) filter (kpi = 'orders'))::bigint
from kpis where period = 'month' and dimension = 'channel' and kpi in ('revenue', 'orders')
group by all order by all
"""
FOUND = """
select channel collate "C", month, revenue::double precision, orders from {marts}.revenue_by_channel_and_month
where channel is not null order by 1, 2
"""
CUSTOMERS = """
select golden_id, full_name, primary_email, record_count from {schema}.unified_profiles order by golden_id {c}
"""
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Tenant:
    """A home, and what is its own on the server: schemas and users are called after it."""

    name: str
    home: Path
    address: str

    def address_as(self, user: str) -> str:
        """The server's address for one of its users."""
        return self.address.replace("//tester:", f"//{self.name}_{user}:")

    @property
    def stage(self) -> Path:
        """Where its deliveries wait for their nights."""
        return self.home.with_name(f"{self.name}-stage")

    @property
    def published(self) -> Path:
        """The file that consumers read."""
        return self.home / "published" / "omni.duckdb"


def ask(address: str, sql: str) -> Rows:
    """What the server answers."""
    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


def make_users(address: str, name: str) -> None:
    """A writer that owns the tenant's schema, a reader of it, and dbt's user, who reads it and makes schemas."""
    database = urlsplit(address).path.lstrip("/")
    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        for sql in (
            f"create role {name}_writer login password 'open-sesame'",
            f"create role {name}_bi login password 'open-sesame'",
            f"create role {name}_reader",
            f"grant {name}_reader to {name}_bi",
            f"grant create on database {database} to {name}_writer, {name}_bi",
        ):
            cursor.execute(sql)
        connection.commit()


def make_tenant(folder: Path, name: str, plan: DemoPlan, address: str) -> Tenant:
    """A home that nothing was delivered to, which brings its tables to the server; its files wait in ``stage``."""
    tenant = Tenant(name, folder / name, address)
    tenant.stage.mkdir(parents=True)
    write_demo(tenant.stage, plan)
    tenant.home.mkdir()
    destination = f"{{type: postgres, url_env: OMNI_BI_DSN, schema: {name}, reader: {name}_reader}}"
    configuration = (tenant.stage / "omni.yaml").read_text(encoding="utf-8")
    (tenant.home / "omni.yaml").write_text(
        f"{configuration}\ndestinations:\n  bi: {destination}\n", encoding="utf-8"
    )
    make_users(address, name)
    return tenant


def run_night(tenant: Tenant) -> str:
    """``omni run --json``; the status and the counts that it prints."""
    start = "from omni_identity.cli import main; main()"
    done = subprocess.run(
        [*(sys.executable, "-c", start, "run", "--json", "--wait", "3600"), "--home", str(tenant.home)],
        env=os.environ | {"OMNI_BI_DSN": tenant.address_as("writer")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = json.loads(done.stdout)
    if done.returncode or not all(found["has_this_run"] for found in said["destinations"]):
        raise SystemExit(f"{tenant.name}: {done.stdout}")
    counts = said["counts"]
    return f"{said['status']}, {counts['records']:,} records, {counts['customers']:,} customers"


def run_dbt(dbt: str, tenant: Tenant, scratch: Path) -> str:
    """``dbt build`` on what the night has brought; its last line, which counts what passed."""
    server = urlsplit(tenant.address_as("bi"))
    done = subprocess.run(
        [dbt, "build", "--project-dir", str(PACKAGE), "--profiles-dir", str(PACKAGE), "--no-use-colors",
         "--vars", json.dumps({"omni_schema": tenant.name, "omni_leave_out": LEFT_OUT}),
         "--target-path", str(scratch / "target"), "--log-path", str(scratch / "log")],
        env={
            "PATH": os.environ["PATH"], "HOME": str(scratch), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "OMNI_DBT_TARGET": "postgres", "OMNI_BI_SCHEMA": f"{tenant.name}_bi",
            "PGHOST": parse_qs(server.query)["host"][0], "PGDATABASE": server.path.lstrip("/"),
            "PGUSER": str(server.username), "PGPASSWORD": str(server.password),
        },
        stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{tenant.name}: {done.stdout}")
    return done.stdout.strip().splitlines()[-1].split("Done. ")[-1]


def compare(tenant: Tenant) -> str:
    """Hold the server against the published file: rows of every table, every customer, revenue and orders."""
    with duckdb.connect(str(tenant.published), read_only=True) as reader:
        tables = [row[0] for row in reader.sql("select table_name from duckdb_tables()").fetchall()]
        brought = sorted(set(tables) - set(LEFT_OUT))
        counts = reader.sql(
            " union all ".join(f"select '{name}', count(*) from {name}" for name in brought)
        ).fetchall()
        customers = reader.sql(CUSTOMERS.format(schema="main", c="")).fetchall()
        wanted = reader.sql(WANTED).fetchall()
    one_by_one = " union all ".join(
        f"select '{name}', count(*) from {tenant.name}.{name}" for name in brought
    )
    address = tenant.address_as("bi")
    if sorted(ask(address, one_by_one)) != sorted(counts):
        raise SystemExit(f"{tenant.name}: the server has other counts of rows")
    if ask(address, CUSTOMERS.format(schema=tenant.name, c='collate "C"')) != customers:
        raise SystemExit(f"{tenant.name}: the server has other customers")
    if ask(address, FOUND.format(marts=f"{tenant.name}_bi_marts")) != wanted:
        raise SystemExit(f"{tenant.name}: dbt has made other figures than kpis has")
    revenue, orders = (sum(row[place] or 0 for row in wanted) for place in (2, 3))
    return (
        f"{len(brought)} tables with {sum(row[1] for row in counts):,} rows, {len(customers):,} customers and"
        f" {len(wanted)} figures by channel and month are those of its own file:"
        f" {revenue:,.2f} revenue, {orders:,} orders"
    )


def refused(tenant: Tenant, others: Sequence[Tenant]) -> str:
    """Have each user of the tenant try every table of the others; all must be refused."""
    tables = ask(
        tenant.address,
        "select quote_ident(schemaname) || '.' || quote_ident(tablename), schemaname from pg_tables"
        " union all select quote_ident(schemaname) || '.' || quote_ident(viewname), schemaname from pg_views",
    )
    theirs = [
        name for name, schema in tables if schema.split("_")[0] in {other.name for other in others}
    ]
    for user in ("writer", "bi"):
        with dbapi.connect(tenant.address_as(user), autocommit=True) as connection:
            for name in theirs:
                with connection.cursor() as cursor:
                    try:
                        cursor.execute(f"select * from {name} limit 1")
                    except dbapi.ProgrammingError as error:
                        if error.sqlstate != "42501":  # insufficient privilege
                            raise
                    else:
                        raise SystemExit(f"{tenant.name}_{user} reads {name}")
    return f"refused {len(theirs)} tables and views of others, as writer and as dbt's user"


def main() -> None:
    """Make the homes, run the nights, compare, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--dbt", required=True, help="dbt of an environment with dbt-postgres")
    parser.add_argument(
        "--customers", type=int, default=300, help="of the first; the second has half as many"
    )
    parser.add_argument("--nights", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="an empty folder for the homes, left behind")
    arguments = parser.parse_args()
    binaries = find_binaries()
    if binaries is None:
        parser.error("no PostgreSQL is installed: apt-get install postgresql")
    with tempfile.TemporaryDirectory() as scratch, postgres_server(binaries) as address:
        folder = arguments.keep or Path(scratch)
        tenants = [
            make_tenant(
                folder, name,
                DemoPlan(customers=arguments.customers // number, seed=seed, days=arguments.nights), address,
            )
            for number, (name, seed) in enumerate(TENANTS.items(), 1)
        ]  # fmt: skip
        nights = [deliveries_by_day(tenant.stage / "landing") for tenant in tenants]
        for day in nights[0]:
            for tenant, deliveries in zip(tenants, nights, strict=True):
                deliver(deliveries[day], tenant.stage / "landing", tenant.home, None)
                began = time.perf_counter()
                said = run_night(tenant)
                middle = time.perf_counter()
                built = run_dbt(arguments.dbt, tenant, Path(scratch) / f"{tenant.name}-dbt")
                seconds = middle - began, time.perf_counter() - middle
                print(
                    f"{day} {tenant.name}: {said} in {seconds[0]:.0f} s; dbt build: {built} in {seconds[1]:.0f} s",
                    flush=True,
                )
        for tenant in tenants:
            print(f"{tenant.name}: {compare(tenant)}")
            print(
                f"{tenant.name}: {refused(tenant, [other for other in tenants if other != tenant])}"
            )


if __name__ == "__main__":
    main()
