"""Sessions, carts, orders, returns and store pick-ups of the web shop, the app and the tills."""

from __future__ import annotations

import numpy as np
import polars as pl

from omni_identity.demo.contents import deliver_lines, fill, part_of
from omni_identity.demo.layouts import PRODUCTS, STORES
from omni_identity.demo.phones import international
from omni_identity.demo.plan import DAY_SECONDS
from omni_identity.demo.randomness import Draw
from omni_identity.demo.records import opening_hours
from omni_identity.demo.scene import (
    NO_ONE,
    Scene,
    choose_records,
    currencies,
    keep,
    moments,
    prices,
    serial_words,
    take,
)

_EVENTS_PER_JOURNEY = 1.95


def shop(scene: Scene) -> None:
    """Adds all shopping of a block to the scene."""
    orders = [_browse(scene, "web", 0.3), _browse(scene, "app", 0.12), _pay_at_till(scene, 0.16)]
    order = pl.concat(orders)
    last = np.full(len(scene.people.frame), -1, dtype=np.int64)
    person = order["person"].to_numpy()
    known = np.flatnonzero(person != NO_ONE)
    last[person[known]] = known
    scene.last_order, scene.last_thread = (
        take(order[name], last) for name in ("order_id", "thread")
    )


def _browse(scene: Scene, channel: str, share: float) -> pl.DataFrame:
    """Journeys of a web or app session or two, perhaps a cart, perhaps an order."""
    draw = Draw(scene.plan.seed, scene.block, "browse", channel)
    n = int(scene.budget(share) / _EVENTS_PER_JOURNEY)
    kept = scene.kept[channel]
    rows = choose_records(draw, kept, n)
    n = len(rows)
    at = moments(draw, scene, kept.records["created"].to_numpy()[rows])
    person = kept.records["person"].to_numpy()[rows]
    stranger = draw.chance(0.2 if channel == "web" else 0.04, n)
    signed_in = draw.chance(0.6 if channel == "web" else 0.85, n) & ~stranger
    column = "cookie" if channel == "web" else "device"
    device = scene.people.frame[column].gather(person)
    fresh = draw.hexadecimal(n, 20 if channel == "web" else 32)
    device = pl.select(pl.when(pl.Series(stranger)).then(fresh).otherwise(device)).to_series()
    person = np.where(stranger, NO_ONE, person)
    contact = keep(signed_in, kept.records["record_id"].gather(rows))
    who = pl.DataFrame({"person": person, "at": at, "contact": contact, "device_id": device})
    minutes = pl.Series(np.round(draw.rng.gamma(1.6, 240.0, n), 1))
    scene.add(
        channel,
        "session",
        person,
        at,
        contact=contact,
        device_id=device,
        duration_seconds=minutes,
        campaign=keep(draw.chance(0.25, n), draw.words(CAMPAIGN_SOURCES, n)),
    )
    # Signed in or not, people look around before; then nobody knows them but their device.
    before = draw.sample(n, 0.22)
    earlier = at[before] - draw.whole(1800, 6 * DAY_SECONDS, len(before))
    scene.add(
        channel,
        "session",
        person[before],
        earlier,
        device_id=device.gather(before),
        duration_seconds=pl.Series(np.round(draw.rng.gamma(1.4, 150.0, len(before)), 1)),
    )
    return _fill_cart(draw, scene, channel, who)


CAMPAIGN_SOURCES = {"search": 5.0, "newsletter": 3.0, "social_ad": 3.0, "affiliate": 1.0}


def _fill_cart(draw: Draw, scene: Scene, channel: str, who: pl.DataFrame) -> pl.DataFrame:
    """Carts of some sessions, and the orders that come of them."""
    rows = draw.sample(len(who), 0.36)
    who = who[rows]
    n = len(who)
    person, at = who["person"].to_numpy(), who["at"].to_numpy() + draw.whole(60, 1500, n)
    cart, items = serial_words(scene, "carts", "B", n), 1 + draw.rng.poisson(1.1, n)
    who = who.with_columns(
        pl.Series("at", at),
        cart.alias("cart_id"),
        pl.Series("item_count", items),
        prices(draw, items).alias("amount"),
        currencies(draw, n).alias("currency"),
        pl.Series(PRODUCTS)
        .gather((draw.unit(n) ** 2 * len(PRODUCTS)).astype(np.int64))
        .alias("product_id"),
    )
    facts = ("contact", "device_id", "cart_id", "item_count", "amount", "currency", "product_id")
    ids = scene.add(channel, "cart", person, at, thread=cart, **{name: who[name] for name in facts})
    lines = fill(Draw(scene.plan.seed, scene.block, "cart lines", channel), who, "cart_id")
    deliver_lines(scene, channel, who.with_columns(ids.alias("interaction_id")), lines, "cart_id")
    return _order(draw, scene, channel, who[draw.sample(n, 0.5)], lines)


