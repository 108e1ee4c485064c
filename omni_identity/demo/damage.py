"""What goes wrong between a person and a database: typing, scanning, hearing, encoding."""

from __future__ import annotations

import numpy as np
import polars as pl

from omni_identity.demo.randomness import Draw, Flags, Ints

_KEYS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "ko", "m": "nj", "n": "bm", "o": "ip", "p": "ol",
    "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "xs", "0": "9o", "1": "2l", "2": "13", "3": "24", "4": "35", "5": "46",
    "6": "57", "7": "68", "8": "79", "9": "80",
}  # fmt: skip
_OCR = {"rn": "m", "m": "rn", "l": "1", "o": "0", "cl": "d", "B": "8", "S": "5", "vv": "w",
        "ri": "n", "h": "b", "e": "c"}  # fmt: skip
_SOUNDS = {
    "ph": "f", "ck": "k", "ie": "ei", "ey": "y", "th": "t", "ll": "l", "ss": "s", "nn": "n",
    "tt": "t", "sch": "sh", "ch": "k", "ei": "ai", "z": "s", "c": "k", "y": "i", "ou": "u",
    "v": "w", "n": "nn", "f": "ff",
}  # fmt: skip
_BROKEN_LETTERS = "áàâäãåéèêëíìîïóòôöõúùûüñçßøæÁÉÍÓÚÄÖÜÑÇłŁśćńżźęąğ"
_DOMAIN_SLIPS = {
    "@gmail.com": "@gmial.com", "@yahoo.com": "@yaho.com", "@hotmail.com": "@hotmial.com",
    "@outlook.com": "@outlok.com", "@icloud.com": "@iclould.com", "@aol.com": "@aol.con",
    "@comcast.net": "@comcast.com",
}  # fmt: skip


def misspell(draw: Draw, words: pl.Series, share: float) -> tuple[pl.Series, Flags]:
    """Words with one slip each in about `share` of them, and which were touched.

    Slips are of the keyboard, the scanner, the ear, and letters swapped, lost or doubled.
    Words of fewer than three letters and nulls stay as they are.
    """
    touched = draw.chance(share, len(words)) & (words.str.len_chars().fill_null(0).to_numpy() > 2)
    rows = np.flatnonzero(touched)
    if not len(rows):
        return words, touched
    slip = draw.index([0.26, 0.2, 0.18, 0.12, 0.08, 0.16], len(rows))
    frame = pl.DataFrame(
        {"w": words.gather(rows), "slip": slip, "second": draw.chance(0.5, len(rows))}
    )
    length = frame["w"].str.len_chars().cast(pl.Int64).to_numpy()
    at = 1 + (draw.unit(len(rows)) * (length - 2)).astype(np.int64)
    spoilt = frame.with_columns(pl.Series("at", at)).select(_slips()).to_series()
    return words.scatter(rows, spoilt), touched


def _slips() -> pl.Expr:
    word, at = pl.col("w"), pl.col("at")
    head, letter, tail = word.str.slice(0, at), word.str.slice(at, 1), word.str.slice(at + 1)
    lower = letter.str.to_lowercase()
    first = lower.replace_strict({k: v[0] for k, v in _KEYS.items()}, default=lower)
    second = lower.replace_strict({k: v[1] for k, v in _KEYS.items()}, default=lower)
    neighbour = pl.when(pl.col("second")).then(second).otherwise(first)
    swapped = head + word.str.slice(at + 1, 1) + letter + word.str.slice(at + 2)
    return (
        pl.when(pl.col("slip") == 0).then(head + neighbour + tail)
        .when(pl.col("slip") == 1).then(swapped)
        .when(pl.col("slip") == 2).then(head + tail)
        .when(pl.col("slip") == 3).then(head + letter + letter + tail)
        .when(pl.col("slip") == 4).then(_replace_first(word, _OCR))
        .otherwise(_replace_first(word, _SOUNDS))
    )  # fmt: skip


