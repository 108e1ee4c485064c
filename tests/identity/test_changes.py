"""What is marked as changed, and what need not be looked at where nothing is."""

from __future__ import annotations

import pytest

from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.identity.changes import (
    CUSTOMERS,
    INTERACTIONS,
    RECORDS,
    create_changes,
    is_up_to_date,
    mark_changed,
)
from omni_identity.pipeline import declared_access
from omni_identity.pipeline.runner import run_steps
from omni_identity.pipeline.sequence import named, steps_of
from omni_identity.pipeline.warehouse import open_warehouse
from tests.worlds import World, person

OF_MARKS = ("derived.match_edges", "derived.profile_lineage", "derived.open_matters")
"""Tables in which only what is marked changes a row."""


@pytest.fixture
def engine() -> Engine:
    engine = DuckDBEngine()
    create_changes(engine)
    return engine


def test_tables_are_up_to_date_while_nothing_of_their_kinds_is_marked(engine: Engine) -> None:
    assert is_up_to_date(engine, (), RECORDS, CUSTOMERS)
    mark_changed(engine, INTERACTIONS, "select 'web' as channel, 'i1' as interaction_id")
    assert is_up_to_date(engine, (), RECORDS, CUSTOMERS)
    mark_changed(engine, CUSTOMERS, "select 'G1' as golden_id")
    assert not is_up_to_date(engine, (), RECORDS, CUSTOMERS)
    assert is_up_to_date(engine, (), RECORDS)


def test_a_table_that_is_not_there_is_not_up_to_date(engine: Engine) -> None:
    engine.run("create table derived.held (x BIGINT)")
    assert is_up_to_date(engine, ("derived.held",), RECORDS)
    assert not is_up_to_date(engine, ("derived.held", "derived.lost"), RECORDS)


def test_a_night_with_nothing_new_changes_no_row_of_what_changed_customers_have(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declared_access, "is_checked", False)  # an engine has one listener
    assert statements_of_night(world) == []
    world.deliver("web", "2026-03-02", [person(60)])
    said = " ".join(statements_of_night(world))
    assert [table for table in OF_MARKS if table not in said] == []


def statements_of_night(world: World) -> list[str]:
    """Those of the steps for customers that change a table of ``OF_MARKS``; the night is not published."""
    run, heard = world.night(), list[str]()
    with open_warehouse(run) as engine:
        steps = steps_of(run.configuration)
        before = [step.name for step in steps[: [s.name for s in steps].index("profiles")]]
        run_steps(engine, run, named(steps, *before))
        with engine.heard(heard.append):
            run_steps(engine, run, named(steps, "profiles", "customer_context"))
    return [sql for sql in heard if any(table in sql for table in OF_MARKS) and changes_rows(sql)]


def changes_rows(sql: str) -> bool:
    return sql.split(maxsplit=1)[0] in ("insert", "delete", "update", "alter")
