"""The mailbox behind an e-mail address: what its provider ignores is left out."""

from __future__ import annotations

import polars as pl

_SAME_DOMAIN = {
    **{"googlemail.com": "gmail.com", "me.com": "icloud.com", "mac.com": "icloud.com"},
    **dict.fromkeys(["protonmail.com", "protonmail.ch", "pm.me"], "proton.me"),
    **dict.fromkeys(["yandex.com", "ya.ru", "yandex.by", "yandex.kz", "yandex.ua"], "yandex.ru"),
    **{"fastmail.fm": "fastmail.com", "posteo.net": "posteo.de", "gmx.net": "gmx.de"},
}
_DOTS_IGNORED = frozenset(["gmail.com", "proton.me"])
_DASHES_IGNORED = frozenset(["proton.me"])
_TAGGED = frozenset(
    [
        *("gmail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com"),
        *("outlook.de", "outlook.es", "outlook.fr", "hotmail.de", "hotmail.es", "hotmail.fr"),
        *("hotmail.co.uk", "live.de", "live.co.uk", "proton.me", "fastmail.com", "yandex.ru"),
        *("mailbox.org", "posteo.de", "zoho.com", "zohomail.com", "hey.com", "runbox.com"),
    ]
)


def mailbox_keys(email: pl.Series) -> pl.Series:
    """Return the mailbox of each standardised address, as an address; null for null."""
    text = pl.col(email.name)
    frame = email.to_frame().with_columns(
        text.str.extract(r"^(.*)@", 1).alias("local"),
        text.str.extract(r"@([^@]*)$", 1).alias("host"),
    )
    host = pl.col("host").replace(_SAME_DOMAIN)
    frame = frame.with_columns(host.alias("host"))
    local, host = pl.col("local"), pl.col("host")
    tagless = local.str.replace(r"^([^+]+)\+.*$", "${1}")
    local = pl.when(host.is_in(sorted(_TAGGED))).then(tagless).otherwise(local)
    dotless = local.str.replace_all(".", "", literal=True)
    local = pl.when(host.is_in(sorted(_DOTS_IGNORED))).then(dotless).otherwise(local)
    dashless = local.str.replace_all(r"[_\-]+", "")
    local = (
        pl.when(host.is_in(sorted(_DASHES_IGNORED)) & (dashless != ""))
        .then(dashless)
        .otherwise(local)
    )
    key = pl.when(local != "").then(pl.concat_str(local, host, separator="@")).otherwise(text)
    return frame.select(key.alias(email.name)).to_series()
