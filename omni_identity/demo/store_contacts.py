"""Customer lists of the store tills and the loyalty programme."""

from __future__ import annotations

import polars as pl

from omni_identity.demo.capture import Habits
from omni_identity.demo.emails import vary_email
from omni_identity.demo.gaps import NO_EMAIL, NO_NAME, NO_PHONE, blank, mark, pretend
from omni_identity.demo.layouts import STORES
from omni_identity.demo.phones import format_phones
from omni_identity.demo.randomness import Draw

TILL_HABITS = Habits(
    typo=0.045, nickname=0.16, native=0.0, swap=0.01, initial=0.03, landline=0.3, kin_card=0.06
)
LOYALTY_HABITS = Habits(typo=0.022, nickname=0.05, native=0.05, swap=0.012, stale=0.1)
_NO_DATE = ("01/01/1900", "01/01/1970", "11/11/1111")


def till_contacts(draw: Draw, caught: pl.DataFrame) -> pl.DataFrame:
    """Captured persons as cashiers key them in: one name field, and hardly anything else."""
    n = len(caught)
    frame = caught.select(
        "guest", "cause", _till_name(draw, caught).alias("name"),
        format_phones(draw, caught["phone"], [3, 4, 5, 1, 1, 1]).alias("phone"),
        vary_email(draw, caught["email"], 0.05).alias("email"),
        pl.col("loyalty_id").alias("card_no"), pl.col("postcode").str.slice(0, 5).alias("zip"),
        pl.Series("store", STORES).gather((draw.unit(n) ** 1.5 * len(STORES)).astype("int64")),
    )  # fmt: skip
    frame = blank(draw, frame, {
        "name": 0.02, "phone": 0.5, "email": 0.56, "card_no": 0.74, "zip": 0.72, "store": 0.05,
    })  # fmt: skip
    # Whoever gives nothing but a telephone, an address or a card goes down as GUEST.
    frame = frame.with_columns(
        pl.when("guest").then(pl.lit("GUEST")).otherwise("name").alias("name"),
        pl.when("guest").then(pl.lit("guest")).otherwise("cause").alias("cause"),
        pl.when(pl.col("guest") & pl.col("phone").is_null())
        .then(caught["email"])
        .otherwise("email")
        .alias("email"),
    )
    frame = pretend(draw, frame, "name", 0.7, NO_NAME)
    frame = pretend(draw, frame, "phone", 0.05, NO_PHONE)
    return pretend(draw, frame, "email", 0.05, NO_EMAIL).drop("guest")


def _till_name(draw: Draw, caught: pl.DataFrame) -> pl.Series:
    """Full names in the styles of several cash registers."""
    n = len(caught)
    style = draw.index([0.34, 0.24, 0.18, 0.08, 0.06, 0.05, 0.05], n)
    middle = (
        pl.when(pl.col("middle").is_not_null())
        .then(pl.format(" {}", pl.col("middle").str.slice(0, 1)))
        .otherwise(pl.lit(""))
    )
    tail = (
        pl.when(pl.col("suffix").is_not_null())
        .then(pl.format(" {}", "suffix"))
        .otherwise(pl.lit(""))
    )
    title = pl.when("female").then(pl.lit("Mrs.")).otherwise(pl.lit("Mr."))
    return (
        caught.with_columns(pl.Series("style", style))
        .select(
            pl.when(pl.col("style") == 0)
            .then(pl.format("{} {}{}", "given", "family", tail).str.to_uppercase())
            .when(pl.col("style") == 1)
            .then(pl.format("{}, {}", "family", "given"))
            .when(pl.col("style") == 2)
            .then(pl.format("{} {}{}", "given", "family", tail))
            .when(pl.col("style") == 3)
            .then(pl.format("{},{}{}", "family", "given", middle).str.to_uppercase())
            .when(pl.col("style") == 4)
            .then(pl.format("{}{} {}", "given", middle, "family"))
            .when(pl.col("style") == 5)
            .then(pl.format("{}. {}", pl.col("given").str.slice(0, 1), "family"))
            .otherwise(pl.format("{} {} {}", title, "given", "family"))
        )
        .to_series()
    )


def loyalty_contacts(draw: Draw, caught: pl.DataFrame) -> pl.DataFrame:
    """Captured persons as filled in on the programme's form; birth dates day first."""
    n = len(caught)
    frame = caught.select(
        "cause",
        pl.col("loyalty_id").alias("member_no"),
        pl.col("given").alias("first"),
        "middle",
        pl.col("family").alias("last"),
        "suffix",
        pl.when(pl.col("female")).then(pl.lit("F")).otherwise(pl.lit("M")).alias("sex"),
        pl.col("birth").dt.strftime("%d/%m/%Y").alias("dob"),
        vary_email(draw, caught["email"], 0.04).alias("email"),
        format_phones(draw, caught["phone"], [3, 2, 3, 3, 3, 0]).alias("phone"),
        "street",
        "city",
        "region",
        "postcode",
        pl.Series("sms_ok", [True, False, None]).gather(draw.index([3, 5, 2], n)),
    )
    # Second cards of a member get a number of their own until the clerks merge them.
    second = caught["again"]
    frame = frame.with_columns(
        pl.when(~second).then("member_no").alias("member_no"), mark(second, "duplicate")
    )
    frame = blank(draw, frame, {
        "member_no": 0.03, "middle": 0.5, "sex": 0.35, "dob": 0.2, "email": 0.28, "phone": 0.32,
        "street": 0.12, "city": 0.08, "region": 0.15, "postcode": 0.12,
    })  # fmt: skip
    frame = pretend(draw, frame, "dob", 0.08, _NO_DATE)
    return pretend(draw, frame, "phone", 0.03, NO_PHONE)
