"""Names of persons: parts in display form, and keys to compare them by."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

from omni_identity.model.placeholders import GIVEN_NAME_WORDS, LAST_NAME_WORDS, PLACEHOLDER_WORDS
from omni_identity.standardise.couples import (
    SUSPECT,
    take_first_given_name,
    take_first_of_two,
    take_last_name_of_two,
)
from omni_identity.standardise.distinct import on_distinct, on_frame_rows, on_rows
from omni_identity.standardise.eastern_names import (
    EASTERN,
    HAS_EASTERN,
    join_eastern_name,
    split_eastern_names,
)
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.full_names import parse_full_name
from omni_identity.standardise.name_parts import (
    NICKNAME_MARKS,
    SYMBOLS,
    clean_part,
    standardise_suffix,
    without_nicknames,
)
from omni_identity.standardise.nicknames import canonical_given_name
from omni_identity.standardise.placeholder import is_one_of, is_placeholder
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.script import comparison_key
from omni_identity.standardise.text import MOJIBAKE, clean_text, collapse

PARTS = ("first_name", "middle_name", "last_name", "name_suffix")
NAMES = ("full_name", *PARTS)
_ODD = rf"[^A-Za-zÀ-ÖØ-Þà-öø-įĲ-ňŊ-ž ,.'\-]|{MOJIBAKE}|[ ,.'\-][,.'\-]|  "
"""What a usual name is free of: symbols, digits, other scripts, punctuation in a row."""
_ADDRESS = r"^\S+@\S+\.\pL{2,}$"
_WORD_IS_ADDRESS = r"\S+@\S+\.\pL{2,}\b"
"""An e-mail address in a name's field is no name."""
_ROUNDS = 8
_TWO_IN = {
    "full_name": take_first_of_two,
    "first_name": take_first_given_name,
    "last_name": take_last_name_of_two,
}
_FLAGS = [flag(PLACEHOLDER, c) for c in NAMES] + [flag(INVALID, c) for c in _TWO_IN]
_WORDS = PLACEHOLDER_WORDS | GIVEN_NAME_WORDS | LAST_NAME_WORDS


