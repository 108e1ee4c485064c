"""Segments of one's own: which customers a home's ``segments/`` put into which member, by SQL like an audience's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_empty, create_missing
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, mark_changed
from omni_identity.insight.rule_files import RuleFile, rule_files
from omni_identity.insight.rule_queries import naming, rule_query, rule_relations

SEGMENTS = "derived.customer_segments"

COLUMNS = {"golden_id": "varchar", "member": "varchar"}
"""What the SQL of a segment has to return."""
_TAKEN = ("currency",)
"""Names of dimensions that figures have anyway: ``segment_currency``."""


def segment_rules(folder: Path) -> tuple[RuleFile, ...]:
    """The rules in a home's ``segments/``, by name; what is wrong with them raises ``ConfigurationError``."""
    return rule_files(folder, "segment", _TAKEN)


def build_customer_segments(
    engine: Engine, settings: InsightSettings, rules: Iterable[RuleFile]
) -> int:
    """Rebuild ``derived.customer_segments``; return how many rows it has.

    A customer is in one member of a segment, the first by its name. Marks customers who are in others than before.
    Reads ``derived.unified_profiles`` and what rules may read. Raises ``ConfigurationError`` that names the file of
    a rule that cannot be run.
    """
    rules = tuple(rules)
    with engine.transaction():
        create_missing(engine, SEGMENTS)
        engine.run(f"create or replace temp table former_segments as select * from {SEGMENTS}")
        create_empty(engine, SEGMENTS)
        if rules:
            _fill(engine, settings, rules)
        moved = (
            f"(select * from {old} except select * from {new})"
            for old, new in (("former_segments", SEGMENTS), (SEGMENTS, "former_segments"))
        )
        mark_changed(
            engine, CUSTOMERS, f"select distinct golden_id from ({' union all '.join(moved)})"
        )
        engine.run("drop table former_segments")
    return count_rows(engine, SEGMENTS)


def _fill(engine: Engine, settings: InsightSettings, rules: tuple[RuleFile, ...]) -> None:
    with engine.enclosed(rule_relations(settings)) as enclosure:
        queries = {rule.name: rule_query(enclosure, rule, COLUMNS) for rule in rules}
        for rule in rules:
            engine.run(
                "create or replace temp table segment_candidates (golden_id VARCHAR, member VARCHAR)"
            )
            with naming(rule):
                enclosure.append(
                    queries[rule.name], "segment_candidates", settings.audience_seconds
                )
            engine.run(statement(__file__, "segment_members"), {"segment": rule.name})
            engine.run("drop table segment_candidates")
