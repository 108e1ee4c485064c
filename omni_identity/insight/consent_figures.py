"""Figures on consents and audiences that somebody should look at: words not understood, doubtful members."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.linkage.diagnostics import Measure, measure_share
from omni_identity.model.attributes import Vocabulary

UNCLEAR_CONSENTS = "unclear_consents"
DOUBTFUL_MEMBERS = "doubtful_members"
HELD_BACK_CONSENTS = "held_back_consents"


def measure_consents(engine: Engine, vocabulary: Vocabulary) -> list[Measure]:
    """The share of the words on each consent of each channel that is not understood, and of each audience
    that needs consent, the share whom a doubtful identity keeps out. And of the records with a word on a
    consent, the share whose word is taken from a row that is held back.

    Reads ``derived.channel_attributes``, ``derived.audience_doubts``, ``derived.record_consents`` and
    ``derived.held_back_consents``.
    """
    words = engine.fetch(
        """
        select channel, attribute, invalid_count, filled_count from derived.channel_attributes
        where list_contains($consents::varchar[], attribute) order by channel, attribute
        """,
        {"consents": [f"consent_{consent}" for consent in vocabulary.consents]},
    )
    doubts = engine.fetch(
        "select audience, doubtful_count, reached_count from derived.audience_doubts order by audience"
    )
    held_back = engine.fetch(_HELD_BACK)
    return [
        *(
            measure_share(UNCLEAR_CONSENTS, f"{attribute} of {channel}", unclear, unclear + clear)
            for channel, attribute, unclear, clear in words.iter_rows()
            if unclear + clear
        ),
        *(
            measure_share(DOUBTFUL_MEMBERS, audience, doubtful, reached)
            for audience, doubtful, reached in doubts.iter_rows()
        ),
        *(
            measure_share(HELD_BACK_CONSENTS, f"consent_{consent} of {channel}", held, said)
            for channel, consent, held, said in held_back.iter_rows()
        ),
    ]


_HELD_BACK = """
    with held_back as (
        select channel, consent, count(*) as n from derived.held_back_consents group by channel, consent
    )
    select h.channel, h.consent, h.n, count(distinct r.record_no) as said_count
    from held_back h
    join derived.source_records s on s.channel = h.channel
    join derived.record_consents r on r.record_no = s.record_no and r.consent = h.consent
    group by h.channel, h.consent, h.n order by h.channel, h.consent
"""
