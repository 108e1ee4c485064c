"""WhatsApp's chat exports as raw batches: a text of messages, each with its time and sender."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl

from omni_identity.channels.batches import Broken, RawBatch, file_broken, source_column
from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.feeds import Feed
from omni_identity.channels.reason_codes import (
    EMPTY_FILE,
    TRUNCATED_FILE,
    UNDECODABLE_BYTES,
    UNREADABLE_FILE,
)
from omni_identity.channels.texts import show

CHAT_COLUMNS = ("message_id", "time", "sender", "text")
"""What a message has: ``time`` as written, ``sender`` a name or a number, null for WhatsApp's own notes."""
_BLOCK_BYTES = 1 << 22
_MARKS = "[\u200e\u200f\u202a-\u202e\ufeff]*"
_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?\s?m\b\.?)?"
MESSAGE = re.compile(
    rf"{_MARKS}(?:\[(?P<date>{_DATE})\.?,? (?P<time>{_TIME})\]"
    rf"|(?P<date_2>{_DATE})\.?,? (?P<time_2>{_TIME}) -) {_MARKS}(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
"""A message: ``[12.03.24, 14:05:11] Name: text`` of an iPhone, ``12/03/2024, 14:05 - Name: text`` of Android."""
_START = re.compile(
    rf"(?m)^{_MARKS}(?:\[{_DATE}\.?,? {_TIME}\]|{_DATE}\.?,? {_TIME} -) ", re.IGNORECASE
)
_SENDER = re.compile(r"(?s)~?\s*(?P<sender>[^:\n]{1,100}): ?(?P<text>.*)")


def read_whatsapp_chat(path: Path, feed: Feed, file: BinaryIO | None = None) -> Iterator[RawBatch]:
    """Messages of a WhatsApp chat export with those of ``CHAT_COLUMNS`` that ``feed`` names.

    A message reaches to the next line that begins like one, so texts may have several lines. ``row_number``
    counts messages from 1. An export has 40,000 messages at most, so it is read as a whole. A message's ID
    is made of its time, its sender and its number among those of that time and sender.
    """
    with ByteStream(path, feed.encoding, file) as stream:
        data = read_whole(stream)
    starts, ends = message_bounds(data)
    if not len(starts):
        reason = UNREADABLE_FILE if data.strip() else EMPTY_FILE
        yield file_broken(reason, stream.damage or "no line is a message of a WhatsApp chat")
        return
    raw = [data[start:end] for start, end in zip(starts, ends, strict=True)]

    def payloads(numbers: Sequence[int]) -> list[str]:
        return [show(raw[n - 1]).rstrip("\r\n") for n in numbers]

    rows, broken = _rows(raw)
    wanted = [name for name in CHAT_COLUMNS if name in feed.source_columns()]
    frame = pl.DataFrame(
        rows,
        schema={"row_number": pl.Int64, **dict.fromkeys(CHAT_COLUMNS, pl.String)},
        orient="row",
    )
    frame = frame.select(
        "row_number", *(pl.col(name).alias(source_column(name)) for name in wanted)
    )
    yield RawBatch(frame, broken, payloads)
    if stream.damage is not None:
        yield file_broken(TRUNCATED_FILE, stream.damage)


def read_whole(stream: ByteStream) -> bytes:
    """All that a stream holds."""
    return b"".join(iter(lambda: stream.read(_BLOCK_BYTES), b""))


def message_bounds(data: bytes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Starts and ends of the messages in UTF-8 ``data``; what precedes the first belongs to none."""
    text = data.decode("utf-8", "surrogateescape")
    starts = [match.start() for match in _START.finditer(text)]
    # positions of characters to those of bytes
    lengths = [len(text[a:b].encode("utf-8", "surrogateescape")) for a, b in pairwise([0, *starts])]
    bounds = np.cumsum(lengths, dtype=np.int64) if starts else np.empty(0, dtype=np.int64)
    return bounds, np.append(bounds[1:], len(data)) if starts else bounds


def _rows(raw: Sequence[bytes]) -> tuple[list[tuple[int, str, str, str | None, str]], list[Broken]]:
    """``(row number, *CHAT_COLUMNS)`` of each message, and those that are no text."""
    rows, broken = [], []
    counts = Counter[tuple[str, str | None]]()
    for number, message in enumerate(raw, 1):
        try:
            text = message.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            detail = "bytes that are no text in the file's encoding"
            broken.append(Broken(number, UNDECODABLE_BYTES, detail, show(message)))
            continue
        found = MESSAGE.match(text)
        assert found is not None, "its beginning was found by the same expression"
        time = f"{found['date'] or found['date_2']} {found['time'] or found['time_2']}"
        said = _SENDER.match(found["rest"])
        sender = re.sub(_MARKS, "", said["sender"]).strip() if said else None
        body = said["text"] if said else found["rest"]
        counts[time, sender] += 1
        key = f"{time}|{sender}|{counts[time, sender]}"
        message_id = hashlib.sha256(key.encode()).hexdigest()[:20]
        rows.append((number, message_id, time, sender, re.sub(_MARKS, "", body).strip()))
    return rows, broken
