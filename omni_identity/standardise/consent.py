"""Consent as yes, no or unknown, from the words that channels use for it."""

from __future__ import annotations

import polars as pl

from omni_identity.model.attributes import Vocabulary, word_of
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_one_of
from omni_identity.standardise.text import clean_text

_YES = frozenset(
    [
        *("yes", "y", "true", "t", "1", "1.0", "on", "ok", "opt-in", "opt in", "optin", "opted in"),
        *("opted-in", "opted_in", "opt_in", "subscribed", "subscribe", "granted", "grant", "given"),
        *("accepted", "accept", "agreed", "agree", "allowed", "allow", "enabled", "active"),
        *("consented", "confirmed", "ja", "j", "si", "sí", "s", "oui", "tak", "da", "да", "wahr"),
        *("verdadero", "double opt-in", "double_opt_in", "doi", "in", "checked", "x", "✓", "✔"),
    ]
)
_NO = frozenset(
    [
        *("no", "n", "false", "f", "0", "0.0", "off", "opt-out", "opt out", "optout", "opted out"),
        *("opted-out", "opted_out", "opt_out", "unsubscribed", "unsubscribe", "denied", "deny"),
        *("declined", "decline", "rejected", "refused", "withdrawn", "revoked", "disabled"),
        *("inactive", "blocked", "nein", "non", "nie", "net", "нет", "falsch", "falso", "out"),
        *("unchecked", "none", "not given", "disagreed", "never", "withheld"),
    ]
)
_DECISIONS = {**dict.fromkeys(sorted(_YES), True), **dict.fromkeys(sorted(_NO), False)}


_DECISIVE_REFUSALS = frozenset(
    [
        *("opt-out", "opt out", "optout", "opted out", "opted-out", "opted_out", "opt_out"),
        *("unsubscribed", "unsubscribe", "withdrawn", "revoked", "blocked"),
    ]
)
"""Refusals by themselves, whatever the column they stand in is called."""
_TURNED_YES = frozenset(
    [
        *("no", "n", "false", "f", "0", "0.0", "off", "nein", "non", "nie", "net", "нет", "falsch"),
        *("falso", "unchecked"),
    ]
)
_TURNED_NO = frozenset(
    [
        *("yes", "y", "true", "t", "1", "1.0", "on", "ja", "j", "si", "sí", "s", "oui", "tak"),
        *("da", "да", "wahr", "verdadero", "checked", "x", "✓", "✔", "active", "enabled"),
    ]
)
_TURNED_DECISIONS = {
    **dict.fromkeys(sorted(_TURNED_YES), True),
    **dict.fromkeys(sorted(_TURNED_NO | _DECISIVE_REFUSALS), False),
}
"""Decisions in a column of opt-outs: plain words are turned round, words that refuse by themselves do, and
all others are not understood. Better no yes than a wrong one."""

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


def standardise_consent(raw: pl.Series, attribute: str, is_opt_out: bool = False) -> pl.DataFrame:
    """Return the consent ``attribute`` (Boolean, null where not said or not understood) and its flags.

    A word that is not understood is flagged as invalid. ``is_opt_out``: the column's yes is a no,
    and so is the date of it.
    """
    decisions = _TURNED_DECISIONS if is_opt_out else _DECISIONS

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        text = pl.col("raw")
        word = text.str.to_lowercase().str.strip_chars(" .!")
        decision = word.replace_strict(decisions, default=None, return_dtype=pl.Boolean)
        if is_opt_out:
            is_date = word.str.contains(_DATE) & ~word.str.contains(_NO_DATE)
            decision = pl.when(is_date).then(False).otherwise(decision)
        is_unclear = text.is_not_null() & decision.is_null()
        return (
            clean_text(distinct)
            .to_frame()
            .select(
                decision.alias(attribute),
                (is_unclear & _is_nothing(text)).alias(flag(PLACEHOLDER, attribute)),
                (is_unclear & ~_is_nothing(text)).alias(flag(INVALID, attribute)),
            )
        )

    return on_distinct(raw, standardise)


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
