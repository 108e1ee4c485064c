"""Tables of what customers did: interactions, their lines, and what is wrong with them."""

from __future__ import annotations

from omni_identity.model.tables.columns import ABOUT_CHANNEL
from omni_identity.model.tables.table import Column, ForeignKey, Pii, Table

_FACT_COMMENTS = {
    "order_id": "Order that the interaction belongs to.",
    "cart_id": "Cart that the interaction belongs to.",
    "ticket_id": "Support ticket that the interaction belongs to.",
    "conversation_id": "Conversation as the channel knows it.",
    "reference_id": "Interaction that this one answers or undoes.",
    "currency": "Currency of amount, ISO 4217.",
    "product_id": "Product.",
    "store": "Store.",
    "status": "Status as the channel reports it.",
    "direction": "inbound (from the customer) or outbound.",
    "campaign": "Marketing campaign.",
    "subject": "Subject as the channel reports it.",
    "amount": "Amount in currency.",
    "item_count": "Number of items.",
    "duration_seconds": "Length in seconds.",
    "satisfaction": "Satisfaction score as the channel reports it.",
}


_FACT_TYPES = {
    "amount": "DECIMAL(18,2)",
    "item_count": "BIGINT",
    "duration_seconds": "DOUBLE",
    "satisfaction": "DOUBLE",
}


_FACTS = tuple(
    Column(name, _FACT_TYPES.get(name, "VARCHAR"), comment,
           "personal" if name == "subject" else "none", sources=(("landed_interactions", name),))
    for name, comment in _FACT_COMMENTS.items()
)  # fmt: skip
_SPOKEN_OF = (
    *(
        ("landed_interactions", name)
        for name in ("conversation_id", "ticket_id", "order_id", "cart_id")
    ),
    *(("landed_interactions", name) for name in ("reference_id", "occurred_at", "subject", "text")),
)
INTERACTIONS = Table(
    "interactions",
    "One row per interaction of any channel, on the golden customer where one is known.",
    (
        Column("golden_id", "VARCHAR", "The customer; null while nobody is known behind it.", "pseudonymous",
               sources=(("crosswalk", "golden_id"), ("landed_interactions", "source_record_id"))),
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False, sources=(("landed_interactions", "channel"),)),
        Column("interaction_id", "VARCHAR", "The channel's own ID of the interaction.", nullable=False,
               sources=(("landed_interactions", "interaction_id"),)),
        Column("kind", "VARCHAR", "session, cart, order, return, pickup, ticket_opened, message …", nullable=False,
               sources=(("landed_interactions", "kind"),)),
        Column("occurred_at", "TIMESTAMP", "When it happened (UTC).", nullable=False,
               sources=(("landed_interactions", "occurred_at"),)),
        Column("source_record_id", "VARCHAR", "The channel's contact record, where it named one.", "pseudonymous",
               sources=(("landed_interactions", "source_record_id"),)),
        Column("resolved_by", "VARCHAR",
               "How the customer was found: contact, an identifier's name (device_id: a record names the device), "
               "device_history (other interactions on the device tell), or null.",
               sources=(("landed_interactions", "source_record_id"),)),
        Column("thread_id", "VARCHAR",
               "What belongs together across channels: the thread's earliest interaction, channel:interaction_id.",
               nullable=False,
               sources=tuple(("landed_interactions", name) for name in
                             ("conversation_id", "ticket_id", "order_id", "cart_id", "reference_id"))),
        Column("thread_probability", "DOUBLE",
               "How probable it is that it belongs to its thread: 1 where IDs say so, and for what begins one.",
               nullable=False, sources=_SPOKEN_OF),
        Column("thread_reason", "VARCHAR",
               "Why it does: shared IDs, or what speaks for it in words; null for what begins a thread or is alone.",
               sources=_SPOKEN_OF),
        Column("stage", "VARCHAR",
               "awareness, consideration, purchase, pick_up, use_and_service, return or loyalty, by what was done and "
               "after what; null for a kind that is none of ours.",
               sources=(("landed_interactions", "kind"), *_SPOKEN_OF)),
        *_FACTS,
    ),
    ("channel", "interaction_id"),
    (ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),),
)  # fmt: skip


_LINE_COMMENTS = {
    "line_id": "The channel's own ID of the line.",
    "product_id": "The product's number or SKU.",
    "product_name": "What the product is called.",
    "promotion": "The promotion or discount code of the line.",
    "fulfilment": "How the line comes to the customer or back, in the channel's words: delivery, pickup, post …",
    "store": "Where the line is sent from, picked up or brought back.",
    "quantity": "How many, or how much.",
    "price": "Price of one, in the interaction's currency.",
}


_LINE_TYPES = {"quantity": "DECIMAL(18,3)", "price": "DECIMAL(18,2)"}


