"""Writes what the dbt package in ``bi/dbt`` says of the published tables, from the registry.

``python -m omni_identity.cli.dbt_package bi/dbt`` writes its files as they stand in the repository;
``python -m omni_identity.cli.dbt_package FOLDER OMNI_YAML`` those of a deployment, with its own attributes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.data_dictionary import EXAMPLE
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Column, ForeignKey, Table, published_tables

COMMAND = "python -m omni_identity.cli.dbt_package bi/dbt"
SOURCE = "omni_identity"
FLAT = "stg_"
"""How the model begins that is a table without its lists; the table's name follows."""
_HEAD = f"# Written by `{COMMAND}` from omni_identity/model/tables/: change it there.\n"
_DATABASE = "{{ var('omni_database') or ('omni' if target.type == 'duckdb' else target.database) }}"
_SCHEMA = "{{ var('omni_schema') or ('main' if target.type == 'duckdb' else 'omni_identity') }}"
_WHOLE = "{{ var('omni_edition') == 'whole' }}"
_FRESHNESS = {
    "warn_after": {"count": 30, "period": "hour"},
    "error_after": {"count": 54, "period": "hour"},
}
"""A nightly run that is six hours late, and one that is missing for the second time."""

Properties = dict[str, Any]


def dbt_files(vocabulary: Vocabulary = EXAMPLE) -> dict[str, str]:
    """The written files of the package by their path in it: sources, and the models of tables without lists."""
    tables = published_tables(vocabulary).values()
    source = {
        "name": SOURCE,
        "description": "What omni_identity publishes: one golden customer a person, and the figures of all.",
        "database": _DATABASE,
        "schema": _SCHEMA,
        "tables": [_source_table(table) for table in tables],
    }
    models = [_flat_model(table) for table in tables if any(map(is_nested, table.columns))]
    return {
        "models/sources.yml": _written({"version": 2, "sources": [source]}),
        "models/staging/flat.yml": _written({"version": 2, "models": models}),
    }


def is_nested(column: Column) -> bool:
    """Whether its values are lists, structs or maps, which most BI tools cannot show."""
    return column.type.endswith("[]") or column.type.startswith(("STRUCT(", "MAP("))


def _source_table(table: Table) -> Properties:
    config: Properties = {"enabled": f"{{{{ '{table.name}' not in var('omni_leave_out') }}}}"}
    if table.name == "runs":
        config |= {"loaded_at_field": "started_at", "freshness": _FRESHNESS}
    tests = [*_key_tests(table), *(_leads_to(key) for key in table.foreign_keys if key.columns[1:])]
    return {
        "name": table.name,
        "description": table.comment,
        "config": config | {"meta": {"key": list(table.key)}},
        **({"data_tests": tests} if tests else {}),
        "columns": [_column(table, column) for column in table.columns],
    }


def _flat_model(table: Table) -> Properties:
    tests = _key_tests(table)
    return {
        "name": f"{FLAT}{table.name}",
        "description": f"{table.comment} Without lists, which have models of their own.",
        "config": {"meta": {"key": list(table.key)}},
        **({"data_tests": tests} if tests else {}),
        "columns": [
            _described(column)
            | ({"data_tests": ["not_null", "unique"]} if (column.name,) == table.key else {})
            for column in table.columns
            if not is_nested(column)
        ],
    }


def _key_tests(table: Table) -> list[Properties]:
    """The test of a key of several columns; one of a single column stands with the column."""
    if len(table.key) < 2:
        return []
    return [{"key_is_unique": {"arguments": {"columns": list(table.key)}}}]


def _leads_to(key: ForeignKey) -> Properties:
    arguments = {
        "columns": list(key.columns),
        "to": f"source('{SOURCE}', '{key.other}')",
        "other_columns": list(key.other_columns),
    }
    return {"leads_to": {"arguments": arguments}}


def _column(table: Table, column: Column) -> Properties:
    tests: list[str | Properties] = []
    if not column.nullable:
        is_masked = column.masking == "nothing"
        tests.append({"not_null": {"config": {"enabled": _WHOLE}}} if is_masked else "not_null")
    if (column.name,) == table.key:
        tests.append("unique")
    for key in table.foreign_keys:
        if key.columns == (column.name,):
            to = f"source('{SOURCE}', '{key.other}')"
            arguments = {"to": to, "field": key.other_columns[0]}
            tests.append({"relationships": {"arguments": arguments}})
    return _described(column) | ({"data_tests": tests} if tests else {})


def _described(column: Column) -> Properties:
    return {
        "name": column.name,
        "data_type": column.type,
        "description": column.comment,
        "config": {"meta": {"pii": column.pii}},
    }


def _written(properties: Properties) -> str:
    return _HEAD + yaml.safe_dump(properties, sort_keys=False, allow_unicode=True, width=110)


def main(folder: str, omni_yaml: str = "") -> None:
    """Write the files into the package's folder; with the attributes and consents of an ``omni.yaml``, if named."""
    vocabulary = load_configuration(Path(omni_yaml)).vocabulary if omni_yaml else EXAMPLE
    for name, text in dbt_files(vocabulary).items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
