"""Document cuts: where in a JSON document the rows stand that are to go, so that all else keeps its bytes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from omni_identity.channels.json_rows import ROWS_A_DOCUMENT
from omni_identity.channels.row_paths import STAR

Range = tuple[int, int]
_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"


@dataclass(frozen=True)
class RowCuts:
    """The numbers of the rows that go, by the ``rows`` of each feed that reads the file (None: its documents are).

    A feed that reads the file and loses nothing has an empty entry: its rows stay.
    """

    by_path: Mapping[str | None, Collection[int]]

    @property
    def numbers(self) -> set[int]:
        """All of them, for files in which every feed counts the same rows."""
        return {number for numbers in self.by_path.values() for number in numbers}

    @property
    def documents(self) -> set[int]:
        """The numbers of the documents in which anything is cut."""
        return {
            number if path is None else number // ROWS_A_DOCUMENT
            for path, numbers in self.by_path.items()
            for number in numbers
        }


def ranges_to_cut(document: bytes, number: int, cuts: RowCuts) -> list[Range] | None:
    """The bytes of a document to be left out, in order; None: all of it goes.

    All of it goes where it is a row itself that does, and where no feed has a row left in it: what stands
    around rows is about the same people.
    """
    whole = cuts.by_path.get(None)
    if whole is not None and number in whole:
        return None
    text = document.decode("utf-8")
    ranges: list[Range] = []
    is_left = whole is not None
    for path, numbers in cuts.by_path.items():
        if path is None:
            continue
        if number * ROWS_A_DOCUMENT in numbers:
            return None
        found = _cut(text, path.split("."), {n - number * ROWS_A_DOCUMENT for n in numbers})
        ranges += found.ranges
        is_left |= found.is_left
    if not is_left:
        return None
    return [_in_bytes(text, start, end) for start, end in _merged(ranges)]


@dataclass(frozen=True)
class _Cut:
    ranges: list[Range]
    is_left: bool


def _cut(text: str, steps: Sequence[str], places: Collection[int]) -> _Cut:
    """The ranges of the rows at these places, and whether any other is left."""
    ranges: list[Range] = []
    place, is_left = 0, False
    for elements, is_alone in _lists(text, _skip(text, 0), steps):
        out = [place + n in places for n in range(1, len(elements) + 1)]
        place += len(elements)
        is_left |= not all(out)
        if is_alone and out[0]:  # an object in the place of a list becomes an empty one
            start, end = elements[0]
            ranges.append((start + 1, end - 1))
        elif not is_alone:
            ranges += _with_commas(elements, out)
    return _Cut(ranges, is_left)


def _with_commas(elements: Sequence[Range], out: Sequence[bool]) -> Iterator[Range]:
    """The ranges of elements of a list that go, each with one comma beside it."""
    kept = [n for n, is_out in enumerate(out) if not is_out]
    if not kept:
        if elements:
            yield elements[0][0], elements[-1][1]
        return
    if kept[0] > 0:
        yield elements[0][0], elements[kept[0]][0]
    for before, after in zip(kept, [*kept[1:], len(elements)], strict=True):
        if after - before > 1:
            yield elements[before][1], elements[after - 1][1]


def _lists(text: str, at: int, steps: Sequence[str]) -> Iterator[tuple[list[Range], bool]]:
    """The elements of every list that the path leads to; True: an object stands in the place of a list of one."""
    step, *rest = steps
    for key, start, end in _inside(text, at, is_starred=step == STAR):
        if step != STAR:
            if key == step:
                yield from _lists(text, start, rest)
                return
            continue
        if rest:
            yield from _lists(text, start, rest)
            continue
        if text[at] == "{":
            yield [(start, end)], True
        else:
            yield [(start, end) for _, start, end in _inside(text, at, is_starred=True)], False
        return


def _inside(text: str, at: int, is_starred: bool) -> Iterator[tuple[str, int, int]]:
    """``key, start, end`` of what an object or a list holds, a list's by position; of an object that stands for a
    list, itself."""
    if text[at] == "{" and is_starred:
        yield "0", at, _end(text, at)
    elif text[at] == "{":
        at = _skip(text, at + 1)
        while text[at] != "}":
            key, at = _DECODER.raw_decode(text, at)
            start = _skip(text, _skip(text, at) + 1)
            end = _end(text, start)
            yield key, start, end
            at = _skip(text, end)
            at = _skip(text, at + 1) if text[at] == "," else at
    elif text[at] == "[":
        at, position = _skip(text, at + 1), 0
        while text[at] != "]":
            end = _end(text, at)
            yield str(position), at, end
            at, position = _skip(text, end), position + 1
            at = _skip(text, at + 1) if text[at] == "," else at


def _end(text: str, at: int) -> int:
    return _DECODER.raw_decode(text, at)[1]


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _merged(ranges: Sequence[Range]) -> list[Range]:
    """The ranges in order, those that touch or overlap as one."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _in_bytes(text: str, start: int, end: int) -> Range:
    before = len(text[:start].encode())
    return before, before + len(text[start:end].encode())
