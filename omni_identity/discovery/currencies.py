"""Currencies: what money the amounts of a table are in, where no column says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omni_identity.channels.presets.preset_files import names_of, read_preset
from omni_identity.discovery.drafts import Draft, FeedDraft, Said
from omni_identity.discovery.tables import Table

BY_AMOUNTS = "likely: by the name, or the signs in the values, of the amounts"
_SIGNS = {
    **{"€": "EUR", "eur": "EUR", "euro": "EUR", "$": "USD", "us$": "USD", "usd": "USD"},
    **{"£": "GBP", "gbp": "GBP", "zł": "PLN", "zl": "PLN", "pln": "PLN", "chf": "CHF"},
    **{"sek": "SEK", "dkk": "DKK", "nok": "NOK", "kč": "CZK", "czk": "CZK", "huf": "HUF"},
    **{"r$": "BRL", "brl": "BRL", "c$": "CAD", "ca$": "CAD", "cad": "CAD", "a$": "AUD"},
    **{"au$": "AUD", "aud": "AUD", "nz$": "NZD", "nzd": "NZD", "mx$": "MXN", "mxn": "MXN"},
    **{"₹": "INR", "inr": "INR"},
}
DOLLARS = {
    **{"AU": "AUD", "CA": "CAD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN", "CL": "CLP"},
    **{"CO": "COP", "AR": "ARS"},
}
"""Countries where the sign of the dollar is that of their own money."""


def currency_in(table: Table, column: str, country: str | None = None) -> str | None:
    """The currency that an amount's name, or most of its values, have in them; None where they do not agree.

    ``country``: whose dollar a bare sign is; that of the United States where it has none.
    """

    def code_of(sign: str) -> str:
        return DOLLARS.get(country or "", "USD") if sign == "$" else _SIGNS[sign]

    words = column.lower().replace("(", " ").replace(")", " ").replace("_", " ").split()
    named = {code_of(word) for word in words if word in _SIGNS}
    if len(named) == 1:
        return named.pop()
    found: set[str] = set()
    values = table.rows[column].drop_nulls().str.to_lowercase()
    for sign in _SIGNS:
        share = values.str.contains(sign, literal=True).mean()
        if isinstance(share, float) and share >= 0.8:
            found.add(sign)
    if any(sign != "$" and sign.endswith("$") for sign in found):
        found.discard("$")
    codes = {code_of(sign) for sign in found}
    return codes.pop() if len(codes) == 1 else None


def add_currencies(draft: Draft) -> None:
    """Give the orders of presets that name no currency that of their amounts, and each dollar its country."""
    for channel in draft.channels:
        feed = channel.interactions
        said = channel.country or draft.default_country
        country = said.value if said is not None and isinstance(said.value, str) else None
        column = None if feed is None else _amounts_without_currency(feed)
        if feed is None or column is None:
            continue
        code = currency_in(feed.table, column, country)
        if code is not None:
            feed.mapping["currency"] = Said({"value": code}, BY_AMOUNTS)


def _amounts_without_currency(feed: FeedDraft) -> str | None:
    """The column of the amounts, where only they can tell their currency."""
    known = feed.mapping.get("currency")
    if "preset" not in feed.keys:
        amount = feed.mapping.get("amount")
        is_guessed = known is not None and isinstance(known.value, Mapping)
        return amount.value if is_guessed and amount and isinstance(amount.value, str) else None
    preset = read_preset(str(feed.keys["preset"].value))
    mapping: Mapping[str, Any] = preset.settings.get("mapping", {})

    def in_file(column: Any) -> str | None:
        names = names_of(column, preset.other_names) if isinstance(column, str) else ()
        return next((name for name in names if name in feed.table.by_name), None)

    written = mapping.get("currency")
    currency = in_file(written)
    is_said = currency is not None and feed.table.by_name[currency].shapes.filled
    if is_said or not isinstance(written, str | None):
        return None
    return in_file(mapping.get("amount"))