def _order(
    draw: Draw, scene: Scene, channel: str, who: pl.DataFrame, lines: pl.DataFrame
) -> pl.DataFrame:
    """Orders of carts: guests give an e-mail address; some come back, some are picked up."""
    n = len(who)
    person = who["person"].to_numpy()
    at = who["at"].to_numpy() + draw.whole(60, 900, n)
    order = serial_words(scene, "orders", "O", n)
    email = take(scene.people.frame["email_b"], person)
    email = keep(who["contact"].is_null().to_numpy() | draw.chance(0.2, n), email)
    status = draw.words({"shipped": 80.0, "delivered": 12.0, "cancelled": 5.0, "open": 3.0}, n)
    collect = Draw(scene.plan.seed, scene.block, "click and collect", channel)
    is_ready = pl.Series(collect.chance(0.2, n)) & (status != "cancelled")
    ready = pl.lit("ready_for_pickup")
    status = pl.select(pl.when(is_ready).then(ready).otherwise(status)).to_series()
    facts = ("contact", "device_id", "cart_id", "item_count", "amount", "currency", "product_id")
    ids = scene.add(channel, "order", person, at, **{name: who[name] for name in facts},
                    order_id=order, email=email, status=status, thread=who["cart_id"])  # fmt: skip
    orders = who.with_columns(
        pl.Series("at", at),
        order.alias("order_id"),
        ids.alias("reference_id"),
        ids.alias("interaction_id"),
        status.alias("status"),
        email.alias("email"),
        pl.Series("fulfilment", np.where(is_ready.to_numpy(), "pickup", "delivery")),
    )
    deliver_lines(scene, channel, orders, lines, "cart_id")
    orders = orders.select(
        "person",
        "at",
        "cart_id",
        "contact",
        "device_id",
        "email",
        "order_id",
        "reference_id",
        "amount",
        "currency",
        "item_count",
        "status",
    )
    done = orders.filter(pl.col("status") != "cancelled")
    _send_back(draw, scene, channel, done[draw.sample(len(done), 0.11)], lines)
    _pick_up(draw, scene, orders.filter(is_ready & pl.Series(collect.chance(0.95, n))))
    return orders.select("person", "at", "order_id", thread="cart_id")


def _send_back(
    draw: Draw, scene: Scene, channel: str, orders: pl.DataFrame, lines: pl.DataFrame
) -> None:
    """Returns by post, or at a till, weeks after the order; often of a part only."""
    n = len(orders)
    at = orders["at"].to_numpy() + draw.whole(3 * DAY_SECONDS, 35 * DAY_SECONDS, n)
    part = pl.Series(np.round(np.where(draw.chance(0.5, n), 1.0, draw.unit(n)), 2))
    amount = (orders["amount"] * part).round(2)
    in_store = draw.chance(0.35, n)
    facts = ("order_id", "reference_id", "currency")
    for where, here in ((channel, np.flatnonzero(~in_store)), ("till", np.flatnonzero(in_store))):
        some, person = orders[here], orders["person"].to_numpy()[here]
        own = some["contact"] if where == channel else scene.record_of("till", person)
        when = at[here] if where == channel else opening_hours(draw, at[here])
        back = some.with_columns(
            pl.Series("at", when), part.gather(here).alias("part"),
            *([] if where == channel else [_stores(draw, len(here)).alias("store")]),
        )  # fmt: skip
        ids = scene.add(where, "return", person, when, contact=own, amount=amount.gather(here), thread=some["cart_id"],
                        **({} if where == channel else {"store": back["store"]}),
                        **{name: some[name] for name in facts})  # fmt: skip
        returned = part_of(lines, "cart_id", back.select("cart_id", "part"))
        deliver_lines(
            scene, where, back.with_columns(ids.alias("interaction_id")), returned, "cart_id"
        )


