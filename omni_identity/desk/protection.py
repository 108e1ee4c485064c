"""Middleware around every page: what the browser is told to forbid, and how much a request may send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024
"""Of a request's body: a form with a reason in it is far below."""
MOST_QUERY_BYTES = 4 * 1024
POLICY = "omni_identity.policy"
"""Where the scope of a request has the content security policy of its answer, if that is another one."""
DOCUMENT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # without any, browsers call the origin of a form null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KEPT_NOWHERE = {"Cache-Control": "no-store"}


class Protection:
    """ASGI middleware: security headers on every answer, 413 and 414 for what is too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending = _with_headers(scope, send)
        if len(scope["query_string"]) > MOST_QUERY_BYTES:
            await PlainTextResponse("Refused: the address is too long.\n", 414)(
                scope, receive, sending
            )
            return
        body = await _read_body(scope, receive)
        if body is None:
            words = f"Refused: more than {MOST_BYTES // 1024} kB were sent.\n"
            await PlainTextResponse(words, 413, {"Connection": "close"})(scope, receive, sending)
            return
        await self._app(scope, _after(body, receive), sending)


async def _read_body(scope: Scope, receive: Receive) -> bytes | None:
    """The body, before anything looks at it; None as soon as it is known to be too long."""
    length = Headers(scope=scope).get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > MOST_BYTES:
        return None
    body, is_more = b"", True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            return None
    return body


def _after(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return messages.pop() if messages else await receive()

    return receiving


def _with_headers(scope: Scope, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if POLICY in scope:
                headers["Content-Security-Policy"] = scope[POLICY]
            for name, value in KEPT_NOWHERE.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
