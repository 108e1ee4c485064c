"""What customers and agents say in the demo, from templates of our own, now and then with a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from omni_identity.demo.randomness import Draw

AGENTS = ("Dana", "Marcus", "Priya", "Jo", "Elena", "Tomasz")
BOT = "Robin"
ANY_NEWS = "Any news?"
"""What is asked by whoever has not to begin anew."""

_ASKED = {
    "Where is my order": (
        "Hi, where is my parcel{order}? It should have come by now.",
        "The delivery{order} still says on its way. Any news of the parcel?",
        "Tracking has not moved for days{order}. Can you find my parcel?",
    ),
    "Refund": (
        "I sent it back and have no refund yet{order}.",
        "When do I get my money back{order}? The refund should be here.",
        "The refund on my card is missing{order}.",
    ),
    "Wrong item": (
        "You sent me the wrong item{order}. I ordered something else.",
        "This is not what I ordered{order}, it is another size. Can I swap it?",
    ),
    "Damaged parcel": (
        "The parcel came damaged{order}, one thing in it is broken.",
        "My box was crushed and the lamp is broken{order}. I have photos of the damage.",
    ),
    "Invoice": (
        "I need an invoice with our company on it{order}.",
        "Could you send the invoice again{order}? The bill is wrong.",
    ),
    "Password": (
        "I cannot log in, the password link does not work.",
        "The login page does not take my new password.",
    ),
    "Loyalty points": (
        "My points are not on my card{order}.",
        "Why are my loyalty points gone? The card showed more last week.",
    ),
    "Change of address": (
        "I moved. Please change my address{order}.",
        "Can it go to my new address{order}? The old one is no longer right.",
    ),
    "Complaint about store": (
        "I want to complain about the store downtown, the staff was rude.",
        "Nobody helped me in your store yesterday. This is a complaint.",
    ),
    "Product question": (
        "Does the jacket come in a larger size?",
        "Is the blanket washable, and what is it made of?",
        "Do you still have the lamp in green in stock?",
    ),
}
_AGAIN = (
    "I wrote before about this{ticket}. {asked}",
    "Any news{ticket}? {asked}",
    "Following up on my call{ticket}: {asked}",
    "{asked}",
)
_ANSWERED = {
    "Where is my order": "Thanks for waiting. The parcel{order} is with the carrier and comes in two days.",
    "Refund": "The refund{order} is on its way to your account.",
    "Wrong item": "Sorry for the wrong item{order}, the right one goes out today.",
    "Damaged parcel": "Sorry about the damage{order}, a new one is on its way to you.",
    "Invoice": "The invoice{order} is attached.",
    "Password": "Here is a new link for the password.",
    "Loyalty points": "The points are back on your card.",
    "Change of address": "Your address is changed{order}.",
    "Complaint about store": "We are sorry, and have told the store about your complaint.",
    "Product question": "Yes, we have it, and the product page tells the sizes and what it is made of.",
}
_SMALL = (
    ("Are you open on Sunday?", "We are open from ten to eight, on Sundays too."),
    ("Do you gift wrap?", "Yes, gift wrapping is free in every store."),
    ("Thank you, love the new collection!", "That is lovely to hear, thank you!"),
    ("Is parking free at your shop?", "Parking is free for two hours."),
    ("Do you have vouchers?", "Vouchers are at every till and in the shop."),
    ("Do you deliver to Canada?", "We do, in about a week."),
)


@dataclass(frozen=True)
class About:
    """What is spoken of: the subject, and numbers, null where there is none."""

    subject: pl.Series
    order_id: pl.Series
    ticket_id: pl.Series


def ask(draw: Draw, about: About, *, first: bool) -> pl.Series:
    """What customers write about it; not ``first``: once more, in another channel."""
    asked = _pick(draw, about.subject, {name: tuple(texts) for name, texts in _ASKED.items()})
    if not first:
        again = pl.Series(_AGAIN).gather(draw.whole(0, len(_AGAIN), len(asked)))
        frame = pl.DataFrame({"again": again, "asked": asked})
        asked = frame.select(_fill(pl.col("again"), "{asked}", pl.col("asked"))).to_series()
    return _numbered(draw, asked, about, 0.3)


def answer(draw: Draw, about: About) -> pl.Series:
    """What agents answer."""
    return _numbered(
        draw, _pick(draw, about.subject, {n: (t,) for n, t in _ANSWERED.items()}), about, 0.4
    )


def go_on(texts: pl.Series, *, mended: np.ndarray) -> pl.Series:
    """What customers write in another channel; where the handoff is ``mended``, they need not say it again."""
    return _where(mended, pl.Series([ANY_NEWS]).gather(np.zeros(len(texts), dtype=np.int64)), texts)


def answer_on(texts: pl.Series, about: About, *, mended: np.ndarray) -> pl.Series:
    """What agents answer there; where it is ``mended``, they see the ticket, and say so."""
    frame = pl.DataFrame({"text": texts, "ticket": about.ticket_id})
    seen = frame.select(pl.format("I see your ticket {}. {}", "ticket", "text")).to_series()
    return _where(mended, seen, texts)


def _where(mask: np.ndarray, yes: pl.Series, no: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"mask": mask, "yes": yes, "no": no})
    return frame.select(pl.when("mask").then("yes").otherwise("no")).to_series()


def chat(draw: Draw, n: int) -> tuple[pl.Series, pl.Series]:
    """Small questions that are about nothing in particular, and their answers."""
    which = draw.whole(0, len(_SMALL), n)
    asked, answered = (pl.Series([pair[i] for pair in _SMALL]) for i in (0, 1))
    return asked.gather(which), answered.gather(which)


def answered_by(draw: Draw, n: int) -> tuple[pl.Series, pl.Series]:
    """Who answered, and whether that was the bot, as texts."""
    is_bot = draw.chance(0.15, n)
    who = np.where(is_bot, len(AGENTS), draw.whole(0, len(AGENTS), n))
    return pl.Series([*AGENTS, BOT]).gather(who), pl.Series(["no", "yes"]).gather(
        is_bot.astype(np.int64)
    )


def _pick(draw: Draw, subject: pl.Series, texts: dict[str, tuple[str, ...]]) -> pl.Series:
    unit = draw.unit(len(subject))
    flat = [text for several in texts.values() for text in several]
    starts, start = {}, 0
    for name, several in texts.items():
        starts[name], start = start, start + len(several)
    first = subject.replace_strict(starts, return_dtype=pl.Int64).to_numpy()
    counts = subject.replace_strict({n: len(s) for n, s in texts.items()}, return_dtype=pl.Int64)
    return pl.Series(flat).gather(first + (unit * counts.to_numpy()).astype(np.int64))


def _numbered(draw: Draw, texts: pl.Series, about: About, share: float) -> pl.Series:
    """The texts with the numbers that a ``share`` of their writers name."""
    n = len(texts)
    frame = pl.DataFrame(
        {
            "text": texts, "order": about.order_id, "ticket": about.ticket_id,
            "says_order": draw.chance(share, n), "says_ticket": draw.chance(share, n),
        }
    )  # fmt: skip
    filled = pl.col("text")
    for name, words in (("order", ", order "), ("ticket", ", ticket ")):
        said = pl.when(pl.col(f"says_{name}")).then(pl.lit(words) + pl.col(name)).fill_null("")
        filled = _fill(filled, f"{{{name}}}", said)
    return frame.select(filled.alias("text")).to_series()


def _fill(text: pl.Expr, blank: str, word: pl.Expr) -> pl.Expr:
    """The text with a word in the place of a blank."""
    before = text.str.split(blank).list.first()
    after = text.str.split(blank).list.get(1, null_on_oob=True)
    return pl.when(after.is_null()).then(text).otherwise(before + word + after)
