"""What lies in carts, goes into orders and comes back: the lines of the shop, the app and the tills.

They come in files of their own, and their chance from streams of their own: nothing else of the demo depends on
them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from omni_identity.demo.layouts import PRODUCTS
from omni_identity.demo.plan import DAY_SECONDS
from omni_identity.demo.randomness import Draw, Ints
from omni_identity.demo.scene import Scene, keep

_STYLES = (
    "Alpine",
    "Coastal",
    "Harbor",
    "Meadow",
    "Granite",
    "Cedar",
    "Juniper",
    "Prairie",
    "Summit",
    "Willow",
)
_THINGS = (
    "jacket", "boots", "tent", "lamp", "mug", "blanket", "backpack", "scarf", "kettle", "pillow",
    "gloves", "bottle", "towel", "cap", "chair", "knife", "socks", "hammock", "stove", "rug",
)  # fmt: skip
_PROMOTIONS = {"BLACK_FRIDAY": 5.0, "CLEARANCE": 2.0, "MEMBERS": 1.0}


@dataclass(frozen=True)
class LineLayout:
    """A channel's file of lines: our names to its columns."""

    suffix: str
    columns: dict[str, str]


LINE_LAYOUTS = {
    "web": LineLayout(
        ".csv",
        {"interaction_id": "event_id", "line_id": "position", "product_id": "sku", "product_name": "title",
         "quantity": "qty", "price": "unit_price", "promotion": "coupon", "fulfilment": "ship_mode"},
    ),
    "app": LineLayout(
        ".csv.gz",
        {"interaction_id": "event", "product_id": "product", "product_name": "name", "quantity": "count",
         "price": "each", "promotion": "badge", "fulfilment": "delivery"},
    ),
    "till": LineLayout(
        ".csv",
        {"interaction_id": "receipt_id", "line_id": "line", "product_id": "article", "quantity": "pieces",
         "price": "price", "promotion": "deal", "store": "store"},
    ),
}  # fmt: skip


def name_of(product: pl.Expr) -> pl.Expr:
    """What a product is called; many share a name, as in life."""
    number = product.str.slice(1).cast(pl.Int64)
    styles, things = pl.lit(pl.Series(_STYLES)), pl.lit(pl.Series(_THINGS))
    style, thing = styles.gather(number % len(_STYLES)), things.gather(number // 7 % len(_THINGS))
    return pl.concat_str([style, thing], separator=" ")


def fill(draw: Draw, who: pl.DataFrame, key: str) -> pl.DataFrame:
    """Lines of carts or purchases with ``item_count`` and ``amount``, by their ``key``; the first has ``product_id``.

    Without a ``product_id`` all products are drawn. Prices add up to the amount, but for cents.
    """
    items = who["item_count"].to_numpy()
    extra = np.floor(draw.unit(len(who)) * items * 0.45).astype(np.int64)
    counts = items - extra
    row = np.repeat(np.arange(len(who)), counts)
    position = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    drawn = pl.Series(PRODUCTS).gather((draw.unit(len(row)) ** 2 * len(PRODUCTS)).astype(np.int64))
    if "product_id" in who.columns:
        drawn = keep(position > 1, drawn).fill_null(who["product_id"].gather(row))
    promotion = keep(draw.chance(0.08, len(row)), draw.words(_PROMOTIONS, len(row)))
    frame = pl.DataFrame(
        {
            key: who[key].gather(row),
            "line_id": position,
            "product_id": drawn,
            "quantity": np.where(position == 1, 1 + extra[row], 1),
            "price": (who["amount"].gather(row) / pl.Series(items[row])).round(2),
            "promotion": promotion,
        }
    )
    return frame.with_columns(name_of(pl.col("product_id")).alias("product_name"))


def part_of(lines: pl.DataFrame, key: str, part: pl.DataFrame) -> pl.DataFrame:
    """The first lines of each, as many as its ``part`` (a share) of all that it has."""
    count = pl.len().over(key)
    wanted = (pl.col("part") * count).ceil()
    joined = lines.join(part, on=key, maintain_order="left")
    return joined.filter(pl.col("line_id") <= wanted).drop("part")


def deliver_lines(
    scene: Scene, channel: str, events: pl.DataFrame, lines: pl.DataFrame, key: str
) -> None:
    """Adds the lines of events (``interaction_id``, ``at``, ``key``, perhaps ``fulfilment`` and ``store``)."""
    told = [name for name in ("fulfilment", "store") if name in events.columns]
    frame = events.select("interaction_id", "at", key, *told).join(
        lines, on=key, maintain_order="left_right"
    )
    scene.lines.setdefault(channel, []).append(frame.filter(pl.col("at") < scene.until))


def line_rows(scene: Scene, channel: str) -> dict[int, pl.DataFrame]:
    """The lines that a channel delivers, by the position of the day, in its own columns.

    Where there are none, the first day has a file without any: a feed that delivers nothing is a mistake.
    """
    layout = LINE_LAYOUTS[channel]
    nothing = {0: pl.DataFrame(schema=dict.fromkeys(layout.columns.values(), pl.String))}
    if not scene.lines.get(channel):
        return nothing
    frame = pl.concat(scene.lines[channel], how="diagonal")
    days: Ints = np.maximum(
        (frame["at"].to_numpy() - scene.plan.history_ends) // DAY_SECONDS + 1, 0
    )
    missing = [name for name in layout.columns if name not in frame.columns]
    frame = frame.with_columns(
        pl.Series("day", days), *(pl.lit(None, pl.String).alias(name) for name in missing)
    ).sort("interaction_id", "line_id")
    theirs = [pl.col(ours).alias(name) for ours, name in layout.columns.items()]
    parts = frame.partition_by("day", as_dict=True, maintain_order=True)
    return {int(day[0]): part.select(theirs) for day, part in parts.items()} or nothing
