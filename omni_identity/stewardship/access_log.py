"""The access log of a home: who was shown what is known of whom, when and why. It is only ever appended to.

A file a month, ``access/2026-11.csv``, chained as verdicts are, so that an edit by hand is noticed. It holds no
personal data of customers: golden IDs, and of a term that leads to nobody a keyed hash.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import Literal

from omni_identity.channels.suppression import keyed_hash
from omni_identity.engines.durable import sync_folder
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.model.modes import private_files
from omni_identity.stewardship.erasure_entries import erasure_key
from omni_identity.stewardship.hash_chain import begin_piece, end_piece
from omni_identity.stewardship.judgement_files import held_for_appending, hold_for_reading

Looking = Literal[
    "lookup", "explain", "review", "export",
    "desk search", "desk queue", "desk case", "desk customer", "desk verdict", "desk erase", "desk export",
    "desk confirm", "desk runs",
]  # fmt: skip
"""The commands of ``omni``, and the pages of the desk."""
COLUMNS = ("at", "by", "command", "golden_ids", "term_hash", "reason")
_TERM = "term"
"""The kind of keyed hash that stands for what was typed."""


@dataclass(frozen=True)
class Access:
    """One entry: when (naive UTC), by whom, with which command, whom (live golden IDs) and why.

    ``term`` is what was typed; it is kept, as a keyed hash, only where it led to nobody with a golden ID.
    """

    at: datetime
    command: Looking
    golden_ids: Sequence[str]
    term: str = ""
    by: str = ""
    reason: str = ""


def log_access(home: Home, access: Access) -> None:
    """Append one entry; on return it is on the disk, and the data may be shown.

    Without ``by`` it is the system's user. Raises ``RunFailed`` when it cannot be written: then nothing may be shown.
    """
    try:
        with private_files():
            _append(home, access)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise RunFailed(
            f"Nothing is shown, because it could not be written down in {home.access}: {why}. Whoever looks at a"
            " customer needs the right to write there."
        ) from None


def _append(home: Home, access: Access) -> None:
    key = erasure_key(home)
    path = home.access / f"{access.at:%Y-%m}.csv"
    home.access.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    term_hash = "" if access.golden_ids else keyed_hash(key, _TERM, access.term.strip().lower())
    line = _line(
        (
            f"{access.at.isoformat(timespec='milliseconds')}Z",
            _one_line(access.by) or system_user(),
            access.command,
            " ".join(access.golden_ids),
            term_hash,
            _one_line(access.reason),
        )
    )
    with held_for_appending(path) as file:
        before = file.read()
        is_headless = b"\n" not in before
        if is_headless:
            file.truncate(0)  # at most a part of the header
        is_cut = not is_headless and not before.endswith(b"\n")
        text = ("\n" if is_cut else "") + (_line(COLUMNS) if is_headless else "") + line
        begin_piece(path, key, b"" if is_headless else before, text.encode())
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
        end_piece(path)
    if is_new:
        sync_folder(home.access)


def access_files(home: Home) -> list[Path]:
    """The files of the log, oldest first."""
    return sorted(home.access.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].csv"))


def read_accesses(home: Home) -> Iterator[dict[str, str]]:
    """Every whole entry, oldest first, by ``COLUMNS``; ``golden_ids`` parted by blanks."""
    for path in access_files(home):
        with hold_for_reading(path) as content:
            for fields in csv.reader(io.StringIO(content.decode("utf-8", "replace"))):
                if len(fields) == len(COLUMNS) and tuple(fields) != COLUMNS:
                    yield dict(zip(COLUMNS, fields, strict=True))


def accesses_to(home: Home, golden_ids: Collection[str]) -> list[dict[str, str]]:
    """When, by which command and why a customer of these IDs was looked at; not by whom of the staff."""
    sought = set(golden_ids)
    return [
        {"at": one["at"], "command": one["command"], "reason": one["reason"]}
        for one in read_accesses(home)
        if not sought.isdisjoint(one["golden_ids"].split())
    ]


def count_accesses(home: Home) -> int:
    """How many entries the log has."""
    return sum(max(path.read_bytes().count(b"\n") - 1, 0) for path in access_files(home))


def system_user() -> str:
    """Who works here, as the system calls them."""
    try:
        return getuser()
    except (OSError, KeyError):  # an account without a name, as in a container
        return f"uid {os.getuid()}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _line(fields: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(fields)
    return text.getvalue()
