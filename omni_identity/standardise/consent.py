"""Consent as yes, no or unknown, from the words that channels use for it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from omni_identity.channels.timestamps import parse_timestamps
from omni_identity.model.attributes import Vocabulary, word_of
from omni_identity.standardise.consent_vocabulary import read_consents, read_opt_outs
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_one_of
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.text import clean_text

_DATE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(\D|$)"
_NO_DATE = r"^[0:./ T-]+$"
"""A column of opt-outs often says when; where it says never, databases write zeros."""

_NOTHING = frozenset(
    [
        *("n/a", "na", "n.a.", "n.a", "n\\a", "#n/a", "null", "nil", "nan", "(null)", "<null>"),
        *(
            "[null]",
            "#null!",
            "(none)",
            "not available",
            "not provided",
            "not applicable",
            "(not set)",
        ),
        *(
            "not set",
            "keine angabe",
            "k.a.",
            "k. a.",
            "no aplica",
            "none given",
            "no data",
            "blank",
        ),
        *("empty", "missing", "undefined", "unspecified", "-", "--", "---", "_", "__", "/", "//"),
        *(".", "..", "..."),
    ]
)
"""What stands in a cell in which nobody has written anything. ``unknown`` or ``?`` is not among it: it
was written, and is no yes."""

MOST_LETTERS = 60
"""Letters of a word that are kept: what is longer is no answer, but a text."""


def standardise_consent_by_rules(raw: pl.Series, attribute: str, rules: Rules) -> pl.DataFrame:
    """``standardise_consent`` as the channel's rules have its column read."""
    is_opt_out, own = attribute in rules.opt_outs, rules.consent_words.get(attribute)
    return standardise_consent(raw, attribute, is_opt_out, own)


def standardise_consent(
    raw: pl.Series,
    attribute: str,
    is_opt_out: bool = False,
    own_words: Mapping[str, bool] | None = None,
) -> pl.DataFrame:
    """Return the consent ``attribute`` (Boolean, null where not said or not understood) and its flags.

    A word that is not understood is flagged as invalid. ``is_opt_out``: the column's yes is a no,
    and so is the date of it. ``own_words`` (in lower case, single-spaced) decide as they say; where one
    of them is a yes, no other word is.
    """
    own = dict(own_words or {})

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        clean = clean_text(distinct)
        read = read_opt_outs(clean) if is_opt_out else read_consents(clean)
        text, decision = pl.col("raw"), pl.col("decision")
        if is_opt_out:
            is_date = text.str.contains(_DATE) & ~text.str.contains(_NO_DATE)
            decision = pl.when(is_date | pl.col("is_time")).then(False).otherwise(decision)
        if own:
            decision = _by_own_words(own, decision)
        is_nothing = _is_nothing(text)
        if own:
            is_nothing &= ~_word(text).is_in(sorted(own))
        frame = pl.DataFrame([clean, read.alias("decision")])
        if is_opt_out:
            frame = frame.with_columns(_are_times(clean, read).alias("is_time"))
        frame = frame.with_columns(decision.alias("decision"), is_nothing.alias("is_nothing"))
        is_unclear = text.is_not_null() & pl.col("decision").is_null()
        return frame.select(
            pl.col("decision").alias(attribute),
            (is_unclear & pl.col("is_nothing")).alias(flag(PLACEHOLDER, attribute)),
            (is_unclear & ~pl.col("is_nothing")).alias(flag(INVALID, attribute)),
        )

    return on_distinct(raw, standardise)


def _are_times(clean: pl.Series, read: pl.Series) -> pl.Series:
    """Which texts that say nothing else are a time, however it is written."""
    unsaid = pl.select(pl.when(read.is_null()).then(clean)).to_series()
    return parse_timestamps(unsaid, "UTC", "dmy").is_not_null()


def _by_own_words(own: Mapping[str, bool], otherwise: pl.Expr) -> pl.Expr:
    others = pl.when(~otherwise).then(otherwise) if any(own.values()) else otherwise
    given = _word(pl.col("raw")).replace_strict(dict(own), default=None, return_dtype=pl.Boolean)
    return pl.coalesce(given, others)


def _word(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace(r"^([0-9]+)\.0+$", "${1}")


def consent_words(raw: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """The words in which consents were said, a column ``word_of(x)`` each; null where nothing was.

    Clean, and no more than ``MOST_LETTERS`` of them.
    """
    return pl.DataFrame(
        [
            on_distinct(raw[f"consent_{x}"].cast(pl.String), _kept).to_series().alias(word_of(x))
            for x in vocabulary.consents
        ]
    )


def _kept(distinct: pl.Series) -> pl.DataFrame:
    text = pl.col("raw")
    kept = text.str.head(MOST_LETTERS).str.strip_chars_end(" ")
    return clean_text(distinct).to_frame().select(pl.when(~_is_nothing(text)).then(kept))


def _is_nothing(text: pl.Expr) -> pl.Expr:
    is_bare = (text.str.strip_chars(" .!") == "").fill_null(False)
    return is_bare | is_one_of(text.str.to_lowercase(), _NOTHING)
