"""What one person has asked for and another has to confirm, where ``omni.yaml`` asks for two.

It waits in the memory of this desk for a day at most: on disk it would hold records of people whom an erasure would
have to find there.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from omni_identity.desk.people import Person, Role
from omni_identity.model.errors import OmniError, UsageError
from omni_identity.pipeline.run_context import utc_now

LASTS = 24 * 3600.0
MOST = 1_000


@dataclass(frozen=True)
class Wish:
    """What is to be done once another confirms it.

    ``words`` say what it is, ``golden_ids`` of whom; ``roles`` are those who may ask for it and confirm it.
    ``carry_out`` is given who confirmed it, checks again whether it may be done, and does it.
    """

    words: str
    golden_ids: tuple[str, ...]
    reason: str
    roles: frozenset[Role]
    carry_out: Callable[[Person], None]


def signature(asked_by: Person, confirmed_by: Person) -> str:
    """Whose name a decision bears: that of a second person too, where there is one."""
    if confirmed_by.name == asked_by.name:
        return asked_by.name
    return f"{asked_by.name}, confirmed by {confirmed_by.name}"


@dataclass(frozen=True)
class Waiting:
    """A wish, who has it, and since when."""

    wish_id: str
    wish: Wish
    asked_by: str
    asked_at: datetime
    until: float


@dataclass
class SecondPersons:
    """All that waits; safe to be called from several threads."""

    clock: Callable[[], float] = time.monotonic
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, person: Person, wish: Wish) -> None:
        """Let a wish wait. Raises ``UsageError`` when too many do."""
        with self._lock:
            self._drop_old()
            if len(self._waiting) >= MOST:
                raise UsageError(f"{MOST} wishes wait already: confirm or decline some of them.")
            wish_id = secrets.token_urlsafe(9)
            until = self.clock() + LASTS
            self._waiting[wish_id] = Waiting(wish_id, wish, person.name, utc_now(), until)

    def waiting_for(self, person: Person) -> list[Waiting]:
        """What waits that this person may see, the oldest first."""
        with self._lock:
            self._drop_old()
            return [one for one in self._waiting.values() if person.may(one.wish.roles)]

    def take(self, wish_id: str, person: Person, *, to_decline: bool = False) -> Waiting | None:
        """Take a wish, which then waits no more; None where it does not wait, or is not theirs to see.

        Whoever asked may decline it, and nobody confirms their own: raises ``OwnWish``.
        """
        with self._lock:
            self._drop_old()
            found = self._waiting.get(wish_id)
            if found is None or not person.may(found.wish.roles):
                return None
            if found.asked_by == person.name and not to_decline:
                raise OwnWish("You have asked for it yourself: somebody else has to confirm it.")
            return self._waiting.pop(wish_id)

    def put_back(self, waiting: Waiting) -> None:
        """Let it wait on: it could not be done now."""
        with self._lock:
            self._waiting[waiting.wish_id] = waiting

    def _drop_old(self) -> None:
        now = self.clock()
        self._waiting = {key: one for key, one in self._waiting.items() if one.until > now}


class OwnWish(OmniError):
    """Somebody would confirm what they have asked for."""

    exit_code = 2
