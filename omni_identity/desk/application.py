"""The desk as an ASGI application: signs people in, lets each take the ways of their roles, and renders the answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from omni_identity.desk.attempts import Attempts
from omni_identity.desk.configuration_file import ConfigurationFile
from omni_identity.desk.guests import Guest, Guests, Place, Refused, peer_of
from omni_identity.desk.masking import masked_columns
from omni_identity.desk.page import (
    Document,
    Download,
    Goto,
    NotThere,
    Page,
    Picture,
    TakenMeanwhile,
    View,
    Way,
)
from omni_identity.desk.pages import all_pages
from omni_identity.desk.people import Role
from omni_identity.desk.protection import DOCUMENT_POLICY, POLICY, Protection
from omni_identity.desk.published_reader import PublishedReader
from omni_identity.desk.rendering import make_environment
from omni_identity.desk.second_person import OwnWish, SecondPersons
from omni_identity.desk.visit import Visit
from omni_identity.model.error_log import write_error_log
from omni_identity.model.errors import ConfigurationError, HomeIsBusy, OmniError
from omni_identity.model.home import Home
from omni_identity.orchestration.web_guard import WebGuard

if TYPE_CHECKING:
    import duckdb

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
LOOKED_AT = 5.0
"""Seconds between two looks at whether another publication has taken the place of the one that is held open."""
_OWN_PATH = re.compile(r"/(?![/\\])[\w~.%:@?=&/+-]*", re.ASCII)


@dataclass
class Desk:
    """One home's desk."""

    home: Home
    place: Place
    pages: tuple[Page, ...] = field(default_factory=all_pages)
    attempts: Attempts = field(default_factory=Attempts)
    second_persons: SecondPersons = field(default_factory=SecondPersons)

    def __post_init__(self) -> None:
        self._templates = make_environment()
        self._configuration = ConfigurationFile(self.home)
        self.reader = PublishedReader(self.home, self._masked_columns)
        self._guests = Guests(self.place)

    def _masked_columns(
        self, connection: duckdb.DuckDBPyConnection, database: str
    ) -> Mapping[str, str]:
        return masked_columns(connection, self._configuration(), database)

    def application(self) -> Starlette:
        """The application, its guard and its protection around it."""
        place = self.place
        guard = Middleware(WebGuard, place.host, place.names, "omni desk", FORM)
        static = StaticFiles(directory=Path(__file__).parent / "static")
        ways = [
            Route(way.path, partial(self._take, page, way), methods=[way.method])
            for page in self.pages
            for way in page.ways
        ]
        return Starlette(
            routes=[
                Route("/", self._enter),
                Route("/sign-in", self._ask_who, methods=["GET"]),
                Route("/sign-in", self._sign_in, methods=["POST"]),
                Route("/enter", self._sign_in_by_link, methods=["GET"]),
                Route("/sign-out", self._sign_out, methods=["POST"]),
                *ways,
                Mount("/static", static),
            ],
            middleware=[Middleware(Protection), guard],
            exception_handlers={HTTPException: self._say_status, Exception: self._say_unexpected},
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        looking = asyncio.create_task(self._let_go())
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
            self.reader.close()

    async def _let_go(self) -> None:
        while True:
            await asyncio.sleep(LOOKED_AT)
            await run_in_threadpool(self.reader.let_go)

    async def _take(self, page: Page, way: Way, request: Request) -> Response:
        """Answer one request: who asks, may they, is it their own form, and only then the page."""
        guest: Guest | None = None
        try:
            guest = self._guests.recognise(request)
            if guest is None:
                return self._send_to_sign_in(request)
            if not guest.person.may(way.roles):
                raise Refused(f"This is for {_listed(way.roles)}.")
            form = await self._form(request, guest) if way.method == "POST" else {}
            answering = partial(self._answer, page, way, request, guest, form)
            response = await run_in_threadpool(answering)
        except OmniError as error:
            response = self._say(error, guest)
        if guest is not None and guest.has_new_cookie:
            self._guests.give_cookie(request, response, guest.session)
        return response

    def _answer(
        self, page: Page, way: Way, request: Request, guest: Guest, form: Mapping[str, str]
    ) -> Response:
        visit = Visit(
            self.home,
            guest.person,
            way.command,
            path={name: str(value) for name, value in request.path_params.items()},
            query=_fields(request.url.query),
            form=form,
            reader=self.reader,
            configuration_file=self._configuration,
            second_persons=self.second_persons,
        )
        answer = way.answer(visit)
        if not visit.is_logged:
            raise AssertionError(f"{way.method} {way.path} has written nothing down")
        match answer:
            case View():
                values = {"here": page.title, **answer.values}
                return self._render(answer.template, values, answer.status, guest)
            case Picture():
                return Response(answer.content, media_type=answer.media_type)
            case Download():
                kept = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
                return Response(answer.content, headers=kept, media_type=answer.media_type)
            case Document():
                request.scope[POLICY] = DOCUMENT_POLICY
                return HTMLResponse(answer.html)
            case Goto():
                return RedirectResponse(answer.path, 303)

    async def _form(self, request: Request, guest: Guest) -> dict[str, str]:
        form = await _read_form(request)
        self._guests.require_own_form(guest, form)
        return form

    # signing in and out

    async def _enter(self, request: Request) -> Response:
        try:
            guest = self._guests.recognise(request)
        except OmniError as error:
            return self._say(error, None)
        if guest is None:
            return self._send_to_sign_in(request)
        return RedirectResponse(self._open_pages(guest)[0].link, 303)

    def _open_pages(self, guest: Guest | None) -> list[Page]:
        """Those to which the navigation leads somebody."""
        roles = guest.person.roles if guest else frozenset[Role]()
        return [page for page in self.pages if page.is_open_to(roles)]

    def _is_wanted(self, page: Page) -> bool:
        try:
            return page.is_wanted is None or page.is_wanted(self._configuration())
        except ConfigurationError:
            return False

    def _send_to_sign_in(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return self._say(
                Refused("You are signed out: nothing was done. Sign in again.", 401), None
            )
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(path, safe='')}", 303)

    async def _ask_who(self, request: Request) -> Response:
        following = _own_path(request.query_params.get("next", ""))
        return self._render(
            "sign_in.html", {"following": following, "is_local": self.place.is_local}
        )

    async def _sign_in(self, request: Request) -> Response:
        form = await _read_form(request)
        return self._sign_in_with(request, form.get("token", ""), _own_path(form.get("next", "")))

    async def _sign_in_by_link(self, request: Request) -> Response:
        """The link that is printed for whoever has started the desk; tokens of a file never stand in an address."""
        if not self.place.is_local:
            return self._say(NotThere("There is no such page."), None)
        return self._sign_in_with(request, request.query_params.get("token", ""), "/")

    def _sign_in_with(self, request: Request, token: str, following: str) -> Response:
        peer = peer_of(request)
        wait = self.attempts.seconds_to_wait(peer)
        if wait:
            words = f"Too many wrong tokens came from here. Wait {wait // 60 + 1} minutes."
            response = self._say(Refused(words, 429), None)
            response.headers["Retry-After"] = str(wait)
            return response
        try:
            person = self.place.people().by_token(token)
        except OmniError as error:
            return self._say(error, None)
        if person is None:
            self.attempts.count_wrong(peer)
            values = {"following": following, "is_local": self.place.is_local, "is_wrong": True}
            return self._render("sign_in.html", values, 401)
        response = RedirectResponse(following, 303)
        self._guests.give_cookie(request, response, self._guests.sessions.begin(person))
        return response

    async def _sign_out(self, request: Request) -> Response:
        try:
            guest = self._guests.recognise(request)
            if guest is not None:
                await self._form(request, guest)
                self._guests.sessions.end(guest.session)
        except OmniError as error:
            return self._say(error, guest)
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(self._guests.cookie_name)
        return response

    # what is answered

    def _render(
        self,
        template: str,
        values: Mapping[str, Any],
        status: int = 200,
        guest: Guest | None = None,
    ) -> HTMLResponse:
        token = self._guests.sessions.form_token(guest.session) if guest else ""
        field_html = Markup('<input type="hidden" name="form_token" value="{}">').format(token)
        context = {
            "person": guest.person if guest else None,
            "pages": [page for page in self._open_pages(guest) if self._is_wanted(page)],
            "form_token": lambda: field_html,
            "here": "",
            **values,
        }
        return HTMLResponse(self._templates.get_template(template).render(context), status)

    def _say(self, error: OmniError, guest: Guest | None) -> Response:
        match error:
            case Refused():
                status = error.status
            case NotThere():
                status = 404
            case OwnWish():
                status = 403
            case TakenMeanwhile():
                status = 409
            case HomeIsBusy():
                status = 503
            case _:
                status = 400 if error.exit_code == 2 else 500
        values = {"heading": _HEADINGS.get(status, "That did not work"), "message": str(error)}
        return self._render("message.html", values, status, guest)

    async def _say_status(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        values = {"heading": _HEADINGS.get(error.status_code, error.detail), "message": ""}
        response = self._render("message.html", values, error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def _say_unexpected(self, _: Request, error: Exception) -> Response:
        """Its text may quote a person, so it stays out; where in the code it was is in the home's log."""
        log = await run_in_threadpool(write_error_log, self.home, error)
        message = f"Unexpected {type(error).__name__}." + (
            f" Where in the code: {log}." if log else ""
        )
        return self._render("message.html", {"heading": _HEADINGS[500], "message": message}, 500)


_HEADINGS = {
    401: "Signed out",
    403: "Not allowed",
    404: "Not there",
    405: "Not there",
    409: "Somebody else was faster",
    429: "Too many attempts",
    500: "That did not work",
    503: "The home is busy",
}


def _own_path(path: str) -> str:
    """A path of the desk to go on to; its first page in place of anything else."""
    return path if _OWN_PATH.fullmatch(path) else "/"


async def _read_form(request: Request) -> dict[str, str]:
    return _fields((await request.body()).decode("utf-8", "replace"))


def _fields(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refused(f"More than {MOST_FIELDS} fields were sent.", 400) from None
    return {name: value.strip() for name, value in pairs}


def _listed(roles: frozenset[Any]) -> str:
    return ", ".join(sorted(role.replace("_", " ") for role in roles))
