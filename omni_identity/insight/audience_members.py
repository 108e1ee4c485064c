"""Who is in which audience, by what to reach them, and who entered or left since the last publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import EnclosedQueryFailed, Enclosure, Engine, count_rows
from omni_identity.engines.declared import create_empty
from omni_identity.engines.statements import statement
from omni_identity.insight.audience_rules import COLUMNS, AudienceRule
from omni_identity.insight.audience_sql import RELATIONS, SETTINGS
from omni_identity.model.errors import ConfigurationError

_CANDIDATES = "golden_id VARCHAR, since TIMESTAMP, reason VARCHAR, channel VARCHAR"


def build_audiences(
    engine: Engine, settings: InsightSettings, rules: Iterable[AudienceRule]
) -> int:
    """Rebuild ``derived.audience_members`` and ``derived.audience_changes``; return the number of members.

    Rebuilds ``derived.audience_doubts``, too: for each audience that needs consent how many customers would
    be in it (``reached_count``) and how many of them are kept out (``doubtful_count``), because their identity
    is less certain than ``min_identity_confidence``. Reads ``derived.as_of``, ``derived.contact_options``,
    ``derived.unified_profiles``, ``derived.erasures``, ``settled.audience_members`` and what rules may read.
    Who is in an audience is said in ``audience_reached.sql``. Raises ``ConfigurationError`` that names the
    file of a rule that cannot be run.
    """
    rules = tuple(rules)
    with engine.enclosed(_relations(settings)) as enclosure, engine.transaction():
        queries = {rule.name: _candidates_query(enclosure, rule) for rule in rules}
        create_empty(engine, "derived.audience_members", "derived.audience_doubts")
        for rule in rules:
            engine.run(f"create or replace temp table audience_candidates ({_CANDIDATES})")
            with _naming(rule):
                enclosure.append(
                    queries[rule.name], "audience_candidates", settings.audience_seconds
                )
            engine.run(
                statement(__file__, "audience_reached"), {"needs_consent": rule.needs_consent}
            )
            _add_members(
                engine, rule, settings.min_identity_confidence if rule.needs_consent else 0.0
            )
            engine.run("drop table audience_candidates")
            engine.run("drop table audience_reached")
        engine.run(statement(__file__, "audience_changes"))
    return count_rows(engine, "derived.audience_members")


def _relations(settings: InsightSettings) -> dict[str, str]:
    """What rules read, by the names that they know it by."""
    windows = {
        name: value
        for name, value in settings.model_dump().items()
        if isinstance(value, int) and not isinstance(value, bool)
    }
    named = ", ".join(f"{value} as {name}" for name, value in windows.items())
    relations = {name: f"select * from derived.{name}" for name in RELATIONS}
    return {**relations, SETTINGS: f"select as_of, {named} from derived.as_of"}


def _candidates_query(enclosure: Enclosure, rule: AudienceRule) -> str:
    """The rule as a query for ``golden_id, since, reason, channel``."""
    query = f"select * from (\n{rule.sql}\n) rule"
    with _naming(rule):
        columns = enclosure.columns(query)
        missing = [name for name in COLUMNS if name not in columns]
        if missing:
            raise ConfigurationError(f"{rule.place}: does not return {', '.join(missing)}")
        channel = "channel::varchar" if "channel" in columns else "null::varchar"
        query = (
            "select golden_id::varchar as golden_id, since::timestamp as since,"
            f" reason::varchar as reason, {channel} as channel from ({query}) found"
        )
        enclosure.columns(query)
    return query


@contextmanager
def _naming(rule: AudienceRule) -> Iterator[None]:
    """Say of what goes wrong in which file it stands."""
    try:
        yield
    except EnclosedQueryFailed as error:
        raise ConfigurationError(f"{rule.place}: {error}") from None


def _add_members(engine: Engine, rule: AudienceRule, least: float) -> None:
    """Add the customers reached whose identity is certain enough to ``derived.audience_members``.

    Where consent is needed, count the others in ``derived.audience_doubts``.
    """
    named = {"audience": rule.name, "least": least}
    engine.run(
        "insert into derived.audience_members"
        " select $audience::varchar, golden_id, channel, address, permission, permitted_at, reason, since"
        " from audience_reached where identity_confidence >= $least order by golden_id",
        named,
    )
    if rule.needs_consent:
        engine.run(
            "insert into derived.audience_doubts select $audience::varchar, count(*),"
            " count(*) filter (where identity_confidence < $least) from audience_reached",
            named,
        )


def mark_audiences_published(engine: Engine) -> None:
    """Make ``settled.audience_members`` say what ``derived.audience_members`` says: who is in which audience."""
    engine.run("delete from settled.audience_members")
    engine.run(
        "insert into settled.audience_members"
        " select audience, golden_id from derived.audience_members"
    )
