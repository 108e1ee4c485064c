"""Which rows may break keys and references that held in the last publication: those exchanged since.

A row that stayed repeats a key only if one that came has the same, and leads nowhere only if the row that it
leads to went. So where the candidate is the last publication with noted rows exchanged, and that one passed the
checks of keys and references, a night looks at the noted rows instead of at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.model.tables import ForeignKey, Table
from omni_identity.publish.built_tables import read_built
from omni_identity.publish.declared_tables import key_of
from omni_identity.publish.increments import noted_exchanges

PASSED = ("no_foreign_key_is_orphaned", "keys_are_unique")
"""The checks that the last publication must have passed."""


@dataclass(frozen=True)
class SinceLast:
    """Names of the candidate's tables: ``same`` have the last publication's rows, ``exchanged`` all but noted ones.

    Of any other table nothing is known.
    """

    same: frozenset[str] = frozenset()
    exchanged: frozenset[str] = frozenset()

    def knows(self, *tables: str) -> bool:
        """Whether all of these are what they were, but for noted rows."""
        return all(table in self.same | self.exchanged for table in tables)


NOTHING = SinceLast()


def since_last(engine: Engine, folder: Path) -> SinceLast:
    """What is known of the candidate in ``folder``; nothing, if it was not just built on a publication that passed.

    Reads ``ledger.check_results`` and what was noted (:mod:`omni_identity.publish.increments`) as it was built.
    """
    built = read_built(folder)
    if built.last is None or not isinstance(engine, DuckDBEngine):
        return NOTHING
    noted = noted_exchanges(engine)
    if not noted:
        return NOTHING  # built in another session, or looked at before: whoever may have changed it since
    passed = engine.fetch(
        "select count(*) as n from ledger.check_results"
        " where run_id = $run_id and passed and list_contains($names::varchar[], check_name)",
        {"run_id": built.last, "names": list(PASSED)},
    )["n"][0]
    if passed < len(PASSED):
        return NOTHING
    return SinceLast(built.same, frozenset(noted - built.same - built.in_order))


def repeated_keys_sql(since: SinceLast, table: Table) -> str | None:
    """SQL for how many keys of a table of the candidate stand twice; None where it has no other rows than before."""
    if table.name in since.same:
        return None
    key, rows = key_of(table), f"candidate.main.{table.name}"
    if table.name in since.exchanged:
        rows += f" semi join come_{table.name} using ({key})"
    return f"select count(*) from (select 1 as x from {rows} group by {key} having count(*) > 1)"


def orphans_sql(since: SinceLast, table: Table, key: ForeignKey) -> list[str]:
    """SQL for how many rows of a table of the candidate lead nowhere by a key; several may find the same rows."""
    rows, targets = f"candidate.main.{table.name}", f"candidate.main.{key.other}"
    if not since.knows(table.name, key.other):
        return [_led_sql(rows, "anti", targets, key)]
    found = []
    if table.name in since.exchanged:
        found.append(_led_sql(f"come_{table.name}", "anti", targets, key))
    if key.other in since.exchanged:
        names = ", ".join(f'"{name}"' for name in key.other_columns)
        went = f"(select {names} from gone_{key.other} anti join come_{key.other} using ({names}))"
        found.append(_led_sql(rows, "semi", went, key))
    return found


def _led_sql(rows: str, join: str, targets: str, key: ForeignKey) -> str:
    """SQL for how many of ``rows`` lead to one of ``targets`` (``semi``), or to none (``anti``)."""
    pairs = zip(key.columns, key.other_columns, strict=True)
    on = " and ".join(f'l."{mine}" = r."{other}"' for mine, other in pairs)
    filled = " and ".join(f'l."{name}" is not null' for name in key.columns)
    return f"select count(*) from {rows} l {join} join {targets} r on {on} where {filled}"