def standardise_names(raw: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the name columns and their flags for the five raw name columns of ``raw``.

    ``full_name`` is parsed only where neither first nor last name is given, and is then written
    anew from the parts as "First Middle Last Suffix". Of two people in one name the first is taken; the
    name is flagged as invalid then, because it tells more than is kept.
    """
    names = raw.select(NAMES)
    done = _standardised(names, rules)
    odd = names.select(pl.any_horizontal(pl.col(NAMES).str.contains(_ODD))).to_series()
    return _with_keys(on_frame_rows(done, odd, lambda rows: _settled(rows, rules)))


def _settled(done: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Standardise names of odd characters again until they stay; one that never stays is dropped."""
    flags = _FLAGS
    for _ in range(_ROUNDS):
        again = _standardised(done.select(NAMES), rules)
        again = again.with_columns(again[f] | done[f] for f in flags)
        stays = pl.all_horizontal(again[c].eq_missing(done[c]) for c in NAMES)
        done = again
        if done.select(stays.all()).item():
            return done
    return done.with_columns(pl.when(stays).then(c).alias(c) for c in NAMES)


def _standardised(names: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    frame = names.with_columns(
        part.alias(name)
        for c in NAMES
        for part, name in zip(
            on_distinct(names[c], partial(_words, column=c, rules=rules)),
            (c, flag(PLACEHOLDER, c)),
            strict=True,
        )
    )
    frame = frame.with_columns(pl.lit(False).alias(flag(INVALID, c)) for c in _TWO_IN)
    frame = _with_parsed(_with_commas_as_full_names(frame))
    frame = frame.with_columns(pl.col(c).alias(f"{c}:written") for c in ("first_name", "last_name"))
    frame = _with_clean_parts(frame)
    wordy = [on_distinct(frame[c], _wordy).to_series() for c in ("first_name", "last_name")]
    frame = on_frame_rows(
        frame, wordy[0].fill_null(False) | wordy[1].fill_null(False), _without_placeholder_pairs
    )
    return _with_full_name(frame).select(
        *NAMES, *(pl.col(name).fill_null(False) for name in _FLAGS)
    )


def _words(raw: pl.Series, column: str, rules: Rules) -> pl.DataFrame:
    """Clean text, null for certain placeholders, and whether it was one."""
    text = pl.col("raw")
    # left in a full name, an address would become a part, go as a filler, and come back from the full name
    with_address = text.str.contains("@", literal=True) & (column == "full_name")
    text = pl.when(with_address).then(_without_addresses(text)).otherwise(text)
    own = [v for c in NAMES for v in rules.placeholders.get(c, ())]
    lower = text.str.to_lowercase().str.strip_chars(" .,-_*")
    may_be_name = column not in ("middle_name", "name_suffix")
    ambiguous = is_one_of(lower, GIVEN_NAME_WORDS | LAST_NAME_WORDS) & may_be_name
    certain = (is_placeholder(text, own) | is_one_of(lower, PLACEHOLDER_WORDS)) & ~ambiguous
    wordless = ~text.str.contains(r"\pL")
    filler = (certain | wordless | text.str.contains(_ADDRESS)).fill_null(False)
    filler = filler | (with_address.fill_null(False) & text.is_null())
    clean = clean_text(raw)
    clean = on_rows(clean, clean.str.contains(SYMBOLS), _without_symbols)
    clean = on_rows(clean, clean.str.contains(NICKNAME_MARKS), without_nicknames)
    # a name of symbols only is a filler too
    filler = filler | (text.is_null() & pl.Series(raw.str.contains(SYMBOLS)).fill_null(False))
    return clean.to_frame().select(
        pl.when(~filler).then(text).alias("text"), filler.alias("filler")
    )


def _without_addresses(text: pl.Expr) -> pl.Expr:
    return collapse(text.str.replace_all(_WORD_IS_ADDRESS, " "))


def _without_symbols(text: pl.Series) -> pl.Series:
    spaced = pl.col(text.name).str.replace_all(SYMBOLS, " ")
    return text.to_frame().select(collapse(spaced)).to_series()


def _with_one_person(
    frame: pl.DataFrame, column: str, where: pl.Series, said_in: pl.Expr
) -> pl.DataFrame:
    """Take one of two people out of the names in ``column``, and flag what ``said_in`` names: the column itself,
    or the full name that it is from."""
    changed = on_frame_rows(
        frame.select(pl.col(column), pl.lit(False).alias("is_two")),
        frame[column].str.contains(SUSPECT) & where,
        partial(_taken, take=_TWO_IN[column]),
    )
    is_two = changed["is_two"].fill_null(False)
    return frame.with_columns(changed[column]).with_columns(
        (pl.col(flag(INVALID, c)) | (is_two & (said_in == c))).alias(flag(INVALID, c))
        for c in _TWO_IN
    )


def _taken(rows: pl.DataFrame, take: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    return on_distinct(rows.to_series(), take)


def _with_commas_as_full_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Take "Last, First" out of a single name field, where nothing else is given."""
    full, first, last = pl.col("full_name"), pl.col("first_name"), pl.col("last_name")
    lone_first = full.is_null() & last.is_null() & first.str.contains(",", literal=True)
    lone_last = full.is_null() & first.is_null() & last.str.contains(",", literal=True)
    return frame.with_columns(
        pl.when(lone_first)
        .then(first)
        .when(lone_last)
        .then(last)
        .otherwise(full)
        .alias("full_name"),
        pl.when(~lone_first.fill_null(False)).then(first).alias("first_name"),
        pl.when(~lone_last.fill_null(False)).then(last).alias("last_name"),
    )


def _with_parsed(frame: pl.DataFrame) -> pl.DataFrame:
    apart = pl.col("first_name").is_null() & pl.col("last_name").is_null()
    full_flag = flag(PLACEHOLDER, "full_name")
    # a full name that is not needed is not missed either
    frame = frame.with_columns((pl.col(full_flag) & apart).alias(full_flag))
    is_apart = frame.select(apart).to_series()
    frame = _with_one_person(frame, "full_name", is_apart, pl.lit("full_name"))
    full = frame.select(pl.when(is_apart).then("full_name").alias("raw")).to_series()
    if full.null_count() < len(full):
        parsed = on_distinct(full, parse_full_name)
        parsed = on_frame_rows(
            parsed.with_columns(full.alias("full")),
            full.str.contains(HAS_EASTERN),
            _with_eastern_parts,
        )
        parts = (pl.coalesce(pl.col(c), parsed[c].alias(f"{c}:parsed")) for c in PARTS)
        frame = frame.with_columns(parts)
    everywhere = pl.Series([True]).new_from_index(0, frame.height)
    for column in ("first_name", "last_name"):
        origin = (
            pl.when(is_apart & full.is_not_null())
            .then(pl.lit("full_name"))
            .otherwise(pl.lit(column))
        )
        frame = _with_one_person(frame, column, everywhere, origin)
    return frame


def _with_eastern_parts(parsed: pl.DataFrame) -> pl.DataFrame:
    parts = on_distinct(parsed["full"], split_eastern_names)
    nothing = pl.lit(None, dtype=pl.String)
    return parsed.with_columns(
        parts["first_name"], parts["last_name"], middle_name=nothing, name_suffix=nothing
    )


def _with_clean_parts(frame: pl.DataFrame) -> pl.DataFrame:
    last = on_distinct(frame["last_name"], lambda s: clean_part(s, "last_name"))
    first = on_distinct(frame["first_name"], lambda s: clean_part(s, "first_name"))
    middle = on_distinct(frame["middle_name"], lambda s: clean_part(s, "middle_name"))
    word = is_one_of(pl.col("name").str.to_lowercase(), PLACEHOLDER_WORDS)
    middle = middle.select(pl.when(~word).then("name").alias("name"), word.alias("word"))
    suffix = on_distinct(frame["name_suffix"], standardise_suffix)
    middle_flag = flag(PLACEHOLDER, "middle_name")
    frame = frame.with_columns(
        last["name"].alias("last_name"),
        first["name"].alias("first_name"),
        pl.coalesce(middle["name"], first["initial"]).alias("middle_name"),
        pl.coalesce(suffix["suffix"], last["suffix"].alias("x")).alias("name_suffix"),
        middle["name"].is_not_null().alias("has_middle"),
        (pl.col(middle_flag).fill_null(False) | middle["word"]).alias(middle_flag),
        first["name_with_initial"].alias("first_with_initial"),
    )
    alone = pl.col("full_name").is_null()
    frame = frame.with_columns(
        # a form of address and nothing else
        (
            pl.col(flag(PLACEHOLDER, c)).fill_null(False)
            | (alone & pl.col(f"{c}:written").is_not_null() & pl.col(c).is_null())
        ).alias(flag(PLACEHOLDER, c))
        for c in ("first_name", "last_name")
    )
    # a middle name that is given leaves the first name whole
    return frame.with_columns(
        pl.when("has_middle").then("first_with_initial").otherwise("first_name").alias("first_name")
    )


def _wordy(part: pl.Series) -> pl.DataFrame:
    """Whether a name part is a placeholder word, or the beginning of one of several words."""
    beginnings = {word.split()[0] for word in _WORDS}
    return part.to_frame().select(is_one_of(pl.col("raw").str.to_lowercase(), _WORDS | beginnings))


def _without_placeholder_pairs(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop words that are a placeholder unless the other part is a real name ("Guest", "Test User")."""
    lower = {c: pl.col(c).str.to_lowercase() for c in ("first_name", "last_name")}
    pair = pl.concat_str(lower["first_name"], lower["last_name"], separator=" ", ignore_nulls=True)
    both = is_one_of(pair, PLACEHOLDER_WORDS)
    first_word, last_word = (is_one_of(lower[c], _WORDS) for c in ("first_name", "last_name"))
    real_first = pl.col("first_name").is_not_null() & ~first_word
    real_last = pl.col("last_name").is_not_null() & ~last_word
    # what a program writes for nothing stands out: Anna NULL, but Jennifer Null
    written = {c: pl.col(f"{c}:written") for c in ("first_name", "last_name")}
    odd_first = _stands_out(written["first_name"], written["last_name"])
    odd_last = _stands_out(written["last_name"], written["first_name"])
    drop = {
        "first_name": both
        | (
            first_word
            & ~(is_one_of(lower["first_name"], GIVEN_NAME_WORDS) & real_last & ~odd_first)
        ),
        "last_name": both
        | (last_word & ~(is_one_of(lower["last_name"], LAST_NAME_WORDS) & real_first & ~odd_last)),
    }
    drop = {c: hit & pl.col(c).is_not_null() for c, hit in drop.items()}
    from_full = pl.col("full_name").is_not_null()
    dropped = pl.any_horizontal(drop["first_name"], drop["last_name"])
    full_flag = flag(PLACEHOLDER, "full_name")
    return frame.with_columns(
        *(pl.when(~hit).then(c).alias(c) for c, hit in drop.items()),
        *(
            (pl.col(flag(PLACEHOLDER, c)).fill_null(False) | (hit & ~from_full)).alias(
                flag(PLACEHOLDER, c)
            )
            for c, hit in drop.items()
        ),
        (pl.col(full_flag).fill_null(False) | (dropped & from_full)).alias(full_flag),
    )


def _with_full_name(frame: pl.DataFrame) -> pl.DataFrame:
    """Write the full name from its parts; a middle name or suffix alone makes none."""
    named = pl.col("first_name").is_not_null() | pl.col("last_name").is_not_null()
    frame = frame.with_columns(pl.when(named).then("name_suffix").alias("name_suffix"))
    whole = pl.concat_str(*PARTS, separator=" ", ignore_nulls=True)
    frame = frame.with_columns(pl.when(named).then(whole).alias("full_name"))
    is_eastern = frame["first_name"].str.contains(EASTERN) & frame["last_name"].str.contains(
        EASTERN
    )
    return on_frame_rows(
        frame,
        is_eastern,
        lambda rows: rows.with_columns(
            join_eastern_name(pl.col("first_name"), pl.col("last_name")).alias("full_name")
        ),
    )


def _stands_out(word: pl.Expr, beside: pl.Expr) -> pl.Expr:
    """Whether ``word`` is all capitals or all small where what is beside it is not."""
    upper, lower = word.str.to_uppercase(), word.str.to_lowercase()
    shouts = (word == upper) & (upper != lower) & (beside != beside.str.to_uppercase())
    whispers = (word == lower) & (upper != lower) & (beside != beside.str.to_lowercase())
    return (shouts | whispers).fill_null(False)


def _with_keys(frame: pl.DataFrame) -> pl.DataFrame:
    keys = {
        f"{c}_key": on_distinct(frame[c], lambda s: comparison_key(s).to_frame())["raw"]
        for c in PARTS[:3]
    }
    frame = frame.with_columns(**keys)
    canonical = on_distinct(
        frame["first_name_key"], lambda s: canonical_given_name(s).to_frame()
    ).to_series()
    return frame.with_columns(canonical.alias("first_name_canonical"))
