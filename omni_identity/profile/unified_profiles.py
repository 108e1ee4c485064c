"""The unified profile: survivors, consent, channels and behaviour on one row per golden customer."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.batches import in_range, key_ranges
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, replace_changed
from omni_identity.identity.confidence import (
    confidence_sql,
    confidences_sql,
    pair_probability_sql,
)
from omni_identity.linkage.equal_records import create_equal_records
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import PRIMARY, profile_attributes
from omni_identity.profile.reporting_currency import create_rates


def build_lineage(engine: Engine, configuration: Configuration) -> None:
    """Bring ``derived.profile_lineage`` up to date for changed customers, and make ``derived.survivors`` of it.

    Reads ``derived.new_profile_lineage``, which goes.
    """
    with engine.transaction():
        _pivot_survivors(engine, configuration.vocabulary)
        replace_changed(engine, "profile_lineage")


def build_unified_profiles(engine: Engine, configuration: Configuration) -> int:
    """Bring ``derived.unified_profiles`` up to date for changed customers; return how many profiles there are.

    Reads ``derived.survivors``, which goes, ``derived.person_consents``, ``derived.contact_options``,
    ``derived.affected_customers``, ``derived.source_records``, ``derived.interactions``,
    ``derived.interaction_findings``, ``derived.household_members`` and ``derived.customer_diagnostics``. A customer
    of one record is certainly one person: the confidence is 1.
    """
    cancelled = list(configuration.insight.cancelled_statuses)
    with engine.transaction():
        engine.run(statement(__file__, "channel_usage"))
        push = list(configuration.insight.push_channels)
        engine.run(statement(__file__, "preferred_channels"), {"push": push})
        create_rates(engine, configuration.insight)
        engine.run(statement(__file__, "behaviour"), {"cancelled": cancelled})
        engine.run(statement(__file__, "record_facts"))
        engine.run(_new_profiles_sql(configuration.vocabulary))
        for table in (
            "channel_usage",
            "preferred_channels",
            "rates",
            "record_facts",
            "derived.behaviour",
            "derived.survivors",
        ):
            engine.run(f"drop table {table}")
        replace_changed(engine, "unified_profiles")
    return count_rows(engine, "derived.unified_profiles")


def _pivot_survivors(engine: Engine, vocabulary: Vocabulary) -> None:
    """Make ``derived.survivors``: one row per customer, with a column per attribute.

    A few customers at a time: values being gathered are what memory has to hold.
    """
    columns = ", ".join(_survivor_columns(vocabulary))
    verb = "create or replace table derived.survivors as"
    for bounds in key_ranges(engine, "derived.new_profile_lineage", "golden_id"):
        engine.run(
            f"{verb} select golden_id, {columns} from derived.new_profile_lineage"
            f" where {in_range('golden_id', bounds)} group by golden_id",
            bounds,
        )
        verb = "insert into derived.survivors"


def _survivor_columns(vocabulary: Vocabulary) -> list[str]:
    """SQL for the columns of ``derived.survivors``, as aggregates of a customer's lineage."""
    columns = []
    for name in profile_attributes(vocabulary):
        its = f"filter (where attribute = '{name}')"
        if name in vocabulary.identifiers:
            values = f"list_sort(list({{'position': position, 'value': value}}) {its})"
            columns.append(f'list_transform({values}, lambda x: x.value) as "{name}"')
        else:
            kind = "::date" if name == "birth_date" else ""
            columns.append(f'max(value) {its}{kind} as "{name}"')
    for name in PRIMARY:
        its = f"filter (where attribute = '{name}' and position = 1)"
        columns.append(f"max(value) {its} as primary_{name}")
    for consent in vocabulary.consents:
        its = f"filter (where attribute = 'consent_{consent}')"
        columns.append(f"max(value) {its}::boolean as consent_{consent}")
    return columns


def _new_profiles_sql(vocabulary: Vocabulary) -> str:
    """SQL that puts the rows of ``derived.new_unified_profiles`` together, in the order of their columns."""
    survivors = [f's."{name}"' for name in profile_attributes(vocabulary)]
    survivors += [f"s.primary_{name}" for name in PRIMARY]
    for consent in vocabulary.consents:
        survivors += [f"s.consent_{consent}", f"d.consent_{consent}_at"]
    times = "".join(
        f", max(decided_at) filter (where consent = '{consent}' and is_given is not null)"
        f" as consent_{consent}_at"
        for consent in vocabulary.consents
    )
    return f"""
        create or replace table derived.new_unified_profiles as
        with decisions as (
            select golden_id{times} from derived.person_consents group by golden_id
        ), confidences as (
            select golden_id, round({confidence_sql()}, 4) as identity_confidence,
                round(1 / (1 + pow(2, -weakest_link)), 4) as weakest_link_probability
            from derived.customer_diagnostics where {CUSTOMERS.is_marked()}
        )
        select a.golden_id, {", ".join(survivors)}, a.channels, a.channel_count,
            p.preferred_channel, coalesce(p.most_used_channel, a.record_channel) as most_used_channel,
            least(a.first_record_at, b.first_interaction_at) as first_seen_at,
            greatest(a.last_record_at, b.last_interaction_at) as last_seen_at,
            a.record_count,
            coalesce(c.identity_confidence, 1.0) as identity_confidence, c.weakest_link_probability, h.household_id,
            coalesce(b.interaction_count, 0) as interaction_count,
            coalesce(b.order_count, 0) as order_count,
            b.order_amounts, b.total_spend, b.spend_currency, b.total_spend_reporting, b.last_order_at
        from record_facts a
        left join derived.survivors s using (golden_id)
        left join decisions d using (golden_id)
        left join derived.behaviour b using (golden_id)
        left join preferred_channels p using (golden_id)
        left join confidences c using (golden_id)
        left join derived.household_members h using (golden_id)
    """


def build_crosswalk(engine: Engine) -> None:
    """Bring ``derived.crosswalk`` up to date for changed customers: each record's strongest link in its customer.

    Reads ``derived.affected_customers``, ``derived.nested_ids``, ``derived.scored_pairs``, ``derived.equal_records``
    and ``derived.customer_diagnostics``.
    """
    create_equal_records(engine)
    probability = pair_probability_sql("s.match_weight", "d.confidence")
    query = statement(__file__, "new_crosswalk").replace(
        "then pair_probability", f"then {probability}"
    )
    with engine.transaction():
        engine.run(f"create or replace temp table confidences as {confidences_sql()}")
        engine.run(query)
        engine.run("drop table confidences")
        replace_changed(engine, "crosswalk")
