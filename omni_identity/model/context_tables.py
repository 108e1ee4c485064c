"""The registry's part for the next step: findings, open matters, the customers' context, audiences."""

from __future__ import annotations

from omni_identity.model.registry import Column, ForeignKey, Source, Table

_GOLDEN_ID = Column(
    "golden_id",
    "VARCHAR",
    "The customer.",
    "pseudonymous",
    False,
    (("unified_profiles", "golden_id"),),
)
_CUSTOMER = ForeignKey(("golden_id",), "unified_profiles", ("golden_id",))
_HAPPENED: tuple[Source, ...] = (("interactions", "kind"), ("interactions", "occurred_at"))
_ORDERED: tuple[Source, ...] = (
    *_HAPPENED,
    ("interactions", "order_id"),
    ("interactions", "status"),
)
_MATTER: tuple[Source, ...] = (("open_matters", "matter"), ("open_matters", "since"))


_LINE_COMMENTS = {
    "line_id": "The channel's own ID of the line.",
    "product_id": "The product's number or SKU.",
    "product_name": "What the product is called.",
    "promotion": "The promotion or discount code of the line.",
    "store": "Where the line is sent from, picked up or brought back.",
    "quantity": "How many, or how much.",
    "price": "Price of one, in the interaction's currency.",
}
_LINE_TYPES = {"quantity": "DECIMAL(18,3)", "price": "DECIMAL(18,2)"}


def interaction_lines() -> Table:
    """The lines of orders, carts and returns."""
    landed = "landed_interactions"
    return Table(
        "interaction_lines",
        "One row per line of an order, a cart or a return, of the newest version of its interaction.",
        (
            Column("golden_id", "VARCHAR", "The customer of the interaction; null while nobody is known behind it.",
                   "pseudonymous", sources=(("interactions", "golden_id"),)),
            Column("channel", "VARCHAR", "The channel, as omni.yaml names it.", nullable=False,
                   sources=(("interactions", "channel"),)),
            Column("interaction_id", "VARCHAR", "The interaction whose line it is.", nullable=False,
                   sources=(("interactions", "interaction_id"),)),
            Column("line_number", "BIGINT", "Its place among the interaction's lines, from 1.", nullable=False,
                   sources=((landed, "interaction_id"),)),
            *(Column(name, _LINE_TYPES.get(name, "VARCHAR"), comment, sources=((landed, "interaction_id"),))
              for name, comment in _LINE_COMMENTS.items()),
        ),
        ("channel", "interaction_id", "line_number"),
        (ForeignKey(("channel", "interaction_id"), "interactions", ("channel", "interaction_id")),
         ForeignKey(("golden_id",), "unified_profiles", ("golden_id",))),
    )  # fmt: skip


