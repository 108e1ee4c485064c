"""The unified profile: survivors, consent, channels and behaviour on one row per golden customer."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.portions import in_range, key_ranges
from omni_identity.identity.changes import replace_changed
from omni_identity.identity.confidence import confidence_sql
from omni_identity.model.tables import PRIMARY, profile_attributes
from omni_identity.profile.preferred_channel import PREFERRED


def build_unified_profiles(engine: Engine, configuration: Configuration) -> int:
    """Bring ``derived.unified_profiles`` and ``derived.profile_lineage`` up to date for noted customers.

    Reads ``derived.new_profile_lineage``, ``derived.person_consents`` and ``derived.affected_customers``.
    Returns how many there are. A customer of one record is certainly one person: its confidence is 1.
    """
    vocabulary = configuration.vocabulary
    attributes = []
    for name in profile_attributes(vocabulary):
        if name in vocabulary.identifiers:
            ordered = (
                "list_transform(list_sort(list({'position': position, 'value': value})"
                f" filter (where attribute = '{name}')), lambda x: x.value)"
            )
            attributes.append(f'{ordered} as "{name}"')
        else:
            kind = "::date" if name == "birth_date" else ""
            attributes.append(f"max(value) filter (where attribute = '{name}'){kind} as \"{name}\"")
    for name in PRIMARY:
        attributes.append(
            f"max(value) filter (where attribute = '{name}' and position = 1) as primary_{name}"
        )
    for x in vocabulary.consents:
        attributes.append(
            f"max(value) filter (where attribute = 'consent_{x}')::boolean as consent_{x}"
        )
    columns = ", ".join(attributes)
    selected = ", ".join(f's."{name}"' for name in profile_attributes(vocabulary))
    primary = "".join(f", s.primary_{name}" for name in PRIMARY)
    consents = "".join(f", s.consent_{x}, d.consent_{x}_at" for x in vocabulary.consents)
    times = "".join(
        f", max(decided_at) filter (where consent = '{x}' and is_given is not null) as consent_{x}_at"
        for x in vocabulary.consents
    )
    with engine.transaction():
        engine.run(_BEHAVIOUR, {"cancelled": list(configuration.insight.cancelled_statuses)})
        _lay_side_by_side(engine, columns)
        engine.run(
            f"""
            create or replace table derived.new_unified_profiles as
            with records as (
                select *, coalesce(updated_at, created_at) as observed_at
                from derived.source_records join derived.affected_customers
                    using (record_no, channel, source_record_id)
            ), ranked_channels as (
                select golden_id, channel, count(*) as n from records group by golden_id, channel
            ), about as (
                select golden_id,
                    list_sort(list(distinct channel)) as channels,
                    count(distinct channel)::integer as channel_count,
                    min(coalesce(created_at, updated_at, first_landed_at)) as first_record_at,
                    max(coalesce(updated_at, created_at, first_landed_at)) as last_record_at,
                    count(*) as record_count
                from records group by golden_id
            ), decisions as (
                select golden_id{times} from derived.person_consents group by golden_id
            ), record_channels as (
                select golden_id, channel from ranked_channels
                qualify row_number() over (partition by golden_id order by n desc, channel) = 1
            ), confidences as (
                select golden_id, round({confidence_sql()}, 4) as identity_confidence
                from derived.customer_diagnostics
                where golden_id in (select golden_id from changed.customers)
            )
            select a.golden_id, {selected}{primary}{consents},
                a.channels, a.channel_count,
                coalesce(b.preferred_channel, r.channel) as preferred_channel,
                least(a.first_record_at, b.first_interaction_at) as first_seen_at,
                greatest(a.last_record_at, b.last_interaction_at) as last_seen_at,
                a.record_count,
                coalesce(c.identity_confidence, 1.0) as identity_confidence,
                coalesce(b.interaction_count, 0) as interaction_count,
                coalesce(b.order_count, 0) as order_count,
                b.order_amounts, b.total_spend, b.spend_currency, b.last_order_at
            from about a
            left join derived.survivors s using (golden_id)
            left join decisions d using (golden_id)
            left join record_channels r using (golden_id)
            left join derived.behaviour b using (golden_id)
            left join confidences c using (golden_id)
            """,
        )
        engine.run("drop table derived.behaviour")
        engine.run("drop table derived.survivors")
        replace_changed(engine, "profile_lineage")
        replace_changed(engine, "unified_profiles")
    return count_rows(engine, "derived.unified_profiles")


def _lay_side_by_side(engine: Engine, columns: str) -> None:
    """Make ``derived.survivors``: a row a customer with ``columns`` over all values that it keeps.

    A few customers at a time: values being gathered are what memory has to hold.
    """
    verb = "create or replace table derived.survivors as"
    for some in key_ranges(engine, "derived.new_profile_lineage", "golden_id"):
        engine.run(
            f"{verb} select golden_id, {columns} from derived.new_profile_lineage"
            f" where {in_range('golden_id', some)} group by golden_id",
            some,
        )
        verb = "insert into derived.survivors"


def build_crosswalk(engine: Engine) -> None:
    """Bring ``derived.crosswalk`` up to date for noted customers: each record's strongest link in its customer."""
    with engine.transaction():
        link_touched_records(engine)
        replace_changed(engine, "crosswalk")


