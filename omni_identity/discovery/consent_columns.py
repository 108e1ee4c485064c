"""Consent columns: which column says whether somebody may be written to, by which way, and which way round."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.opt_out_columns import says_opt_out
from omni_identity.discovery.column_names import plain_words
from omni_identity.discovery.value_shapes import ValueShapes
from omni_identity.standardise.consent import standardise_consent

GENERAL = "marketing"
"""The consent of a column that names no way of its own."""
EVERY_WAY = ("email", "phone", "sms", "whatsapp", "post")
"""Whom nothing is to be sent is to be reached by none of these."""

_ASKING_WORDS = """
    newsletter newsletters marketing optin optins consent consents consented subscribed subscribe subscription
    subscriber
    permission permissions werbung werbeinwilligung werbeeinwilligung werbeerlaubnis einwilligung zustimmung
    werbezustimmung erlaubnis abonniert nieuwsbrief toestemming consentement accord abonne abonnement
    autorisation boletin suscrito suscripcion consentimiento acepta publicidad permiso consenso
    iscritto autorizzazione consentimento subscrito aceita autorizacao zgoda zgody subskrypcja abonament
    mailings mailing contactable allow allowed accepts accept opt agree agreed mailsubscribed mailoptin emailconsent
    smsoptin
"""
_ASKING = frozenset(_ASKING_WORDS.split())
"""Words of a consent or a subscription."""
_WAYS: dict[str, str] = {
    "email": """
        emails mails correos
        email mail newsletter newsletters courriel correo nieuwsbrief boletin mailing mailings infolettre
        elektroniczna
        mailsubscribed mailoptin emailconsent newsletteranmeldung
    """,
    "sms": "sms text texts smsoptin mms",
    "phone": """
        phone telephone telefon tel call calls anruf telefono telefoon telefone telefonu telefoniczny appel
        llamada
    """,
    "whatsapp": "whatsapp wa",
    "post": "post postal letter brief courrier briefpost direktwerbung postale poczta",
    "push": "push notification notifications",
}


@dataclass(frozen=True)
class Consent:
    """What a column says of consent: ``ways`` are names of consents (``email``); more than one of a general refusal.

    ``is_sure``: its values are answers that the product reads. ``is_time``: it holds when, not whether.
    """

    ways: tuple[str, ...]
    is_opt_out: bool
    is_sure: bool
    reason: str
    is_time: bool = False


def consent_of(column: str, shapes: ValueShapes) -> Consent | None:
    """The consent that a column is about; None when its name and values are not those of one.

    A column whose name says opt-out (``do_not_call``, ``Werbesperre``) is read the other way round.
    """
    words = plain_words(column)
    if "fax" in words or "telefax" in words:
        return None
    is_opt_out = says_opt_out(column)
    is_asking = any(word in _ASKING for word in words) or "".join(words) in _ASKING
    is_asking = is_asking or _is_question(column, words, shapes)
    if not (is_opt_out or is_asking):
        return _by_subscriptions(shapes)
    ways = tuple(way for way, named in _WAYS.items() if any(w in named.split() for w in words))
    times = shapes.share("time") + shapes.share("epoch")
    answers = shapes.share("yes_or_no")
    if shapes.filled and times >= 0.8:
        what = f"{round(100 * times)} % of {shapes.filled:,} values are dates"
        return Consent(ways or (GENERAL,), is_opt_out, is_opt_out, what, is_time=True)
    if shapes.filled and answers < 0.5:
        return None
    if is_opt_out and not is_asking and not ways and _is_about_record(words):
        return None
    if not ways:
        ways = EVERY_WAY if is_opt_out else (GENERAL,)
    what = (
        f"{round(100 * answers)} % of {shapes.filled:,} values are answers"
        if shapes.filled
        else "it is empty"
    )
    turned = "; its name says that a yes is a no" if is_opt_out else "; its name asks for consent"
    return Consent(ways, is_opt_out, shapes.filled > 0 and answers >= 0.9, what + turned)


_SUBSCRIPTION = re.compile(
    r"subscri|opt(?:ed)?[ -_]?(?:in|out)|abonn|(?:ab|an)gemeld|abmeld|ausgetragen|eingetragen|inscri|inscrev|"
    r"suscri|iscritt|geabonneerd|(?:uit|in)geschre|(?:af|aan)gemeld|wypisan|zapisan|odsubskr|subskryb|descadastr"
)
"""What is said of lists that somebody is on or has left, in a column of any name."""


def _by_subscriptions(shapes: ValueShapes) -> Consent | None:
    """The consent of a column whose words alone tell that it is one: ``subscribed``, ``uitgeschreven``, ``bounced``."""
    words = list(shapes.words)
    counts = pl.Series([shapes.words[word] for word in words], dtype=pl.Int64)
    if not any(_SUBSCRIPTION.search(" ".join(plain_words(word))) for word in words):
        return None
    decisions = standardise_consent(pl.Series(words, dtype=pl.String), "consent_email")
    read = float(counts.filter(decisions["consent_email"].is_not_null()).sum())
    if read < 0.5 * shapes.filled:
        return None
    share = round(100 * min(1.0, read / shapes.filled))
    what = f"{share} % of {shapes.filled:,} values are answers; they are words of mailing lists"
    return Consent(("email",), False, share >= 90, what)


_QUESTION = frozenset(
    [
        *(
            "may",
            "ok",
            "okay",
            "can",
            "could",
            "happy",
            "darf",
            "durfen",
            "peut",
            "pouvons",
            "puede",
        ),
        *("podemos", "possiamo", "mag", "mogen", "czy", "mozemy", "yes", "flag"),
    ]
)


def _is_question(column: str, words: list[str], shapes: ValueShapes) -> bool:
    """``OK to text?``, ``May we write to you by e-mail?`` or a bare ``SMS``, where all its values are answers."""
    if not shapes.filled or shapes.share("yes_or_no") < 0.9:
        return False
    ways = {word for named in _WAYS.values() for word in named.split()}
    rest = [word for word in words if word not in ways and word != "e"]
    if len(rest) == len(words):
        return False
    return not rest or any(word in _QUESTION for word in rest)


_OF_RECORDS = (
    *("cancel", "storn", "annul", "anul", "delet", "gelosch", "verwijder", "eliminad", "borrad"),
    *(
        "usunie",
        "supprim",
        "inactiv",
        "inaktiv",
        "deactiv",
        "desactiv",
        "disabl",
        "invalid",
        "void",
    ),
    *("abgelehnt", "reject", "denied", "declin", "refund", "bounc"),
)
"""Parts of names of refusals that are about a record or an order, not about being contacted."""


def _is_about_record(words: list[str]) -> bool:
    joined = "".join(words)
    return any(part in joined for part in _OF_RECORDS)
