"""Quotations: identifiers of erased persons inside texts that are about somebody else, and their mark.

What may be an identifier is cut out of the texts by pattern, standardised as any other value, and
known by its hash. Addresses, numbers, handles, links and codes are found so, in whatever spelling;
a name is not, nor a word that could be any word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.suppression import (
    NO_IDENTIFIERS,
    RECORD,
    WEAK,
    Suppression,
    keyed_hash,
)

MARK = "[erased]"
"""What stands in the place of an identifier of an erased person."""

Span = tuple[int, int]

_WORD = r"\p{L}\p{M}\p{N}\p{Cf}"
_DASH = r"\-\x{2010}-\x{2015}\x{2212}\x{FF0D}"
_DOT = r".\x{3002}\x{FF0E}\x{FF61}"
_AT = r"(?:[@\x{FF20}\x{FE6B}]|%40|&#0*64;)"
_LOCAL = rf"""(?:"+[^"\s,;@<>]+"+|[{_WORD}'’+\x{{FF0B}}_\x{{FF3F}}{_DOT}{_DASH}]+)"""
_EMAIL = rf"{_LOCAL}{_AT}[{_WORD}{_DOT}{_DASH}]+"
_BETWEEN_DIGITS = rf" \x{{A0}}\x{{2000}}-\x{{200D}}\x{{202F}}\x{{2060}}\x{{FEFF}}()\x{{FF08}}\x{{FF09}}/{_DOT}{_DASH}"
_NUMBER = rf"[+\x{{FF0B}}(\x{{FF08}}]*\p{{Nd}}[\p{{Nd}}{_BETWEEN_DIGITS}]*\p{{Nd}}"
_LINK = (
    r"(?i)(?:(?:instagram\.com|instagr\.am|facebook\.com|fb\.com|fb\.me|messenger\.com|m\.me|t\.me|"
    r"telegram\.me|wa\.me|api\.whatsapp\.com/send\?phone=)/*|"
    r"(?:instagram|insta|ig|facebook|fb|telegram|tg)\s{0,2}[:=]\s{0,2})"
    r"""[^\s"'<>,;|()\[\]{}\\]+"""
)
_CODE = (
    rf"[@\x{{FF20}}]?[{_WORD}][{_WORD}_\x{{FF3F}}{_DOT}{_DASH}]*"
    rf"(?:{_AT}[{_WORD}{_DOT}{_DASH}]*)?"
)
"""An address too, so that its parts are taken for nothing else."""

_DATES = r"^(?:(?:19|20)\d\d[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./](?:19|20)\d\d)"
_BARE_TIMES = r"^(?:1\d{9}|1\d{12}|(?:19|20)\d{6}|\d{4}(?:19|20)\d\d)$"
_NO_NUMBER = rf"{_BARE_TIMES}|^[0-9]{{1,6}}$|^[0-9]{{1,6}}\.[0-9]{{1,2}}$|{_DATES}$"
_NO_CODE = (
    rf"{_BARE_TIMES}|{_DATES}|^[0-9.\-]{{1,7}}$|^\d+\.\d+$|^[^@\x{{FF20}}].{{0,3}}$"
    rf"|^[^@\x{{FF20}}]+[@\x{{FF20}}]|^[\p{{L}}\p{{M}}]+[{_DOT}{_DASH}]*$|%40|&#"
)

_LINK_HINT = r"[:=]|\.(?:com|me|am|COM|ME|AM|Com)"
_CODE_HINT = rf"[\p{{Nd}}_@\x{{FF20}}\x{{FF3F}}{_DOT}{_DASH}]"
_PLAIN_EMAIL = r"^[a-zA-Z0-9][a-zA-Z0-9._+\-]*@[a-z0-9.\-]*[a-z0-9]$"
_NEVER = r"[^\s\S]"

_AT_SIGN = re.compile(r"[@＠﹫]|%40|&#0*64;")
_DATE = re.compile(_DATES)
_DIGITS = re.compile(r"\d+")
_LEAST_DIGITS, _MOST_DIGITS, _MOST_GROUPS = 7, 17, 8
_LONGEST_TOKEN = 254


@dataclass(frozen=True)
class _Pattern:
    """What may be an identifier of these ``names``.

    ``hint`` is in every text that holds one, ``token`` cuts it out with what may stick to it. A token
    that is ``plain`` is one as a whole, one that fits ``no`` is none, of others ``readings`` gives the
    parts that may be one.
    """

    names: tuple[str, ...]
    hint: str
    token: str
    no: str
    plain: str
    readings: Callable[[str], Iterator[Span]]


