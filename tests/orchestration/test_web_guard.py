"""The guard before the Dagster UI, request by request: who is let through, and who is not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from omni_identity.orchestration.web_guard import WebGuard, is_loopback

OWN = {"host": "127.0.0.1:3000"}
JSON = {"content-type": "application/json"}
FROM_PAGE = {"origin": "http://127.0.0.1:3000", "sec-fetch-site": "same-origin"}
OPENED = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


def ask(
    method: str,
    path: str,
    headers: dict[str, str],
    kind: str = "http",
    more: tuple[tuple[str, str], ...] = (),
    **guard: Any,
) -> tuple[Any, dict[str, str]]:
    """The status of the answer, ``"passed"`` where the app was asked, and the answer's headers."""
    sent: list[dict[str, Any]] = []
    asked: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        if kind == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in (*headers.items(), *more)]
    scope = {"type": kind, "method": method, "path": path, "headers": raw, "query_string": b""}
    asyncio.run(WebGuard(app, **guard)(scope, None, send))  # type: ignore[arg-type]
    answer = {k.decode().lower(): v.decode() for m in sent for k, v in m.get("headers", [])}
    if asked:
        return "passed", answer
    return sent[0].get("status", sent[0]["type"]), answer


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {**OWN, **OPENED, "sec-fetch-site": "none"}),
        ("GET", "/runs", {**OWN, **OPENED, "sec-fetch-site": "cross-site"}),  # a link in a mail
        ("GET", "/_next/static/x.js", {**OWN, "sec-fetch-site": "same-origin"}),
        ("GET", "/server_info", OWN),
        ("GET", "/graphql", {**OWN, "accept": "text/html,*/*"}),
        ("POST", "/graphql", {**OWN, **JSON, **FROM_PAGE}),
        ("POST", "/graphql", {**OWN, "content-type": "Application/JSON; charset=utf-8"}),
        ("POST", "/graphql", {"host": "localhost:8080", "origin": "http://localhost:8080", **JSON}),
        ("POST", "/graphql", {"host": "[::1]:3000", "origin": "http://[::1]:3000", **JSON}),
        ("POST", "/graphql", {"host": "LOCALHOST", "origin": "http://localhost", **JSON}),
    ],
)
def test_the_ui_and_plain_programs_pass(method: str, path: str, headers: dict[str, str]) -> None:
    outcome, answer = ask(method, path, headers)
    assert outcome == "passed"
    assert answer["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        # by GET
        ("GET", "/graphql", OWN, 405),
        ("GET", "/graphql", {**OWN, **FROM_PAGE}, 405),
        ("GET", "/graphql/", {**OWN, "accept": "application/json"}, 405),
        ("GET", "/graphql", {**OWN, **OPENED, "sec-fetch-site": "cross-site", "accept": "*/*"}, 405),
        ("GET", "/graphql", {**OWN, "accept": "image/*", "sec-fetch-site": "cross-site"}, 403),
        ("HEAD", "/graphql", OWN, 405),
        # from elsewhere
        ("POST", "/graphql", {**OWN, **JSON, "origin": "http://evil.example"}, 403),
        ("POST", "/graphql", {**OWN, **JSON, "origin": "http://127.0.0.1:8000"}, 403),
        ("POST", "/graphql", {**OWN, **JSON, "origin": "http://localhost:3000"}, 403),
        ("POST", "/graphql", {**OWN, **JSON, "origin": "http://127.0.0.1:3000.evil.example"}, 403),
        ("POST", "/graphql", {**OWN, **JSON, "origin": "null"}, 403),
        ("POST", "/graphql", {**OWN, **JSON, "origin": "file://"}, 403),
        ("POST", "/graphql", {**OWN, **JSON, "origin": ""}, 403),
        ("POST", "/graphql", {**OWN, **JSON, "sec-fetch-site": "cross-site"}, 403),
        ("POST", "/graphql", {**OWN, **JSON, "sec-fetch-site": "same-site"}, 403),
        ("GET", "/runs", {**OWN, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ("GET", "/", {**OWN, "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate",
                      "sec-fetch-dest": "iframe"}, 403),
        ("OPTIONS", "/graphql", {**OWN, "origin": "http://evil.example"}, 403),
        # as a form would
        ("POST", "/graphql", {**OWN, "content-type": "text/plain"}, 415),
        ("POST", "/graphql", {**OWN, "content-type": "text/plain; application/json"}, 415),
        ("POST", "/graphql", {**OWN, "content-type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "/graphql", {**OWN, "content-type": "multipart/form-data; boundary=x"}, 415),
        ("POST", "/graphql", {**OWN, "content-type": "application/graphql"}, 415),
        ("POST", "/graphql", OWN, 415),
        ("POST", "/report_asset_materialization/x", {**OWN, "content-type": "text/plain"}, 415),
        ("DELETE", "/anything", {**OWN, "content-type": "text/plain"}, 415),
        # under another name
        ("GET", "/", {"host": "evil.example:3000"}, 421),
        ("GET", "/", {"host": "127.0.0.1.evil.example"}, 421),
        ("GET", "/", {"host": "user@127.0.0.1"}, 421),
        ("GET", "/", {"host": "192.168.1.5:3000"}, 421),
        ("GET", "/", {"host": ""}, 421),
        ("GET", "/", {}, 421),
        ("POST", "/graphql", {"host": "evil.example", "origin": "http://evil.example", **JSON}, 421),
    ],
)  # fmt: skip
def test_what_other_pages_can_send_is_refused(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    outcome, answer = ask(method, path, headers)
    assert outcome == status
    assert answer["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in answer


def test_a_header_that_comes_twice_is_no_way_in() -> None:
    assert ask("GET", "/", OWN, more=(("host", "evil.example"),))[0] == 421
    twice = (("origin", "http://evil.example"),)
    assert ask("POST", "/graphql", {**OWN, **JSON, **FROM_PAGE}, more=twice)[0] == 403
    plain = (("content-type", "text/plain"),)
    assert ask("POST", "/graphql", {**OWN, **JSON}, more=plain)[0] == 415


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({**OWN, "origin": "http://127.0.0.1:3000"}, "passed"),
        (OWN, "passed"),
        ({**OWN, "origin": "http://evil.example"}, "websocket.close"),
        ({**OWN, "origin": "http://127.0.0.1:8000"}, "websocket.close"),
        ({"host": "evil.example", "origin": "http://evil.example"}, "websocket.close"),
    ],
)
def test_websockets_are_held_to_the_same(headers: dict[str, str], outcome: str) -> None:
    assert ask("GET", "/graphql", headers, kind="websocket")[0] == outcome


def test_a_name_that_is_allowed_is_its_own_origin() -> None:
    proxied = {**OWN, **JSON, "origin": "https://omni.example", "sec-fetch-site": "same-origin"}
    assert ask("POST", "/graphql", proxied)[0] == 403
    assert ask("POST", "/graphql", proxied, names=["omni.example"])[0] == "passed"
    direct = {**proxied, "host": "omni.example"}
    assert ask("POST", "/graphql", direct, names=["omni.example"])[0] == "passed"
    other_port = {**proxied, "origin": "https://omni.example:8443"}
    assert ask("POST", "/graphql", other_port, names=["omni.example"])[0] == 403
    assert ask("POST", "/graphql", other_port, names=["omni.example:8443"])[0] == "passed"


def test_a_server_on_every_address_takes_addresses_and_no_foreign_names() -> None:
    there = {"host": "192.168.1.5:3000"}
    assert ask("GET", "/", there, host="0.0.0.0")[0] == "passed"
    assert ask("GET", "/", there, host="192.168.1.5")[0] == "passed"
    assert ask("GET", "/", {"host": "[2001:db8::1]"}, host="::")[0] == "passed"
    assert ask("GET", "/", {"host": "evil.example:3000"}, host="0.0.0.0")[0] == 421


@pytest.mark.parametrize(
    ("host", "answer"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.3.2.1", True),
     ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("omni.example", False)],
)  # fmt: skip
def test_what_only_this_machine_can_reach(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer
