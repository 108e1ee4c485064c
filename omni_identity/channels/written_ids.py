"""IDs as channels and spreadsheets write them: one form of each, and none where nobody is meant.

Record IDs, the contacts of interactions and identifiers are read by it, so that both sides of a join are.
"""

from __future__ import annotations

import hashlib

import polars as pl

from omni_identity.model.placeholders import AROUND_WORDS, PLACEHOLDER_WORDS, UNFILLED

_UNTIDY = r"^['’=<{$%@*\[]|\.0+$|[^ -~]|^[+\-]?[0-9][.,0-9]*[eE]"
_INVISIBLE = r"\p{Cf}+"
_NO_BREAK = r"[\x{a0}\x{2007}\x{202f}]"
_APOSTROPHE = r"^\s*['’]+"
_FORMULA = r"^=\"(.*)\"$"
"""``="0071"``: what keeps a spreadsheet from reading a number."""
_WHOLE_NUMBER = r"^(\+?[0-9]+)\.0+$"
_SCIENTIFIC = r"^\+?([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,3})$"
_LEFT_OF_POINT = r"^[+\-]?[0-9]+(?:[.,][0-9]+[eE][+\-]?|[eE][+\-])[0-9]+$"
"""``6.01435E+15``, ``4E+12``; not ``4E12``, which is a code like any other."""
MOST_DIGITS = 15
"""Decimal digits that a spreadsheet, or a float, keeps of a number."""
_FULL_PRECISION = 9
"""Digits behind the point that no spreadsheet shows of a number in scientific notation, but a program does."""
ZEROS = r"^[+\-]?[0\-]*0[0\-]*$"
"""``0``, ``000``, the UUID of zeros."""
_FIRST_ROWS = 100
_GAPS = 2
_GUESTS = frozenset(
    [
        *(
            "guest",
            "guest user",
            "guest customer",
            "guest checkout",
            "gast",
            "gastkunde",
            "invitado",
        ),
        *("invité", "invite", "ospite", "convidado", "gość", "anonymous", "anonym", "anonyme"),
        *("anonimo", "anónimo", "anônimo", "anoniem", "walk-in", "walkin", "walk in", "laufkunde"),
        "-1",
    ]
)
_NOTHING = sorted(
    (PLACEHOLDER_WORDS - _GUESTS)
    | {"nat", "nonetype", "infinity", "-infinity", "undefined-undefined", "null-null"}
    | {"undefined_undefined", "null_null", *("#" * n for n in range(3, 13))}
)


def bare_ids(texts: pl.Series) -> pl.Series:
    """Return IDs without a spreadsheet's apostrophe and ``.0``, and the blanks around them, of any kind.

    A number in scientific notation is written out where all its digits are there, and null where they
    are lost, as in ``6.01435E+15``: strangers share it. Null where nothing is left.
    """
    if texts.null_count() == len(texts):
        return texts
    untidy = texts.str.contains(_UNTIDY)
    if not untidy.any():
        return texts
    bare = _bared(texts.filter(untidy).alias("id"))
    return texts.clone().scatter(untidy.arg_true(), bare)


def known_ids(texts: pl.Series) -> pl.Series:
    """Return :func:`bare_ids`, null where they are a word for nothing (``n/a``, ``(not set)``).

    ``0`` and ``guest`` stay: whether they are an ID, the file has to say.
    """
    return _without(bare_ids(texts), _NOTHING)


def without_guests(bare: pl.Series) -> pl.Series:
    """Return bare IDs, null where they are a word for guests. ``0`` stays, which may be a record's."""
    return _without(bare, sorted(_GUESTS))


def bare_id(text: str) -> str:
    """What one text of a person's is as an ID; itself where it is none."""
    return str(bare_ids(pl.Series([text]))[0] or text)


def stand_for_guests(bare: pl.Series) -> pl.Series:
    """Whether a bare ID is one for all who have none: ``0``, ``000``, ``-1``, ``guest``."""
    bare_id = pl.col("id")
    is_guest = bare_id.str.contains(ZEROS) | bare_id.str.to_lowercase().is_in(sorted(_GUESTS))
    return bare.to_frame("id").select(is_guest.fill_null(False)).to_series()


def count_from_zero(bare: pl.Series) -> bool:
    """Whether the first IDs of a file are 0 and the numbers that follow it, with gaps: 0 is one of them then.

    The gaps may be as many as erasures leave; a second 0 is of a guest, and so is 0 beside larger numbers.
    """
    first = bare[:_FIRST_ROWS].drop_nulls()
    if len(first) < 2 or first[0] != "0":
        return False
    numbers = first.cast(pl.Int64, strict=False)
    if numbers.null_count() or int((numbers == 0).sum()) > 1:
        return False
    largest = int(numbers.cast(pl.Int64).sort()[-1])
    return largest < len(first) + _GAPS + len(first) // 5


def guest_ids(texts: pl.Series) -> pl.Series:
    """Return ``guest-`` and a hash of what is known of each guest; null for null."""
    distinct = texts.drop_nulls().unique()
    made = [f"guest-{hashlib.sha256(t.encode()).hexdigest()[:20]}" for t in distinct.to_list()]
    return texts.replace_strict(
        distinct, pl.Series(made, dtype=pl.String), default=None, return_dtype=pl.String
    )


def _without(ids: pl.Series, words: list[str]) -> pl.Series:
    if ids.null_count() == len(ids):
        return ids
    known = pl.when(~pl.col("id").str.to_lowercase().is_in(words)).then("id")
    return ids.alias("id").to_frame().select(known.alias(ids.name)).to_series()


def _bared(texts: pl.Series) -> pl.Series:
    text = pl.col("id")
    plain = text.str.replace_all(_INVISIBLE, "").str.replace_all(_NO_BREAK, " ")
    plain = plain.str.replace(_APOSTROPHE, "").str.replace(_FORMULA, "${1}").str.strip_chars()
    plain = plain.str.replace(_WHOLE_NUMBER, "${1}")
    frame = texts.to_frame().select(plain).with_columns(_written_out().alias("whole"))
    is_lost = text.str.contains(_LEFT_OF_POINT) & pl.col("whole").is_null()
    bare = text.str.to_lowercase().str.strip_chars(AROUND_WORDS)
    is_word = text.str.contains(UNFILLED) | (bare.is_in(_NOTHING) & (bare != text))
    kept = pl.when(~is_lost & ~is_word & (text != "")).then(pl.coalesce("whole", "id"))
    return frame.select(kept.alias("id")).to_series()


def _written_out() -> pl.Expr:
    """The whole number that a text in scientific notation is; null where that cannot be known."""
    parts = pl.col("id").str.extract_groups(_SCIENTIFIC)
    first, behind = parts.struct.field("1"), parts.struct.field("2").fill_null("")
    exponent = parts.struct.field("3").cast(pl.Int64)
    digits = behind.str.len_bytes().cast(pl.Int64)
    is_whole = (digits <= exponent) & (digits >= pl.min_horizontal(exponent, _FULL_PRECISION))
    is_said = pl.col("id").str.contains(_LEFT_OF_POINT) & is_whole & (exponent < MOST_DIGITS)
    return pl.when(is_said).then(first + behind + _zeros(exponent - digits))


def _zeros(count: pl.Expr) -> pl.Expr:
    return pl.lit("0" * MOST_DIGITS).str.slice(0, count.clip(0, MOST_DIGITS))
