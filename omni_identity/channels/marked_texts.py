"""Marks what texts and lines of JSON quote of erased persons, in what is landed and in what a file says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import polars as pl

from omni_identity.channels.quotations import Quotations

LONE = re.compile("[\ud800-\udfff]")
"""Halves of a character, which JSON can escape and UTF-8 cannot write."""
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}


def marked_text(text: str, quotations: Quotations) -> str:
    """One text with its marks."""
    return str(quotations.marked(pl.Series([text]))[0])


def unescaped(text: str) -> str:
    """A piece of JSON with its escapes undone, well enough to look for values in it."""
    if "\\" not in text:
        return text

    def undo(found: re.Match[str]) -> str:
        escape = found[1]
        if escape[0] == "u" and len(escape) == 5:
            character = chr(int(escape[1:], 16))
            return "\N{REPLACEMENT CHARACTER}" if LONE.match(character) else character
        return _ESCAPED.get(escape, escape)

    return _ESCAPE.sub(undo, text)


def marked_json_line(line: str, quotations: Quotations) -> str:
    """One JSON text with marks in its values; where it is none, in all of it."""
    try:
        value = json.loads(line)
    except ValueError:
        plain = unescaped(line)
        marked = marked_text(plain, quotations)
        return line if marked == plain else marked
    texts = list(dict.fromkeys(map(str, leaves(value))))
    fresh = quotations.marked(pl.Series(texts, dtype=pl.String)).to_list()
    changes = {old: new for old, new in zip(texts, fresh, strict=True) if old != new}
    changed = line
    for old, new in changes.items():
        for is_ascii in (True, False):
            written = json.dumps(old, ensure_ascii=is_ascii)
            if written in changed:
                changed = changed.replace(written, json.dumps(new, ensure_ascii=is_ascii))
                break
        else:
            # a number, a key, or an unusual escape: the line is written anew
            end = line[len(line.rstrip("\r\n")) :]
            return json.dumps(with_changes(value, changes), ensure_ascii=line.isascii()) + end
    return changed


def marked_payloads(texts: pl.Series, quotations: Quotations) -> pl.Series:
    """Texts with their marks; of those that may be JSON, in what their escapes stand for too."""
    escaped = texts.str.contains(r"\\u[0-9a-fA-F]{4}").fill_null(False)
    if escaped.any():
        lines = texts.filter(escaped).unique()
        marked = [marked_json_line(line, quotations) for line in lines.to_list()]
        texts = texts.replace(lines, pl.Series(marked, dtype=pl.String))
    return quotations.marked(texts)


def leaves(value: Any) -> Iterator[str | int]:
    """Every text and whole number in a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield value


def with_changes(value: Any, changes: dict[str, str], has_numbers: bool = True) -> Any:
    """A value as JSON has them with its texts changed, keys and whole numbers too if it ``has_numbers``."""
    if isinstance(value, dict):
        pairs = ((k, with_changes(v, changes, has_numbers)) for k, v in value.items())
        return {(changes.get(k, k) if has_numbers else k): v for k, v in pairs}
    if isinstance(value, list):
        return [with_changes(inner, changes, has_numbers) for inner in value]
    if has_numbers and isinstance(value, int) and not isinstance(value, bool):
        return changes.get(str(value), value)
    return changes.get(value, value) if isinstance(value, str) else value
