"""Visitors of a desk in this process: each asks as a browser does, with the cookies that it was given."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from omni_identity.desk.application import Desk
from omni_identity.desk.guests import Place
from omni_identity.desk.people import KnownPerson, People, Role, token_hash
from omni_identity.model.home import Home

OWN = "127.0.0.1:3100"
STAFF: dict[str, Role] = {
    "Vera": "viewer",
    "Arno": "agent",
    "Stella": "steward",
    "Petra": "privacy_officer",
    "Otto": "operator",
}
"""Somebody of each role; their token is their name."""
_FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')
_LINK = re.compile(r'(?:href|src|action)="([^"]*)"')


def staff() -> People:
    """People of whom each has one role."""
    known = (
        KnownPerson(name=name, roles=frozenset((role,)), token_sha256=token_hash(name))
        for name, role in STAFF.items()
    )
    return People(people=tuple(known))


def staffed_desk(home: Home) -> Desk:
    """A desk to which they come."""
    people = staff()
    return Desk(home, Place(lambda: people))


@dataclass
class Answer:
    """What was answered, with the text of the page."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def page(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """What can be read: without tags, blanks as one."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.page)).split())

    @property
    def links(self) -> list[str]:
        return [unescape(link) for link in _LINK.findall(self.page)]


@dataclass
class Visitor:
    """A browser at the desk, or whoever poses as one."""

    desk: Desk
    peer: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._application = self.desk.application()

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, b"", headers)

    def follow(self, path: str) -> Answer:
        """Ask, and go where the answers lead."""
        answer = self.get(path)
        while answer.status == 303:
            answer = self.get(answer.headers["location"])
        return answer

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form as it is."""
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), {**kind, **headers})

    def send(self, path: str, **fields: str) -> Answer:
        """Send a form of the session's own."""
        token = _FORM_TOKEN.search(self.get("/search").page)
        assert token is not None, "a page with a form"
        return self.post(path, {"form_token": token[1], **fields})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        path, _, query = path.partition("?")
        sent = {"host": OWN, "content-length": str(len(body)), **self.headers}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "root_path": "",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "client": (self.peer, 50000), "server": ("127.0.0.1", 3100),
            "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in sent.items()],
        }  # fmt: skip
        messages: list[dict[str, Any]] = [{"type": "http.request", "body": body}]
        got: list[dict[str, Any]] = []

        async def receive() -> Any:
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            got.append(message)

        asyncio.run(self._application(scope, receive, send))
        answer = Answer(
            got[0]["status"],
            {n.decode().lower(): v.decode("latin-1") for n, v in got[0]["headers"]},
            b"".join(message.get("body", b"") for message in got[1:]),
        )
        for cookie in SimpleCookie(answer.headers.get("set-cookie", "")).values():
            self.cookies[cookie.key] = cookie.value
        return answer


def sign_in(desk: Desk, name: str, peer: str = "127.0.0.1") -> Visitor:
    """One of the staff, signed in."""
    visitor = Visitor(desk, peer)
    answer = visitor.post("/sign-in", {"token": name})
    assert answer.status == 303
    return visitor
