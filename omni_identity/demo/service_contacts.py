"""Customer lists of the support desk and of e-mail marketing."""

from __future__ import annotations

import polars as pl

from omni_identity.demo.capture import Habits
from omni_identity.demo.emails import vary_email
from omni_identity.demo.gaps import NO_PHONE, blank, pretend
from omni_identity.demo.phones import format_phones
from omni_identity.demo.randomness import Draw

SUPPORT_HABITS = Habits(typo=0.05, nickname=0.14, native=0.0, swap=0.015, landline=0.35)
EMAIL_HABITS = Habits(typo=0.015, nickname=0.15, native=0.2, stale=0.15)


def support_contacts(draw: Draw, caught: pl.DataFrame) -> pl.DataFrame:
    """Captured persons as agents hear them on the telephone."""
    n = len(caught)
    style = pl.Series(draw.index([0.8, 0.12, 0.08], n))
    frame = caught.select(
        "cause",
        pl.when(style == 0).then(pl.format("{} {}", "given", "family"))
        .when(style == 1).then(pl.format("{}, {}", "family", "given"))
        .otherwise("family").alias("full_name"),
        vary_email(draw, caught["email"], 0.03).alias("email_address"),
        format_phones(draw, caught["phone"], [4, 3, 2, 2, 1, 1]).alias("phone_number"),
        "street", "city", pl.col("postcode").alias("postal_code"),
        pl.col("loyalty_id").alias("customer_no"),
    )  # fmt: skip
    frame = blank(draw, frame, {
        "full_name": 0.03, "email_address": 0.3, "phone_number": 0.3, "street": 0.75,
        "city": 0.65, "postal_code": 0.7, "customer_no": 0.85,
    })  # fmt: skip
    return pretend(draw, frame, "phone_number", 0.03, NO_PHONE)


def email_contacts(draw: Draw, caught: pl.DataFrame) -> pl.DataFrame:
    """Captured persons as newsletter subscribers: an address, consent, sometimes a name."""
    n = len(caught)
    frame = caught.select(
        "cause",
        vary_email(draw, caught["email"], 0.05).alias("email_address"),
        pl.col("given").alias("first_name"), pl.col("family").alias("last_name"),
        pl.col("postcode").alias("zip"),
        pl.Series("opt_in", ["yes", "no", "pending"]).gather(draw.index([70, 24, 6], n)),
    )  # fmt: skip
    return blank(draw, frame, {"first_name": 0.45, "last_name": 0.62, "zip": 0.85})