class Quotations:
    """Finds, and marks, what texts quote of erased persons' identifiers."""

    def __init__(self, suppression: Suppression) -> None:
        self._suppression = suppression
        kinds = sorted(set(suppression.hashes) - WEAK - NO_IDENTIFIERS - {"email", "phone"})
        self._patterns = [
            _Pattern(("email",), _AT, _EMAIL, _NEVER, _PLAIN_EMAIL, _emails),
            _Pattern(("phone", *kinds), _LINK_HINT, _LINK, _NEVER, _NEVER, _whole),
            _Pattern(("phone",), r"\p{Nd}", _NUMBER, _NO_NUMBER, r"^\+?[0-9]{7,15}$", _numbers),
            _Pattern(tuple(kinds), _CODE_HINT, _CODE, _NO_CODE, r"^[a-zA-Z0-9_\-]+$", _codes),
        ]

    def are_in(self, texts: pl.Series) -> bool:
        """Whether any of the texts quotes an erased person's identifier, or record as ``channel:record``."""
        return bool(self.marked(texts).ne_missing(texts).any())

    def marked(self, texts: pl.Series) -> pl.Series:
        """The texts with ``MARK`` in the place of every quotation; null stays null."""
        distinct = texts.drop_nulls().unique(maintain_order=True)
        marked = distinct
        for pattern in self._patterns:
            marked = self._mark(marked, pattern)
        marked = self._mark_records(marked)
        changed = marked.ne_missing(distinct)
        if not changed.any():
            return texts
        return texts.replace(distinct.filter(changed), marked.filter(changed))

    def marked_frame(self, frame: pl.DataFrame, but: Collection[str] = ()) -> pl.DataFrame:
        """A frame with the marks in its texts and lists of texts, all looked at together, ``but`` these columns.

        A cell of a list may hold what belongs into another column.
        """
        texts = [n for n, kind in frame.schema.items() if kind == pl.String and n not in but]
        lists = [n for n, kind in frame.schema.items() if kind == pl.List(pl.String)]
        columns = [frame[n] for n in texts] + [frame[n].explode() for n in lists]
        if not columns:
            return frame
        values = pl.concat([c.drop_nulls().unique().alias("text") for c in columns]).unique()
        marked = self.marked(values)
        changed = marked.ne_missing(values)
        if not changed.any():
            return frame
        before, after = values.filter(changed), marked.filter(changed)
        element = pl.element().replace(before, after)
        return frame.with_columns(
            *(pl.col(n).replace(before, after) for n in texts),
            *(pl.col(n).list.eval(element) for n in lists),
        )

    def _mark(self, texts: pl.Series, pattern: _Pattern) -> pl.Series:
        if not any(name in self._suppression.hashes for name in pattern.names):
            return texts
        hinted = texts.filter(texts.str.contains(pattern.hint))
        if hinted.is_empty():
            return texts
        found = hinted.str.extract_all(pattern.token)
        tokens = found.explode().drop_nulls().unique()
        erased = self._erased_spans(
            tokens.filter(tokens.str.len_chars() <= _LONGEST_TOKEN), pattern
        )
        if not erased:
            return texts
        holds = found.list.eval(pl.element().is_in(sorted(erased)).any()).list.first()
        rows = zip(hinted.filter(holds).to_list(), found.filter(holds).to_list(), strict=True)
        changes = {text: _replaced(text, tokens_of, erased) for text, tokens_of in rows}
        return texts.replace(list(changes), list(changes.values()))

    def _erased_spans(self, tokens: pl.Series, pattern: _Pattern) -> dict[str, list[Span]]:
        """By token, the parts of it that are identifiers of erased persons, none within another."""
        tokens = tokens.filter(~tokens.str.contains(pattern.no))
        is_plain = tokens.str.contains(pattern.plain)
        spans = [
            (t, s, e, _AT_SIGN.sub("@", t[s:e]))
            for t in tokens.filter(~is_plain).to_list()
            for s, e in pattern.readings(t)
        ]
        schema = {"token": pl.String, "start": pl.Int64, "end": pl.Int64, "value": pl.String}
        whole = (
            tokens.filter(is_plain)
            .to_frame("token")
            .select(
                "token",
                pl.lit(0, pl.Int64).alias("start"),
                pl.col("token").str.len_chars().cast(pl.Int64).alias("end"),
                pl.col("token").alias("value"),
            )
        )
        readings = pl.concat([whole, pl.DataFrame(spans, schema=schema, orient="row")])
        if readings.is_empty():
            return {}
        values = readings["value"].unique()
        known = [
            values.filter(self._suppression.are_values(values, name))
            for name in pattern.names
            if name in self._suppression.hashes
        ]
        hits = readings.filter(pl.col("value").is_in(pl.concat(known).unique().implode()))
        erased: dict[str, list[Span]] = {}
        for token, start, end, _ in hits.sort(
            ["token", "start", "end"], descending=[False, False, True]
        ).iter_rows():
            before = erased.setdefault(token, [])
            if not before or start >= before[-1][1]:
                before.append((start, end))
        return erased

    def _mark_records(self, texts: pl.Series) -> pl.Series:
        """Mark erased records where they are named as ``channel:record``."""
        channels, hashes = self._suppression.channels, self._suppression.hashes.get(RECORD)
        if not hashes or not channels:
            return texts
        names = "|".join(sorted(map(re.escape, channels), reverse=True))
        hinted = texts.filter(texts.str.contains(rf"(?:{names}):"))
        pattern = re.compile(rf"(?<!\w)({names}):([^\s,;|<>\"'()\[\]{{}}\\]+)")

        def mark(found: re.Match[str]) -> str:
            channel, record = found.groups()
            whole, bare = (self._hash_of(channel, r) for r in (record, record.rstrip(".:!?")))
            if whole in hashes:
                return MARK
            return MARK + record[len(record.rstrip(".:!?")) :] if bare in hashes else found[0]

        marked = [pattern.sub(mark, text) for text in hinted.to_list()]
        return texts.replace(hinted, pl.Series(marked, dtype=pl.String))

    def _hash_of(self, channel: str, record: str) -> str:
        return keyed_hash(self._suppression.key, RECORD, channel, record)


