"""The registry of tables: a warehouse has the tables that it declares, and no others."""

from __future__ import annotations

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.pinned_model import load_pinned
from omni_identity.linkage.splink_settings import adjusted_comparisons
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Table, published_tables, warehouse_tables
from omni_identity.model.tables.linkage import TRAINING_SCORES
from omni_identity.publish.build import CONTENT
from tests.worlds import World, person, receipt

DECLARED = (
    "identifiers: {badge: {}}\nattributes: {hobby: {compare: exact}, shoe: {compare: none}}\n"
)
HANDED_ON = (f"derived.{TRAINING_SCORES}", "derived.known_pairs")
"""In the warehouse between two steps only, or while a model is trained."""


def registered(world: World) -> dict[str, Table]:
    """What the registry says of this world's warehouse when a run has ended."""
    model = load_pinned(world.home.models)
    tables = warehouse_tables(
        load_configuration(world.home.configuration).vocabulary,
        [comparison.name for comparison in model.comparisons],
        [comparison.name for comparison in adjusted_comparisons(model)],
    )
    return {name: table for name, table in tables.items() if name not in HANDED_ON}


def declared_columns(engine: DuckDBEngine, table: Table) -> list[tuple[str, str]]:
    """Name and type of each column, the type as DuckDB spells it."""
    casts = ", ".join(f'cast(null as {c.type}) as "{c.name}"' for c in table.columns)
    described = engine.fetch(f"select column_name, column_type from (describe select {casts})")
    return [(str(name), str(kind)) for name, kind in described.iter_rows()]


def held_columns(engine: DuckDBEngine) -> dict[str, list[tuple[str, str]]]:
    """Name and type of each column of every table."""
    rows = engine.fetch(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and not internal order by 1, column_index"
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for table, *column in rows.iter_rows():
        found.setdefault(table, []).append((column[0], column[1]))
    return found


def test_a_warehouse_has_the_tables_of_the_registry_and_no_others(
    town_after_one_night: World,
) -> None:
    tables = registered(town_after_one_night)
    with DuckDBEngine(town_after_one_night.home.warehouse_file) as engine:
        declared = {name: declared_columns(engine, table) for name, table in tables.items()}
        assert held_columns(engine) == declared


def test_it_has_them_too_when_omni_yaml_declares_more_than_before(world: World) -> None:
    with world.home.configuration.open("a", encoding="utf-8") as file:
        file.write(DECLARED)
    world.run()
    tables = registered(world)
    assert tables["landed.contacts"].column("badge").type == "VARCHAR[]"
    with DuckDBEngine(world.home.warehouse_file) as engine:
        held = held_columns(engine)
        assert held.keys() == tables.keys()
        for name, table in tables.items():  # what came later stands behind the others
            assert sorted(held[name]) == sorted(declared_columns(engine, table)), name


def test_keys_are_unique_and_what_is_never_null_is_not(world: World) -> None:
    world.deliver("web", "0002", [person(n, city="Elsewhere") for n in range(5)])
    world.deliver("till", "0002", [receipt(n) for n in range(0, 50, 2)])
    world.deliver(
        "web_events",
        "0002",
        [
            {
                "event": "e1",
                "id": "w1",
                "kind": "order",
                "at": "2026-03-01T10:00:00Z",
                "order": "o1",
            },
            {"event": "e2", "id": "w2", "kind": "cart", "at": "2026-03-01T11:00:00Z", "cart": "c1"},
            {"event": "", "id": "w3", "kind": "cart", "at": "2026-03-01T11:00:00Z"},
        ],
    )
    world.run()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        for name, table in registered(world).items():
            never = [column.name for column in table.columns if not column.nullable]
            for column in never:
                sql = f'select 1 as x from {name} where "{column}" is null limit 1'
                assert engine.fetch(sql).is_empty(), f"{name}.{column}"
            if table.key:
                key = ", ".join(f'"{column}"' for column in table.key)
                sql = f"select 1 as x from {name} group by {key} having count(*) > 1 limit 1"
                assert engine.fetch(sql).is_empty(), f"{name} ({key})"


def test_what_is_published_as_it_is_derived_is_derived_with_these_columns() -> None:
    vocabulary = Vocabulary(consents=("email",), attributes=(("hobby", "exact"),))
    tables = warehouse_tables(vocabulary)
    for name, table in published_tables(vocabulary).items():
        if name not in CONTENT:
            assert set(table.columns) <= set(tables[f"derived.{name}"].columns), name


def test_every_table_says_its_grain_and_every_key_is_of_columns() -> None:
    vocabulary = Vocabulary(consents=("email",), attributes=(("hobby", "exact"),))
    published = published_tables(vocabulary)
    for table in (*published.values(), *warehouse_tables(vocabulary).values()):
        names = table.column_names
        assert len(set(names)) == len(names), table.name
        assert set(table.key) <= set(names), table.name
        assert all(column.comment for column in table.columns), table.name
        if table.name not in published:
            assert table.comment.startswith("One row"), table.name
