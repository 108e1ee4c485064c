"""Tables of products: what each channel says of them, and what the stores have."""

from __future__ import annotations

from omni_identity.model.tables.quarantine import QUARANTINED_RECORDS
from omni_identity.model.tables.table import Column, Table

_PRODUCT = Column("product_id", "VARCHAR", "The product.", nullable=False)
CATALOGUE_ITEMS = Table(
    "catalogue_items",
    "One row per channel, store and product of the newest catalogue files.",
    (
        Column("channel", "VARCHAR", "The channel that says so.", nullable=False),
        Column("store", "VARCHAR", "For which store; empty for all of the channel's.", nullable=False),
        _PRODUCT,
        Column("price", "DECIMAL(18,2)", "Its price; null where the channel says none."),
        Column("currency", "VARCHAR", "The price's currency."),
        Column("promotion", "VARCHAR", "Its promotion; none without one, null where the channel tells of none."),
        Column("is_available", "BOOLEAN", "Whether there is any; null where the channel does not say."),
        Column("stock", "BIGINT", "How many there are; null where the channel does not say."),
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
STORE_STOCK = Table(
    "store_stock",
    "One row per store and product: what there is, beside the orders that wait to be picked up there.",
    (
        Column("store", "VARCHAR", "The store.", nullable=False, sources=(("catalogue_items", "store"),)),
        _PRODUCT,
        Column("stock", "BIGINT", "How many there are; null where no catalogue says.",
               sources=(("catalogue_items", "stock"),)),
        Column("waiting_pickup_count", "BIGINT", "Orders of it that wait there.", nullable=False,
               sources=(("open_matters", "matter"), ("open_matters", "store"))),
        Column("waiting_item_count", "BIGINT", "Items in these orders.", nullable=False,
               sources=(("open_matters", "item_count"),)),
    ),
    ("store", "product_id"),
)  # fmt: skip

CATALOGUE_QUARANTINE = Table(
    "catalogue_quarantine",
    "One row per row of a channel's newest catalogue files that was held back, with its reason and place.",
    *(QUARANTINED_RECORDS.columns, QUARANTINED_RECORDS.key, (), "derived"),
)
