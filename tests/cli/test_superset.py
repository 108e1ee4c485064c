"""The Superset dashboard in ``bi/superset``: as the generator writes it, of tables and columns that there are, and
every chart's query runs on what is published and answers with the figures of ``kpis``.

``benchmarks/superset.py`` imports it into a real Superset.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from benchmarks.superset_answers import answer, query_of
from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.superset import Target, superset_files
from omni_identity.cli.superset.__main__ import main
from omni_identity.cli.superset.charts import charts
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import published_tables

BUNDLE = Path(__file__).resolve().parents[2] / "bi" / "superset"
ON_A_FILE = {
    path: yaml.safe_load(text) for path, text in superset_files(Target(schema="main")).items()
}
DATASETS = {
    found["uuid"]: found for path, found in ON_A_FILE.items() if path.startswith("datasets/")
}
CHARTS = [found for path, found in ON_A_FILE.items() if path.startswith("charts/")]


@pytest.fixture(scope="module")
def published(demo_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_home / "published" / "omni.duckdb"), read_only=True) as reader:
        yield reader


def test_the_folder_is_what_the_generator_writes(tmp_path: Path) -> None:
    """If not: python -m omni_identity.cli.superset bi/superset."""
    files = superset_files()
    found = {
        str(path.relative_to(BUNDLE)): path.read_text("utf-8") for path in BUNDLE.rglob("*.yaml")
    }
    assert found == files
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "renamed.yaml").write_text(files["charts/revenue.yaml"], "utf-8")
    (tmp_path / "mine.yaml").write_text("kept: true\n", "utf-8")
    main([str(tmp_path)])
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.yaml")}
    assert written == {*files, "mine.yaml"}


def test_an_archive_is_of_the_publication_that_is_named(demo_home: Path, tmp_path: Path) -> None:
    for name in ("shop", "again"):
        main(
            [str(tmp_path / f"{name}.zip"), "--name", "shop", "--schema", "customers", "--address",
             "postgresql+psycopg2://reader@db/warehouse", "--omni-yaml", str(demo_home / "omni.yaml")]
        )  # fmt: skip
    assert (tmp_path / "shop.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "shop.zip") as archive:
        read = {name: yaml.safe_load(archive.read(name)) for name in archive.namelist()}
    assert (
        read["superset/databases/shop.yaml"]["sqlalchemy_uri"]
        == "postgresql+psycopg2://reader@db/warehouse"
    )
    profiles = read["superset/datasets/shop/unified_profiles.yaml"]
    assert profiles["schema"] == "customers"
    consents = load_configuration(demo_home / "omni.yaml").vocabulary.consents
    assert {f"consent_{name}" for name in consents} <= {
        column["column_name"] for column in profiles["columns"]
    }
    ours = {found["uuid"] for found in ON_A_FILE.values() if "uuid" in found}
    assert not ours & {
        found.get("uuid") for found in read.values()
    }  # beside another in one Superset


def test_every_dataset_is_of_the_registry_and_says_who_nobody_is() -> None:
    tables = published_tables(Vocabulary())
    for dataset in DATASETS.values():
        if dataset["sql"] is None:
            table = tables[dataset["table_name"]]
            assert dataset["description"] == table.comment
            for column in dataset["columns"]:
                known = table.column(column["column_name"])
                assert (column["type"], column["description"]) == (known.type, known.comment)
                assert known.pii in ("none", "pseudonymous")
                assert known.masking in ("kept", "pseudonym")  # the masked edition does as well
    assert sum(dataset["sql"] is None for dataset in DATASETS.values()) > 8


def test_the_columns_of_each_dataset_are_those_that_there_are(
    published: duckdb.DuckDBPyConnection,
) -> None:
    for dataset in DATASETS.values():
        names = ", ".join(column["column_name"] for column in dataset["columns"])
        source = f"({dataset['sql']})" if dataset["sql"] else dataset["table_name"]
        found = {
            row[0]: row[1]
            for row in published.execute(f"describe select {names} from {source}").fetchall()
        }
        for column in dataset["columns"]:
            if dataset["table_name"] != "customer_value":  # dbt's types are words, not DuckDB's
                assert found[column["column_name"]] == column["type"]
        metrics = ", ".join(metric["expression"] for metric in dataset["metrics"])
        published.execute(f"select {metrics} from {source}").fetchall()


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart["slice_name"])
def test_every_chart_has_an_answer(
    chart: dict[str, Any], published: duckdb.DuckDBPyConnection
) -> None:
    rows = answer(chart, DATASETS[chart["dataset_uuid"]], published)
    query = query_of(chart)
    assert rows
    for metric in {*query["metrics"]} - {"bot_resolution_rate"}:  # so small a retailer has no bot
        assert [row for row in rows if row[metric] is not None], metric
    form = chart["params"]
    asked = {
        *form.get("groupby", []), *form.get("groupbyRows", []), *form.get("groupbyColumns", []),
        *([form["x_axis"]] if "x_axis" in form else []),
    }  # fmt: skip
    assert asked == rows[0].keys() - {*query["metrics"]}
    assert form.get("metrics", [form.get("metric")]) == query["metrics"]
    assert [(found["subject"], found["comparator"]) for found in form["adhoc_filters"]] == [
        (found["col"], found["val"]) for found in query["filters"]
    ]


def test_figures_are_those_of_kpis(published: duckdb.DuckDBPyConnection) -> None:
    """Whatever chart asks ``kpis`` for one figure a row gets the value that stands there."""
    compared = 0
    for chart in CHARTS:
        if DATASETS[chart["dataset_uuid"]]["table_name"] != "kpis":
            continue
        wanted = {found["col"]: found["val"] for found in query_of(chart)["filters"]}
        values = {
            (kpi, start, member): value
            for kpi, start, member, value in published.execute(
                "select kpi, period_start, member, value from kpis where period = $period and dimension = $dimension",
                wanted,
            ).fetchall()
        }
        for row in answer(chart, DATASETS[chart["dataset_uuid"]], published):
            for kpi in query_of(chart)["metrics"]:
                total = next((day for known, day, _ in values if known == kpi), None)
                start = row.get("period_start", total)
                found = values.get((kpi, start, row.get("member", "all")))
                assert row[kpi] == (None if found is None else pytest.approx(float(found)))
                compared += found is not None
    assert compared > 100


def test_the_page_holds_every_chart_once_in_rows_of_twelve() -> None:
    dashboard = next(found for path, found in ON_A_FILE.items() if path.startswith("dashboards/"))
    position = dashboard["position"]
    held = [
        found["meta"]
        for found in position.values()
        if isinstance(found, dict) and found["type"] == "CHART"
    ]
    assert sorted(found["uuid"] for found in held) == sorted(chart["uuid"] for chart in CHARTS)
    assert len({found["chartId"] for found in held}) == len(charts()) == len(CHARTS)
    for found in position.values():
        if isinstance(found, dict) and found["type"] == "ROW":
            assert sum(position[name]["meta"]["width"] for name in found["children"]) == 12
