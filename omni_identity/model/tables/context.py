"""Tables of what should happen next: open matters, the customers' context, audiences."""

from __future__ import annotations

from omni_identity.model.tables.columns import CUSTOMER, GOLDEN_ID
from omni_identity.model.tables.table import Column, Source, Table

_HAPPENED: tuple[Source, ...] = (("interactions", "kind"), ("interactions", "occurred_at"))


_ORDERED: tuple[Source, ...] = (
    *_HAPPENED,
    ("interactions", "order_id"),
    ("interactions", "status"),
)


_PRODUCTS: tuple[Source, ...] = tuple(
    ("interaction_lines", name) for name in ("product_id", "product_name", "quantity")
)


_MATTER: tuple[Source, ...] = (("open_matters", "matter"), ("open_matters", "since"))


OPEN_MATTERS = Table(
    "open_matters",
    "One row per cart that was not bought, ticket that was not closed, and order that waits for its pick-up.",
    (
        GOLDEN_ID,
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
        Column("amount", "DECIMAL(18,2)",
               "Amount of the cart or order; of a cart of which some was bought, of what is left where lines tell.",
               sources=(("interactions", "amount"), ("interaction_lines", "price"))),
        Column("currency", "VARCHAR", "Its currency.", sources=(("interactions", "currency"),)),
        Column("item_count", "BIGINT", "Its number of items; of a cart as for amount.",
               sources=(("interactions", "item_count"), ("interaction_lines", "quantity"))),
        Column("products", "VARCHAR[]",
               "What is in it by its lines, and was neither bought nor brought back, as in 2 × Mask; sorted. Null "
               "where it has no lines.", sources=_PRODUCTS),
    ),
    ("golden_id", "matter", "channel", "matter_id"),
    (CUSTOMER,),
)  # fmt: skip


_TOUCHED = (*_HAPPENED, ("interactions", "direction"))
CUSTOMER_CONTEXT = Table(
    "customer_context",
    "One row per golden customer: what whoever meets them next should know.",
    (
        GOLDEN_ID,
        Column("open_cart_count", "BIGINT", "Carts that no order of any channel has closed.", nullable=False,
               sources=_MATTER),
        Column("last_cart_at", "TIMESTAMP", "When the newest of them last changed (UTC).", sources=_MATTER),
        Column("open_cart_products", "VARCHAR[]",
               "What is in these carts by their lines, as open_matters has it; sorted.", nullable=False,
               sources=(("open_matters", "products"),)),
        Column("open_ticket_count", "BIGINT", "Tickets that were not closed.", nullable=False, sources=_MATTER),
        Column("oldest_ticket_at", "TIMESTAMP", "When the oldest of them was opened (UTC).", sources=_MATTER),
        Column("unanswered_ticket_count", "BIGINT", "Of these, tickets in which the customer had the last word.",
               nullable=False, sources=(*_MATTER, ("open_matters", "waits_for"))),
        Column("waiting_pickup_count", "BIGINT", "Orders that wait to be picked up.", nullable=False,
               sources=_MATTER),
        Column("waiting_products", "VARCHAR[]", "What is in these orders by their lines; sorted.", nullable=False,
               sources=(("open_matters", "products"),)),
        Column("last_order_at", "TIMESTAMP", "Time of the latest order in any channel (UTC).", sources=_ORDERED),
        Column("last_order_channel", "VARCHAR", "Its channel.", sources=(("interactions", "channel"),)),
        Column("last_order_id", "VARCHAR", "Its order ID.", sources=(("interactions", "order_id"),)),
        Column("last_order_thread_id", "VARCHAR", "Its thread.", sources=(("interactions", "thread_id"),)),
        Column("last_order_state", "VARCHAR",
               "returned, partly_returned, cancelled, picked_up, waits_for_pickup, else the channel's status, else "
               "ordered.", sources=(*_ORDERED, *_PRODUCTS)),
        Column("last_order_products", "VARCHAR[]", "What is in it by its lines and was not brought back; sorted.",
               nullable=False, sources=_PRODUCTS),
        Column("last_touch_at", "TIMESTAMP", "When the customer last did anything in any channel (UTC).",
               sources=_TOUCHED),
        Column("last_touch_channel", "VARCHAR", "In which channel.", sources=(("interactions", "channel"),)),
        Column("last_touch_kind", "VARCHAR", "What it was.", sources=(("interactions", "kind"),)),
        Column("preferred_channel", "VARCHAR", "As in unified_profiles.",
               sources=(("unified_profiles", "preferred_channel"),)),
        Column("contact_channels", "VARCHAR[]",
               "Ways in which they may be contacted: there is an address or handle for which consent was given; "
               "sorted.", nullable=False, sources=(("consents", "is_given"), ("unified_profiles", "golden_id"))),
    ),
    ("golden_id",),
    (CUSTOMER,),
)  # fmt: skip