def _replace_first(word: pl.Expr, table: dict[str, str]) -> pl.Expr:
    """The first entry of the table that the word holds beyond its first letter, replaced once."""
    body = word.str.slice(1)
    result = word
    for old, new in reversed(table.items()):
        changed = word.str.slice(0, 1) + body.str.replace(old, new, literal=True)
        result = pl.when(body.str.contains(old, literal=True)).then(changed).otherwise(result)
    return result


def slip_digits(draw: Draw, numbers: pl.Series, share: float) -> tuple[pl.Series, Flags]:
    """Telephone numbers with two of the last digits swapped or one wrong, in a share of them."""
    touched = draw.chance(share, len(numbers)) & numbers.is_not_null().to_numpy()
    rows = np.flatnonzero(touched)
    if not len(rows):
        return numbers, touched
    digit = pl.Series(draw.whole(0, 10, len(rows))).cast(pl.String)
    frame = pl.DataFrame(
        {
            "p": numbers.gather(rows),
            "d": digit,
            "swap": draw.chance(0.5, len(rows)),
            "at": -draw.whole(2, 6, len(rows)),
        }
    )
    text, at = pl.col("p"), pl.col("at")
    head, tail = text.str.head(at), text.str.slice(text.str.len_chars().cast(pl.Int64) + at)
    wrong = head + pl.col("d") + tail.str.slice(1)
    swapped = head + tail.str.slice(1, 1) + tail.str.slice(0, 1) + tail.str.slice(2)
    spoilt = frame.select(pl.when(pl.col("swap")).then(swapped).otherwise(wrong)).to_series()
    return numbers.scatter(rows, spoilt), touched


def slip_dates(draw: Draw, days: Ints, share: float) -> tuple[Ints, Flags]:
    """Birth dates (days since 1970) with day and month swapped, or a wrong day, month or year."""
    n = len(days)
    touched = draw.chance(share, n)
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day = (dates - month).astype(np.int64)
    number = month.astype(np.int64) % 12
    january = dates.astype("datetime64[Y]").astype("datetime64[M]")
    swapped = (january + day % 12).astype("datetime64[D]").astype(np.int64) + number
    kind = draw.index([0.4, 0.25, 0.15, 0.2], n)
    wrong = np.select(
        [(kind == 0) & (day < 12), kind == 1, kind == 2],
        [swapped, days + draw.whole(1, 4, n), days + 30 * draw.whole(1, 3, n)],
        days + 3653 * np.where(draw.chance(0.5, n), 1, -1),
    )
    return np.where(touched, wrong, days).astype(np.int64), touched


def mistype_emails(draw: Draw, emails: pl.Series, share: float) -> tuple[pl.Series, Flags]:
    """Addresses with a slip before or after the @, in about `share` of them. Null stays null."""
    local_slip, touched = misspell(draw, emails, share * 0.6)
    domain_slip = draw.chance(share * 0.4, len(emails)) & ~touched
    rows = np.flatnonzero(domain_slip)
    slipped = emails.gather(rows).str.replace_many(
        list(_DOMAIN_SLIPS), list(_DOMAIN_SLIPS.values())
    )
    # A slip may hit the @ itself; such an address would be no address at all.
    intact = local_slip.str.contains("@", literal=True).fill_null(True)
    kept = pl.select(pl.when(intact).then(local_slip).otherwise(emails)).to_series()
    return kept.scatter(rows, slipped), touched | domain_slip


def garble(draw: Draw, words: pl.Series, share: float) -> tuple[pl.Series, Flags]:
    """Words whose accented letters went through the wrong encoding, in a share of such words."""
    letters = [letter for letter in _BROKEN_LETTERS if _misread(letter) != letter]
    accented = words.str.contains_any(letters).fill_null(False).to_numpy()
    touched: Flags = draw.chance(share, len(words)) & accented
    rows = np.flatnonzero(touched)
    broken = words.gather(rows).str.replace_many(letters, [_misread(letter) for letter in letters])
    return words.scatter(rows, broken), touched


def _misread(letter: str) -> str:
    """UTF-8 read as Windows-1252; what that leaves undefined becomes the replacement sign."""
    return letter.encode().decode("cp1252", "replace")
