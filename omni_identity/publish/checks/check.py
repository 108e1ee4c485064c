"""What a check is: it looks at an audit, and finds something out in words and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.model.checks import CHECK_SPECS, Severity
from omni_identity.model.tables import Table, published_tables
from omni_identity.publish.checks.since_last import NOTHING, SinceLast

Facts = dict[str, int | float | str]
Finding = tuple[bool, str, Facts]
"""Whether the check passed, what it found in words, and the figures (never personal data)."""


@dataclass(frozen=True)
class CheckResult:
    """Whether a check passed, what it found in words, the figures (never personal data), and how grave it is."""

    name: str
    passed: bool
    finding: str
    facts: Facts
    severity: Severity = "withhold"

    @property
    def withholds(self) -> bool:
        """Whether this keeps the candidate from consumers."""
        return not self.passed and self.severity == "withhold"

    @property
    def warns(self) -> bool:
        """Whether this is to be said and withholds nothing."""
        return not self.passed and self.severity == "warn"


@dataclass(frozen=True)
class Audit:
    """What checks look at: the candidate (attached as ``candidate``), the warehouse, the bounds.

    ``since`` is what is known of the candidate's tables by the last publication.
    """

    engine: Engine
    configuration: Configuration
    run_id: str
    now: datetime
    since: SinceLast = NOTHING

    def count(self, sql: str, **parameters: object) -> int:
        """The one number that a query returns."""
        return int(self.engine.fetch(sql, parameters).row(0)[0])

    @cached_property
    def feed_figures(self) -> pl.DataFrame:
        """The run's rows of ``feed_figures``, in the order of their key; asked for once by all checks together."""
        return self.engine.fetch(
            "select * from candidate.main.feed_figures where run_id = $run_id"
            " order by channel, feed, attribute, figure",
            {"run_id": self.run_id},
        )

    def diagnostics(self, diagnostic: str) -> pl.DataFrame:
        """The run's rows of one diagnostic in the candidate's ``run_diagnostics``, in their order."""
        return self.engine.fetch(
            "select * from candidate.main.run_diagnostics"
            " where run_id = $run_id and diagnostic = $diagnostic order by position",
            {"run_id": self.run_id, "diagnostic": diagnostic},
        )

    @property
    def are_changes_accepted(self) -> bool:
        """Whether an operator has looked at what is beyond its bounds, and lets it through."""
        accepted = self.count(
            "select count(*) from candidate.main.runs where run_id = $run_id and are_changes_accepted",
            run_id=self.run_id,
        )
        return accepted > 0

    @property
    def tables(self) -> tuple[Table, ...]:
        """The published tables."""
        return tuple(published_tables(self.configuration.vocabulary).values())


@dataclass(frozen=True)
class Check:
    """A named check; what is said of it stands in ``CHECK_SPECS``."""

    name: str
    examine: Callable[[Audit], Finding]

    @property
    def description(self) -> str:
        """What is true when it passes."""
        return CHECK_SPECS[self.name].description

    def result(self, audit: Audit) -> CheckResult:
        """Examine the candidate."""
        return CheckResult(
            self.name, *self.examine(audit), audit.configuration.severity_of(self.name)
        )
