"""Figures on consents and audiences that somebody should look at: words not understood, doubtful members."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.linkage.diagnostics import Measure, measure_share
from omni_identity.model.attributes import Vocabulary

UNCLEAR_CONSENTS = "unclear_consents"
DOUBTFUL_MEMBERS = "doubtful_members"


def measure_consents(engine: Engine, vocabulary: Vocabulary) -> list[Measure]:
    """The share of the words on each consent of each channel that is not understood, and of each audience
    that needs consent, the share whom a doubtful identity keeps out.

    Reads ``derived.channel_attributes`` and ``derived.audience_doubts``.
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
    ]
