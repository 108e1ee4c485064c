"""Consent as yes or no, from the words that channels use for it."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
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


def standardise_consent(raw: pl.Series, attribute: str) -> pl.DataFrame:
    """Return the consent ``attribute`` (Boolean, null where not said) and its flags."""

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        text = pl.col("raw")
        word = text.str.to_lowercase().str.strip_chars(" .!")
        decision = word.replace_strict(_DECISIONS, default=None, return_dtype=pl.Boolean)
        filler = is_placeholder(text) & decision.is_null()
        return (
            clean_text(distinct)
            .to_frame()
            .select(
                decision.alias(attribute),
                filler.alias(flag(PLACEHOLDER, attribute)),
                (text.is_not_null() & decision.is_null() & ~filler).alias(flag(INVALID, attribute)),
            )
        )

    return on_distinct(raw, standardise)
