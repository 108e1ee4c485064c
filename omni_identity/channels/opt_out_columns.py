"""Columns whose name says that their yes is a no: opt-outs, unsubscriptions, blacklists and their like."""

from __future__ import annotations

import re
import unicodedata

_WORD_BOUNDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "Ø": "O", "’": "'"})

_STEMS = re.compile(
    "|".join(
        [
            # English
            r"opt(?:ed|ing|s)?(?:in)?(?:or)?out|optoff|unsub|suppress|blacklist|blocklist|denylist",
            r"blocked|blocking|bounc|complain|undeliver|donot(?!if)|dont(?=contact|e?mail|call|send)",
            r"withdr[ae]w|revok|revoc|reject|declin|refus|deny|denied|objected|objection|withheld",
            r"exclu(?!si[vf])|removed|removefrom|unregister|unfollow|prohibit|forbid|disabl",
            r"deactiv|inactiv|disagree|dissent|disallow|disapprov|restrict|cancel|unwanted",
            # German
            r"abmeld|abgemeld|abbestell|widerruf|widerspr|gesperrt|sperr(?:e|ung|lis|verm|flag|k)",
            r"sperr$|robinson|austrag|ausgetragen|verbot|verweiger|abgelehnt|ablehn|ausgeschlossen",
            r"ausschluss|kundig|(?:werbe|post|mail|mailing|sms)stopp?|keine?(?:werbung|e?mail|newsletter|sms|anruf|post|kontakt)",
            # French
            r"desabonn|desinscri|oppos|retrait|liste(?:noire|rouge)|refractaire|bloqu|bloctel|rejet|nepas|neplus|desactiv",
            # Spanish and Portuguese
            r"desuscri|debaja|rechaz|listanegra|denegad|descadastr|desinscr|recus|remoc|nao(?:contat|envi)",
            # Italian
            r"disiscri|disdett|disdic|annullat|rifiut|bloccat|listanera|esclus(?!iv)",
            # Dutch
            r"afgemeld|afmeld|uitgeschre|uitschrij|geblok|bezwaar|verzet|weiger",
            # Polish
            r"wypis|rezygn|sprzeciw|odmow|odmaw|zablok|czarnalist|wycof|cofni|brakzgod|odsubskr",
            # Russian
            r"отпис|отказ|заблок|запрет|черныисписок|черныйсписок",
        ]
    )
)
"""Parts of a name without its blanks and accents that are hardly ever part of another word."""

_WORDS = frozenset(
    [
        *("no", "not", "non", "without", "never", "stop", "stopped", "spam", "block", "invalid"),
        *("dnc", "dncl", "dne", "dnm", "dnd", "tps", "ctps", "mps", "mute", "muted", "ban"),
        *("banned", "cleaned", "dont", "nicht", "kein", "keine", "niet", "geen", "nao", "nie"),
        *("pas", "ohne", "sin", "sans", "baja", "bajas", "не", "нет"),
    ]
)
"""Whole words that turn what stands beside them round."""

_GLUED = re.compile(
    "no(?:t)?(?:marketing|e?mail|sms|text|call|contact|newsletter|spam|phone|post|push|promo|ads?)s?"
)
_YES_OR_NO = re.compile(
    r" (?:yes (?:or )?no|y n|ja (?:oder |of )?(?:nein|nee)|si (?:o )?no|oui (?:ou )?non|sim (?:ou )?nao|tak nie) "
)


def says_opt_out(column: str) -> bool:
    """Whether the name of a column, in any spelling, says that its yes means not to be contacted.

    ``HasOptedOutOfEmail``, ``EMAIL_BLACKLISTED``, ``Unsubscribed from all email``, ``do_not_call``,
    ``abgemeldet``. Rather too often than too seldom: who reads an opt-out as a consent writes to all
    who asked not to be written to.
    """
    words = _words(column)
    text = _YES_OR_NO.sub(" ", f" {' '.join(words)} ")
    words = text.split()
    return (
        _STEMS.search("".join(words)) is not None
        or any(word in _WORDS or _GLUED.fullmatch(word) for word in words)
        or (len(words) > 1 and words[-1] in ("off", "out"))
    )


def _words(column: str) -> list[str]:
    """The words of a name in snake, camel or any other spelling, in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", column.translate(_UNDECOMPOSED))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[^\W\d_]+", _WORD_BOUNDS.sub(" ", plain).replace("'", "").lower())
