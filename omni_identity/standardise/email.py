"""E-mail addresses: valid syntax in lower case, and the mailbox that an address is delivered to."""

from __future__ import annotations

import polars as pl
from email_validator import EmailNotValidError, validate_email

from omni_identity.model.placeholders import (
    IMPERSONAL_EMAIL_LOCALS,
    NOT_DELIVERABLE,
    PLACEHOLDER_EMAIL_DOMAINS,
    PLACEHOLDER_EMAIL_LOCALS,
)
from omni_identity.standardise.distinct import map_where

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~\-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_PLAIN = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-z]{{2,63}}$"
_NEEDS_A_LOOK = r"@..--|[.@]..--|\.(?:arpa|invalid|local|localhost|onion|test)$|^.{65,}@"
_LONGEST = 254
_LETTERS_OF_A_PERSON = 3


def standardise_emails(raw: pl.Series) -> pl.Series:
    """Return each text as an address in lower case, null where it is none.

    ``raw`` holds one candidate each, clean of ``mailto:`` and brackets. Plain ASCII addresses are
    judged by a pattern, all others once each by email-validator (syntax only, no network); both
    give the same answer where both apply.
    """
    text = raw.str.to_lowercase()
    plain = is_plain(text)
    unsure = text.str.contains("@", literal=True) & ~plain
    looked_up = map_where(text, unsure, validated)
    known = plain | unsure
    frame = pl.DataFrame({"email": looked_up, "known": known})
    return frame.select(pl.when("known").then("email").alias(raw.name)).to_series()


def is_plain(text: pl.Series) -> pl.Series:
    """Return whether a lower-case text is an address that needs no library to be judged valid."""
    short = text.str.len_bytes() <= _LONGEST
    return text.str.contains(_PLAIN) & ~text.str.contains(_NEEDS_A_LOOK) & short


def validated(text: str) -> str | None:
    """Return the normal form of one address by email-validator; None if it is not valid."""
    try:
        normal = validate_email(text, check_deliverability=False).normalized.lower()
        again = validate_email(normal, check_deliverability=False).normalized.lower()
    except (EmailNotValidError, UnicodeError, ValueError):
        return None
    return normal if normal == again else None


def is_placeholder_email(text: pl.Expr) -> pl.Expr:
    """Return whether a lower-case address stands for "no e-mail" (``test@test.com``, ``a@a.com``).

    At a fictitious domain that is so unless a person is named before the @: ``info@example.com`` is nobody,
    ``maria.lopez@example.com`` somebody. Whether too many share it is for the data to say, later.
    """
    local, domain = text.str.extract(r"^([^@]*)@", 1), text.str.extract(r"@([^@]*)$", 1)
    name = domain.str.extract(r"^([^.]*)\.", 1)
    same = (local == name) & (
        (local.str.len_chars() <= 3) | local.str.contains(r"^(?:no|test|none|abc|mail|email)")
    )
    word = local.str.replace(r"[+._\-]*\d*$", "")
    impersonal = word.is_in(sorted(IMPERSONAL_EMAIL_LOCALS | PLACEHOLDER_EMAIL_LOCALS)) | (
        local.str.count_matches(r"\pL") < _LETTERS_OF_A_PERSON
    )
    return (
        local.is_in(sorted(PLACEHOLDER_EMAIL_LOCALS))
        | domain.is_in(sorted(PLACEHOLDER_EMAIL_DOMAINS))
        | local.str.contains(r"^(?:no-?reply|do-?not-?reply)[+\d]*$")
        | (text.str.contains(NOT_DELIVERABLE) & impersonal)
        | same
    ).fill_null(False)
