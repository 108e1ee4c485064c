"""The dashboard of bi/superset in a real Superset: imported, every chart asked, looked at.

    python3 -m venv superset
    superset/bin/pip install 'apache-superset==6.1.*' 'flask-caching<2.4' rich cachetools psycopg2-binary duckdb-engine
    python -m benchmarks.superset HOME... --superset superset/bin/superset

The publications of the homes are brought to one PostgreSQL, a schema each, and a dashboard of each is imported into one
Superset; of the first home another, on the published file. The first is imported as an earlier version would have
written it, and then renewed. Superset is asked, over HTTP, for the data of every chart.
What it answers is compared with what DuckDB answers on the home's file, and every figure of a KPI with its value in
``kpis``. Then headless Chromium takes the picture docs/images/superset.webp of the first dashboard: look at it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import duckdb
import yaml
from adbc_driver_postgresql import dbapi

from benchmarks.browser import browser, free_port, process, wait_until
from benchmarks.postgres_server import find_binaries, postgres_server
from benchmarks.superset_answers import Row, answer, query_of
from omni_identity.cli.superset import Target, superset_files
from omni_identity.cli.superset.bundle import write_zip
from omni_identity.destinations import Publication
from omni_identity.destinations.postgres import Postgres
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.publish.links import CURRENT_FILES

IMAGE = REPOSITORY / "docs" / "images" / "superset.webp"
WIDTH, HEIGHT = 1240, 5000
ADDRESS = "OMNI_BI_DSN"
USER = "admin"
PASSWORD = "only-for-this-server"
CONFIGURATION = """
SECRET_KEY = "only-for-this-server-which-nobody-else-reaches"
SQLALCHEMY_DATABASE_URI = "{own}"
PREVENT_UNSAFE_DB_CONNECTIONS = False
TALISMAN_ENABLED = False
WTF_CSRF_ENABLED = False
"""
LOG_IN = f"""
const request = new XMLHttpRequest();
request.open('POST', '/login/', false);
request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
request.send('username={USER}&password={PASSWORD}');
"""
STILL_LOADING = """
const charts = document.querySelectorAll('.dashboard-component-chart-holder').length;
return charts === 0 ? 1 : document.querySelectorAll('.loading').length;
"""
VALUES = "select kpi, period_start, member, value from kpis where period = ? and dimension = ?"


class Superset:
    """Superset's command line and server, with what they remember in the database ``own``."""

    def __init__(self, command: str, folder: Path, own: str) -> None:
        self._command = command
        (folder / "superset_config.py").write_text(CONFIGURATION.format(own=own), encoding="utf-8")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"),
            "FLASK_APP": "superset",
        }
        self.url = f"http://127.0.0.1:{free_port()}"
        self._token = ""

    def run(self, *arguments: str) -> None:
        """Run one command to its end."""
        began = time.perf_counter()
        done = subprocess.run(
            [self._command, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(
                f"superset {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
            )
        print(f"superset {arguments[0]}: {time.perf_counter() - began:.0f} s", flush=True)

    def set_up(self) -> None:
        """Its own tables, roles and one user."""
        names = ("--firstname", "A", "--lastname", "B", "--email", "a@example.com")
        self.run("db", "upgrade")
        self.run("fab", "create-admin", "--username", USER, "--password", PASSWORD, *names)
        self.run("init")

    def server(self) -> list[str]:
        """The command of its server."""
        return [self._command, "run", "--port", self.url.rsplit(":", 1)[1], "--with-threads"]

    def is_there(self) -> bool:
        """Whether the server answers."""
        with urllib.request.urlopen(f"{self.url}/health", timeout=60) as answered:
            return bool(answered.status == 200)

    def log_in(self) -> None:
        """Get a token for what is asked next."""
        said = {"username": USER, "password": PASSWORD, "provider": "db"}
        self._token = self.ask("/api/v1/security/login", said)["access_token"]

    def renew(self, archive: Path) -> None:
        """Import an archive over what there is, with its charts and datasets: what the command line leaves alone."""
        part = "part-of-the-form"
        form = (
            f'--{part}\r\nContent-Disposition: form-data; name="bundle"; filename="{archive.name}"\r\n'
            "Content-Type: application/zip\r\n\r\n"
        )
        request = urllib.request.Request(f"{self.url}/api/v1/assets/import/")
        request.add_header("Authorization", f"Bearer {self._token}")
        request.add_header("Content-Type", f"multipart/form-data; boundary={part}")
        request.data = form.encode() + archive.read_bytes() + f"\r\n--{part}--\r\n".encode()
        with urllib.request.urlopen(request, timeout=300) as answered:
            answered.read()

    def ask(self, path: str, said: Row | None = None) -> Any:
        """What the server answers."""
        request = urllib.request.Request(f"{self.url}{path}")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        if said is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(said).encode()
        with urllib.request.urlopen(request, timeout=300) as answered:
            return json.load(answered)


def comparable(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Rows in an order of their own, with figures to six places and times as days."""
    return sorted(
        (tuple(_comparable(name, row[name]) for name in sorted(row)) for row in rows), key=repr
    )


def _comparable(name: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool)):
        return value
    if name in ("period_start", "cohort", "month", "occurred_at"):  # milliseconds
        return datetime.fromtimestamp(value / 1000, timezone.utc).date().isoformat()
    return round(float(value), 6)


def compare(superset: Superset, target: Target, reader: duckdb.DuckDBPyConnection) -> None:
    """Ask for every chart of a dashboard, and hold the answers against the published file."""
    # the same names for Superset, tables of the file for DuckDB
    files = superset_files(Target(target.name, target.address, "main"))
    contents = {path: yaml.safe_load(text) for path, text in files.items()}
    datasets = {
        made["uuid"]: made for path, made in contents.items() if path.startswith("datasets/")
    }
    charts = {
        made["slice_name"]: made for path, made in contents.items() if path.startswith("charts/")
    }
    shown = superset.ask(f"/api/v1/dashboard/{target.slug}/charts")["result"]
    if {found["slice_name"] for found in shown} != charts.keys():
        raise SystemExit(f"{target.name}: the dashboard has other charts than the bundle")
    rows = figures = 0
    for found in shown:
        chart = charts[found["slice_name"]]
        dataset = datasets[chart["dataset_uuid"]]
        (said,) = superset.ask(urljoin(f"/api/v1/chart/{found['id']}/", "data/"))["result"]
        if comparable(said["data"]) != comparable(answer(chart, dataset, reader)):
            raise SystemExit(
                f"{target.name}, {found['slice_name']}: other figures than in the file"
            )
        rows += len(said["data"])
        if dataset["table_name"] == "kpis":
            figures += compare_with_kpis(chart, said["data"], reader)
    print(
        f"{target.name}: {len(shown)} charts with {rows} rows are as in the file, {figures} figures as in kpis",
        flush=True,
    )


def compare_with_kpis(chart: Row, rows: list[Row], reader: duckdb.DuckDBPyConnection) -> int:
    """Hold every figure against the ``value`` of its row of ``kpis``; how many there were."""
    query = query_of(chart)
    values = {
        (kpi, start.isoformat() if "period_start" in rows[0] else "", member): round(value, 6)
        for kpi, start, member, value in reader.execute(
            VALUES, [found["val"] for found in query["filters"]]
        ).fetchall()
        if value is not None
    }
    found = {
        (
            kpi,
            _comparable("period_start", row["period_start"]) if "period_start" in row else "",
            row.get("member", "all"),
        ): round(float(row[kpi]), 6)
        for row in rows
        for kpi in query["metrics"]
        if row[kpi] is not None
    }
    if found != {key: value for key, value in values.items() if key[0] in query["metrics"]}:
        raise SystemExit(f"{chart['slice_name']}: other figures than in kpis")
    return len(found)


def look(superset: Superset, target: Target) -> None:
    """Take the picture of the dashboard once every chart is drawn."""
    with browser() as page:
        page.resize(WIDTH, HEIGHT)
        page.open(f"{superset.url}/login/")
        page.wait_for("Sign in")
        page.run(LOG_IN)
        page.open(f"{superset.url}/superset/dashboard/{target.slug}/?standalone=2")
        wait_until("the charts", lambda: page.run(STILL_LOADING) == 0, 300)
        time.sleep(5)  # lines and bars grow
        IMAGE.write_bytes(page.picture(format="webp", quality=40))
    print(f"{IMAGE.relative_to(REPOSITORY)}: {IMAGE.stat().st_size / 1024:.0f} KiB")


def bring(home: Home, schema: str) -> Path:
    """Bring a publication to the server that the environment names; the file that it is compared with."""
    folder = (home.published / CURRENT_FILES).resolve()
    keys = {"type": "postgres", "url_env": ADDRESS, "schema": schema}
    publication = Publication("run", home.root, folder, ("messages", "quarantined_records"))
    Postgres.model_validate(keys).deliver(publication)
    return home.published_file.resolve()


def make_database(address: str, name: str) -> str:
    """Superset's own database in the same server; its address, as SQLAlchemy writes it."""
    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"create database {name}")
    return for_sqlalchemy(address).replace("/postgres?", f"/{name}?", 1)


def aged(files: dict[str, str]) -> dict[str, str]:
    """The bundle with another name of a chart and another sum in a metric."""
    return {
        path: text.replace("slice_name: Revenue\n", "slice_name: Turnover\n").replace(
            "expression: COUNT(*)\n", "expression: COUNT(*) + 1\n"
        )
        for path, text in files.items()
    }


def for_sqlalchemy(address: str) -> str:
    return address.replace("postgresql:", "postgresql+psycopg2:", 1)


def main() -> None:
    """Bring, import, compare and look."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "homes",
        type=Path,
        nargs="+",
        help="with a published run; its folder's name is the tenant's",
    )
    parser.add_argument("--superset", required=True, help="superset of an environment of its own")
    arguments = parser.parse_args()
    binaries = find_binaries()
    if binaries is None:
        parser.error("no PostgreSQL is installed: apt-get install postgresql")
    with tempfile.TemporaryDirectory() as folder, postgres_server(binaries) as address:
        os.environ[ADDRESS] = address
        dashboards: dict[Target, Path] = {}
        for root in arguments.homes:
            home = Home(root.resolve())
            target = Target(home.root.name, for_sqlalchemy(address), home.root.name)
            dashboards[target] = bring(home, target.schema)
        first, published = next(iter(dashboards.items()))
        file = f"duckdb:///{published}?access_mode=read_only"
        dashboards[Target(f"{first.name}_file", file, "main")] = published
        superset = Superset(arguments.superset, Path(folder), make_database(address, "superset"))
        superset.set_up()
        for target in dashboards:
            archive = Path(folder) / f"{target.name}.zip"
            files = superset_files(target)
            write_zip(archive, aged(files) if target == first else files)
            superset.run("import-dashboards", "--path", str(archive), "--username", USER)
        with process(superset.server(), superset.environment):
            wait_until("Superset", superset.is_there, 600)
            superset.log_in()
            renewed = Path(folder) / "renewed.zip"
            write_zip(renewed, superset_files(first))
            superset.renew(renewed)
            for target, published in dashboards.items():
                with duckdb.connect(str(published), read_only=True) as reader:
                    compare(superset, target, reader)
            look(superset, first)


if __name__ == "__main__":
    main()
