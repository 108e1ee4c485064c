"""Who is in which audience, by what to reach them, and who entered or left since the last publication."""

from __future__ import annotations

from collections.abc import Iterable

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Enclosure, Engine, count_rows
from omni_identity.engines.declared import create_empty
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import append_run_rows
from omni_identity.insight.audience_rules import COLUMNS, MORE_COLUMNS, AudienceRule
from omni_identity.insight.rule_queries import naming, rule_query, rule_relations

_WORKING = {
    "audience_named": "audience VARCHAR, golden_id VARCHAR, is_wanted BOOLEAN",
    "audience_standing": "audience VARCHAR, priority INTEGER, pause_days INTEGER, is_beside_others BOOLEAN,"
    " is_once_a_household BOOLEAN, least DOUBLE, golden_id VARCHAR, address_kind VARCHAR, address VARCHAR,"
    " permission VARCHAR, permitted_at TIMESTAMP, reason VARCHAR, since TIMESTAMP, identity_confidence DOUBLE",
}
"""Temporary tables that all rules add to: whom they name, and whom of these a message may reach."""
_CANDIDATES = (
    "golden_id VARCHAR, since TIMESTAMP, reason VARCHAR, channel VARCHAR, product_id VARCHAR"
)


def build_audiences(
    engine: Engine, settings: InsightSettings, rules: Iterable[AudienceRule], run_id: str
) -> int:
    """Rebuild the tables of audiences, as ``run_id`` has them; return the number of members.

    They are ``derived.audience_members``, ``derived.audience_changes``, ``derived.audience_log`` (what this run
    adds to it) and ``derived.audience_doubts``: for each audience that needs consent how many customers would
    be in it (``reached_count``) and how many of them are kept out (``doubtful_count``), because their identity
    is less certain than ``min_identity_confidence``. Reads ``derived.as_of``, ``derived.contact_options``,
    ``derived.unified_profiles``, ``derived.interaction_lines``, ``derived.erasures``,
    ``derived.golden_id_redirects``, ``settled.audience_members``, ``settled.audience_log`` and what rules may
    read. Whom a rule reaches is said in ``audience_reached.sql``, who of these enters in
    ``audience_chosen.sql``. Raises ``ConfigurationError`` that names the file of a rule that cannot be run.
    """
    rules = tuple(rules)
    with engine.enclosed(rule_relations(settings)) as enclosure, engine.transaction():
        queries = {
            rule.name: rule_query(enclosure, rule.file, COLUMNS, MORE_COLUMNS) for rule in rules
        }
        create_empty(engine, "derived.audience_doubts")
        for table, columns in _WORKING.items():
            engine.run(f"create or replace temp table {table} ({columns})")
        for rule in rules:
            _reach(engine, enclosure, rule, queries[rule.name], settings)
        beside = [rule.name for rule in rules if rule.is_beside_others]
        _choose(engine, settings.time_zone, beside, run_id)
        for table in _WORKING:
            engine.run(f"drop table {table}")
    return count_rows(engine, "derived.audience_members")


def _reach(
    engine: Engine, enclosure: Enclosure, rule: AudienceRule, query: str, settings: InsightSettings
) -> None:
    """Add whom a rule names, and whom of them a message may reach, to the tables of ``_WORKING``."""
    engine.run(f"create or replace temp table audience_candidates ({_CANDIDATES})")
    with naming(rule.file):
        enclosure.append(query, "audience_candidates", settings.audience_seconds)
    engine.run(
        statement(__file__, "audience_wanted"), {"cancelled": list(settings.cancelled_statuses)}
    )
    engine.run(statement(__file__, "audience_reached"), {"needs_consent": rule.needs_consent})
    engine.run(
        "insert into audience_named select $audience::varchar, c.golden_id,"
        " max(case when w.golden_id is null then 0 else 1 end) = 1"
        " from audience_candidates c left join audience_wanted w on w.golden_id = c.golden_id"
        " where c.golden_id is not null group by c.golden_id",
        {"audience": rule.name},
    )
    _stand(engine, rule, settings.min_identity_confidence if rule.needs_consent else 0.0)
    for table in ("audience_candidates", "audience_wanted", "audience_reached"):
        engine.run(f"drop table {table}")


def _stand(engine: Engine, rule: AudienceRule, least: float) -> None:
    """Add whom a rule reaches to ``audience_standing``, with how it is used.

    Where consent is needed, count whom a doubtful identity keeps out in ``derived.audience_doubts``.
    """
    engine.run(
        "insert into audience_standing select $audience::varchar, $priority::integer,"
        " $pause_days::integer, $is_beside_others::boolean, $is_once_a_household::boolean, $least::double,"
        " golden_id, channel, address, permission, permitted_at, reason, since, identity_confidence"
        " from audience_reached",
        {
            "audience": rule.name,
            "priority": rule.priority,
            "pause_days": rule.pause_days,
            "is_beside_others": rule.is_beside_others,
            "is_once_a_household": rule.is_once_a_household,
            "least": least,
        },
    )
    if rule.needs_consent:
        engine.run(
            "insert into derived.audience_doubts select $audience::varchar, count(*),"
            " count(*) filter (where identity_confidence < $least) from audience_reached",
            {"audience": rule.name, "least": least},
        )


def _choose(engine: Engine, time_zone: str, beside: list[str], run_id: str) -> None:
    """Rebuild members, changes and log from the tables of ``_WORKING``, and from what was last published."""
    engine.run(statement(__file__, "audience_history"))
    engine.run(
        statement(__file__, "audience_chosen"), {"time_zone": time_zone, "beside_others": beside}
    )
    create_empty(engine, "derived.audience_members")
    engine.run(
        "insert into derived.audience_members select audience, golden_id, address_kind, address,"
        " permission, permitted_at, reason, since from audience_chosen order by audience, golden_id"
    )
    engine.run(statement(__file__, "audience_changes"))
    engine.run(statement(__file__, "audience_log"), {"run_id": run_id})
    for table in ("audience_history", "audience_chosen"):
        engine.run(f"drop table {table}")


def mark_audiences_published(engine: Engine, run_id: str) -> None:
    """Make ``settled.audience_members`` say what ``derived.audience_members`` says, and add to the settled log.

    Doing it twice does what doing it once does: of a run that the log has, the rows are put in anew.
    """
    engine.run("delete from settled.audience_members")
    engine.run(
        "insert into settled.audience_members"
        " select audience, golden_id from derived.audience_members"
    )
    append_run_rows(engine, "audience_log", run_id)
