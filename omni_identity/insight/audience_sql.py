"""What the SQL of an audience, or of a segment, may do: read its relations, with functions that only compute."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from omni_identity.model.errors import nearest

RELATIONS = (
    *("interactions", "unified_profiles", "customer_context", "open_matters", "crosswalk"),
    "consents",
)
"""What a rule may read, as published; ``settings`` beside them has ``as_of`` and the windows of ``insight``."""
SETTINGS = "settings"

_READABLE = (*RELATIONS, SETTINGS)
_ALLOWED = f"a rule reads {', '.join(RELATIONS)} and {SETTINGS}, and nothing else"
_TABLE_FUNCTIONS = frozenset(["generate_series", "json_each", "json_tree", "range", "unnest"])
"""Functions in the place of a table that make rows of their arguments; all others read something."""
_SURROUNDINGS = frozenset(
    ["current_catalog", "current_database", "current_role", "current_schema", "current_schemas",
     "current_setting", "current_user", "format_pg_type", "get_block_size", "getvariable",
     "in_search_path", "inet_client_addr", "inet_client_port", "inet_server_addr",
     "inet_server_port", "session_user", "txid_current", "user", "version"]
)  # fmt: skip
"""Functions that are about the database instead of its rows."""
_LISTINGS = frozenset(["BOUND_TABLE_REF", "COLUMN_DATA", "DELIM_GET", "SHOW_REF"])
_QUERIES = frozenset(["CTE_NODE", "RECURSIVE_CTE_NODE", "SELECT_NODE", "SET_OPERATION_NODE"])


def parser() -> duckdb.DuckDBPyConnection:
    """One for the process: it takes longer to open than all rules to parse."""
    return _opened()


@cache
def _opened() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"enable_external_access": False})


@cache
def _functions() -> frozenset[str]:
    """DuckDB's own functions that say the same of the same arguments."""
    found = parser().execute(
        "select distinct lower(function_name) from duckdb_functions() where internal"
        " and function_type in ('scalar', 'aggregate', 'window', 'macro')"
        " and stability is distinct from 'VOLATILE' and not starts_with(function_name, 'pg_')"
    )
    return frozenset(name for (name,) in found.fetchall()) - _SURROUNDINGS | {"unnest", "grouping"}


def statement_mistakes(text: str) -> Iterator[str]:
    """What ``text`` has that an audience must not: each once, in a sentence, in the order of the text."""
    if "\0" in text:
        yield "has a NUL character, so it is no text"
        return
    try:
        statements = parser().extract_statements(text)
        [(written,)] = parser().execute("select json_serialize_sql($sql)", {"sql": text}).fetchall()
    except duckdb.Error as error:
        yield str(error).splitlines()[0]
        return
    tree = json.loads(written)
    is_select = [one.type for one in statements] == [duckdb.StatementType.SELECT]
    if not is_select or tree["error"]:
        yield f"must be one select statement: {_ALLOWED}"
        return
    named = {str(name).lower() for node in _nodes(tree) for name in _names_given(node)}
    yield from dict.fromkeys(
        f"{mistake}: {_ALLOWED}.{hint}"
        for node in _nodes(tree)
        for mistake, hint in _mistakes(node, named)
    )


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every node of a statement, in the order of its text; without recursion, it may be deep."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        todo += reversed([part for part in inner if isinstance(part, dict | list)])


def _names_given(node: dict[str, Any]) -> Iterator[str]:
    """The names that a ``with`` gives to its queries."""
    if "cte_map" in node:
        yield from (entry["key"] for entry in node["cte_map"]["map"])
    if node.get("type") in ("CTE_NODE", "RECURSIVE_CTE_NODE"):
        yield node.get("cte_name", "")


def _mistakes(node: dict[str, Any], named: set[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with one node, and what may have been meant."""
    kind, function = str(node.get("type", "")), str(node.get("function_name", "")).lower()
    path = [str(part) for part in (node.get("qualified_name") or {}).get("path", [])]
    if kind.endswith("_NODE") and kind not in _QUERIES:
        yield "may not write", ""
    elif kind == "BASE_TABLE":
        name = ".".join(path or [str(node["table_name"])])
        if len(path) > 1 or name.lower() not in named.union(_READABLE):
            yield f"may not read '{name}'", nearest(name, _READABLE)
    elif kind == "TABLE_FUNCTION":
        called = str(node["function"].get("function_name", "")).lower()
        if called not in _TABLE_FUNCTIONS:
            yield f"may not read from {called}()", ""
        node["function"]["function_name"] = ""  # said
    elif kind in _LISTINGS:
        yield "may not list or describe tables", ""
    elif node.get("class") == "PARAMETER":
        yield "has a parameter, which nothing fills", ""
    elif function and (len(path) > 1 or function not in _functions()):
        yield f"may not call {'.'.join(path or [function]).lower()}()", ""
    if node.get("sample"):
        yield "may not draw a sample, which is another one every time", ""