def _replaced(text: str, tokens: Sequence[str], erased: dict[str, list[Span]]) -> str:
    """``text`` with the erased parts of its ``tokens`` (in their order) marked."""
    parts, copied, position = [], 0, 0
    for token in tokens:
        start = text.find(token, position)
        if start < 0:
            continue
        position = start + len(token)
        for first, last in erased.get(token, ()):
            if _is_within_word(text, start + first, start + last):
                continue
            parts += [text[copied : start + first], MARK]
            copied = start + last
    return "".join([*parts, text[copied:]])


def _is_within_word(text: str, start: int, end: int) -> bool:
    """Whether digits are only a part of a longer code."""
    if not text[end - 1].isdigit() or not (text[start].isdigit() or text[start] in "+("):
        return False
    before, after = text[:start][-1:], text[end : end + 1]
    return (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())


def _whole(token: str) -> Iterator[Span]:
    for end in dict.fromkeys((len(token), len(token.rstrip(".:!?/-")))):
        yield 0, end


def _emails(token: str) -> Iterator[Span]:
    """The address, without what sticks to it: marks of quotation and emphasis, the next sentence."""
    at = list(_AT_SIGN.finditer(token))[-1]
    local = token[: at.start()]
    starts = [len(local) - len(local.lstrip("'’_.-+"))]
    if '"' in local:
        behind = len(local) - len(local.rstrip('"'))
        starts = [len(local) - len(local.lstrip('"')) - behind]
        if starts[0] < 0:
            return
    else:
        starts = [0, *starts]
        ascii_tail = re.search(r"[!-~]+$", local)
        starts += [ascii_tail.start()] if ascii_tail else []
    end = len(token.rstrip(".-．'’"))
    ends = [end]
    ascii_head = re.match(r"[!-~]+", token[at.end() :])
    ends += [at.end() + ascii_head.end()] if ascii_head else []
    next_sentence = re.search(r"\.[A-Z][a-z]+\w*$", token[:end])
    ends += [next_sentence.start()] if next_sentence else []
    for start in dict.fromkeys(starts):
        for last in dict.fromkeys(ends):
            yield start, last


def _numbers(token: str) -> Iterator[Span]:
    """Every run of neighbouring groups of digits that may be a phone number; a date before it is none."""
    date = _DATE.match(token)
    groups = [found.span() for found in _DIGITS.finditer(token, date.end() if date else 0)]
    is_international = re.match("[(（]?[+＋]|00", token) is not None
    before = 0
    for first in range(len(groups)):
        if first:
            before += groups[first - 1][1] - groups[first - 1][0]
        if is_international and 0 < before < _LEAST_DIGITS:
            continue  # the rest of a number with a calling code is no number
        start = groups[first][0]
        while start and token[start - 1] in "+＋(（":
            start -= 1
        digits = 0
        for group, end in groups[first : first + _MOST_GROUPS]:
            digits += end - group
            if digits > _MOST_DIGITS:
                break
            if digits >= _LEAST_DIGITS:
                is_open = token[start] in "(（" and not re.search("[)）]", token[start:end])
                yield start + is_open, end


def _codes(token: str) -> Iterator[Span]:
    """A code or handle: after an @, or with something in it that is in no word."""
    end = len(token.rstrip(".-．。｡"))
    if (token[0] in "@＠" and end >= 3) or re.search(r"[\d_.＿．\-]", token[:end]):
        yield 0, end
