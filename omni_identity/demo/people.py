"""The persons of a block with all that channels may learn of them, and when it changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from omni_identity.demo import emails as mail
from omni_identity.demo.households import CHILD, FLATMATES, SINGLE, Households, form_households
from omni_identity.demo.names import NOT_JOINED, Names, name_persons
from omni_identity.demo.phones import draw_phones, home_country
from omni_identity.demo.places import make_addresses
from omni_identity.demo.plan import DAY_SECONDS, DemoPlan
from omni_identity.demo.randomness import Draw, Flags, Ints, scramble
from omni_identity.demo.vocabulary import LOCALES, NATIVE_SCRIPTS, Vocabulary, load_vocabulary

NEVER = 2**40
"""Epoch seconds after all that happens here."""
_YEARS = 5


@dataclass
class Claims:
    """Identifiers given to persons of former blocks."""

    emails: mail.Taken
    handles: mail.Taken


@dataclass
class People:
    """Persons of a block: a frame with a row each, their names and their addresses.

    Columns ending in _a hold until the time in their _at column, those in _b from then on.
    """

    frame: pl.DataFrame
    names: Names
    addresses: pl.DataFrame
    words: Vocabulary


def make_people(plan: DemoPlan, block: int, first: int, claims: Claims) -> People:
    """The persons numbered from `first`, as many as the plan has in this block."""
    n = plan.blocks[block]
    draw = Draw(plan.seed, block, "people")
    words = load_vocabulary()
    homes = form_households(draw, n, plan.end.year)
    names = name_persons(draw, homes, words)
    birth = _birth_days(draw, homes, names.twin)
    dwelling, addresses, moved = _dwellings(draw, homes, plan)
    person = np.arange(first, first + n, dtype=np.int64)
    frame = pl.DataFrame(
        {
            "entity": scramble(person, plan.seed, "entity", 30),
            "female": homes.female,
            "role": homes.role,
            "household": homes.member_of,
            "birth": birth,
            "adult": plan.end.year - homes.birth_year >= 18,
            "locale": pl.Series(list(LOCALES)).gather(names.locale),
            **dwelling,
            "named_at": np.where(names.married, _past(draw, plan, n), NEVER),
            "email_changed_at": _past(draw, plan, n),
            "member_no": scramble(person, plan.seed, "member", 30),
            "account": scramble(person, plan.seed, "account", 30),
            "device": draw.hexadecimal(n, 32),
            "cookie": draw.hexadecimal(n, 20),
            "scribble": draw.unit(n),
        }
    )
    frame = _add_phones(draw, plan, frame, homes, addresses)
    frame = _add_emails(draw, frame, homes, names, claims)
    frame = _share_devices(draw, frame, homes)
    return People(frame.with_columns(_causes(frame, homes, names, moved)), names, addresses, words)


def _past(draw: Draw, plan: DemoPlan, n: int) -> Ints:
    """Moments of the last years, the demo's days included."""
    return draw.whole(
        plan.history_ends - _YEARS * 365 * DAY_SECONDS,
        plan.history_ends + plan.days * DAY_SECONDS,
        n,
    )


def _birth_days(draw: Draw, homes: Households, twin: Flags) -> Ints:
    """Days since 1970-01-01; twins have their twin's, who comes before them."""
    start = (
        (homes.birth_year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    )
    days = start + draw.whole(0, 365, len(start))
    seconds = np.flatnonzero(twin)
    days[seconds] = days[seconds - 1]
    return days


def _dwellings(
    draw: Draw, homes: Households, plan: DemoPlan
) -> tuple[dict[str, Ints], pl.DataFrame, Flags]:
    """Rows of addresses before and after a move, when it was, and who moved."""
    n, households = len(homes.role), len(homes.kind)
    together = draw.chance(0.1, households)
    alone = draw.chance(0.035, n) & (homes.kind != SINGLE)[homes.member_of]
    moved = together[homes.member_of] | alone
    at = np.where(alone, _past(draw, plan, n), _past(draw, plan, households)[homes.member_of])
    home = homes.member_of
    new_home = np.where(together[home], households + home, home)
    leavers = np.flatnonzero(alone)
    new_home[leavers] = 2 * households + np.arange(len(leavers))
    addresses = make_addresses(draw, 2 * households + len(leavers))
    dwelling = {"home_a": home, "home_b": new_home, "moved_at": np.where(moved, at, NEVER)}
    return dwelling, addresses, moved


def _keep(condition: Flags, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(condition)).then(values)).to_series()


