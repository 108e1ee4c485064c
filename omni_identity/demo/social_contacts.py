"""Profiles of WhatsApp and Instagram: a number or a handle, and what people call themselves."""

from __future__ import annotations

import polars as pl

from omni_identity.demo.capture import Habits
from omni_identity.demo.gaps import blank
from omni_identity.demo.phones import international
from omni_identity.demo.randomness import Draw

WHATSAPP_HABITS = Habits(typo=0.006, nickname=0.3, native=0.6, landline=0.0, swap=0.0)
INSTAGRAM_HABITS = Habits(typo=0.006, nickname=0.3, native=0.6, landline=0.0, swap=0.0)
_SIGNS = ("✨", "🌸", "🔥", "⚽", "🐶", "☀️", "💙", "🎧")


def display_names(draw: Draw, caught: pl.DataFrame) -> pl.Series:
    """First names, initials, whole names, lower case, a sign or two."""
    n = len(caught)
    style = pl.Series(draw.index([0.34, 0.28, 0.18, 0.08, 0.07, 0.05], n))
    sign = pl.Series(_SIGNS).gather(draw.whole(0, len(_SIGNS), n))
    return caught.select(
        pl.when(style == 0)
        .then(pl.format("{} {}", "given", "family"))
        .when(style == 1)
        .then("given")
        .when(style == 2)
        .then(pl.format("{} {}.", "given", pl.col("family").str.slice(0, 1)))
        .when(style == 3)
        .then(pl.col("given").str.to_lowercase())
        .when(style == 4)
        .then(pl.format("{} {}", "given", sign))
        .otherwise(
            pl.format("{}{}", pl.col("given").str.slice(0, 1), pl.col("family").str.slice(0, 1))
        )
    ).to_series()


def whatsapp_contacts(draw: Draw, caught: pl.DataFrame) -> pl.DataFrame:
    """Captured persons as chat partners: their number without plus, and a push name."""
    frame = caught.select(
        "cause",
        international(caught["mobile"], "").alias("wa_phone"),
        display_names(draw, caught).alias("push_name"),
    )
    return blank(draw, frame, {"push_name": 0.12})


def instagram_contacts(draw: Draw, caught: pl.DataFrame) -> pl.DataFrame:
    """Captured persons as followers that wrote: handle, display name, rarely more."""
    frame = caught.select(
        "cause",
        pl.format("@{}", "handle").alias("username"),
        display_names(draw, caught).alias("display_name"),
        pl.col("email").alias("bio_email"),
        international(caught["mobile"]).alias("linked_phone"),
    )
    frame = blank(draw, frame, {"display_name": 0.08, "bio_email": 0.78, "linked_phone": 0.88})
    alone = pl.col("bio_email").is_null() & pl.col("linked_phone").is_null()
    return frame.with_columns(
        pl.when(alone).then(pl.lit("handle_only")).otherwise("cause").alias("cause")
    )