def _interaction_findings() -> Table:
    return Table(
        "interaction_findings",
        "One row per interaction and thing that is wrong with it; docs/insight.md has the rules.",
        (
            Column("channel", "VARCHAR", "The channel, as omni.yaml names it.", nullable=False,
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


def _open_matters() -> Table:
    return Table(
        "open_matters",
        "One row per cart that was not bought, ticket that was not closed, and order that waits for its pick-up.",
        (
            _GOLDEN_ID,
            Column("matter", "VARCHAR", "cart, ticket or pickup.", nullable=False, sources=_HAPPENED[:1]),
            Column("channel", "VARCHAR", "Where it stands open.", nullable=False,
                   sources=(("interactions", "channel"),)),
            Column("matter_id", "VARCHAR", "The ID of the cart, ticket or order.", nullable=False,
                   sources=tuple(("interactions", name) for name in ("cart_id", "ticket_id", "order_id"))),
            Column("thread_id", "VARCHAR", "Its thread in interactions.", nullable=False,
                   sources=(("interactions", "thread_id"),)),
            Column("since", "TIMESTAMP", "Since when: the cart last changed, the ticket or the order was opened (UTC).",
                   nullable=False, sources=_HAPPENED),
            Column("last_at", "TIMESTAMP", "Of a ticket, the last word in its thread; else as since (UTC).",
                   nullable=False, sources=_HAPPENED),
            Column("last_channel", "VARCHAR", "The channel of that last word.", nullable=False,
                   sources=(("interactions", "channel"),)),
            Column("waits_for", "VARCHAR",
                   "Of a ticket, who has not answered: company or customer; customer for a pick-up; null for a cart.",
                   sources=(("interactions", "direction"),)),
            Column("store", "VARCHAR", "The store where an order waits, where the channel names it.",
                   sources=(("interactions", "store"),)),
            Column("product_id", "VARCHAR", "Product of the cart or order.", sources=(("interactions", "product_id"),)),
            Column("amount", "DECIMAL(18,2)", "Amount of the cart or order.", sources=(("interactions", "amount"),)),
            Column("currency", "VARCHAR", "Its currency.", sources=(("interactions", "currency"),)),
            Column("item_count", "BIGINT", "Its number of items.", sources=(("interactions", "item_count"),)),
        ),
        ("golden_id", "matter", "channel", "matter_id"),
        (_CUSTOMER,),
    )  # fmt: skip


def _customer_context() -> Table:
    touched = (*_HAPPENED, ("interactions", "direction"))
    return Table(
        "customer_context",
        "One row per golden customer: what whoever meets them next should know.",
        (
            _GOLDEN_ID,
            Column("open_cart_count", "BIGINT", "Carts that no order of any channel has closed.", nullable=False,
                   sources=_MATTER),
            Column("last_cart_at", "TIMESTAMP", "When the newest of them last changed (UTC).", sources=_MATTER),
            Column("open_ticket_count", "BIGINT", "Tickets that were not closed.", nullable=False, sources=_MATTER),
            Column("oldest_ticket_at", "TIMESTAMP", "When the oldest of them was opened (UTC).", sources=_MATTER),
            Column("unanswered_ticket_count", "BIGINT", "Of these, tickets in which the customer had the last word.",
                   nullable=False, sources=(*_MATTER, ("open_matters", "waits_for"))),
            Column("waiting_pickup_count", "BIGINT", "Orders that wait to be picked up.", nullable=False,
                   sources=_MATTER),
            Column("last_order_at", "TIMESTAMP", "Time of the latest order in any channel (UTC).", sources=_ORDERED),
            Column("last_order_channel", "VARCHAR", "Its channel.", sources=(("interactions", "channel"),)),
            Column("last_order_id", "VARCHAR", "Its order ID.", sources=(("interactions", "order_id"),)),
            Column("last_order_thread_id", "VARCHAR", "Its thread.", sources=(("interactions", "thread_id"),)),
            Column("last_order_state", "VARCHAR",
                   "returned, cancelled, picked_up, waits_for_pickup, else the channel's status, else ordered.",
                   sources=_ORDERED),
            Column("last_touch_at", "TIMESTAMP", "When the customer last did anything in any channel (UTC).",
                   sources=touched),
            Column("last_touch_channel", "VARCHAR", "In which channel.", sources=(("interactions", "channel"),)),
            Column("last_touch_kind", "VARCHAR", "What it was.", sources=(("interactions", "kind"),)),
            Column("preferred_channel", "VARCHAR", "As in unified_profiles.",
                   sources=(("unified_profiles", "preferred_channel"),)),
            Column("contact_channels", "VARCHAR[]",
                   "Ways in which they may be contacted: there is an address or handle for which consent was given; "
                   "sorted.", nullable=False, sources=(("consents", "is_given"), ("unified_profiles", "golden_id"))),
        ),
        ("golden_id",),
        (_CUSTOMER,),
    )  # fmt: skip


def _consents() -> Table:
    said: tuple[Source, ...] = (("source_records", "*"), ("crosswalk", "golden_id"))
    return Table(
        "consents",
        "One row per customer, consent and address that a record has a word on: the decision that holds for it.",
        (
            _GOLDEN_ID,
            Column("consent", "VARCHAR", "email for consent_email, and so on.", nullable=False, sources=said),
            Column("position", "INTEGER", "Numbers the rows of one customer and consent, from 1.", nullable=False,
                   sources=said),
            Column("address", "VARCHAR",
                   "The address, number or handle that it is about; null: a word about the customer as a whole, by a "
                   "record without any such address.", "personal", sources=said),
            Column("is_given", "BOOLEAN",
                   "Whether it may be used; null: what was said last is not understood, which is no consent. A "
                   "refusal by any record with the address holds.", sources=said),
            Column("decided_at", "TIMESTAMP", "When that was said (UTC); null where nobody wrote it down.",
                   sources=said),
            Column("channel", "VARCHAR", "Channel of the record that said it.", nullable=False,
                   sources=(("source_records", "channel"),)),
            Column("source_record_id", "VARCHAR",
                   "That record; another customer's where it refuses an address that both have.", "pseudonymous",
                   False, (("source_records", "source_record_id"),)),
            Column("word", "VARCHAR", "What it said, as it was delivered.", "personal", sources=said),
        ),
        ("golden_id", "consent", "position"),
        (_CUSTOMER, ForeignKey(("channel", "source_record_id"), "crosswalk", ("channel", "source_record_id"))),
    )  # fmt: skip


def _audience_tables() -> tuple[Table, Table]:
    audience = Column(
        "audience", "VARCHAR", "The audience: the name of its rule's .sql file.", nullable=False
    )
    members = Table(
        "audience_members",
        "One row per audience and customer in it: how to reach them, what allows it, and why.",
        (
            audience,
            _GOLDEN_ID,
            Column("channel", "VARCHAR", "By what to reach them: the consent's name, else the identifier's.",
                   nullable=False, sources=(("customer_context", "contact_channels"),)),
            Column("address", "VARCHAR", "The address, number or handle to use.", "personal", False,
                   (("unified_profiles", "*"),)),
            Column("consent", "VARCHAR",
                   "The consent that allows it, as in unified_profiles; for this address see consents. Null where none "
                   "is needed and none was given.",
                   sources=(("consents", "is_given"), ("unified_profiles", "*"))),
            Column("consented_at", "TIMESTAMP", "When that consent was given (UTC).",
                   sources=(("consents", "decided_at"), ("unified_profiles", "*"))),
            Column("reason", "VARCHAR", "Why, in words.", nullable=False, sources=(("interactions", "*"),)),
            Column("since", "TIMESTAMP", "Since when it is so (UTC).", nullable=False,
                   sources=(("interactions", "occurred_at"),)),
        ),
        ("audience", "golden_id"),
        (_CUSTOMER,),
    )  # fmt: skip
    changes = Table(
        "audience_changes",
        "One row per customer who entered or left an audience since the publication before.",
        (
            audience,
            Column("golden_id", "VARCHAR", "The customer; of one who left, perhaps an ID that is retired now.",
                   "pseudonymous", False, (("audience_members", "golden_id"),)),
            Column("change", "VARCHAR", "entered or left.", nullable=False,
                   sources=(("audience_members", "golden_id"),)),
        ),
        ("audience", "golden_id"),
    )  # fmt: skip
    return members, changes


def _catalogue_tables() -> tuple[Table, Table, Table]:
    product = Column("product_id", "VARCHAR", "The product.", nullable=False)
    items = Table(
        "catalogue_items",
        "One row per channel, store and product of the newest catalogue files.",
        (
            Column("channel", "VARCHAR", "The channel that says so.", nullable=False),
            Column("store", "VARCHAR", "For which store; empty for all of the channel's.", nullable=False),
            product,
            Column("price", "DECIMAL(18,2)", "Its price; null where the channel says none."),
            Column("currency", "VARCHAR", "The price's currency."),
            Column("promotion", "VARCHAR", "Its promotion; none without one, null where the channel tells of none."),
            Column("is_available", "BOOLEAN", "Whether there is any; null where the channel does not say."),
            Column("stock", "BIGINT", "How many there are; null where the channel does not say."),
        ),
        ("channel", "store", "product_id"),
    )  # fmt: skip
    said = tuple(("catalogue_items", name) for name in ("price", "promotion", "is_available"))
    conflicts = Table(
        "catalogue_conflicts",
        "One row per product, attribute and pair of channels that say different things of it.",
        (
            Column("product_id", "VARCHAR", "The product.", nullable=False,
                   sources=(("catalogue_items", "product_id"),)),
            Column("attribute", "VARCHAR", "price, promotion or availability.", nullable=False, sources=said),
            Column("unit", "VARCHAR", "Of prices, the currency in which both are; else empty.", nullable=False,
                   sources=(("catalogue_items", "currency"),)),
            *(
                column
                for side, which in (("l", "first"), ("r", "other"))
                for column in (
                    Column(f"channel_{side}", "VARCHAR", f"The {which} channel.", nullable=False,
                           sources=(("catalogue_items", "channel"),)),
                    Column(f"value_{side}", "VARCHAR",
                           f"What the {which} channel says; least to greatest where its stores differ.",
                           nullable=False, sources=said),
                )
            ),
        ),
        ("product_id", "attribute", "unit", "channel_l", "channel_r"),
    )  # fmt: skip
    stock = Table(
        "store_stock",
        "One row per store and product: what there is, beside the orders that wait to be picked up there.",
        (
            Column("store", "VARCHAR", "The store.", nullable=False, sources=(("catalogue_items", "store"),)),
            product,
            Column("stock", "BIGINT", "How many there are; null where no catalogue says.",
                   sources=(("catalogue_items", "stock"),)),
            Column("waiting_pickup_count", "BIGINT", "Orders of it that wait there.", nullable=False,
                   sources=(("open_matters", "matter"), ("open_matters", "store"))),
            Column("waiting_item_count", "BIGINT", "Items in these orders.", nullable=False,
                   sources=(("open_matters", "item_count"),)),
        ),
        ("store", "product_id"),
    )  # fmt: skip
    return items, conflicts, stock


def context_tables() -> tuple[Table, ...]:
    """The tables of what should happen next, in the order of the data dictionary."""
    return (
        _interaction_findings(),
        _open_matters(),
        _customer_context(),
        _consents(),
        *_audience_tables(),
        *_catalogue_tables(),
    )
