"""Tables of products: what each channel says of them, and what the stores have."""

from __future__ import annotations

from omni_identity.model.tables.quarantine import QUARANTINED_RECORDS
from omni_identity.model.tables.table import Column, Table

_PRODUCT = Column("product_id", "VARCHAR", "The product.", nullable=False)
CATALOGUE_ITEMS = Table(
    "catalogue_items",
    "One row per channel, store and product of the newest catalogue files.",
    (
        Column("channel", "VARCHAR", "The channel, or outsider, that says so.", nullable=False),
        Column("store", "VARCHAR", "For which store; empty for all of the channel's.", nullable=False),
        _PRODUCT,
        Column("price", "DECIMAL(18,2)", "Its price; null where the channel says none."),
        Column("currency", "VARCHAR", "The price's currency."),
        Column("promotion", "VARCHAR", "Its promotion; none without one, null where the channel tells of none."),
        Column("is_available", "BOOLEAN", "Whether there is any; null where the channel does not say."),
        Column("stock", "BIGINT", "How many there are; null where the channel does not say."),
        Column("counted_at", "TIMESTAMP", "When the stock was counted (UTC); null where the channel does not say."),
        Column("is_outsider", "BOOLEAN", "Whether channel is no channel, but an outsider: a competitor.",
               nullable=False),
    ),
    ("channel", "store", "product_id"),
)  # fmt: skip
_SAID = tuple(("catalogue_items", name) for name in ("price", "promotion", "is_available"))
CATALOGUE_CONFLICTS = Table(
    "catalogue_conflicts",
    "One row per product, attribute and pair of channels that say different things of it.",
    (
        Column("product_id", "VARCHAR", "The product.", nullable=False,
               sources=(("catalogue_items", "product_id"),)),
        Column("attribute", "VARCHAR", "price, promotion or availability.", nullable=False, sources=_SAID),
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
                       nullable=False, sources=_SAID),
            )
        ),
    ),
    ("product_id", "attribute", "unit", "channel_l", "channel_r"),
)  # fmt: skip
_PRICE = (("catalogue_items", "price"), ("catalogue_items", "is_outsider"))
PRICE_MATCHES = Table(
    "price_matches",
    "One row per product, channel, store and outsider who both have a price of it in one currency.",
    (
        Column("product_id", "VARCHAR", "The product.", nullable=False,
               sources=(("catalogue_items", "product_id"),)),
        Column("channel", "VARCHAR", "Our channel.", nullable=False, sources=(("catalogue_items", "channel"),)),
        Column("store", "VARCHAR", "For which store; empty for all of the channel's.", nullable=False,
               sources=(("catalogue_items", "store"),)),
        Column("outsider", "VARCHAR", "Who else has it, as omni.yaml names them.", nullable=False,
               sources=(("catalogue_items", "channel"),)),
        Column("currency", "VARCHAR", "The currency of both prices.", nullable=False,
               sources=(("catalogue_items", "currency"),)),
        Column("price", "DECIMAL(18,2)", "What we ask.", nullable=False, sources=_PRICE),
        Column("outsider_price", "DECIMAL(18,2)", "What they ask; the least of their stores.", nullable=False,
               sources=_PRICE),
        Column("difference", "DECIMAL(18,2)", "price - outsider_price: above 0 they are cheaper.", nullable=False,
               sources=_PRICE),
    ),
    ("product_id", "channel", "store", "outsider", "currency"),
)  # fmt: skip
STORE_STOCK = Table(
    "store_stock",
    "One row per store and product: what there is, what waits there to be picked up, and what can be promised.",
    (
        Column("store", "VARCHAR", "The store.", nullable=False, sources=(("catalogue_items", "store"),)),
        _PRODUCT,
        Column("stock", "BIGINT", "How many there are; null where no catalogue says.",
               sources=(("catalogue_items", "stock"),)),
        Column("waiting_pickup_count", "BIGINT", "Orders of it that wait there.", nullable=False,
               sources=(("open_matters", "matter"), ("open_matters", "store"))),
        Column("waiting_item_count", "BIGINT", "Items in these orders.", nullable=False,
               sources=(("open_matters", "item_count"),)),
        Column("returned_item_count", "BIGINT",
               "Items brought back to the store since the stock was counted.", nullable=False,
               sources=(("interactions", "kind"), ("interactions", "store"), ("interactions", "item_count"))),
        Column("promisable_count", "BIGINT",
               "What can be promised: stock, less what waits, and what came back; below 0 where more was promised "
               "than there is, null where no catalogue says the stock.",
               sources=(("catalogue_items", "stock"), ("open_matters", "item_count"))),
        Column("counted_at", "TIMESTAMP",
               "When the stock was counted (UTC); null where no catalogue says: then before the day of runs.as_of.",
               sources=(("catalogue_items", "counted_at"),)),
    ),
    ("store", "product_id"),
)  # fmt: skip

CATALOGUE_QUARANTINE = Table(
    "catalogue_quarantine",
    "One row per row of a channel's newest catalogue files that was held back, with its reason and place.",
    *(QUARANTINED_RECORDS.columns, QUARANTINED_RECORDS.key, (), "derived"),
)
