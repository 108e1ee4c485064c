"""What a channel catches of a person at a moment: the right name, an old address, a typo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from omni_identity.demo import damage
from omni_identity.demo.names import HYPHENED, NOT_JOINED
from omni_identity.demo.people import People
from omni_identity.demo.randomness import Draw, Flags, Ints

COMMON_CAUSES = ("household", "single", "double_name", "flatmates", "moved", "shared_email")
"""Causes that a slip in the record itself outranks."""


@dataclass(frozen=True)
class Habits:
    """How a channel takes down its customers; shares of records."""

    typo: float = 0.02
    nickname: float = 0.1
    native: float = 0.3
    swap: float = 0.008
    initial: float = 0.0
    landline: float = 0.2
    short_address: float = 0.4
    kin: float = 0.03
    """Records with the telephone of a relative; of minors four times as many."""
    kin_card: float = 0.0
    """Records with a relative's loyalty card."""
    stale: float = 0.05
    """Records that give the former name, address or number after it changed."""


@dataclass(frozen=True)
class _Visit:
    """Persons (rows of a block) who meet a channel with its habits at moments."""

    draw: Draw
    people: People
    rows: Ints
    at: Ints
    habits: Habits


def capture(draw: Draw, people: People, rows: Ints, at: Ints, habits: Habits) -> pl.DataFrame:
    """One row for each of `rows` (persons) at the moments `at` (UTC epoch seconds).

    Columns are clean texts of given, middle, family, suffix, mobile, landline, email,
    other_email, street, city, region, postcode, country, the identifiers, birth (Date), and the
    cause that makes the record hard. Unknown is null.
    """
    person = people.frame[rows]
    at = at - np.where(draw.chance(habits.stale, len(rows)), 3 * 365 * 86_400, 0)
    causes = _Causes(person["cause"])
    visit = _Visit(draw, people, rows, at, habits)
    columns = {
        **_names(visit, causes),
        **_contacts(visit, person, causes),
        **_address(visit, person, causes),
    }
    days, slipped = damage.slip_dates(draw, person["birth"].to_numpy(), habits.typo * 0.6)
    causes.mark(slipped, "typo")
    uses_card = draw.chance(habits.kin_card, len(rows))
    uses_card &= person["kin_member_no"].is_not_null().to_numpy()
    causes.mark(uses_card, "relatives_card")
    member_no = _choose(uses_card, person["kin_member_no"], person["member_no"])
    return pl.DataFrame(columns).with_columns(
        pl.Series("birth", days).cast(pl.Int32).cast(pl.Date),
        person["female"],
        person["adult"],
        pl.format("L{}", 100_000_000 + member_no).alias("loyalty_id"),
        pl.format("A{}", 1_000_000_000 + person["account"]).alias("account"),
        person["device"],
        person["cookie"],
        person["handle"],
        pl.Series("cause", causes.words.tolist(), dtype=pl.String),
    )


class _Causes:
    """The main difficulty of each record."""

    def __init__(self, persons: pl.Series) -> None:
        self.words = persons.to_numpy().astype(object)
        self.common = persons.is_in(COMMON_CAUSES).to_numpy()

    def mark(self, rows: Flags, cause: str) -> None:
        """Names a cause for records that have only a common one."""
        hit = rows & self.common
        self.words[hit] = cause
        self.common = self.common & ~hit


def _choose(condition: Flags, then: pl.Series, otherwise: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(condition)).then(then).otherwise(otherwise)).to_series()


