"""What has changed since the last publication: the one thing by which every step knows what to look at again.

Every step keeps its tables complete: it takes out the rows of what changed and puts in the new ones, and
marks here, in the same transaction, what that changes for the steps after it. Marks go when a publication
is written down as such, never before. So a run that was killed or withheld leaves marks from which the next
one goes on, and doing a step twice does what doing it once does. A full refresh is the same with everything marked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.engines.declared import create_tables
from omni_identity.engines.moving import move_rows
from omni_identity.model.tables.changes import CHANGED_TABLES


@dataclass(frozen=True)
class Changed:
    """One kind of what can change; its marks are the rows of ``changed.<name>``, keyed by ``key``."""

    name: str
    key: tuple[str, ...]

    @property
    def table(self) -> str:
        """The table of its marks."""
        return f"changed.{self.name}"

    def is_marked(self, *columns: str) -> str:
        """The condition that a row is marked, whose key is in ``columns``; by default they are called as the key."""
        names = columns or self.key
        left = names[0] if len(names) == 1 else f"({', '.join(names)})"
        key = self.key[0] if len(self.key) == 1 else f"({', '.join(self.key)})"
        return f"{left} in (select {key} from {self.table})"


RECORDS = Changed("records", ("record_no",))
"""Source records that came, changed or went."""
LINKAGE_RECORDS = Changed("linkage_records", ("record_no",))
"""Records for which that changed anything that linkage sees."""
REGROUPED = Changed("regrouped_records", ("record_no",))
"""Records whose customer was decided again, and those that left."""
CUSTOMERS = Changed("customers", ("golden_id",))
"""Golden IDs, old and new, of any of these."""
IDENTIFIERS = Changed("identifiers", ("identifier", "value"))
"""Identifier values that records gained, lost or hold."""
INTERACTIONS = Changed("interactions", ("channel", "interaction_id"))
"""Interactions that were looked at again."""

SEEN_LANDINGS = "changed.seen_landings"
"""Which files' landings the tables of records and interactions are up to date with."""

STEP_RECORDS = "ledger.steps"
"""What the pipeline's steps have last done; of a step without a record everything is derived anew."""

KINDS = (RECORDS, LINKAGE_RECORDS, REGROUPED, CUSTOMERS, IDENTIFIERS, INTERACTIONS)


def create_changes(engine: Engine) -> None:
    """Create the schema ``derived``, and the tables of schema ``changed``, empty."""
    engine.run("create schema if not exists derived")
    create_tables(engine, CHANGED_TABLES)


def mark_changed(engine: Engine, kind: Changed, query: str) -> None:
    """Mark in ``changed.<kind>`` the rows of ``query``, which has the columns of the kind's key; each once."""
    engine.run(f"insert into {kind.table} ({query} except select * from {kind.table})")


def replace_changed(engine: Engine, table: str, kind: Changed = CUSTOMERS) -> None:
    """Put the rows of ``derived.new_<table>`` in the place of all marked ones that ``derived.<table>`` has."""
    move_rows(engine, f"derived.new_{table}", f"derived.{table}", kind.is_marked())


def is_up_to_date(engine: Engine, tables: Iterable[str], *kinds: Changed) -> bool:
    """Whether nothing of these kinds is marked, so that ``tables``, in which marks alone change rows, stay as they are.

    Not where one of them is not there: it has to be made, if only empty.
    """
    if not set(tables) <= engine.columns().keys():
        return False
    marked = " union all ".join(f"(select 1 as x from {kind.table} limit 1)" for kind in kinds)
    return engine.fetch(marked).height == 0


def list_affected_customers(engine: Engine) -> None:
    """Rebuild ``derived.affected_customers``: the rows of ``derived.customers`` of marked customers."""
    engine.run(
        "create or replace table derived.affected_customers as select * from derived.customers"
        f" where {CUSTOMERS.is_marked()}"
    )


def append_run_rows(engine: Engine, name: str, run_id: str) -> None:
    """Put the run's rows, which ``derived.<name>`` has, in the place of those that ``settled.<name>`` has of it."""
    engine.run(f"delete from settled.{name} where run_id = $run_id", {"run_id": run_id})
    engine.run(f"insert into settled.{name} by name select * from derived.{name}")


def clear_changes(engine: Engine) -> None:
    """Empty the tables of marks: what was marked is published."""
    for kind in KINDS:
        engine.run(f"delete from {kind.table}")


def forget_derived(engine: Engine, tables: Iterable[str]) -> None:
    """Drop these tables, of ``derived`` or ``changed``, and mark everything, so that they are made anew.

    What was published counts as changed too: some of it may be there no more.
    """
    with engine.transaction():
        for table in tables:
            engine.run(f"drop table if exists {table}")
        create_changes(engine)
        held = engine.columns()
        recorded = "ledger.records join settled.crosswalk using (channel, source_record_id)"
        for kind, places in (
            (RECORDS, (recorded, "derived.source_records")),
            (LINKAGE_RECORDS, ("derived.linkage_records",)),
            (REGROUPED, (recorded, "derived.source_records", "derived.customers")),
            (CUSTOMERS, ("settled.crosswalk", "derived.customers")),
            (INTERACTIONS, ("derived.interactions",)),
        ):
            key = ", ".join(kind.key)
            for place in places:
                if place == recorded or place in held:
                    mark_changed(engine, kind, f"select distinct {key} from {place}")


def start_over(engine: Engine) -> None:
    """Drop all tables of ``derived`` and ``changed`` and mark everything, so that everything is derived anew."""
    with engine.transaction():
        derived = [name for name in engine.columns() if name.startswith(("derived.", "changed."))]
        forget_derived(engine, derived)
