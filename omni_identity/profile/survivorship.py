"""Survivorship: which of a customer's records each attribute of the profile is taken from, by rule.

Attributes that only make sense together (the parts of a name, of an address) come from one record,
unless ``omni.yaml`` gives one of them a rule of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.batches import in_batches
from omni_identity.engines.declared import create_missing
from omni_identity.engines.statements import statement
from omni_identity.linkage.shared_values import DATE
from omni_identity.model.attributes import ADDRESS_ATTRIBUTES, NAME_ATTRIBUTES
from omni_identity.model.tables import profile_attributes
from omni_identity.profile.consent import LINEAGE, build_person_consents

RULES = ("most_recent", "trusted_channel", "most_frequent", "most_complete")
DEFAULT_RULES = {
    "birth_date": "most_frequent",
    "gender": "most_frequent",
    "full_name": "trusted_channel",
}
FALLBACK_RULE = "most_recent"


@dataclass(frozen=True)
class Choice:
    """How one attribute is chosen: the rule, and the group it is taken with (its own name if alone)."""

    attribute: str
    rule: str
    group: str


def survivorship_choices(configuration: Configuration) -> tuple[Choice, ...]:
    """One choice per profile attribute, in column order."""
    declared = dict(configuration.survivorship)
    choices = []
    for attribute in profile_attributes(configuration.vocabulary):
        group = attribute
        for lead, members in (("full_name", NAME_ATTRIBUTES), ("street", ADDRESS_ATTRIBUTES)):
            if attribute in members and (attribute == lead or attribute not in declared):
                group = lead
        rule = declared.get(group, DEFAULT_RULES.get(group, FALLBACK_RULE))
        choices.append(Choice(attribute, rule, group))
    return tuple(choices)


def build_survivors(engine: Engine, configuration: Configuration) -> None:
    """Rebuild ``derived.new_profile_lineage`` for affected customers: which record each value is taken from.

    Rebuilds ``derived.person_consents`` with it. Reads ``derived.source_records``, ``derived.shared_values``,
    ``derived.affected_customers`` and ``derived.record_consents``. Ties are broken by the newest update, then
    the more trusted channel, then channel and record ID, so that the outcome never depends on the order of
    rows.
    """
    identifiers = configuration.vocabulary.identifiers
    choices = survivorship_choices(configuration)
    with engine.transaction():
        _create_members(engine, configuration)
        build_person_consents(engine)
        values = _values_sql(
            engine,
            [
                *_single_sql([c for c in choices if c.attribute not in identifiers]),
                *(_list_sql(c) for c in choices if c.attribute in identifiers),
                LINEAGE,
            ],
        )
        engine.run(
            "create or replace table derived.new_profile_lineage as"
            " select v.golden_id, v.attribute, v.position, v.value, m.channel, m.source_record_id,"
            f" v.rule, m.observed_at from ({values}) v"
            " join derived.members m using (record_no)"
        )
        engine.run("drop table if exists survived")
        engine.run("drop table derived.members")


def _create_members(engine: Engine, configuration: Configuration) -> None:
    """Make ``derived.members``: the records of affected customers, with their ranks in the customer.

    A birth date in ``derived.shared_values`` is none: it says when the form was made, and no linkage goes by it.
    """
    channels = configuration.channels
    trust = pl.DataFrame(
        {"channel": [c.name for c in channels], "trust": [c.trust for c in channels]}
    )
    engine.run("create or replace temp table channel_trust (channel VARCHAR, trust BIGINT)")
    engine.write("channel_trust", trust)
    engine.run(statement(__file__, "members"))
    engine.run("drop table channel_trust")
    # a form's default is nobody's birthday
    create_missing(engine, "derived.shared_values")
    engine.run(
        "update derived.members set birth_date = null where strftime(birth_date, '%Y-%m-%d') in"
        f" (select value from derived.shared_values where identifier = '{DATE}')"
    )


def _values_sql(engine: Engine, parts: Sequence[str]) -> str:
    """SQL for the rows of all ``parts``, which have been computed in batches where members are many."""
    count = count_rows(engine, "derived.members")
    batches = in_batches(dict.fromkeys(parts, count), engine.rows_at_once)
    if len(batches) == 1:
        return " union all ".join(parts)
    engine.run(
        "create or replace temp table survived (golden_id VARCHAR, attribute VARCHAR,"
        " position INTEGER, value VARCHAR, record_no BIGINT, rule VARCHAR)"
    )
    for batch in batches:
        engine.run(f"insert into survived {' union all '.join(batch)}")
    return "select * from survived"


def _rank_sql(rule: str, value: str) -> str:
    """SQL for a number that is least for the record whose value survives; most_frequent sorts by its own count."""
    return {
        "most_recent": "recent_rank",
        "trusted_channel": "trusted_rank",
        "most_complete": f"(100000 - least(length({value}), 100000)) * 10000000000 + recent_rank",
        "most_frequent": f"(1000000 - least(count(*) over (partition by golden_id, {value}), 1000000))"
        " * 10000000000 + recent_rank",
    }[rule]


def _single_sql(choices: list[Choice]) -> list[str]:
    parts = []
    for group in dict.fromkeys(choice.group for choice in choices):
        taken = [choice for choice in choices if choice.group == group]
        rule = taken[0].rule
        if group == "street":
            lead = "coalesce(street, postcode, city, region, country)"
            # a record with a street says more than one with a town alone, however recent
            tier = (
                "case when street is not null then 0 when postcode is not null then 1"
                " when city is not null then 2 else 3 end * 1000000000000000000::hugeint + "
            )
        else:
            lead, tier = f'"{group}"::varchar', ""
        values = ", ".join(
            f"{{'attribute': '{c.attribute}', 'value': \"{c.attribute}\"::varchar}}" for c in taken
        )
        parts.append(
            "select golden_id, pair.attribute as attribute, 1 as position, pair.value as value,"
            f" record_no, '{rule}' as rule from ("
            f" select golden_id, record_no, unnest([{values}]) as pair from (select * from ("
            f" select *, {tier}{_rank_sql(rule, lead)} as survivor_rank from derived.members"
            f" where {lead} is not null)"
            " qualify row_number() over (partition by golden_id order by survivor_rank) = 1"
            ")) where pair.value is not null"
        )
    return parts


def _list_sql(choice: Choice) -> str:
    name = choice.attribute
    return (
        f"select golden_id, '{name}' as attribute,"
        " row_number() over (partition by golden_id order by survivor_rank, value)::integer as position,"
        f" value, record_no, '{choice.rule}' as rule from (select * from ("
        f" select golden_id, value, record_no, {_rank_sql(choice.rule, 'value')} as survivor_rank"
        f' from (select *, unnest("{name}") as value from derived.members where "{name}" is not null))'
        " qualify row_number() over (partition by golden_id, value order by survivor_rank) = 1)"
    )