def _names(visit: _Visit, causes: _Causes) -> dict[str, pl.Series]:
    draw, habits, rows = visit.draw, visit.habits, visit.rows
    n, words, names = len(rows), visit.people.words, visit.people.names
    # A person of another script uses it here or there; the Latin spelling varies as well.
    native = draw.chance(habits.native, n)
    form = np.where(native, 0, np.where(draw.chance(0.75, n), 1, 2)).astype(np.int64)
    given = words.spell(words.given, names.given[rows], form)
    given = _second_given(draw, given, words.spell(words.given, names.second_given[rows], form))
    short = words.nickname_of(names.given[rows], draw.unit(n))
    uses_short = draw.chance(habits.nickname, n) & short.is_not_null().to_numpy()
    given = _choose(uses_short, short, given)
    initial = draw.chance(habits.initial, n)
    given = _choose(initial, given.str.slice(0, 1), given)
    family = _family(visit, form)
    middle = words.spell(words.given, names.middle[rows], form)
    given, slip_given = damage.misspell(draw, given, habits.typo)
    family, slip_family = damage.misspell(draw, family, habits.typo * 1.4)
    given, garbled_given = damage.garble(draw, given, 0.05)
    family, garbled = damage.garble(draw, family, 0.05)
    swapped = draw.chance(habits.swap, n)
    causes.mark(garbled | garbled_given, "encoding_damage")
    causes.mark(swapped, "swapped_name")
    causes.mark(slip_given | slip_family, "typo")
    causes.mark(uses_short, "nickname")
    suffix = names.suffix.gather(rows)
    return {
        "given": _choose(swapped, family, given),
        "family": _choose(swapped, given, family),
        "middle": _choose(draw.chance(0.75, n), middle.str.slice(0, 1), middle),
        "suffix": _choose(draw.chance(0.14, n) & (suffix != "").to_numpy(), suffix, _nulls(n)),
    }


def _nulls(n: int) -> pl.Series:
    return pl.Series([None] * 1, dtype=pl.String).gather(np.zeros(n, dtype=np.int64))


def _second_given(draw: Draw, first: pl.Series, second: pl.Series) -> pl.Series:
    """Anna Maria, Anna-Maria, Anna, and now and then Maria."""
    kind = draw.index([0.35, 0.12, 0.45, 0.08], len(first))
    frame = pl.DataFrame({"a": first, "b": second, "kind": kind})
    return frame.select(
        pl.when(pl.col("b").is_null() | (pl.col("kind") == 2)).then("a")
        .when(pl.col("kind") == 0).then(pl.format("{} {}", "a", "b"))
        .when(pl.col("kind") == 1).then(pl.format("{}-{}", "a", "b"))
        .otherwise("b").alias("given")
    ).to_series()  # fmt: skip


def _family(visit: _Visit, form: Ints) -> pl.Series:
    """The family name of that time; of double names often one half only, or without hyphen."""
    draw, people, rows, at = visit.draw, visit.people, visit.rows, visit.at
    words, named = people.words, at >= people.frame["named_at"].to_numpy()[rows]
    first, second, join = (
        np.where(named, after[rows], before[rows])
        for before, after in zip(people.names.before, people.names.after, strict=True)
    )
    kind = draw.index([0.5, 0.24, 0.12, 0.14], len(rows))
    frame = pl.DataFrame(
        {
            "a": words.spell(words.family, first, form),
            "b": words.spell(words.family, np.where(join == NOT_JOINED, -1, second), form),
            "hyphen": join == HYPHENED,
            "kind": kind,
        }
    )
    whole = pl.when((pl.col("kind") == 3) ^ pl.col("hyphen")).then(pl.format("{}-{}", "a", "b"))
    return frame.select(
        pl.when(pl.col("b").is_null() | (pl.col("kind") == 1)).then("a")
        .when(pl.col("kind") == 2).then("b")
        .otherwise(whole.otherwise(pl.format("{} {}", "a", "b"))).alias("family")
    ).to_series()  # fmt: skip


