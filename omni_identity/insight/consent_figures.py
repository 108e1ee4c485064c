"""Figures on consents and audiences that somebody should look at: words not understood, doubtful members."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.linkage.diagnostics import Measure, measure_share
from omni_identity.model.attributes import Vocabulary

UNCLEAR_CONSENTS = "unclear_consents"
DOUBTFUL_MEMBERS = "doubtful_members"
HELD_BACK_CONSENTS = "held_back_consents"


def measure_consents(engine: Engine, vocabulary: Vocabulary) -> list[Measure]:
    """Measure three shares: of words that are not understood, of doubtful members, of words held back.

    The first is of the words on each consent of each channel; the second of the customers whom each audience
    that needs consent would reach, those whom a doubtful identity keeps out; the third of the records with a
    word on a consent, those whose word is taken from a row that is held back.

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
    held_back = engine.fetch(statement(__file__, "held_back_consents"))
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