def _either(condition: Flags, then: pl.Series, otherwise: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(condition)).then(then).otherwise(otherwise)).to_series()


def _add_phones(
    draw: Draw, plan: DemoPlan, frame: pl.DataFrame, homes: Households, addresses: pl.DataFrame
) -> pl.DataFrame:
    """Mobiles before and after a change, land lines; some changed numbers go to somebody else."""
    n, households = len(frame), len(homes.kind)
    home = addresses[homes.member_of]
    origin = pl.Series(list(LOCALES)).replace_strict(list(LOCALES), home_country(list(LOCALES)))
    locale_at = frame["locale"].replace_strict(list(LOCALES), list(range(len(LOCALES)))).to_numpy()
    country = _either(draw.chance(0.1, n), origin.gather(locale_at), home["country"])
    area = home["area"].to_numpy()
    mobile_a, mobile_b = draw_phones(draw, area, country), draw_phones(draw, area, country)
    has, changed = draw.chance(0.9, n), draw.chance(0.09, n)
    changed_at = np.where(changed, _past(draw, plan, n), NEVER)
    mobile_b = _either(changed, mobile_b, mobile_a)
    givers = np.flatnonzero(changed & has)
    takers = draw.sample(n, 0.012)
    pairs = min(len(givers), len(takers))
    givers, takers = draw.rng.permutation(givers)[:pairs], draw.rng.permutation(takers)[:pairs]
    apart = ~changed[takers]
    givers, takers = givers[apart], takers[apart]
    mobile_b = mobile_b.scatter(takers, mobile_a.gather(givers))
    changed_at[takers] = changed_at[givers] + 100 * DAY_SECONDS
    recycled = np.zeros(n, dtype=np.bool_)
    recycled[givers] = recycled[takers] = True
    line = draw_phones(
        draw, addresses["area"].to_numpy()[:households], addresses["country"][:households]
    )
    lines = draw.chance(np.where(homes.kind == FLATMATES, 0.05, 0.38), households)
    return frame.with_columns(
        _keep(has, mobile_a).alias("mobile_a"),
        _keep(has, mobile_b).alias("mobile_b"),
        pl.Series("phone_changed_at", changed_at),
        pl.Series("recycled", recycled),
        _keep(lines, line).gather(homes.member_of).alias("landline"),
        _of_kin(homes, _keep(has, mobile_a)).alias("kin_mobile"),
        _of_kin(homes, frame["member_no"]).alias("kin_member_no"),
    )


def _of_kin(homes: Households, owned: pl.Series) -> pl.Series:
    """What the household's head owns, and for heads what the second member does."""
    start, size = homes.start[homes.member_of], homes.size[homes.member_of]
    head = np.arange(len(start)) == start
    family = ~np.isin(homes.kind, (SINGLE, FLATMATES))[homes.member_of] & (size > 1)
    return _keep(family, owned.gather(np.where(head & (size > 1), start + 1, start)))


