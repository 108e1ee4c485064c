"""What must be true of consents: by the records themselves, nobody is addressed against their word."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
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
    shares = audit.diagnostics(UNCLEAR_CONSENTS).select("bucket", "counted", "total")
    held_back = int(audit.diagnostics(HELD_BACK_CONSENTS)["counted"].sum())
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


def count_members_against_their_word(
    engine: Engine, configuration: Configuration
) -> dict[str, int]:
    """How many members of the attached ``candidate`` are addressed so, by ``REASONS``.

    Reads the current records in ``derived.source_records``, who is whose in ``derived.customers``, and the
    candidate's ``audience_members``. ``consents`` and all that is derived on the way there stay out of it: it is
    they that are judged.
    """
    push = list(configuration.insight.push_channels)
    counts = dict.fromkeys(REASONS, 0)
    for consent, identifier in identifiers_of(configuration).items():
        _list_words(engine, consent, identifier)
        found = engine.fetch(
            statement(__file__, "members_against_their_word"),
            {"consent": consent, "needs_app": identifier == DEVICE, "push": push},
        )
        for reason, count in zip(REASONS, found.row(0), strict=True):
            counts[reason] += int(count)
        engine.run("drop table words_said")
    return counts


def _list_words(engine: Engine, consent: str, identifier: str) -> None:
    """Rebuild the temporary table ``words_said``: what each current record says of a consent, and its addresses.

    A word is a decision or, if it was not understood, what was said.
    """
    engine.run(
        f"""
        create or replace temp table words_said as
        select c.golden_id, s.channel, s."{identifier}" as addresses, s.consent_{consent} as is_given,
            s.consent_{consent} is not null or s.{word_of(consent)} is not null as is_word,
            {decided_at_sql(consent)} as decided_at
        from derived.source_records s join derived.customers c on c.record_no = s.record_no
        """
    )
