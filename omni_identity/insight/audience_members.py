"""Who is in which audience tonight, by what to reach them, and who entered or left since the last publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import EnclosedQueryFailed, Enclosure, Engine, count_rows
from omni_identity.insight.audience_rules import COLUMNS, AudienceRule
from omni_identity.insight.audience_sql import RELATIONS, SETTINGS
from omni_identity.model.errors import ConfigurationError

_MEMBERS = (
    "audience VARCHAR, golden_id VARCHAR, channel VARCHAR, address VARCHAR, consent VARCHAR,"
    " consented_at TIMESTAMP, reason VARCHAR, since TIMESTAMP"
)
_CANDIDATES = "golden_id VARCHAR, since TIMESTAMP, reason VARCHAR, channel VARCHAR"
_DOUBTS = "audience VARCHAR, reached_count BIGINT, doubtful_count BIGINT"


def build_audiences(
    engine: Engine, settings: InsightSettings, rules: Iterable[AudienceRule]
) -> int:
    """Rebuild ``derived.audience_members`` and ``derived.audience_changes``; return the number of members.

    ``derived.audience_doubts`` has for each audience that needs consent how many customers would be in it
    (``reached_count``) and how many of them are kept out (``doubtful_count``), because their identity is
    less certain than ``min_identity_confidence``.

    A customer is in an audience once, for the newest reason. Where consent is needed it takes a way to
    reach them that they have allowed, and where not, one that they have not refused: first the channel
    that the reason is about, then the preferred one, then the latest decision. Of those who left, the
    erased are not told. Raises ``ConfigurationError`` that names the file of a rule that cannot be run.
    """
    rules = tuple(rules)
    with engine.enclosed(_relations(settings)) as enclosure, engine.transaction():
        queries = {rule.name: _candidates_query(enclosure, rule) for rule in rules}
        engine.run(f"create or replace table derived.audience_members ({_MEMBERS})")
        engine.run(f"create or replace table derived.audience_doubts ({_DOUBTS})")
        for rule in rules:
            engine.run(f"create or replace temp table audience_candidates ({_CANDIDATES})")
            with _naming(rule):
                enclosure.append(
                    queries[rule.name], "audience_candidates", settings.audience_seconds
                )
            engine.run(
                _REACHED.format(allowed="is_allowed" if rule.needs_consent else _NOT_REFUSED)
            )
            least = settings.min_identity_confidence if rule.needs_consent else 0.0
            named = {"audience": rule.name, "least": least}
            engine.run(_MEMBERS_OF, named)
            if rule.needs_consent:
                engine.run(_DOUBTS_OF, named)
            engine.run("drop table audience_candidates")
            engine.run("drop table audience_reached")
        engine.run(_CHANGES)
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


_NOT_REFUSED = "coalesce(is_allowed, identifier <> 'device_id')"

_REACHED = """
    create or replace temp table audience_reached as
    with reasons as (
        select * from audience_candidates
        where golden_id is not null and since is not null and reason is not null
        qualify row_number() over (
            partition by golden_id order by since desc, channel nulls last, reason
        ) = 1
    )
    select r.golden_id, o.channel, o.address, p.identity_confidence,
        case when o.is_allowed then 'consent_' || o.channel end as permission,
        case when o.is_allowed then o.decided_at end as permitted_at, r.reason, r.since
    from reasons r
    join derived.contact_options o on o.golden_id = r.golden_id
    join derived.unified_profiles p on p.golden_id = r.golden_id
    where {allowed}
    qualify row_number() over (
        partition by r.golden_id
        order by case when r.channel in (o.channel, o.identifier) then 0 else 1 end,
            case when p.preferred_channel in (o.channel, o.identifier) then 0 else 1 end,
            o.decided_at desc nulls last, o.channel
    ) = 1
"""

_MEMBERS_OF = """
    insert into derived.audience_members
    select $audience::varchar as audience, golden_id, channel, address, permission, permitted_at,
        reason, since
    from audience_reached where identity_confidence >= $least
    order by golden_id
"""

_DOUBTS_OF = """
    insert into derived.audience_doubts
    select $audience::varchar as audience, count(*) as reached_count,
        count(*) filter (where identity_confidence < $least) as doubtful_count
    from audience_reached
"""

_CHANGES = """
    create or replace table derived.audience_changes as
    select audience, golden_id, 'entered' as change
    from derived.audience_members anti join settled.audience_members using (audience, golden_id)
    union all
    select audience, golden_id, 'left'
    from settled.audience_members anti join derived.audience_members using (audience, golden_id)
    where golden_id not in (select golden_id from derived.erasures where golden_id is not null)
    order by audience, golden_id
"""


def settle_audiences(engine: Engine) -> None:
    """Remember ``derived.audience_members`` as what is published."""
    engine.run("delete from settled.audience_members")
    engine.run(
        "insert into settled.audience_members"
        " select audience, golden_id from derived.audience_members"
    )
