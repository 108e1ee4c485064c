"""Runs what a rule's file asks, in an enclosure that has only what rules may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import EnclosedQueryFailed, Enclosure
from omni_identity.insight.audience_sql import RELATIONS, SETTINGS
from omni_identity.insight.rule_files import RuleFile
from omni_identity.model.errors import ConfigurationError


def rule_relations(settings: InsightSettings) -> dict[str, str]:
    """What rules read, by the names that they know it by."""
    windows = {
        name: value
        for name, value in settings.model_dump().items()
        if isinstance(value, int) and not isinstance(value, bool)
    }
    named = ", ".join(f"{value} as {name}" for name, value in windows.items())
    relations = {name: f"select * from derived.{name}" for name in RELATIONS}
    return {**relations, SETTINGS: f"select as_of, {named} from derived.as_of"}


def rule_query(
    enclosure: Enclosure,
    rule: RuleFile,
    needed: Mapping[str, str],
    optional: Mapping[str, str] | None = None,
) -> str:
    """The rule as a query for the columns ``needed`` and ``optional`` (null where it lacks one), in their types.

    Raises ``ConfigurationError`` that names the file if it cannot be run or lacks a column that is needed.
    """
    query = f"select * from (\n{rule.sql}\n) rule"
    with naming(rule):
        columns = enclosure.columns(query)
        missing = [name for name in needed if name not in columns]
        if missing:
            raise ConfigurationError(f"{rule.place}: does not return {', '.join(missing)}")
        written = [f"{name}::{kind} as {name}" for name, kind in needed.items()]
        written += [
            f"{name if name in columns else 'null'}::{kind} as {name}"
            for name, kind in (optional or {}).items()
        ]
        query = f"select {', '.join(written)} from ({query}) found"
        enclosure.columns(query)
    return query


@contextmanager
def naming(rule: RuleFile) -> Iterator[None]:
    """Say of what goes wrong in which file it stands."""
    try:
        yield
    except EnclosedQueryFailed as error:
        raise ConfigurationError(f"{rule.place}: {error}") from None
