"""Interactions of all channels in the channels' own columns and words, by day of delivery."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from omni_identity.demo.messaging import write_messages
from omni_identity.demo.plan import DAY_SECONDS
from omni_identity.demo.randomness import Draw
from omni_identity.demo.scene import NO_ONE, Scene
from omni_identity.demo.service import serve
from omni_identity.demo.shopping import shop

DAY_COLUMN = "day"


@dataclass(frozen=True)
class EventLayout:
    """A channel's interaction file: our names to its columns, our kinds to its words."""

    suffix: str
    columns: dict[str, str]
    kinds: dict[str, str]
    time_format: str = "%Y-%m-%dT%H:%M:%SZ"
    timezone: str = "UTC"
    separator: str = ","
    encoding: str = "utf-8"
    numbers: tuple[str, ...] = field(
        default=("amount", "item_count", "duration_seconds", "satisfaction")
    )


EVENT_LAYOUTS = {
    "web": EventLayout(
        ".jsonl",
        {"interaction_id": "event_id", "contact": "user_id", "device_id": "cookie_id",
         "kind": "type",
         "at": "ts", "email": "checkout_email", "order_id": "order_no", "cart_id": "basket_id",
         "reference_id": "ref_event", "amount": "total", "currency": "currency",
         "item_count": "items", "product_id": "sku", "status": "status",
         "duration_seconds": "seconds", "campaign": "utm_source"},
        {"session": "visit", "cart": "basket", "order": "purchase", "return": "refund_request"},
    ),
    "app": EventLayout(
        ".jsonl",
        {"interaction_id": "id", "contact": "uid", "device_id": "device", "kind": "event",
         "at": "at", "email": "receipt_to", "order_id": "order", "cart_id": "cart",
         "reference_id": "answers", "amount": "value", "currency": "cur", "item_count": "qty",
         "product_id": "product", "status": "state", "duration_seconds": "dwell"},
        {"session": "open", "cart": "add_to_cart", "order": "order_placed",
         "return": "order_returned"},
        time_format="%Y-%m-%dT%H:%M:%S+00:00",
    ),
    "till": EventLayout(
        ".csv",
        {"interaction_id": "receipt_id", "contact": "receipt_customer", "loyalty_id": "card_no",
         "phone": "pickup_phone", "kind": "kind", "at": "printed", "store": "store",
         "order_id": "order_no", "reference_id": "original_receipt", "amount": "amount",
         "currency": "currency", "item_count": "pieces"},
        {"order": "SALE", "return": "RETURN", "pickup": "PICKUP"},
        time_format="%m/%d/%Y %H:%M:%S", timezone="America/New_York",
    ),
    "support": EventLayout(
        ".csv",
        {"interaction_id": "entry_id", "contact": "contact_id", "phone": "caller", "kind": "entry",
         "at": "logged", "ticket_id": "ticket", "conversation_id": "thread",
         "reference_id": "reply_to", "order_id": "order_no", "subject": "topic",
         "direction": "direction", "duration_seconds": "talk_seconds", "satisfaction": "csat",
         "status": "outcome", "text": "body", "agent": "handled_by"},
        {"ticket_opened": "opened", "ticket_closed": "closed", "call": "phone call",
         "message": "e-mail"},
        time_format="%d.%m.%Y %H:%M:%S", separator=";", encoding="cp1252",
    ),
    "email": EventLayout(
        ".csv.gz",
        {"interaction_id": "event_id", "contact": "subscriber_id", "email": "email_address",
         "kind": "event", "at": "event_at", "campaign": "campaign", "subject": "subject_line",
         "direction": "direction", "reference_id": "sent_event"},
        {"email_sent": "sent", "email_opened": "open", "email_clicked": "click"},
        time_format="%Y-%m-%d %H:%M:%S",
    ),
    "whatsapp": EventLayout(
        ".jsonl",
        {"interaction_id": "message_id", "contact": "contact_id", "kind": "type", "at": "sent_at",
         "direction": "direction", "whatsapp": "partner", "conversation_id": "thread_id",
         "reference_id": "in_reply_to", "text": "body", "agent": "answered_by", "bot": "automated"},
        {"message": "text"},
    ),
    "instagram": EventLayout(
        ".jsonl",
        {"interaction_id": "message_id", "contact": "profile_id", "kind": "kind",
         "at": "created_at",
         "direction": "direction", "instagram": "username", "conversation_id": "thread_id",
         "reference_id": "in_reply_to", "text": "message", "agent": "operator"},
        {"message": "dm"},
    ),
}  # fmt: skip


def interact(scene: Scene) -> dict[str, pl.DataFrame]:
    """All events of a block by channel: canonical columns, `person`, and `day` of delivery."""
    shop(scene)
    serve(scene)
    write_messages(scene)
    return {name: _spoil(scene, name) for name in EVENT_LAYOUTS if name in scene.events}


def _spoil(scene: Scene, channel: str) -> pl.DataFrame:
    """Adds what is wrong with a few rows, then the position of the day of delivery."""
    draw = Draw(scene.plan.seed, scene.block, "spoil", channel)
    frame = pl.concat(scene.events[channel], how="diagonal")
    wanted = (*EVENT_LAYOUTS[channel].columns, "thread")
    missing = [name for name in wanted if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
    n = len(frame)
    day = np.maximum((frame["at"].to_numpy() - scene.plan.history_ends) // DAY_SECONDS + 1, 0)
    future = draw.chance(0.0004, n)
    at = frame["at"] + pl.Series(np.where(future, draw.whole(30, 3000, n) * DAY_SECONDS, 0))
    unknown = pl.Series(draw.chance(0.0006, n)) & frame["contact"].is_not_null()
    lost = pl.Series(draw.chance(0.0001, n))
    frame = frame.with_columns(
        pl.Series(DAY_COLUMN, day), at.alias("at"),
        pl.when(unknown).then(pl.col("contact").str.reverse()).otherwise("contact").alias("contact"),
        pl.when(unknown).then(pl.lit(NO_ONE)).otherwise("person").alias("person"),
        pl.when(lost).then(None).otherwise("interaction_id").alias("interaction_id"),
    )  # fmt: skip
    if frame.schema.get("amount") == pl.Float64:
        negative = pl.Series(draw.chance(0.0004, n))
        frame = frame.with_columns(
            pl.when(negative).then(-pl.col("amount")).otherwise("amount").alias("amount")
        )
    return pl.concat([frame, frame[draw.sample(n, 0.0012)]])


def event_rows(scene: Scene, channel: str, events: pl.DataFrame, day: int) -> pl.DataFrame:
    """The rows that a channel delivers on a day, in its own columns and words, shuffled."""
    layout = EVENT_LAYOUTS[channel]
    draw = Draw(scene.plan.seed, scene.block, "event order", channel, day)
    frame = events.filter(pl.col(DAY_COLUMN) == day)
    at = (frame["at"] * 1000).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    frame = frame.with_columns(
        at.dt.convert_time_zone(layout.timezone).dt.strftime(layout.time_format).alias("at"),
        pl.col("kind").replace_strict(layout.kinds, return_dtype=pl.String).alias("kind"),
    )
    frame = frame[draw.order(len(frame))]
    return frame.select(pl.col(ours).alias(theirs) for ours, theirs in layout.columns.items())
