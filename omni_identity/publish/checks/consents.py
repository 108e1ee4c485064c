"""What must be true of consents: by the records themselves, nobody is addressed against their word."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.insight.consent_figures import HELD_BACK_CONSENTS, UNCLEAR_CONSENTS
from omni_identity.model.attributes import word_of
from omni_identity.profile.consent import DEVICE, decided_at_sql, identifiers_of
from omni_identity.publish.checks.check import Audit, Facts, Finding

REASONS = ("refused", "never_consented", "no_app")
"""The address is refused by a record; nobody of theirs consents to it; it is a device without an app."""


def no_member_is_addressed_against_their_word(audit: Audit) -> Finding:
    """Members of audiences by what the records say of their addresses."""
    members = audit.count("select count(*) from candidate.main.audience_members")
    counts = count_members_against_their_word(audit.engine, audit.configuration)
    facts: Facts = {"member_count": members, **{f"{name}_count": n for name, n in counts.items()}}
    finding = (
        f"of {members} members of audiences {counts['refused']} have an address that a record refuses,"
        f" {counts['never_consented']} one that nobody of theirs consents to, {counts['no_app']} a"
        " device without an app"
    )
    return not any(counts.values()), finding, facts


def words_on_consent_are_understood(audit: Audit) -> Finding:
    """The share of each channel's words on each consent that says neither yes nor no."""
    shares = _shares(audit, UNCLEAR_CONSENTS)
    held_back = int(_shares(audit, HELD_BACK_CONSENTS)["counted"].sum())
    bound = audit.configuration.checks.max_unclear_consent_share
    unclear, words = int(shares["counted"].sum()), int(shares["total"].sum())
    facts: Facts = {"unclear_count": unclear, "word_count": words, "bound": bound}
    facts["held_back_count"] = held_back
    also = (
        f"; by rows that are held back {held_back} records no longer consent" if held_back else ""
    )
    high = [f"{what} {n} of {total}" for what, n, total in shares.iter_rows() if n > bound * total]
    if high:
        where = "; consents.word has them, and none is taken for a yes"
        return False, f"words not understood: {', '.join(high)}{where}{also}", facts
    return True, f"{unclear} of {words} words on a consent are not understood{also}", facts


def _shares(audit: Audit, diagnostic: str) -> pl.DataFrame:
    return audit.engine.fetch(
        """
        select bucket, counted, total from candidate.main.run_diagnostics
        where run_id = $run_id and diagnostic = $diagnostic order by position
        """,
        {"run_id": audit.run_id, "diagnostic": diagnostic},
    )


def count_members_against_their_word(
    engine: Engine, configuration: Configuration
) -> dict[str, int]:
    """How many members of the attached ``candidate`` are addressed so, by ``REASONS``.

    Reads the current records, who is whose, and ``audience_members``. ``consents`` and all that is
    derived on the way there stay out of it: it is they that are judged.
    """
    push = list(configuration.insight.push_channels)
    counts = dict.fromkeys(REASONS, 0)
    for consent, identifier in identifiers_of(configuration).items():
        found = engine.fetch(_against_sql(consent, identifier), {"push": push})
        for reason, count in zip(REASONS, found.row(0), strict=True):
            counts[reason] += int(count)
    return counts


def _against_sql(consent: str, identifier: str) -> str:
    """One row of counts by ``REASONS``; a word is a decision or, if it was not understood, what was said."""
    needs_app = "true" if identifier == DEVICE else "false"
    return f"""
        with members as (
            select audience, golden_id, address, consent is not null as is_allowed
            from candidate.main.audience_members where channel = '{consent}'
        ), said as (
            select c.golden_id, s.channel, s.record_no, s."{identifier}" as addresses,
                s.consent_{consent} as is_given,
                s.consent_{consent} is not null or s.{word_of(consent)} is not null as is_word,
                {decided_at_sql(consent)} as decided_at
            from derived.source_records s join derived.customers c on c.record_no = s.record_no
        ), holders as (
            select * from (
                select golden_id, unnest(addresses) as address, is_given, is_word,
                    list_contains($push::varchar[], channel) as is_app
                from said where addresses is not null
            ) h where address in (select address from members)
        ), refused as (
            select distinct address from holders where not is_given
        ), persons as (
            select golden_id,
                max(case when is_given then coalesce(decided_at, timestamp '0001-01-01') end) as yes_at,
                max(case when is_given then null else coalesce(decided_at, timestamp '9999-12-31') end)
                    as other_at
            from said where is_word and golden_id in (select golden_id from members)
            group by golden_id
        ), own as (
            select h.golden_id, h.address,
                max(case when h.is_given then 1 else 0 end) = 1 as is_said,
                max(case when not h.is_word and p.yes_at is not null
                    and (p.other_at is null or p.yes_at > p.other_at) then 1 else 0 end) = 1 as is_implied,
                max(case when h.is_app then 1 else 0 end) = 1 as is_app
            from holders h left join persons p on p.golden_id = h.golden_id
            group by h.golden_id, h.address
        )
        select count(*) filter (where r.address is not null) as refused,
            count(*) filter (where m.is_allowed and not coalesce(o.is_said or o.is_implied, false))
                as never_consented,
            count(*) filter (where {needs_app} and not coalesce(o.is_app, false)) as no_app
        from members m
        left join refused r on r.address = m.address
        left join own o on o.golden_id = m.golden_id and o.address = m.address
    """
