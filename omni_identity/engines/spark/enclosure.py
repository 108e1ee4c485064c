"""SQL that others wrote, on Spark: it is read before it is run, and may name some relations and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from omni_identity.engines.base import EnclosedQueryFailed
from omni_identity.engines.spark.dialect import OurSql
from omni_identity.engines.spark.statements import read_statement

if TYPE_CHECKING:
    from omni_identity.engines.spark.engine import SparkEngine


class SparkEnclosure:
    """An :class:`~omni_identity.engines.base.Enclosure` on a Spark engine, which lends ``relations``.

    Time is Spark's own affair: it ends a recursion after so many rows, and jobs can be ended in its UI.
    """

    def __init__(self, engine: SparkEngine, relations: Mapping[str, str]) -> None:
        self._engine = engine
        self._lent = ", ".join(f"{name} as ({query})" for name, query in relations.items())
        self._tables = frozenset[str]().union(
            *(read_statement(query).reads for query in relations.values())
        )

    def columns(self, query: str) -> list[str]:
        """The columns that ``query`` returns."""
        enclosed = self._enclosed(query)
        try:
            return self._engine.fetch(f"select * from ({enclosed}) described limit 0").columns
        except self._engine.errors as error:
            raise EnclosedQueryFailed(self._engine.words_of(error)) from None

    def append(self, query: str, target: str, seconds: int) -> None:
        """Append the rows of ``query`` to the engine's table ``target``, by column name."""
        try:
            self._engine.run(f"insert into {target} by name {self._enclosed(query)}")
        except self._engine.errors as error:
            raise EnclosedQueryFailed(self._engine.words_of(error)) from None

    def _enclosed(self, query: str) -> str:
        enclosed = f"with {self._lent} select * from (\n{query}\n) enclosed"
        try:
            outside = read_statement(enclosed).reads - self._tables
            [statement] = sqlglot.parse(enclosed, dialect=OurSql)
        except self._engine.errors as error:
            raise EnclosedQueryFailed(self._engine.words_of(error)) from None
        calls = statement.find_all(exp.Anonymous) if statement is not None else ()
        outside |= {f"{call.name}()" for call in calls if call.name.lower() in _OUTSIDE}
        if outside:
            raise EnclosedQueryFailed(f"may not use {', '.join(sorted(outside))}")
        return enclosed


_OUTSIDE = frozenset(["java_method", "reflect", "try_reflect", "input_file_name"])
"""Functions of Spark that reach what is not a row."""
