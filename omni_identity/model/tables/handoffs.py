"""Table of handoffs: where a customer went on in another channel, or came from a bot to a person."""

from __future__ import annotations

from omni_identity.model.tables.columns import GOLDEN_ID
from omni_identity.model.tables.table import Column, ForeignKey, Source, Table


def _of(*names: str) -> tuple[Source, ...]:
    return tuple(("interactions", name) for name in names)


def _each(*sources: Source) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(sources))


_STEPS = _of("thread_id", "channel", "kind", "direction", "occurred_at")
_IDS = _of("order_id", "cart_id", "ticket_id", "conversation_id", "reference_id")
_WORDS: tuple[Source, ...] = (
    ("messages", "text"),
    *_of("subject", "order_id", "ticket_id", "cart_id"),
)
_ANSWERS: tuple[Source, ...] = (("messages", "agent"), ("messages", "is_bot"), *_STEPS)
_ENDS: tuple[Source, ...] = (*_STEPS, ("journeys", "outcome"))

HANDOFFS = Table(
    "handoffs",
    "One row per step of a known customer into another channel within a thread, else within a journey, or from a bot "
    "to a person within one channel.",
    (
        GOLDEN_ID,
        Column("kind", "VARCHAR",
               "bot_to_human: the last answer before was a bot's, and then a person answers or is asked; "
               "self_service_to_human: what came before was done alone, and then somebody is asked; channel_change.",
               nullable=False, sources=_ANSWERS),
        Column("from_channel", "VARCHAR", "The channel that the customer, or the bot's answer, comes from.",
               nullable=False, sources=_STEPS),
        Column("from_interaction_id", "VARCHAR", "The last interaction there.", nullable=False,
               sources=_of("interaction_id")),
        Column("from_at", "TIMESTAMP", "When it was (UTC).", nullable=False, sources=_of("occurred_at")),
        Column("to_channel", "VARCHAR", "The channel that they come to; from a bot to a person it may be the same.",
               nullable=False, sources=_STEPS),
        Column("to_interaction_id", "VARCHAR", "The first interaction there.", nullable=False,
               sources=_of("interaction_id")),
        Column("occurred_at", "TIMESTAMP", "When it was (UTC): when the handoff happened.", nullable=False,
               sources=_of("occurred_at")),
        Column("seconds_between", "BIGINT", "From the one to the other.", nullable=False, sources=_of("occurred_at")),
        Column("thread_id", "VARCHAR", "The thread that both are of; null within a journey alone.",
               sources=_of("thread_id")),
        Column("journey_number", "BIGINT",
               "The customer's journey that the later one is of; null where it is of none: a pick-up, a return, an "
               "answer.", sources=(("journeys", "journey_number"),)),
        Column("context_carried", "BOOLEAN",
               "Whether the later side has what the earlier had: a same ID, or a number that the company names there "
               "without being told. Null where there was nothing to carry; within a journey alone that is but a cart.",
               sources=_each(*_IDS, *_WORDS)),
        Column("carried_by", "VARCHAR",
               "By what: conversation, ticket, order, cart, reference or text; null where it was not.",
               sources=_each(*_IDS, *_WORDS)),
        Column("asked_again", "BOOLEAN",
               "Whether the customer had to say it again: they repeat a number or a topic of another channel, or are "
               "asked for a number that was there. Null where words are missing on either side, so within a journey "
               "alone, and where the ticket was closed in between.",
               sources=_WORDS),
        Column("said_again", "VARCHAR",
               "What: number, topic, asked for, or several of them; empty where nothing was; null as asked_again.",
               sources=_WORDS),
        Column("seconds_lost", "BIGINT",
               "If it was asked again, from the customer's first word on the earlier side until they began anew; 0 if "
               "not; null as asked_again.", sources=(*_WORDS, *_of("occurred_at"))),
        Column("seconds_to_answer", "BIGINT",
               "Until the company first answered on the later side, 0 for a call; null where nobody was asked or "
               "nobody answered.", sources=_ANSWERS),
        Column("is_resolved", "BOOLEAN",
               "Whether it was: the thread's ticket was closed, else an order, pick-up or return followed, else the "
               "company had the last word, else the journey led to an order. Null while that is open.",
               sources=_ENDS),
        Column("resolved_by", "VARCHAR",
               "agent (in a store, too), bot or self_service; null where it was not resolved, or no channel says.",
               sources=_each(*_ENDS, *_ANSWERS)),
    ),
    ("to_channel", "to_interaction_id"),
    (
        ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),
        ForeignKey(("from_channel", "from_interaction_id"), "interactions", ("channel", "interaction_id")),
        ForeignKey(("to_channel", "to_interaction_id"), "interactions", ("channel", "interaction_id")),
    ),
)  # fmt: skip
