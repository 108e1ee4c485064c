"""Customer lists of the web shop and the app."""

from __future__ import annotations

import polars as pl

from omni_identity.demo.capture import Habits
from omni_identity.demo.emails import vary_email
from omni_identity.demo.gaps import NO_DATE, NO_EMAIL, NO_PHONE, blank, empty_guests, pretend
from omni_identity.demo.phones import format_phones, international
from omni_identity.demo.randomness import Draw

WEB_HABITS = Habits(typo=0.024, nickname=0.09, native=0.4, short_address=0.5)
APP_HABITS = Habits(typo=0.02, nickname=0.2, native=0.5, landline=0.0)


def web_contacts(draw: Draw, caught: pl.DataFrame) -> pl.DataFrame:
    """Captured persons in the web shop's columns; guests leave an e-mail alone."""
    n = len(caught)
    frame = caught.select(
        "given", "family", "guest", "cause",
        vary_email(draw, caught["email"], 0.06).alias("mail"),
        vary_email(draw, caught["other_email"], 0.03).alias("second_mail"),
        format_phones(draw, caught["phone"], [3, 3, 6, 2, 1, 1]).alias("mobile"),
        format_phones(draw, caught["landline"], [3, 3, 6, 2, 1, 1]).alias("landline"),
        pl.col("birth").dt.strftime("%Y-%m-%d").alias("dob"),
        pl.col("street").alias("address_line"), pl.col("city").alias("town"),
        pl.col("region").alias("state"), pl.col("postcode").alias("zip"), "country",
        pl.col("loyalty_id").alias("loyalty_no"), pl.col("account").alias("account_no"),
        pl.format("@{}", "handle").alias("ig_handle"), pl.col("cookie").alias("cookie_id"),
        pl.Series("newsletter", ["yes", "no", None]).gather(draw.index([4, 4, 3], n)),
    )  # fmt: skip
    frame = blank(draw, frame, {
        "given": 0.01, "family": 0.012, "mail": 0.05, "second_mail": 0.6, "mobile": 0.44,
        "landline": 0.8, "dob": 0.6, "address_line": 0.35, "town": 0.3, "state": 0.35,
        "zip": 0.3, "country": 0.25, "loyalty_no": 0.9, "account_no": 0.72, "ig_handle": 0.94,
        "cookie_id": 0.45,
    })  # fmt: skip
    hurried = [
        column for column in frame.columns if column not in ("mail", "cause", "guest", "zip")
    ]
    frame = empty_guests(frame, hurried)
    # A guest order needs an address to send the receipt to.
    mail = frame["mail"].fill_null(caught["email"])
    frame = frame.with_columns(
        pl.when(pl.col("guest")).then(mail).otherwise(pl.col("mail")).alias("mail")
    )
    frame = pretend(draw, frame, "dob", 0.03, NO_DATE)
    frame = pretend(draw, frame, "mobile", 0.03, NO_PHONE)
    return pretend(draw, frame, "mail", 0.2, NO_EMAIL).drop("guest")


def app_contacts(draw: Draw, caught: pl.DataFrame) -> pl.DataFrame:
    """Captured persons in the app's columns; one display name, the telephone's own number."""
    n = len(caught)
    style = draw.index([0.62, 0.2, 0.1, 0.08], n)
    name = (
        pl.when(pl.Series(style == 0))
        .then(pl.format("{} {}", "given", "family"))
        .when(pl.Series(style == 1))
        .then("given")
        .when(pl.Series(style == 2))
        .then(pl.format("{} {}.", "given", pl.col("family").str.slice(0, 1)))
        .otherwise(pl.format("{} {}", "given", "family").str.to_lowercase())
    )
    consent = draw.index([5, 4, 1], n)
    frame = caught.select(
        "cause", name.alias("display_name"),
        pl.col("email").str.to_lowercase().alias("email"),
        international(caught["mobile"]).alias("msisdn"),
        pl.col("birth").dt.strftime("%Y-%m-%d").alias("birthday"),
        pl.when(pl.col("female")).then(pl.lit("f")).otherwise(pl.lit("m")).alias("sex"),
        "device", "account", pl.col("loyalty_id").alias("member_no"),
        pl.Series("push_consent", [True, False, None]).gather(consent),
    )  # fmt: skip
    frame = blank(draw, frame, {
        "display_name": 0.12, "email": 0.2, "msisdn": 0.33, "birthday": 0.7, "sex": 0.6,
        "device": 0.05, "account": 0.7, "member_no": 0.88,
    })  # fmt: skip
    return pretend(draw, frame, "birthday", 0.02, NO_DATE)
