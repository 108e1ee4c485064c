"""What a step of the pipeline is: a name, what it reads and writes, the settings it depends on, one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from omni_identity.engines import Engine
from omni_identity.pipeline.run_context import RunContext
from omni_identity.publish.checks import CheckResult
from omni_identity.report.content import Content

Fact = int | float | str | bool


@dataclass(frozen=True)
class Outcome:
    """What a step has to say of what it did; nothing here may hold personal data.

    ``facts`` are figures by name, ``rows`` row counts by table, ``remarks`` sentences for whoever watches.
    ``checks`` and ``content`` are of the step that audits: its results, and what the run's report shows.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    content: Content | None = None

    @property
    def is_withheld(self) -> bool:
        """Whether a check failed that keeps the candidate from consumers."""
        return any(check.withholds for check in self.checks)


@dataclass(frozen=True)
class Step:
    """One step; it is complete when its tables follow from all that it reads, whether that changed or not.

    ``reads`` and ``writes`` are tables of the registry, ``schema.table``, split by blanks; what it writes
    it may read. ``settings`` are the keys of ``omni.yaml`` that it depends on, at the top or, with a dot,
    within a section. ``table`` is the one whose rows and columns stand for the step in Dagster, if any. Doing
    a step twice does what doing it once does.
    """

    name: str
    group: str
    description: str
    reads: str
    writes: str
    settings: str
    run: Callable[[Engine, RunContext], Outcome]
    table: str = ""
    kinds: str = "duckdb"

    @cached_property
    def tables_read(self) -> frozenset[str]:
        """The tables of ``reads``."""
        return frozenset(self.reads.split())

    @cached_property
    def tables_written(self) -> frozenset[str]:
        """The tables of ``writes``."""
        return frozenset(self.writes.split())

    @property
    def derived_tables(self) -> tuple[str, ...]:
        """The tables that can be made anew from others: those of the schema ``derived``, sorted."""
        return tuple(sorted(t for t in self.tables_written if t.startswith("derived.")))
