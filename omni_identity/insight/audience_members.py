"""Who is in which audience tonight, by what to reach them, and who entered or left since the last publication."""

from __future__ import annotations

from collections.abc import Iterable

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.insight.audience_rules import COLUMNS, AudienceRule
from omni_identity.model.errors import ConfigurationError

RELATIONS = ("interactions", "unified_profiles", "customer_context", "open_matters", "crosswalk")
"""What a rule may read, as published; ``settings`` beside them has ``as_of`` and the windows of ``insight``."""

_MEMBERS = (
    "audience VARCHAR, golden_id VARCHAR, channel VARCHAR, address VARCHAR, consent VARCHAR,"
    " consented_at TIMESTAMP, reason VARCHAR, since TIMESTAMP"
)


def create_settled_audiences(engine: Engine) -> None:
    """Create the empty table of who was in which audience in the last publication, where there is none."""
    engine.run("create schema if not exists settled")
    engine.run(
        "create table if not exists settled.audience_members (audience VARCHAR, golden_id VARCHAR)"
    )


def build_audiences(
    engine: Engine, settings: InsightSettings, rules: Iterable[AudienceRule]
) -> int:
    """Rebuild ``derived.audience_members`` and ``derived.audience_changes``; return the number of members.

    A customer is in an audience once, for the newest reason. Where consent is needed it takes a way to
    reach them that they have allowed, and where not, one that they have not refused: first the channel
    that the reason is about, then the preferred one, then the latest decision. Of those who left, the
    erased are not told. Raises ``ConfigurationError`` that names the file of a rule that cannot be run.
    """
    with engine.transaction():
        engine.run(f"create or replace table derived.audience_members ({_MEMBERS})")
        for rule in rules:
            _find_candidates(engine, settings, rule)
            engine.run(
                _REACHED.format(allowed="is_allowed" if rule.needs_consent else _NOT_REFUSED),
                {"audience": rule.name},
            )
            engine.run("drop table audience_candidates")
        engine.run(_CHANGES)
    return count_rows(engine, "derived.audience_members")


def _find_candidates(engine: Engine, settings: InsightSettings, rule: AudienceRule) -> None:
    """Create ``audience_candidates`` (``golden_id, since, reason, channel``) by the rule."""
    windows = {
        name: value
        for name, value in settings.model_dump().items()
        if isinstance(value, int) and not isinstance(value, bool)
    }
    named = ", ".join(f"{value} as {name}" for name, value in windows.items())
    relations = ", ".join(f"{name} as (select * from derived.{name})" for name in RELATIONS)
    query = (
        f"with settings as (select as_of, {named} from derived.as_of), {relations}"
        f" select * from (\n{rule.sql}\n) rule"
    )
    try:
        columns = engine.fetch(f"select * from ({query}) described limit 0").columns
        missing = [name for name in COLUMNS if name not in columns]
        if missing:
            raise ConfigurationError(f"{rule.place}: does not return {', '.join(missing)}")
        channel = "channel::varchar" if "channel" in columns else "null::varchar"
        engine.run(
            "create or replace temp table audience_candidates as"
            " select golden_id::varchar as golden_id, since::timestamp as since,"
            f" reason::varchar as reason, {channel} as channel from ({query}) found"
        )
    except engine.errors as error:
        raise ConfigurationError(f"{rule.place}: {engine.words_of(error)}") from None


_NOT_REFUSED = "coalesce(is_allowed, identifier <> 'device_id')"

_REACHED = """
    insert into derived.audience_members
    with reasons as (
        select * from audience_candidates
        where golden_id is not null and since is not null and reason is not null
        qualify row_number() over (
            partition by golden_id order by since desc, channel nulls last, reason
        ) = 1
    )
    select $audience::varchar as audience, r.golden_id, o.channel, o.address,
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
    order by r.golden_id
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
