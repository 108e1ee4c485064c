"""Writes the dashboard as Superset imports it: a folder of YAML files, or the ZIP of it."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from omni_identity.cli.superset.charts import SECTIONS, Chart, charts, parameters, query
from omni_identity.cli.superset.datasets import Dataset, Metric, datasets
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Column

Properties = dict[str, Any]
COMMAND = "python -m omni_identity.cli.superset bi/superset"
_HEAD = f"# Written by `{COMMAND}`: change it in omni_identity/cli/superset/.\n"
_VERSION: Properties = {"version": "1.0.0"}
"""Of Superset's import format."""
_EPOCH = (2026, 1, 1, 0, 0, 0)
"""The time of every file in the ZIP, so that equal bundles are equal files."""


@dataclass(frozen=True)
class Target:
    """Where Superset finds the publication: one of several in a Superset needs a ``name`` of its own."""

    name: str = "omni_identity"
    address: str = "postgresql+psycopg2://bi_reader@localhost:5432/warehouse"
    schema: str = "omni_identity"

    def qualify(self, table: str) -> str:
        """The table as a query names it."""
        return f'"{self.schema}".{table}'

    @property
    def slug(self) -> str:
        """By which the dashboard stands in addresses: ``/superset/dashboard/omni-shop/``."""
        return f"omni-{_slug(self.name).replace('_', '-')}"

    def uuid(self, kind: str, name: str = "") -> str:
        """By which Superset knows a thing again, to renew it: the same for the same name."""
        return str(uuid5(NAMESPACE_URL, f"omni_identity/superset/{self.name}/{kind}/{name}"))


STANDARD = Target()
NOTHING_DECLARED = Vocabulary()
"""A deployment without attributes and consents of its own."""


def superset_files(
    target: Target = STANDARD, vocabulary: Vocabulary = NOTHING_DECLARED
) -> dict[str, str]:
    """Every file of the bundle by its path in it."""
    found = datasets(vocabulary, target.qualify)
    contents: dict[str, Properties] = {
        "metadata.yaml": _VERSION,  # without a type, both the import of dashboards and that of assets take it
        f"databases/{target.name}.yaml": _database(target),
    }
    for dataset in found.values():
        contents[f"datasets/{target.name}/{dataset.name}.yaml"] = _dataset(target, dataset)
    for chart in charts():
        contents[f"charts/{_slug(chart.title)}.yaml"] = _chart(target, chart, found[chart.dataset])
    contents[f"dashboards/{target.name}.yaml"] = _dashboard(target)
    return {
        path: _HEAD + yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=110)
        for path, made in contents.items()
    }


def write_folder(folder: Path, files: dict[str, str]) -> None:
    """Write the files below ``folder``, and take away what an earlier version wrote there."""
    for path in folder.rglob("*.yaml"):
        if str(path.relative_to(folder)) not in files and path.read_text("utf-8").startswith(_HEAD):
            path.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_zip(path: Path, files: dict[str, str]) -> None:
    """Write the files as the archive that Superset's import takes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"superset/{name}", _EPOCH), text)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")


def _database(target: Target) -> Properties:
    return {
        "database_name": target.name,
        "sqlalchemy_uri": target.address,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {"allows_virtual_table_explore": True},
        "uuid": target.uuid("database"),
        **_VERSION,
    }


def _dataset(target: Target, dataset: Dataset) -> Properties:
    return {
        "table_name": dataset.name,
        "description": dataset.description,
        "main_dttm_col": dataset.time,
        "schema": target.schema,
        "sql": dataset.sql,
        "filter_select_enabled": True,
        "columns": [_column(column) for column in dataset.columns],
        "metrics": [_metric(metric) for metric in dataset.metrics],
        "uuid": target.uuid("dataset", dataset.name),
        "database_uuid": target.uuid("database"),
        **_VERSION,
    }


def _column(column: Column) -> Properties:
    return {
        "column_name": column.name,
        "type": column.type,
        "description": column.comment,
        "is_dttm": column.type in ("DATE", "TIMESTAMP"),
        "is_active": True,
        "groupby": True,
        "filterable": True,
    }


def _metric(metric: Metric) -> Properties:
    return {
        "metric_name": metric.name,
        "verbose_name": metric.title,
        "expression": metric.sql,
        "d3format": metric.format,
        **({"description": metric.description} if metric.description else {}),
        **({"extra": {"warning_markdown": metric.warning}} if metric.warning else {}),
    }


def _chart(target: Target, chart: Chart, dataset: Dataset) -> Properties:
    form = parameters(chart, dataset)
    context = {
        "datasource": {"id": 0, "type": "table"},  # the import puts the dataset's own number
        "force": False,
        "queries": [query(chart)],
        "form_data": form,
        "result_format": "json",
        "result_type": "full",
    }
    return {
        "slice_name": chart.title,
        "description": chart.note or dataset.description,
        "viz_type": form["viz_type"],
        "params": form,
        "query_context": json.dumps(context),
        "uuid": target.uuid("chart", chart.title),
        "dataset_uuid": target.uuid("dataset", chart.dataset),
        **_VERSION,
    }


def _dashboard(target: Target) -> Properties:
    return {
        "dashboard_title": f"Customers across channels: {target.name}",
        "description": "Revenue, cohorts, service, audiences, journeys, identity and data quality.",
        "slug": target.slug,
        "published": True,
        "uuid": target.uuid("dashboard"),
        "position": _positions(target),
        "metadata": {"color_scheme": "supersetColors", "cross_filters_enabled": False},
        **_VERSION,
    }


def _positions(target: Target) -> Properties:
    """The page: below each section's heading its rows of charts."""
    numbers = {chart.title: number for number, chart in enumerate(charts(), 1)}
    above = ["ROOT_ID", "GRID_ID"]
    positions: Properties = {}
    for section, rows in SECTIONS.items():
        heading = f"HEADER-{_slug(section)}"
        positions[heading] = {
            "type": "HEADER",
            "id": heading,
            "children": [],
            "parents": above,
            "meta": {"text": section, "headerSize": "MEDIUM_HEADER", "background": "BACKGROUND_TRANSPARENT"},
        }  # fmt: skip
        for number, row in enumerate(rows, 1):
            line = f"ROW-{_slug(section)}-{number}"
            held = {f"CHART-{_slug(chart.title)}": chart for chart in row}
            positions[line] = {
                "type": "ROW",
                "id": line,
                "children": list(held),
                "parents": above,
                "meta": {"background": "BACKGROUND_TRANSPARENT"},
            }
            for name, chart in held.items():
                positions[name] = {
                    "type": "CHART",
                    "id": name,
                    "children": [],
                    "parents": [*above, line],
                    "meta": {
                        "chartId": numbers[chart.title],
                        "uuid": target.uuid("chart", chart.title),
                        "sliceName": chart.title,
                        "width": chart.width,
                        "height": chart.height,
                    },
                }
    page = [name for name, placed in positions.items() if placed["type"] != "CHART"]
    return {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": page, "parents": ["ROOT_ID"]},
        **positions,
    }
