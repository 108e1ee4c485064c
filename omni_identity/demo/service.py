"""Support tickets, calls, and the messages of conversations that wander between channels, whose IDs none shares."""

from __future__ import annotations

import numpy as np
import polars as pl

from omni_identity.demo.phones import international
from omni_identity.demo.plan import DAY_SECONDS
from omni_identity.demo.randomness import Draw
from omni_identity.demo.sayings import About, answer, answer_on, answered_by, ask, go_on
from omni_identity.demo.scene import Scene, choose_records, keep, moments, serial_words, take

_SUBJECTS = {
    "Where is my order": 9.0, "Refund": 6.0, "Wrong item": 4.0, "Damaged parcel": 3.0,
    "Invoice": 2.0, "Password": 3.0, "Loyalty points": 3.0, "Change of address": 2.0,
    "Complaint about store": 1.0, "Product question": 4.0,
}  # fmt: skip
_EVENTS_PER_TICKET = 3.6


def serve(scene: Scene) -> None:
    """Adds all tickets of a block, with what was said about them in other channels."""
    draw = Draw(scene.plan.seed, scene.block, "tickets")
    kept = scene.kept["support"]
    rows = choose_records(draw, kept, int(scene.budget(0.13) / _EVENTS_PER_TICKET))
    n = len(rows)
    person = kept.records["person"].to_numpy()[rows]
    at = moments(draw, scene, kept.records["created"].to_numpy()[rows])
    contact = kept.records["record_id"].gather(rows)
    ticket = serial_words(scene, "tickets", "T", n)
    order = about = pl.Series([None], dtype=pl.String).gather(np.zeros(n, dtype=np.int64))
    if scene.last_order is not None and scene.last_thread is not None:
        named = draw.chance(0.45, n)
        order = keep(named, take(scene.last_order, person))
        about = keep(named, take(scene.last_thread, person))
    thread = pl.DataFrame(
        {
            "person": person, "at": at, "contact": contact,
            "ticket_id": ticket, "thread": about.fill_null(ticket),
            "conversation_id": serial_words(scene, "conversations", "V", n),
            "subject": draw.words(_SUBJECTS, n), "order_id": order,
        }
    )  # fmt: skip
    said = Draw(scene.plan.seed, scene.block, "sayings", "tickets")
    spoken = About(thread["subject"], thread["order_id"], ticket)
    ids = scene.add(
        "support",
        "ticket_opened",
        person,
        at,
        direction=_repeat("inbound", n),
        text=ask(said, spoken, first=True),
        **{
            name: thread[name]
            for name in ("contact", "ticket_id", "conversation_id", "subject", "order_id", "thread")
        },
    )
    _call(draw, scene, thread)
    _write(draw, scene, thread)
    _close(draw, scene, thread, ids)


def _repeat(word: str, n: int) -> pl.Series:
    return pl.Series([word]).gather(np.zeros(n, dtype=np.int64))


def _call(draw: Draw, scene: Scene, thread: pl.DataFrame) -> None:
    """Calls about tickets; the switchboard knows a number, not always a customer."""
    rows = draw.sample(len(thread), 0.45)
    some = thread[rows]
    n, person = len(some), some["person"].to_numpy()
    at = some["at"].to_numpy() + draw.whole(0, 2 * DAY_SECONDS, n) * draw.chance(0.5, n)
    known = draw.chance(0.7, n)
    phone = take(international(scene.people.frame["mobile_b"]), person)
    scene.add("support", "call", person, at, contact=keep(known, some["contact"]),
              phone=keep(~known, phone), ticket_id=some["ticket_id"],
              conversation_id=some["conversation_id"], thread=some["thread"],
              direction=draw.words({"inbound": 7.0, "outbound": 3.0}, n),
              duration_seconds=pl.Series(np.round(draw.rng.gamma(1.7, 170.0, n))))  # fmt: skip


def _write(draw: Draw, scene: Scene, thread: pl.DataFrame) -> None:
    """Messages of a ticket's conversation, in WhatsApp, Instagram or by e-mail to the desk."""
    for channel, share in (("whatsapp", 0.5), ("instagram", 0.35), ("support", 0.35)):
        rows = draw.sample(len(thread), share)
        some, person = thread[rows], thread["person"].to_numpy()[rows]
        own = scene.record_of(channel, person)
        there = np.flatnonzero(own.is_not_null().to_numpy())
        some, own, person = some[there], own.gather(there), person[there]
        asked = some["at"].to_numpy() + draw.whole(600, DAY_SECONDS, len(there))
        n = len(there)
        said = Draw(scene.plan.seed, scene.block, "sayings", channel)
        spoken = About(some["subject"], some["order_id"], some["ticket_id"])
        # from a day on WhatsApp's agents see the desk's tickets: a broken handoff is mended
        mended = (asked >= scene.plan.handoff_mended_at) & (channel == "whatsapp")
        shared = {"thread": some["thread"]}
        if channel == "support":
            shared |= {name: some[name] for name in ("ticket_id", "conversation_id")}
        else:  # every channel counts its conversations by itself
            shared["conversation_id"] = serial_words(scene, f"{channel} conversations", "V", n)
        ids = scene.add(channel, "message", person, asked, contact=own,
                        text=go_on(ask(said, spoken, first=False), mended=mended),
                        direction=_repeat("inbound", n), **shared)  # fmt: skip
        answered = asked + draw.whole(120, DAY_SECONDS // 2, n)
        agent, bot = answered_by(said, n)
        replied = answer_on(answer(said, spoken), spoken, mended=mended)
        scene.add(channel, "message", person, answered, contact=own, reference_id=ids,
                  text=replied, agent=agent, **({"bot": bot} if channel == "whatsapp" else {}),
                  direction=_repeat("outbound", n), **shared)  # fmt: skip


def _close(draw: Draw, scene: Scene, thread: pl.DataFrame, opened: pl.Series) -> None:
    """Most tickets are closed in days; a third of those customers say how content they are."""
    rows = draw.sample(len(thread), 0.87)
    some, n = thread[rows], len(rows)
    at = some["at"].to_numpy() + (draw.rng.gamma(1.2, 1.6, n) * DAY_SECONDS).astype(np.int64) + 900
    score = pl.Series(1 + draw.index([1, 1, 2, 4, 6], n))
    scene.add(
        "support",
        "ticket_closed",
        some["person"].to_numpy(),
        at,
        reference_id=opened.gather(rows),
        satisfaction=keep(draw.chance(0.34, n), score),
        status=draw.words({"solved": 85.0, "refunded": 10.0, "abandoned": 5.0}, n),
        **{
            name: some[name]
            for name in ("contact", "ticket_id", "conversation_id", "subject", "thread")
        },
    )
