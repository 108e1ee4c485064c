"""Who asks: by the cookie of a session or by a proxy's header, and whether a form is of their own session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from omni_identity.desk.people import People, Person
from omni_identity.desk.sessions import Session, Sessions
from omni_identity.model.errors import OmniError


@dataclass(frozen=True)
class Place:
    """Where the desk is served, and who may come.

    ``names`` are hosts by which it may be called beside ``host``. ``is_local``: a link with the token in it signs the
    one local person in.
    """

    people: Callable[[], People]
    host: str = "127.0.0.1"
    port: int = 3100
    names: tuple[str, ...] = ()
    is_local: bool = False


@dataclass(frozen=True)
class Guest:
    """Who asks, in which session, and whether the browser is to be given its cookie."""

    person: Person
    session: Session
    has_new_cookie: bool = False


class Refused(OmniError):
    """What somebody asks for is not theirs to ask."""

    def __init__(self, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Guests:
    """Knows who asks; ``place`` says who may come."""

    place: Place
    sessions: Sessions = field(default_factory=Sessions)

    @property
    def cookie_name(self) -> str:
        """Browsers send a host's cookies to all its ports: desks beside each other have one each."""
        return f"omni_desk_{self.place.port}"

    def recognise(self, request: Request) -> Guest | None:
        """By the proxy's header, or by the session's cookie; None for nobody known.

        Raises ``Refused`` where the proxy names somebody whom the desk does not know.
        """
        people = self.place.people()
        session = self.sessions.read(request.cookies.get(self.cookie_name, ""))
        if people.proxy is not None and people.proxy.is_trusted(peer_of(request)):
            named = request.headers.getlist(people.proxy.header)
            if named:
                person = people.named(named[0].strip()) if len(named) == 1 else None
                if person is None:
                    raise Refused("The proxy names somebody whom the desk does not know.")
                return self._guest(person, session)
        person = people.named(session.name) if session else None
        if session is None or person is None or person.token_mark != session.token_mark:
            return None
        return self._guest(person, session)

    def _guest(self, person: Person, session: Session | None) -> Guest:
        if session is None or session.name != person.name:
            return Guest(person, self.sessions.begin(person), has_new_cookie=True)
        renewed = self.sessions.renewed(session)
        return Guest(person, renewed or session, has_new_cookie=renewed is not None)

    def require_own_form(self, guest: Guest, form: Mapping[str, str]) -> None:
        """Raise ``Refused`` for a form that this guest's session was not given."""
        if not self.sessions.is_form_token(guest.session, form.get("form_token", "")):
            raise Refused(
                "This form is of another session. Go back, load the page again, and send it anew."
            )

    def give_cookie(self, request: Request, response: Response, session: Session) -> None:
        """Have the browser come back in this session; over HTTPS alone where it came by it."""
        response.set_cookie(
            self.cookie_name,
            self.sessions.cookie(session),
            httponly=True,
            samesite="strict",
            secure=self._is_https(request),
        )

    def _is_https(self, request: Request) -> bool:
        proxy = self.place.people().proxy
        is_trusted = proxy is not None and proxy.is_trusted(peer_of(request))
        forwarded = request.headers.get("x-forwarded-proto", "") if is_trusted else ""
        return request.url.scheme == "https" or forwarded.lower() == "https"


def peer_of(request: Request) -> str:
    """The address that a request came from."""
    return request.client.host if request.client else ""
