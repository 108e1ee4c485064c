"""Who may speak with a server on this machine: its own pages, under its own name, and programs that say what they send.

Whatever page a browser shows can send requests to this machine, so each is looked at: under which name the server was
called (DNS rebinding), from which page, and how it is written. It stands before the Dagster UI, which has no login, and
before the desk.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

GUARD = "OMNI_UI_GUARD"
"""The environment variable with what :class:`WebGuard` is to know, as JSON: ``host`` and ``names``."""
LOOPBACK = frozenset(["localhost", "127.0.0.1", "::1"])
READING = frozenset(["GET", "HEAD"])

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::([0-9]{1,5}))?", re.IGNORECASE)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_NO_FRAMES = {
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}

JSON = "application/json"
_ELSEWHERE = "This request comes from another site than the UI itself."


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_host(name: str) -> bool:
    """Whether ``name`` is a host, with a port or without, as it stands in an address."""
    return _HOST.fullmatch(name) is not None


class WebGuard:
    """ASGI middleware that answers 4xx to what ``app`` must not see, and forbids framing of the rest.

    ``host`` is the address that the server listens on; ``names`` are others by which it may be called
    (``name`` or ``name:port``), say that of a proxy before it. ``command`` is what was typed to start it, and
    ``takes`` the one media type in which anything is sent to it.
    """

    def __init__(
        self,
        app: ASGIApp,
        host: str = "127.0.0.1",
        names: Iterable[str] = (),
        command: str = "omni ui",
        takes: str = JSON,
    ) -> None:
        self._app = app
        self._command = command
        self._takes = takes
        self._names = frozenset(name.lower() for name in names)
        bound = host.strip("[]").lower()
        plain = {found for name in self._names if (found := _hostname(name))}
        self._hosts = LOOPBACK | plain | {bound}
        # a page under an address, not a name, came from that address: nothing can be rebound
        self._takes_addresses = bound in ("0.0.0.0", "::")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, _without_frames(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            status, words = refusal
            headers = {**_NO_FRAMES, "Cache-Control": "no-store"}
            answer = PlainTextResponse(f"Refused: {words}\n", status, headers)
            await answer(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the words with which a request is refused; None when it may pass."""
        headers = Headers(scope=scope)
        called = headers.getlist("host")
        if len(called) != 1 or not self._is_ours(called[0]):
            words = (
                f"the UI does not go by this name; `{self._command} --allow-host NAME` adds one."
            )
            return 421, words
        is_own = self._is_own(headers, called[0])
        if scope["type"] == "websocket":
            return None if is_own else (403, _ELSEWHERE)
        method, path = scope["method"], scope["path"].rstrip("/")
        if method in READING:
            is_opened = headers.get("sec-fetch-mode") == "navigate" and (
                headers.get("sec-fetch-dest") == "document"
            )
            if not is_own and not is_opened:
                return 403, _ELSEWHERE
            # the page of GraphiQL runs nothing by itself; every other GET is a query
            if path.endswith("/graphql") and "text/html" not in headers.get("accept", ""):
                return 405, "GraphQL is taken by POST only, as application/json."
            return None
        if not is_own:
            return 403, _ELSEWHERE
        kinds = headers.getlist("content-type")
        if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != self._takes:
            return 415, f"only {self._takes} is taken."
        return None

    def _is_ours(self, called: str) -> bool:
        name = _hostname(called)
        if name is None:
            return False
        return name in self._hosts or (self._takes_addresses and _is_address(name))

    def _is_own(self, headers: Headers, called: str) -> bool:
        """Whether a browser says that the UI's own page sent this, or no browser says anything."""
        if any(site not in ("same-origin", "none") for site in headers.getlist("sec-fetch-site")):
            # a proxy that gives the server another name does not change what the browser compared
            return False
        for origin in headers.getlist("origin"):
            scheme, _, place = origin.lower().partition("://")
            if scheme not in _DEFAULT_PORTS:
                return False
            default = f":{_DEFAULT_PORTS[scheme]}"
            if place != called.lower().removesuffix(default) and place not in self._names:
                return False
        return True


def _hostname(called: str) -> str | None:
    """The host of ``host[:port]`` in lower case; None where it is none."""
    found = _HOST.fullmatch(called)
    return (found[1] or found[2]).lower() if found else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _without_frames(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _NO_FRAMES.items():
                # beside a policy that the page has already: both hold
                headers.append(name, value)
        await send(message)

    return sending
