"""Sessions of people at the desk: a signed cookie each, which expires, and the token of its forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace

from itsdangerous import BadData, URLSafeSerializer

from omni_identity.desk.people import Person

LONGEST = 10 * 3600.0
"""Seconds after which a session ends in any case: a working day."""
IDLE = 3600.0
"""Seconds after which it ends when nothing was asked meanwhile."""
RENEWED = 60.0
"""Seconds after which a page renews the cookie."""
MOST_ENDED = 10_000


@dataclass(frozen=True)
class Session:
    """Whose session it is, begun with which token, which, and since when (seconds of the clock)."""

    name: str
    token_mark: str
    session_id: str
    began_at: float
    seen_at: float


class Sessions:
    """Makes, checks and ends sessions. The key is of this process: they end with it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._key = secrets.token_bytes(32)
        self._signer = URLSafeSerializer(
            self._key, salt="session", signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._clock = clock
        self._ended: dict[str, float] = {}

    def begin(self, person: Person) -> Session:
        """A new session, never one that somebody has brought along."""
        now = self._clock()
        return Session(person.name, person.token_mark, secrets.token_urlsafe(18), now, now)

    def cookie(self, session: Session) -> str:
        """What the browser keeps."""
        return str(self._signer.dumps(astuple(session)))

    def read(self, cookie: str) -> Session | None:
        """The session of a cookie; None of one that is forged, over, or ended."""
        try:
            session = Session(*self._signer.loads(cookie))
        except (BadData, TypeError):
            return None
        now = self._clock()
        is_over = now - session.began_at > LONGEST or now - session.seen_at > IDLE
        return None if is_over or session.session_id in self._ended else session

    def renewed(self, session: Session) -> Session | None:
        """The session with the moment of now, where the cookie is to be written anew."""
        now = self._clock()
        if now - session.seen_at < RENEWED:
            return None
        return replace(session, seen_at=now)

    def end(self, session: Session) -> None:
        """From now on its cookie opens nothing, whoever has a copy."""
        now = self._clock()
        if len(self._ended) >= MOST_ENDED:
            self._ended = {known: at for known, at in self._ended.items() if now - at < LONGEST}
        self._ended[session.session_id] = now

    def form_token(self, session: Session) -> str:
        """What every form of the session carries, and no other site knows."""
        return hmac.new(
            self._key, f"form {session.session_id}".encode(), hashlib.sha256
        ).hexdigest()

    def is_form_token(self, session: Session, token: str) -> bool:
        """Whether a form was one of this session's own."""
        return hmac.compare_digest(
            self.form_token(session).encode(), token.encode("utf-8", "replace")
        )