def link_touched_records(engine: Engine) -> None:
    """Rebuild ``derived.new_crosswalk`` from ``derived.affected_customers`` and ``derived.scored_pairs``."""
    engine.run(
        """
        create or replace table derived.new_crosswalk as
        with links as (
            select p.record_no_l, p.record_no_r,
                1 / (1 + pow(2, -p.match_weight)) as match_probability
            from derived.scored_pairs p
            join derived.affected_customers l on l.record_no = p.record_no_l
            join derived.affected_customers r
                on r.record_no = p.record_no_r and r.golden_id = l.golden_id
        ), strongest as (
            select record_no, max(match_probability) as match_probability
            from (
                select record_no_l as record_no, match_probability from links
                union all select record_no_r, match_probability from links
            ) group by record_no
        )
        select c.channel, c.source_record_id, c.golden_id, s.match_probability
        from derived.affected_customers c left join strongest s using (record_no)
        """
    )


_BEHAVIOUR = f"""
    create or replace table derived.behaviour as
    with known as (
        select * from derived.interactions where golden_id in (select golden_id from changed.customers)
    ),
    counted as (
        select * from known
        anti join (
            select channel, interaction_id from derived.interaction_findings where is_left_out
        ) using (channel, interaction_id)
        where kind = 'return' or kind = 'order'
            and not coalesce(list_contains($cancelled::varchar[], lower(status)), false)
    ),
    orders as (
        select golden_id, count(*) as order_count, max(occurred_at) as last_order_at
        from counted where kind = 'order' group by golden_id
    ),
    money as (
        select golden_id, currency,
            sum(amount) filter (where kind = 'order') as ordered,
            sum(case when kind = 'order' then amount when kind = 'return' then -abs(amount) end) as spent
        from counted where amount is not null and currency is not null and (kind = 'return' or amount >= 0)
        group by golden_id, currency
    ), spend as (
        select golden_id,
            map_from_entries(list_sort(list({{'k': currency, 'v': ordered::decimal(18,2)}})
                filter (where ordered is not null))) as order_amounts,
            case when count(*) = 1 then any_value(spent)::decimal(18,2) end as total_spend,
            case when count(*) = 1 then any_value(currency) end as spend_currency
        from money group by golden_id
    ), {PREFERRED}
    select golden_id, count(*) as interaction_count,
        coalesce(any_value(o.order_count), 0) as order_count,
        min(occurred_at) as first_interaction_at, max(occurred_at) as last_interaction_at,
        any_value(o.last_order_at) as last_order_at,
        any_value(p.preferred_channel) as preferred_channel,
        any_value(s.order_amounts) as order_amounts, any_value(s.total_spend) as total_spend,
        any_value(s.spend_currency) as spend_currency
    from known left join spend s using (golden_id) left join preferred p using (golden_id)
    left join orders o using (golden_id)
    group by golden_id
"""
