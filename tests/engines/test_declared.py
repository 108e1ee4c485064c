"""Tables are created as the registry declares them, and get what they lack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_empty, create_missing, create_tables
from omni_identity.model.tables import Column, Table

ONE = Column("one", "VARCHAR", "The first.")
TABLE = Table("things", "One row per thing.", (ONE,), ("one",), schema="place")


def test_a_table_that_is_there_keeps_its_rows_and_gets_the_columns_that_it_lacks() -> None:
    with DuckDBEngine() as engine:
        create_tables(engine, [TABLE])
        engine.run("insert into place.things values ('a')")
        create_tables(engine, [TABLE])
        two = Column("two", "BIGINT[]", "The second.")
        create_tables(engine, (replace(TABLE, columns=(two, ONE)) for _ in range(1)))
        assert engine.columns()["place.things"] == ["one", "two"]
        assert engine.fetch("from place.things").rows() == [("a", None)]


def test_a_table_of_the_registry_is_created_by_its_name() -> None:
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        create_missing(engine, "derived.household_members", "derived.row_states")
        engine.run("insert into derived.household_members values ('G1', 'H1')")
        create_missing(engine, "derived.household_members")
        assert engine.fetch("from derived.household_members").rows() == [("G1", "H1")]
        create_empty(engine, "derived.household_members")
        assert engine.fetch("from derived.household_members").rows() == []
        assert engine.columns()["derived.household_members"] == ["golden_id", "household_id"]
        with pytest.raises(KeyError, match="clustres"):
            create_missing(engine, "derived.clustres")
