"""What the shop, the app and the tills say of the products: mostly the same, as in life. And what a competitor asks.

A catalogue is a full list, delivered once, on the first day. Its chance comes from streams of its own, so
nothing else of the demo depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from omni_identity.demo.layouts import PRODUCTS, STORES
from omni_identity.demo.plan import DemoPlan
from omni_identity.demo.randomness import Draw
from omni_identity.demo.writers import write_text

STOCKED_PRODUCTS = 150
"""How many of the best-selling products the stores keep; the first of ``PRODUCTS`` sell best."""
_PROMOTIONS = {"BLACK_FRIDAY": 5.0, "CLEARANCE": 2.0, "MEMBERS": 1.0}


@dataclass(frozen=True)
class CatalogueLayout:
    """One catalogue file: whose, in which folder below the channel's, and our names to its columns."""

    channel: str
    folder: str
    suffix: str
    columns: dict[str, str]


PRICES = CatalogueLayout(
    "till", "catalogue", ".csv",
    {"product_id": "article", "store": "store", "price": "price", "currency": "currency",
     "promotion": "deal"},
)  # fmt: skip
STOCK = CatalogueLayout(
    "till", "stock", ".csv", {"product_id": "article", "store": "store", "stock": "pieces"}
)
WEB = CatalogueLayout(
    "web", "catalogue", ".csv",
    {"product_id": "sku", "price": "price", "promotion": "promo", "availability": "state"},
)  # fmt: skip
APP = CatalogueLayout(
    "app", "catalogue", ".jsonl",
    {"product_id": "product", "price": "price", "currency": "cur", "promotion": "badge",
     "availability": "available"},
)  # fmt: skip
RIVAL = CatalogueLayout(
    "rival",
    "prices",
    ".csv",
    {"product_id": "our_article", "store": "branch", "price": "shelf_price"},
)
"""What somebody has gathered of a competitor's prices, for price matches; they are no channel."""
CATALOGUE_LAYOUTS = (WEB, APP, PRICES, STOCK, RIVAL)


def write_catalogues(home: Path, plan: DemoPlan) -> list[Path]:
    """Writes the catalogue files of a plan into the home's landing; returns their paths."""
    day = plan.delivery_days[0]
    paths = []
    for layout, frame in _catalogues(plan):
        path = home / "landing" / layout.channel / layout.folder / f"{day}{layout.suffix}"
        theirs = frame.select(pl.col(name).alias(column) for name, column in layout.columns.items())
        write_text(_draw(plan, "lines", layout), path, theirs)
        paths.append(path)
    return paths


def _catalogues(plan: DemoPlan) -> Iterator[tuple[CatalogueLayout, pl.DataFrame]]:
    shop = _shop(plan)
    yield WEB, shop
    yield APP, _app(plan, shop)
    yield PRICES, _prices(plan, shop)
    yield STOCK, _stock(plan)
    yield RIVAL, _rival(plan, shop)


def _draw(plan: DemoPlan, what: str, layout: CatalogueLayout) -> Draw:
    return Draw(plan.seed, "catalogue", what, layout.channel, layout.folder)


def _shop(plan: DemoPlan) -> pl.DataFrame:
    """The web shop's list, from which the others are copied."""
    draw, n = _draw(plan, "products", WEB), len(PRODUCTS)
    price = np.maximum(np.round(draw.rng.lognormal(3.2, 0.75, n)), 1.0) - 0.01
    frame = pl.DataFrame({"product_id": PRODUCTS, "price": price})
    return frame.with_columns(
        _some(draw, draw.words(_PROMOTIONS, n), 0.07).alias("promotion"),
        draw.words({"in stock": 92.0, "low stock": 5.0, "sold out": 3.0}, n).alias("availability"),
    )


def _app(plan: DemoPlan, shop: pl.DataFrame) -> pl.DataFrame:
    """The app's copy of the shop's list: a few prices, badges and sold-out products are last week's."""
    draw, n = _draw(plan, "products", APP), len(shop)
    is_late, is_bare, is_cached = (pl.Series(draw.chance(x, n)) for x in (0.015, 0.06, 0.2))
    former = (pl.col("price") * 1.1).round(2)
    return shop.with_columns(
        pl.when(is_late).then(former).otherwise("price").alias("price"),
        pl.lit("USD").alias("currency"),
        pl.when(~is_bare).then("promotion"),
        ((pl.col("availability") != "sold out") | is_cached).alias("availability"),
    )


def _prices(plan: DemoPlan, shop: pl.DataFrame) -> pl.DataFrame:
    """The tills' price list: some labels were never changed, stores have deals and prices of their own."""
    draw, n = _draw(plan, "products", PRICES), len(shop)
    is_old, is_online_only = (pl.Series(draw.chance(x, n)) for x in (0.025, 0.15))
    own_deal = _some(draw, pl.Series(["STORE_WEEK"]).gather(np.zeros(n, dtype=np.int64)), 0.01)
    factor = pl.Series(draw.words({"0.9": 1.0, "1.05": 2.0, "1.2": 1.0}, n)).cast(pl.Float64)
    everywhere = shop.select(
        "product_id",
        pl.lit(None, pl.String).alias("store"),
        pl.when(is_old).then((pl.col("price") * factor).round(2)).otherwise("price").alias("price"),
        pl.lit("USD").alias("currency"),
        pl.coalesce(own_deal, pl.when(~is_online_only).then("promotion")).alias("promotion"),
    )
    local = everywhere[draw.sample(n, 0.02)]
    some = draw.whole(0, len(STORES), len(local))
    reduced = local.with_columns(
        pl.Series(STORES).gather(some).alias("store"), (pl.col("price") * 0.8).round(2)
    )
    return pl.concat([everywhere, reduced])


def _stock(plan: DemoPlan) -> pl.DataFrame:
    """What lies in each store of the products that it keeps, some of it sold out."""
    draw = _draw(plan, "products", STOCK)
    kept = pl.DataFrame({"product_id": PRODUCTS[:STOCKED_PRODUCTS]})
    frame = pl.DataFrame({"store": STORES}).join(kept, how="cross")
    n = len(frame)
    pieces = np.where(draw.chance(0.06, n), 0, 1 + draw.rng.poisson(7.0, n))
    return frame.with_columns(pl.Series("stock", pieces))


def _rival(plan: DemoPlan, shop: pl.DataFrame) -> pl.DataFrame:
    """A competitor's prices of what they sell, too: mostly near ours, some much lower, a few lower in one branch."""
    draw = _draw(plan, "products", RIVAL)
    theirs = shop[draw.sample(len(shop), 0.4)]
    factor = pl.Series(draw.rng.normal(1.0, 0.06, len(theirs))).clip(0.8, 1.25)
    low = pl.Series(np.where(draw.chance(0.05, len(theirs)), 0.75, 1.0))
    everywhere = theirs.select(
        "product_id",
        pl.lit(None, pl.String).alias("store"),
        (pl.col("price") * factor * low).round(2).alias("price"),
    )
    local = everywhere[draw.sample(len(everywhere), 0.05)].with_columns(
        pl.lit("Riverside").alias("store"), (pl.col("price") * 0.9).round(2)
    )
    return pl.concat([everywhere, local])


def _some(draw: Draw, words: pl.Series, share: float) -> pl.Series:
    """About a share of the words, null for the others."""
    chosen = pl.Series(draw.chance(share, len(words)))
    return pl.select(pl.when(chosen).then(words)).to_series()