_AUDIENCE = Column(
    "audience", "VARCHAR", "The audience: the name of its rule's .sql file.", nullable=False
)
AUDIENCE_MEMBERS = Table(
    "audience_members",
    "One row per audience and customer in it: how to reach them, what allows it, and why. A customer is in one "
    "audience at a time, but for those beside others.",
    (
        _AUDIENCE,
        GOLDEN_ID,
        Column("address_kind", "VARCHAR", "By what to reach them: the consent's name, else the identifier's.",
               nullable=False, sources=(("customer_context", "contact_channels"),)),
        Column("address", "VARCHAR", "The address, number or handle to use.", "personal", False,
               (("unified_profiles", "*"),), "pseudonym"),
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
    (CUSTOMER,),
)  # fmt: skip
AUDIENCE_CHANGES = Table(
    "audience_changes",
    "One row per customer who entered or left an audience since the publication before.",
    (
        _AUDIENCE,
        Column("golden_id", "VARCHAR", "The customer; of one who left, perhaps an ID that is retired now.",
               "pseudonymous", False, (("audience_members", "golden_id"),)),
        Column("change", "VARCHAR", "entered or left.", nullable=False,
               sources=(("audience_members", "golden_id"),)),
    ),
    ("audience", "golden_id"),
)  # fmt: skip

AUDIENCE_LOG = Table(
    "audience_log",
    "One row per change of who is in an audience, in all published runs: what was handed out, and taken back.",
    (
        Column("run_id", "VARCHAR", "The run.", nullable=False, sources=(("runs", "run_id"),)),
        Column("occurred_at", "TIMESTAMP", "runs.as_of of the run (UTC).", sources=(("runs", "as_of"),)),
        _AUDIENCE,
        Column("golden_id", "VARCHAR", "The customer, by the ID of then; golden_id_redirects has the one of now.",
               "pseudonymous", False, (("audience_members", "golden_id"),)),
        Column("change", "VARCHAR", "entered or left.", nullable=False,
               sources=(("audience_members", "golden_id"),)),
        Column("address_kind", "VARCHAR", "As in audience_members; of who left, by what they were reached.",
               sources=(("audience_members", "address_kind"),)),
        Column("address", "VARCHAR", "The address, number or handle; of who left, the one not to be used any more.",
               "personal", sources=(("audience_members", "address"),), masked="pseudonym"),
        Column("reason", "VARCHAR", "Why, in words.", nullable=False, sources=(("audience_members", "reason"),)),
    ),
    ("run_id", "audience", "golden_id", "change"),
)  # fmt: skip

CUSTOMER_SEGMENTS = Table(
    "customer_segments",
    "One row per segment of your own (segments/ in the home) and customer whom it puts into a member.",
    (
        Column("segment", "VARCHAR", "The segment: the name of its .sql file.", nullable=False),
        GOLDEN_ID,
        Column("member", "VARCHAR", "Which of its members: kpis has it in the dimension segment_NAME.",
               nullable=False, sources=(("unified_profiles", "*"), ("interactions", "*"))),
    ),
    ("segment", "golden_id"),
    (CUSTOMER,),
)  # fmt: skip

CONTACT_OPTIONS = Table(
    "contact_options",
    "One row per customer and way to reach them: the address that may be used best.",
    (
        GOLDEN_ID,
        Column("channel", "VARCHAR", "The consent's name, else the identifier's.", nullable=False),
        Column("identifier", "VARCHAR", "What kind of address it is."),
        Column("address", "VARCHAR", "The address, number or handle.", "personal"),
        Column(
            "is_allowed", "BOOLEAN", "Whether it may be used; null: never asked, or not understood."
        ),
        Column("decided_at", "TIMESTAMP", "When that was said (UTC)."),
    ),
    *(("golden_id", "channel"), (), "derived"),
)
AUDIENCE_DOUBTS = Table(
    "audience_doubts",
    "One row per audience that needs consent: whom a doubtful identity keeps out.",
    (
        _AUDIENCE,
        Column("reached_count", "BIGINT", "Customers who would be in it."),
        Column("doubtful_count", "BIGINT", "Of these, customers who are kept out."),
    ),
    *(("audience",), (), "derived"),
)
