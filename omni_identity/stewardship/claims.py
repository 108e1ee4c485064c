"""Who is at which question: a small store that is only appended to, a file a day, in which everything expires.

It keeps two stewards from deciding the same case at once. It holds question IDs and names of staff, and nothing of
customers; of a day that is over the file goes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.model.modes import private_files
from omni_identity.stewardship.judgement_files import held_for_appending, hold_for_reading

LASTS = timedelta(minutes=20)
"""How long a question is somebody's who does nothing more."""
Act = Literal["took", "left", "answered"]


@dataclass(frozen=True)
class Claim:
    """A question that somebody has taken, and when (naive UTC)."""

    question_id: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Claims:
    """Who is at what now, by question, and how many questions each has answered today."""

    held: dict[str, Claim]
    answered: Counter[str]

    def other_than(self, question_id: str, by: str) -> Claim | None:
        """The claim of somebody else on a question; None if nobody else has one."""
        claim = self.held.get(question_id)
        return claim if claim is not None and claim.by != by else None


def take_question(home: Home, question_id: str, by: str, now: datetime) -> Claim | None:
    """Take a question, unless somebody else has it: then their claim is returned, and nothing is written."""
    return _append(home, "took", question_id, by, now)


def leave_question(home: Home, question_id: str, by: str, now: datetime, act: Act = "left") -> None:
    """Give a question back, ``left`` or ``answered``."""
    _append(home, act, question_id, by, now)


def read_claims(home: Home, now: datetime) -> Claims:
    """Who is at what now, and what was answered today."""
    path = home.claims / f"{now:%Y-%m-%d}.jsonl"
    if not path.exists():
        return Claims({}, Counter())
    with hold_for_reading(path) as content:
        return _claims(content, now)


def _append(home: Home, act: Act, question_id: str, by: str, now: datetime) -> Claim | None:
    try:
        with private_files():
            home.claims.mkdir(parents=True, exist_ok=True)
            today = home.claims / f"{now:%Y-%m-%d}.jsonl"
            for path in home.claims.glob("*.jsonl"):
                if path.name < today.name:
                    path.unlink(missing_ok=True)
            with held_for_appending(today) as file:
                before = file.read()
                if act == "took":
                    other = _claims(before, now).other_than(question_id, by)
                    if other is not None:
                        return other
                fields = (now.isoformat(), act, question_id, " ".join(by.split()))
                line = json.dumps(fields, ensure_ascii=False) + "\n"
                is_cut = bool(before) and not before.endswith(b"\n")
                file.write(("\n" * is_cut + line).encode())
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise RunFailed(
            f"Who is at which question cannot be written down in {home.claims}: {why}."
        ) from None
    return None


def _claims(content: bytes, now: datetime) -> Claims:
    claims: dict[str, Claim] = {}
    answered: Counter[str] = Counter()
    for at, act, question_id, by in _lines(content):
        if act == "took":
            claims[question_id] = Claim(question_id, by, at)
        elif question_id in claims and claims[question_id].by == by:
            del claims[question_id]
        answered[by] += act == "answered"
    held = {key: claim for key, claim in claims.items() if timedelta(0) <= now - claim.at <= LASTS}
    return Claims(held, +answered)


def _lines(content: bytes) -> Iterator[tuple[datetime, str, str, str]]:
    """The whole lines; one that a killed process left half is none."""
    for line in content.decode("utf-8", "replace").splitlines():
        try:
            at, act, question_id, by = json.loads(line)
            yield datetime.fromisoformat(at), act, question_id, by
        except ValueError:
            continue