_LANDED = "landed_interactions"
INTERACTION_LINES = Table(
    "interaction_lines",
    "One row per line of an order, a cart or a return, of the newest version of its interaction.",
    (
        Column("golden_id", "VARCHAR", "The customer of the interaction; null while nobody is known behind it.",
               "pseudonymous", sources=(("interactions", "golden_id"),)),
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False,
               sources=(("interactions", "channel"),)),
        Column("interaction_id", "VARCHAR", "The interaction whose line it is.", nullable=False,
               sources=(("interactions", "interaction_id"),)),
        Column("line_number", "BIGINT", "Its place among the interaction's lines, from 1.", nullable=False,
               sources=((_LANDED, "interaction_id"),)),
        *(Column(name, _LINE_TYPES.get(name, "VARCHAR"), comment, sources=((_LANDED, "interaction_id"),))
          for name, comment in _LINE_COMMENTS.items()),
    ),
    ("channel", "interaction_id", "line_number"),
    (ForeignKey(("channel", "interaction_id"), "interactions", ("channel", "interaction_id")),
     ForeignKey(("golden_id",), "unified_profiles", ("golden_id",))),
)  # fmt: skip


_SAID: tuple[tuple[str, str, str, Pii], ...] = (
    (
        "agent",
        "VARCHAR",
        "Who of the company wrote or spoke, where the channel says it.",
        "personal",
    ),
    (
        "is_bot",
        "BOOLEAN",
        "Whether that was a program; null where the channel does not say.",
        "none",
    ),
    ("text", "VARCHAR", "What was said; at most 10,000 letters.", "text"),
)
MESSAGES = Table(
    "messages",
    "One row per interaction in which something was said: a message, an e-mail, a call or a ticket with its text.",
    (
        *(
            Column(name, INTERACTIONS.column(name).type, comment, INTERACTIONS.column(name).pii,
                   INTERACTIONS.column(name).nullable, (("interactions", name),))
            for name, comment in (
                ("golden_id", "The customer of the interaction; null while nobody is known behind it."),
                ("thread_id", "The thread that it belongs to, as in interactions."),
                ("channel", ABOUT_CHANNEL),
                ("interaction_id", "The interaction in which it was said."),
                ("kind", "message, call, ticket_opened …"),
                ("direction", "inbound (from the customer) or outbound; null where the channel does not say."),
                ("occurred_at", "When it was said (UTC)."),
            )
        ),
        *(Column(name, kind, comment, pii, sources=(("landed_interactions", name),))
          for name, kind, comment, pii in _SAID),
    ),
    ("channel", "interaction_id"),
    (ForeignKey(("channel", "interaction_id"), "interactions", ("channel", "interaction_id")),
     ForeignKey(("golden_id",), "unified_profiles", ("golden_id",))),
)  # fmt: skip


INTERACTION_FINDINGS = Table(
    "interaction_findings",
    "One row per interaction and thing that is wrong with it; docs/insight.md has the rules.",
    (
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False,
               sources=(("interactions", "channel"),)),
        Column("interaction_id", "VARCHAR", "The channel's own ID of the interaction.", nullable=False,
               sources=(("interactions", "interaction_id"),)),
        Column("reason_code", "VARCHAR",
               "unknown_contact, not_yet, duplicate, negative_amount, no_currency, no_rate, "
               "return_without_order, unsure_local_time or closed_before_opened.", nullable=False,
               sources=(("interactions", "kind"), ("interactions", "amount"), ("interactions", "occurred_at"))),
        Column("detail", "VARCHAR", "The reason in words, without personal data."),
        Column("is_left_out", "BOOLEAN", "Whether figures leave the interaction out because of it.",
               nullable=False),
    ),
    ("channel", "interaction_id", "reason_code"),
    (ForeignKey(("channel", "interaction_id"), "interactions", ("channel", "interaction_id")),),
)  # fmt: skip

AS_OF = Table(
    "as_of",
    "One row: now, as figures and audiences see it.",
    (Column("as_of", "TIMESTAMP", "The latest interaction not later than the run's start (UTC); null without any."),),
    *(("as_of",), (), "derived"),
)  # fmt: skip
OWNERLESS_LINES = Table(
    "interaction_lines",
    INTERACTION_LINES.comment,
    INTERACTION_LINES.without("golden_id"),
    *(INTERACTION_LINES.key, (), "derived"),
)
"""The lines as they are kept: whose they are, their interaction says."""
OWNERLESS_MESSAGES = Table(
    "messages",
    MESSAGES.comment,
    tuple(MESSAGES.column(n) for n in ("channel", "interaction_id", "agent", "is_bot", "text")),
    *(MESSAGES.key, (), "derived"),
)
"""What was said as it is kept: all else their interaction says."""
