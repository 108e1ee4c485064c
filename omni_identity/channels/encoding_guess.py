"""Encoding guess: in which encoding bytes that are not UTF-8 read as words, for a message to name.

Short pieces are all there is of a broken row, and on those the general detectors are wrong as often as not
(charset-normalizer reads "Müller" in cp1252 as UTF-16). So only encodings that exports come in are tried,
and what they make of the bytes outside of ASCII is judged: letters that a language of theirs uses, next to
other letters and of their case.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

_SAMPLE_BYTES = 1 << 14
_LATIN = {
    "cp1252": "äöüßéèêëàâçîïôûùñóíáúåæøãõœìòýÄÖÜÉÈÀÇÑÓÍÁÚÅÆØÃÕÊÂÎÔŒ’“”–€º°ª¿¡«»",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽäöüőűÖÜŐŰôľĺŕăâîșțşţđ’“”–€",
    "cp1254": "çğıöşüÇĞİÖŞÜâîû’“”–€",
    "cp1257": "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽąęėįųĄĘĖĮŲõäöüÕÄÖÜ’“”–€",
}
_OLD = {
    "mac-roman": "äöüßéèêëàâçîïôûùñóíáúåæøãõÄÖÜÉÀÇÑÅÆØ’“”–",
    "cp850": "äöüßéèêëàâçîïôûùñóíáúåæøãõÄÖÜÉÇÑÅÆØ",
}
_SCRIPTS = {
    "cp1251": "CYRILLIC",
    "koi8-r": "CYRILLIC",
    "cp1253": "GREEK",
    "cp1255": "HEBREW",
    "cp1256": "ARABIC",
}
_WIDE = {
    "shift_jis": r"[ぁ-んァ-ヶー々一-鿿]",
    "euc-jp": r"[ぁ-んァ-ヶー々一-鿿]",
    "gb18030": r"[一-鿿]",
    "big5": r"[一-鿿]",
    "euc-kr": r"[가-힣]",
}
_WIDE_NAMES = frozenset(
    codecs.lookup(name).name for name in (*_WIDE, "cp932", "cp936", "cp949", "cp950", "gbk", "hz")
) | {"iso2022_jp", "iso2022_kr", "johab"}
_KANA = re.compile(r"[ぁ-んァ-ヶー]")
_BESIDE_LATIN = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][a-z]")
_PIECES = re.compile(rb"[^\x00-\x40\x5b-\x60\x7b-\x7f]+")


def advise_encoding(declared: str, sample: bytes) -> str:
    """What to say of bytes that are no text in the ``declared`` encoding: ``not UTF-8; try encoding: cp1252``.

    The encoding is left out where none reads sensibly.
    """
    words = f"not {declared.upper()}"
    guess = guess_encoding(sample)
    if guess is None or guess == declared.lower():
        return f"{words}: bytes that are no text in it"
    return f"{words}; try encoding: {guess}"


def guess_encoding(data: bytes) -> str | None:
    """The encoding in which data that is not UTF-8 most likely is; null when none makes sense of it."""
    sample = data[:_SAMPLE_BYTES]
    if b"\0" in sample:
        return None
    pieces = [p for p in _PIECES.findall(sample) if not p.isascii()]
    if not pieces:
        return None
    scores = {name: score for name in _ALL if (score := _score(name, sample, pieces)) is not None}
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] > 0 else None


def is_utf_8_after_all(declared: str, beginning: bytes) -> bool:
    """Whether a file that is said to be in another encoding begins as only UTF-8 does.

    The bytes of one letter of UTF-8 are odd pairs of signs elsewhere (``Ã¼``); in East Asian encodings they
    may be a word, so several letters are asked for.
    """
    name = codecs.lookup(declared).name
    if name.startswith(("utf", "ascii")):
        return False
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return False
    letters = len(text) - len(text.encode("ascii", "ignore"))
    is_narrow = len("é".encode(declared, "replace")) == 1 and name not in _WIDE_NAMES
    return letters >= (1 if is_narrow else 8)


_ALL = (*_LATIN, *_OLD, *_SCRIPTS, *_WIDE)
"""All encodings that are tried; of two that do as well, the first."""


def _score(name: str, sample: bytes, pieces: list[bytes]) -> float | None:
    """How much like words the pieces read in an encoding, per character; null where they do not read at all."""
    try:
        if name in _WIDE:
            return _wide_score(name, sample)
        texts = [piece.decode(name) for piece in pieces]
    except UnicodeDecodeError:
        return None
    letters = [(text, i) for text in texts for i, c in enumerate(text) if not c.isascii()]
    if name in _SCRIPTS:
        return sum(_script_points(text, i, _SCRIPTS[name]) for text, i in letters) / len(letters)
    known = _LATIN.get(name) or _OLD[name]
    points = sum(_latin_points(text, i, known) for text, i in letters) / len(letters)
    return points if name in _LATIN else points - 0.25


def _latin_points(text: str, i: int, known: str) -> float:
    """Of one character of a word: its letters are mostly ASCII, and one case follows from another."""
    letter = text[i]
    before, after = text[i - 1 : i], text[i + 1 : i + 2]
    if not letter.isalpha():
        return -2.0 if before.isalpha() and after.isalpha() and letter != "’" else -0.5
    if letter not in known:
        return -1.0
    if letter.isupper() and before.islower():
        return -1.5
    is_lone = not (before.isascii() and before) and not (after.isascii() and after)
    return -0.5 if is_lone and len(text) > 1 else 1.0


def _script_points(text: str, i: int, script: str) -> float:
    """Of one character of a word that is all of one script, lower case after its first letter."""
    letter = text[i]
    if not unicodedata.name(letter, "").startswith(script):
        return -2.0
    if any(c.isascii() and c.isalpha() for c in text):
        return -1.5
    if letter.isupper() and text[i - 1 : i].islower():
        return -1.0
    return 0.9 if len(text) > 2 else 0.2


def _wide_score(name: str, sample: bytes) -> float:
    """East Asian text: characters of two bytes, nearly all of them common ones."""
    text = sample.decode(name)
    wide = [c for c in text if not c.isascii()]
    common = re.compile(_WIDE[name])
    fitting = sum(common.match(c) is not None for c in wide) / len(wide)
    rare = sum(_is_rare(c) for c in wide) / len(wide)
    beside = len(_BESIDE_LATIN.findall(text)) / len(wide)
    has_kana = _KANA.search(text) is not None
    return fitting * 0.9 - 2 * (1 - fitting) - 0.6 * rare - 2 * beside + (0.1 if has_kana else 0.0)


def _is_rare(letter: str) -> bool:
    """Whether a Chinese character is outside of the 3,755 most common ones of either national list."""
    for codec, last in (("gb2312", 0xD7), ("big5", 0xC6)):
        try:
            encoded = letter.encode(codec)
        except UnicodeEncodeError:
            continue
        if len(encoded) == 2 and encoded[0] <= last:
            return False
    return "一" <= letter <= "鿿"
