"""One CSV record at a time, forgivingly: for headers, sniffing, and rows with odd quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_REST_OF_QUOTED = re.compile(rb'[^"]*(?:""[^"]*)*"')


@dataclass(frozen=True)
class Fields:
    """A record's fields, where the next record begins, and whether a quote went wrong.

    ``unclosed``: an opening quote has no end (``end`` is then the end of the data).
    ``swallowed``: a quoted field spans lines and goes on after its closing quote, which means that
    the opening quote was a stray one. ``has_tail``: text follows a closing quote.
    """

    values: list[bytes]
    end: int
    unclosed: bool = False
    swallowed: bool = False
    has_tail: bool = False


def split_fields(data: bytes, start: int, delimiter: bytes) -> Fields:
    """Read the record at ``start``. Quotes inside a field that did not begin with one are text."""
    rest_of_plain = _rest_of_plain(delimiter)
    values: list[bytes] = []
    position = start
    has_tail = False
    while True:
        if data[position : position + 1] == b'"':
            closing = _REST_OF_QUOTED.match(data, position + 1)
            if closing is None:
                return Fields(values, len(data), unclosed=True)
            inner = closing.group()[:-1]
            tail = rest_of_plain.match(data, closing.end())
            assert tail is not None
            if tail.group() and (b"\n" in inner or b"\r" in inner):
                return Fields(values, tail.end(), swallowed=True)
            has_tail |= bool(tail.group())
            values.append(inner.replace(b'""', b'"') + tail.group())
            position = tail.end()
        else:
            plain = rest_of_plain.match(data, position)
            assert plain is not None
            values.append(plain.group())
            position = plain.end()
        if data[position : position + 1] != delimiter:
            return Fields(values, _after_line_end(data, position), has_tail=has_tail)
        position += 1


def quote_fields(values: list[bytes], delimiter: bytes) -> bytes:
    """The record written so that every reader agrees on it, with its line end."""
    return delimiter.join(b'"' + v.replace(b'"', b'""') + b'"' for v in values) + b"\n"


@cache
def _rest_of_plain(delimiter: bytes) -> re.Pattern[bytes]:
    return re.compile(b"[^" + re.escape(delimiter) + rb"\r\n]*")


def _after_line_end(data: bytes, position: int) -> int:
    return position + (2 if data[position : position + 2] == b"\r\n" else 1)