def _email_names(
    draw: Draw, frame: pl.DataFrame, names: Names, words: Vocabulary, after: bool
) -> pl.DataFrame:
    """The names that an address is made of: some make it of their nickname."""
    n = len(frame)
    latin = np.where(draw.chance(0.5, n), 1, 2).astype(np.int64)
    given = words.spell(words.given, names.given, latin)
    short = words.nickname_of(names.given, frame["scribble"].to_numpy())
    given = _either(draw.chance(0.17, n) & short.is_not_null().to_numpy(), short, given)
    first, second, join = names.after if after else names.before
    uses_second = (join != NOT_JOINED) & draw.chance(0.3, n)
    family = words.spell(words.family, np.where(uses_second, second, first), latin)
    middle = words.spell(words.given, names.middle, latin).fill_null("")
    year = 1970 + (frame["birth"].to_numpy() // 365.2425).astype(np.int64)
    columns = {"given": given, "middle": middle, "family": family}
    return pl.DataFrame(
        {key: mail.plain_words(value) for key, value in columns.items()}
    ).with_columns(pl.Series("year", year), frame["locale"], pl.Series("namesake", names.namesake))


def _add_emails(
    draw: Draw, frame: pl.DataFrame, homes: Households, names: Names, claims: Claims
) -> pl.DataFrame:
    """Addresses before and after a change, a second one, the household's, and a social handle."""
    n, words = len(frame), load_vocabulary()
    before = _email_names(draw, frame, names, words, after=False)
    after = _email_names(draw, frame, names, words, after=True)
    first = mail.draw_emails(draw, before, claims.emails)
    second = mail.draw_emails(draw, after, claims.emails)
    has = draw.chance(np.where(frame["adult"].to_numpy(), 0.95, 0.7), n)
    changed = draw.chance(np.where(names.married, 0.45, 0.08), n)
    wedding = frame["named_at"].to_numpy() + 20 * DAY_SECONDS
    changed_at = np.where(names.married, wedding, frame["email_changed_at"].to_numpy())
    sharing = draw.chance(
        np.where(np.isin(homes.kind, (SINGLE, FLATMATES)), 0.0, 0.24), len(homes.kind)
    )
    own_family = (homes.role != CHILD) | ~frame["adult"].to_numpy() | draw.chance(0.2, n)
    shares = sharing[homes.member_of] & own_family
    of_head = first.gather(homes.start[homes.member_of])
    return frame.with_columns(
        _keep(has, first).alias("email_a"),
        _keep(has, _either(changed, second, first)).alias("email_b"),
        pl.Series("email_changed_at", np.where(changed, changed_at, NEVER)),
        _keep(draw.chance(0.22, n), mail.draw_emails(draw, before, claims.emails)).alias(
            "other_email"
        ),
        _keep(shares, of_head).alias("shared_email"),
        _keep(draw.chance(0.6, n), mail.draw_handles(draw, before, claims.handles)).alias("handle"),
    )


def _share_devices(draw: Draw, frame: pl.DataFrame, homes: Households) -> pl.DataFrame:
    """Some families use one computer, fewer one telephone."""
    head = homes.start[homes.member_of]
    live = (homes.kind != FLATMATES)[homes.member_of]
    computer = (draw.chance(0.12, len(homes.kind)))[homes.member_of] & live
    tablet = (draw.chance(0.04, len(homes.kind)))[homes.member_of] & live
    return frame.with_columns(
        _either(computer, frame["cookie"].gather(head), frame["cookie"]).alias("cookie"),
        _either(tablet, frame["device"].gather(head), frame["device"]).alias("device"),
    )


def _causes(frame: pl.DataFrame, homes: Households, names: Names, moved: Flags) -> pl.Series:
    """What makes each person hard to recognise, the rarest first."""
    first_twin = np.roll(names.twin, -1)
    flat = (homes.kind == FLATMATES)[homes.member_of]
    alone = (homes.kind == SINGLE)[homes.member_of]
    scripts = frame["locale"].is_in(NATIVE_SCRIPTS).to_numpy()
    abroad = ~frame["mobile_a"].fill_null("1|").str.starts_with("1|").to_numpy()
    doubled = (names.after[2] != NOT_JOINED) | (names.second_given >= 0)
    marks = {
        "twin": names.twin | first_twin,
        "junior": names.junior,
        "recycled_phone": frame["recycled"].to_numpy(),
        "married": names.married,
        "namesake": names.namesake,
        "foreign_script": scripts,
        "foreign_phone": abroad,
        "moved": moved,
        "changed_phone": frame["phone_changed_at"].to_numpy() < NEVER,
        "shared_email": frame["shared_email"].is_not_null().to_numpy(),
        "double_name": doubled,
        "flatmates": flat,
        "single": alone,
    }
    return pl.Series("cause", np.select(list(marks.values()), list(marks), "household"))
