"""Refuses what a step has not declared: a table that it reads or writes, a setting of ``omni.yaml``.

Tests switch this on for every run, so that the list of steps, the asset graph and the fingerprints, which are
all made from the declarations, cannot say anything else than what is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.model.errors import OmniError
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Step

is_checked = False
"""Whether declarations are checked: they cost the time to parse every statement."""

RULED = frozenset({"landed", "derived", "changed", "ledger", "settled"})
"""Schemas whose tables are declared. Others are a publication's, or for the moment."""
CHANGES = (exp.Insert, exp.Create, exp.Update, exp.Delete, exp.Drop, exp.Alter, exp.TruncateTable)


class UndeclaredAccess(OmniError):
    """A step reads or writes what it has not declared: amend its declaration, or what it does."""

    exit_code = 1


@contextmanager
def only_declared(engine: Engine, step: Step) -> Iterator[None]:
    """Let the step read and write the tables that it declares, and tables of its own that it leaves none of.

    Raises :class:`UndeclaredAccess` at the first statement that does otherwise. Does nothing unless
    declarations are checked.
    """
    if not is_checked:
        yield
        return
    own: set[str] = set()

    def hear(sql: str) -> None:
        written, read, created, gone = tables_in(sql)
        # what is its own stays its own by another name
        made = created | (written if gone & own else frozenset())
        allowed = step.tables_written | own | (made - step.tables_read)
        for tables, declared, verb in (
            (written, allowed, "writes"),
            (read, allowed | step.tables_read, "reads"),
        ):
            wrong = sorted(t for t in tables - declared if t.partition(".")[0] in RULED)
            if wrong:
                raise UndeclaredAccess(
                    f"{step.name} {verb} {', '.join(wrong)}, which it does not declare"
                )
        own.update(made - step.tables_written - step.tables_read)
        own.difference_update(gone)

    with engine.heard(hear):
        yield
    named = {t for t in own if t.partition(".")[0] in RULED}
    left = sorted(named & set(engine.columns())) if named else []
    if left:
        raise UndeclaredAccess(f"{step.name} leaves {', '.join(left)}, which it does not declare")


@lru_cache(maxsize=20_000)
def tables_in(sql: str) -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """The tables ``schema.table`` that a statement writes, reads, creates, and drops or renames."""
    written, read, created, gone = set[str](), set[str](), set[str](), set[str]()
    # a comment touches no row, and sqlglot does not know those on macros
    parsed = [] if sql.startswith("comment on ") else sqlglot.parse(sql, dialect="duckdb")
    for tree in parsed:
        target = _target(tree)
        named = [_name(table) for table in tree.find_all(exp.Table) if table.db] if tree else []
        if target is not None and target.db:
            name = _name(target)
            named.remove(name)
            if isinstance(tree, exp.Drop):
                gone.add(name)
                if not tree.args.get("exists"):
                    written.add(name)
                continue
            if isinstance(tree, exp.Create):
                created.add(name)
                if tree.args.get("exists"):  # nothing is written where it is there
                    continue
            written.add(name)
            for renamed in tree.find_all(exp.AlterRename) if tree else ():
                gone.add(name)
                written.add(name)
                written.add(f"{target.db}.{renamed.this.name}")
        read.update(named)
    return frozenset(written), frozenset(read), frozenset(created), frozenset(gone)


def _target(tree: exp.Expr | None) -> exp.Table | None:
    """The table that a statement changes; None where it only reads."""
    if not isinstance(tree, CHANGES):
        return None
    if isinstance(tree, exp.Drop):
        return next(tree.find_all(exp.Table), None)
    found = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    return found if isinstance(found, exp.Table) else None


def _name(table: exp.Table) -> str:
    return ".".join(part for part in (table.catalog, table.db, table.name) if part)


class _DeclaredConfiguration(Configuration):
    """A configuration that lends a step the settings that it declares."""

    def __getattribute__(self, name: str) -> Any:
        read = super().__getattribute__
        if name in Configuration.model_fields and name not in read("__dict__").get(
            "_declared", (name,)
        ):
            raise UndeclaredAccess(f"the setting {name} of omni.yaml is read, and not declared")
        return read(name)


def declared_configuration(run: RunContext, step: Step) -> RunContext:
    """The run with the settings that the step declares, where declarations are checked; else as it is."""
    if not is_checked:
        return run
    lent = _DeclaredConfiguration.model_construct(**dict(run.configuration))
    lent.__pydantic_private__ = (
        run.configuration.__pydantic_private__
    )  # where its keys stand in the file
    lent.__dict__["_declared"] = frozenset(key.partition(".")[0] for key in step.settings.split())
    return replace(run, configuration=lent)