def _contacts(visit: _Visit, person: pl.DataFrame, causes: _Causes) -> dict[str, pl.Series]:
    draw, at, habits = visit.draw, visit.at, visit.habits
    n = len(person)
    mobile = _choose(
        at >= person["phone_changed_at"].to_numpy(), person["mobile_b"], person["mobile_a"]
    )
    uses_line = draw.chance(habits.landline, n) & person["landline"].is_not_null().to_numpy()
    landline = person["landline"]
    minor = ~person["adult"].to_numpy()
    uses_kin = draw.chance(np.where(minor, 4.0, 1.0) * habits.kin, n)
    uses_kin &= person["kin_mobile"].is_not_null().to_numpy()
    email = _choose(
        at >= person["email_changed_at"].to_numpy(), person["email_b"], person["email_a"]
    )
    other = person["other_email"]
    uses_other = draw.chance(0.22, n) & other.is_not_null().to_numpy()
    email = _choose(uses_other, other, email)
    uses_shared = (
        draw.chance(np.where(minor, 0.8, 0.45), n) & person["shared_email"].is_not_null().to_numpy()
    )
    email = _choose(uses_shared, person["shared_email"], email)
    mobile, wrong = damage.slip_digits(draw, mobile, habits.typo * 0.7)
    email, mistyped = damage.mistype_emails(draw, email, habits.typo * 0.8)
    causes.mark(uses_shared, "shared_email")
    causes.mark(uses_line, "shared_landline")
    causes.mark(uses_kin, "relatives_phone")
    causes.mark(wrong | mistyped, "typo")
    return {
        "mobile": mobile,
        "phone": _choose(uses_kin, person["kin_mobile"], _choose(uses_line, landline, mobile)),
        "landline": landline,
        "email": email,
        "other_email": other,
    }


def _address(visit: _Visit, person: pl.DataFrame, causes: _Causes) -> dict[str, pl.Series]:
    draw, people, at, habits = visit.draw, visit.people, visit.at, visit.habits
    n = len(person)
    moved = at >= person["moved_at"].to_numpy()
    home = people.addresses[
        np.where(moved, person["home_b"].to_numpy(), person["home_a"].to_numpy())
    ]
    road, slipped = damage.misspell(draw, home["road"], habits.typo)
    city, slipped_city = damage.misspell(draw, home["city"], habits.typo * 0.6)
    causes.mark(slipped | slipped_city, "typo")
    frame = home.with_columns(
        road.alias("road"),
        pl.Series("short", draw.chance(habits.short_address, n)),
        pl.Series("unit_style", draw.index([0.4, 0.25, 0.2, 0.15], n)),
    )
    return {
        "street": frame.select(_street().alias("street")).to_series(),
        "city": city,
        "region": home["region"].replace({"": None}),
        "postcode": _postcode(draw, home),
        "country": home["country"],
    }


def _street() -> pl.Expr:
    suffix = pl.when(pl.col("short")).then("short_suffix").otherwise("suffix")
    european = pl.col("country").is_in(["DE", "MX"])
    line = (
        pl.when(european).then(pl.format("{} {}", "road", "number"))
        .otherwise(pl.format("{} {} {}", "number", "road", suffix))
    )  # fmt: skip
    style, unit = pl.col("unit_style"), pl.col("unit")
    return (
        pl.when((unit == "") | (style == 3)).then(line)
        .when(style == 0).then(pl.format("{} Apt {}", line, unit))
        .when(style == 1).then(pl.format("{} #{}", line, unit))
        .otherwise(pl.format("{}, Unit {}", line, unit))
    )  # fmt: skip


def _postcode(draw: Draw, home: pl.DataFrame) -> pl.Series:
    """ZIP codes, some with the four more digits, some that a spreadsheet robbed of their zero."""
    n = len(home)
    kind = draw.index([0.9, 0.06, 0.04], n)
    more = pl.Series(draw.whole(1000, 10_000, n)).cast(pl.String)
    frame = pl.DataFrame(
        {"z": home["postcode"], "us": home["country"] == "US", "kind": kind, "more": more}
    )
    return frame.select(
        pl.when(pl.col("us") & (pl.col("kind") == 1)).then(pl.format("{}-{}", "z", "more"))
        .when(pl.col("us") & (pl.col("kind") == 2)).then(pl.col("z").str.strip_chars_start("0"))
        .otherwise("z").alias("postcode")
    ).to_series()  # fmt: skip