def _pick_up(draw: Draw, scene: Scene, orders: pl.DataFrame) -> None:
    """Online orders fetched at a store: the till knows the customer, or a telephone number."""
    n = len(orders)
    person = orders["person"].to_numpy()
    at = opening_hours(draw, orders["at"].to_numpy() + draw.whole(7200, 4 * DAY_SECONDS, n))
    phone = take(international(scene.people.frame["mobile_b"]), person)
    scene.add("till", "pickup", person, at, contact=scene.record_of("till", person),
              phone=keep(draw.chance(0.6, n), phone), store=_stores(draw, n),
              order_id=orders["order_id"], reference_id=orders["reference_id"],
              item_count=orders["item_count"], thread=orders["cart_id"])  # fmt: skip


def _stores(draw: Draw, n: int) -> pl.Series:
    return pl.Series(STORES).gather((draw.unit(n) ** 1.5 * len(STORES)).astype(np.int64))


def _pay_at_till(scene: Scene, share: float) -> pl.DataFrame:
    """Purchases in stores: by customer number, by loyalty card, or of nobody known."""
    draw = Draw(scene.plan.seed, scene.block, "till sales")
    n = scene.budget(share)
    by_card = draw.chance(0.4, n)
    till, loyalty = scene.kept["till"], scene.kept["loyalty"]
    rows = choose_records(draw, till, n)
    cards = choose_records(draw, loyalty, n)
    if not len(rows) or not len(cards):
        return pl.DataFrame(
            schema={
                "person": pl.Int64,
                "at": pl.Int64,
                **dict.fromkeys(("order_id", "thread"), pl.String),
            }
        )
    created = np.where(
        by_card,
        loyalty.records["created"].to_numpy()[cards],
        till.records["created"].to_numpy()[rows],
    )
    person = np.where(
        by_card,
        loyalty.records["person"].to_numpy()[cards],
        till.records["person"].to_numpy()[rows],
    )
    nobody = draw.chance(0.22, n)
    at = moments(draw, scene, created, in_store=True)
    at = np.where(at == created, at, opening_hours(draw, at))
    items = 1 + draw.rng.poisson(1.4, n)
    person = np.where(nobody, NO_ONE, person)
    order = serial_words(scene, "orders", "O", n)
    sold = pl.DataFrame(
        {
            "person": person,
            "at": at,
            "order_id": order,
            "contact": keep(~by_card & ~nobody, till.records["record_id"].gather(rows)),
            "loyalty_id": keep(by_card & ~nobody, loyalty.first["member_no"].gather(cards)),
            "amount": prices(draw, items),
            "currency": currencies(draw, n),
            "store": _stores(draw, n),
        }
    )
    facts = ("contact", "loyalty_id", "order_id", "amount", "currency", "store")
    ids = scene.add(
        "till",
        "order",
        person,
        at,
        item_count=pl.Series(items),
        thread=order,
        **{name: sold[name] for name in facts},
    )
    sold = sold.with_columns(ids.alias("interaction_id"), pl.Series("item_count", items))
    lines = fill(Draw(scene.plan.seed, scene.block, "till lines"), sold, "order_id")
    deliver_lines(scene, "till", sold, lines, "order_id")
    back = draw.sample(n, 0.05)
    some = sold[back]
    later = opening_hours(
        draw, some["at"].to_numpy() + draw.whole(DAY_SECONDS, 28 * DAY_SECONDS, len(back))
    )
    stores = _stores(draw, len(back))
    returns = scene.add(
        "till",
        "return",
        some["person"].to_numpy(),
        later,
        contact=some["contact"],
        loyalty_id=some["loyalty_id"],
        order_id=some["order_id"],
        reference_id=ids.gather(back),
        amount=some["amount"],
        currency=some["currency"],
        store=stores,
        thread=some["order_id"],
    )
    told = (pl.Series("at", later), returns.alias("interaction_id"), stores.alias("store"))
    deliver_lines(scene, "till", some.with_columns(*told), lines, "order_id")
    return sold.select("person", "at", "order_id", thread="order_id")
