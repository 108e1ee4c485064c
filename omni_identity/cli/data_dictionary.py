"""Writes the data dictionary of the published tables, and the list of the warehouse's, from the registry, as Markdown.

``python -m omni_identity.cli.data_dictionary > docs/tables.md``
``python -m omni_identity.cli.data_dictionary warehouse > docs/warehouse.md``
"""

from __future__ import annotations

import sys

from omni_identity.channels.configuration import parse_configuration
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Column, Table, published_tables, warehouse_tables
from omni_identity.pipeline.sequence import owners, steps_of

COMMAND = "python -m omni_identity.cli.data_dictionary > docs/tables.md"
EXAMPLE = Vocabulary(consents=("email",))
"""A deployment that declares nothing of its own and maps one consent."""

_INTRODUCTION = f"""\
# What is published

Written by `{COMMAND}` from `omni_identity/model/tables/`; the same words stand as comments on \
every table and column of `published/omni.duckdb`. Every table is also a file in \
`published/parquet/`.

`unified_profiles` has, besides what is listed, one column per identifier and attribute that \
your `omni.yaml` declares, and one pair `consent_x`, `consent_x_at` per consent it maps (here: \
`email`). \
Personal data: *text* is what people wrote, in which anything may stand, \
*personal* says who somebody is, *pseudonymous* points at a person only together \
with other tables.
"""

_A_CHANNEL = {
    "name": "web",
    "contacts": {"files": "contacts/*.csv", "record_id": "id", "mapping": {"email": "email"}},
    "interactions": {
        "files": "interactions/*.csv",
        **{"interaction_id": "id", "kind": "kind", "occurred_at": "at"},
    },
}
_A_DESTINATION = {"type": "folder", "path": "/lake"}
_WAREHOUSE = f"""\
# What the warehouse holds

Written by `{COMMAND.replace(" >", " warehouse >").replace("tables.md", "warehouse.md")}` from \
`omni_identity/model/tables/`, where the columns are. Nothing here is for consumers: it may be another \
tomorrow. The step is the one that owns the table: the first that puts rows in or takes some out; `web` is a channel, \
`lake` a destination. \
A table without one is written by erasures, `omni restore`, the runner or the opening of the warehouse.

`landed` is what was delivered, `ledger` what is kept for ever, `settled` what was last published, `changed` what \
has changed since; `derived` can be made anew from these.
"""


def data_dictionary(vocabulary: Vocabulary = EXAMPLE) -> str:
    """Return the dictionary of every published table of a deployment, ending in one newline."""
    sections = [_section(table) for table in published_tables(vocabulary).values()]
    return "\n".join([_INTRODUCTION, *sections])


def _section(table: Table) -> str:
    lines = [f"## {table.name}", "", table.comment, ""]
    lines += [f"Key: {_names(table.key)}."]
    for key in table.foreign_keys:
        lines.append(f"{_names(key.columns)} leads to `{key.other}` ({_names(key.other_columns)}).")
    lines += ["", "| column | type | personal | what it says |", "|---|---|---|---|"]
    lines += [_row(column) for column in table.columns]
    return "\n".join([*lines, ""])


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def _row(column: Column) -> str:
    pii = "" if column.pii == "none" else column.pii
    comment = column.comment if column.nullable else f"{column.comment} Never null."
    cells = (f"`{column.name}`", f"`{column.type}`", pii, comment.replace("|", r"\|"))
    return f"| {' | '.join(cells)} |"


def warehouse_list() -> str:
    """Return the list of the warehouse's tables, by schema: grain, key and owner of each; ends in one newline."""
    configuration = parse_configuration(
        {"version": 1, "channels": [_A_CHANNEL], "destinations": {"lake": _A_DESTINATION}}
    )
    tables, owned = warehouse_tables(configuration.vocabulary), owners(steps_of(configuration))
    sections = [_WAREHOUSE]
    for schema in dict.fromkeys(table.schema for table in tables.values()):
        rows = (
            f"| `{name}` | {table.comment} | {_names(table.key)} | {owned.get(name, '')} |"
            for name, table in sorted(tables.items())
            if table.schema == schema
        )
        head = (f"## {schema}", "", "| table | grain | key | step |", "|---|---|---|---|")
        sections.append("\n".join([*head, *rows, ""]))
    return "\n".join(sections)


if __name__ == "__main__":
    sys.stdout.write(warehouse_list() if "warehouse" in sys.argv[1:] else data_dictionary())
