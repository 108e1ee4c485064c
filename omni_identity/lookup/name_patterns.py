"""Patterns for words of names and for postcodes: what is typed becomes an expression that no row has to be folded for.

To fold a million names (case, accents, punctuation) takes ten seconds; to match them as they are, a fifth of one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_WITH_ACCENTS = [*range(0xC0, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000)]
"""Where Latin, Greek and Cyrillic letters with accents are."""
_WITHOUT_ACCENT = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i"}
"""Letters that Unicode does not take for one with an accent, and what people type for them."""
_SPELT_OUT = {
    **{"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"},
    **{"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"},
}
"""Letters that many write as two."""
_AS_TWO = {
    two: "".join(x for x in _SPELT_OUT if _SPELT_OUT[x] == two) for two in _SPELT_OUT.values()
}
_APOSTROPHES = "'’‘`´ʼ"
_MAY_FOLLOW = rf"[\p{{M}}{_APOSTROPHES}]*"
"""Accents that stand as characters of their own, and apostrophes, which are typed or not."""
_NO_WORD = r"[^\p{L}\p{N}\p{M}]"
_COUNTRY_BEFORE_CODE = re.compile(r"\b[A-Za-z]{1,3}-(?=\d)")


def words_of(text: str) -> list[str]:
    """The words of what was typed, each once, in small letters: letters, digits and their accents.

    What nobody sees is left out, ``D-10115`` is the postcode without its country.
    """
    shown = "".join(
        c
        for c in unicodedata.normalize("NFKC", text)
        if unicodedata.category(c) != "Cf" and c not in _APOSTROPHES
    )
    shown = _COUNTRY_BEFORE_CODE.sub("", shown).casefold()
    parted = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in shown)
    return list(dict.fromkeys(unicodedata.normalize("NFC", parted).split()))


def word_pattern(word: str, *, is_whole: bool = False) -> str:
    """An RE2 expression for a text one of whose words begins with ``word``, or is it.

    Case and accents do not count, nor apostrophes, and ``ue`` and ``ü`` are one; so what ``müller`` finds are
    Müller, Muller and Mueller, and each of these finds Müller.
    """
    parts, place = [], 0
    word = "".join(c for c in word if not "\u0300" <= c <= "\u036f")  # accents that no letter took
    while place < len(word):
        two = word[place : place + 2]
        if two in _AS_TWO:
            parts.append(f"(?:{_letter(two[0])}{_letter(two[1])}|[{_AS_TWO[two]}]{_MAY_FOLLOW})")
            place += 2
            continue
        spelt_out = _SPELT_OUT.get(word[place])
        one = _letter(word[place])
        if spelt_out:
            one = f"(?:{one}|{_letter(spelt_out[0])}{_letter(spelt_out[1])})"
        parts.append(one)
        place += 1
    end = f"(?:$|{_NO_WORD})" if is_whole else ""
    return f"(?i)(?:^|{_NO_WORD}){''.join(parts)}{end}"


def code_pattern(code: str) -> str:
    """An RE2 expression for a postcode that begins with these letters and digits, whatever parts them."""
    return "(?i)^" + r"[\s-]*".join(code)


def _letter(letter: str) -> str:
    base = _base(letter)
    return f"[{letter}{base}{_accented().get(base, '')}]{_MAY_FOLLOW}"


def _base(letter: str) -> str:
    """The letter without its accents."""
    plain = _WITHOUT_ACCENT.get(letter, letter)
    return unicodedata.normalize("NFD", plain)[0]


@cache
def _accented() -> dict[str, str]:
    """By letter, what has an accent more; capitals too, as the Turkish İ is no i for a pattern."""
    found = dict[str, str]()
    for letter in map(chr, _WITH_ACCENTS):
        base = _base(letter).lower()
        if base != letter.lower() and unicodedata.category(letter)[0] == "L":
            found[base] = found.get(base, "") + letter
    return found
