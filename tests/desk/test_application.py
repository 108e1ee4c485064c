"""The frame of the desk: who is let in, as what, what each request must bring, and what every answer has."""

from __future__ import annotations

import shutil

import pytest

from omni_identity.desk.application import Desk
from omni_identity.desk.attempts import MOST_WRONG, WINDOW, Attempts
from omni_identity.desk.guests import Place
from omni_identity.desk.page import Goto, Page, View, Way
from omni_identity.desk.people import ROLES, KnownPerson, People, Proxy, local_person
from omni_identity.desk.protection import HEADERS, MOST_BYTES
from omni_identity.desk.sessions import IDLE, LONGEST, RENEWED, Sessions
from omni_identity.desk.visit import Visit
from omni_identity.model.home import Home
from omni_identity.stewardship.access_log import read_accesses
from tests.desk.visitors import STAFF, Visitor, sign_in, staff, staffed_desk
from tests.worlds import World

CHANGED: list[str] = []


def change(visit: Visit) -> Goto:
    visit.log((), reason="a change")
    CHANGED.append(visit.form.get("what", ""))
    return Goto("/search")


def forget_to_log(_: Visit) -> View:
    return View("message.html", {"heading": "Anna Kern", "message": ""})


TRIAL = Page(
    "Trial",
    (
        Way("/trial/change", change, "desk search", frozenset(("steward",)), "POST"),
        Way("/trial/unlogged", forget_to_log, "desk search", ROLES),
    ),
)


@pytest.fixture
def desk(town: Home) -> Desk:
    made = staffed_desk(town)
    made.pages = (*made.pages, TRIAL)
    return made


def test_nobody_unknown_sees_a_page(desk: Desk) -> None:
    stranger = Visitor(desk)
    answer = stranger.get("/search?q=anna")
    assert answer.status == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fsearch%3Fq%3Danna"
    assert stranger.get("/sign-in").status == 200
    assert stranger.post("/trial/change", {"what": "x"}).status == 401


def test_a_token_signs_in_and_leads_on_within_the_desk_alone(desk: Desk) -> None:
    for following, led_to in {
        "/search?q=a%20b": "/search?q=a%20b",
        "https://elsewhere.example/": "/",
        "//elsewhere.example/": "/",
        "/\\elsewhere.example": "/",
        "javascript:alert(1)": "/",
        "/search\r\nset-cookie: a=b": "/",
    }.items():
        answer = Visitor(desk).post("/sign-in", {"token": "Stella", "next": following})
        assert (answer.status, answer.headers["location"]) == (303, led_to)
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie


def test_every_answer_forbids_what_a_browser_could_be_talked_into(desk: Desk) -> None:
    visitor = sign_in(desk, "Arno")
    for path in ("/search", "/sign-in", "/nowhere", "/static/desk.css", "/trial/change"):
        answer = visitor.get(path)
        assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
        assert answer.headers["cache-control"] == "no-store"
        assert "unsafe-inline" not in answer.headers["content-security-policy"]


def test_nothing_of_a_page_is_elsewhere_or_inline(desk: Desk) -> None:
    page = sign_in(desk, "Stella").get("/search")
    assert all(link.startswith(("/", "#")) for link in page.links)
    assert "<style" not in page.page
    assert " style=" not in page.page
    assert page.page.count("<script") == 1


def test_each_may_take_the_ways_of_their_roles_only(desk: Desk) -> None:
    CHANGED.clear()
    for name in STAFF:
        answer = sign_in(desk, name).send("/trial/change", what=name)
        assert answer.status == (303 if name == "Stella" else 403)
    assert CHANGED == ["Stella"]


def test_a_form_of_another_session_changes_nothing(desk: Desk) -> None:
    CHANGED.clear()
    stella, again = sign_in(desk, "Stella"), sign_in(desk, "Stella")
    stolen = again.get("/search").page.split('name="form_token" value="')[1][:64]
    for fields in ({}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": stolen}):
        assert stella.post("/trial/change", {"what": "x", **fields}).status == 403
    assert CHANGED == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"host": "elsewhere.example"}, 421),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_a_form_that_another_page_sends_is_refused(
    desk: Desk, headers: dict[str, str], status: int
) -> None:
    CHANGED.clear()
    stella = sign_in(desk, "Stella")
    token = stella.get("/search").page.split('name="form_token" value="')[1][:64]
    assert stella.post("/trial/change", {"form_token": token}, **headers).status == status
    assert CHANGED == []


def test_what_was_not_written_down_is_not_shown(desk: Desk) -> None:
    with pytest.raises(AssertionError, match="written nothing down"):
        sign_in(desk, "Arno").get("/trial/unlogged")


def test_it_is_written_down_by_name_before_it_is_shown(desk: Desk) -> None:
    before = len(list(read_accesses(desk.home)))
    sign_in(desk, "Arno").get("/search?q=nobody-of-that-name")
    last = list(read_accesses(desk.home))[before:]
    assert [(one["by"], one["command"], one["golden_ids"]) for one in last] == [
        ("Arno", "desk search", "")
    ]
    assert last[0]["term_hash"]


def test_nothing_is_shown_while_the_log_cannot_be_written(world: World) -> None:
    visitor = sign_in(staffed_desk(world.home), "Arno")
    shutil.rmtree(world.home.access, ignore_errors=True)
    world.home.access.write_text("in the way")
    answer = visitor.get("/search?q=web:1")
    assert answer.status == 500
    assert "Nothing is shown" in answer.words


def test_more_than_a_form_holds_is_refused(desk: Desk) -> None:
    stella = sign_in(desk, "Stella")
    assert stella.post("/trial/change", {"what": "x" * MOST_BYTES}).status == 413
    assert stella.post("/sign-in", {"token": "x" * 10_000_000}).status == 413
    assert (
        stella.post("/trial/change", {"what": "x" * MOST_BYTES}, content_length="10").status == 413
    )
    assert stella.get("/search?q=" + "x" * 5000).status == 414
    assert stella.post("/trial/change", {f"f{n}": "" for n in range(200)}).status == 400


def test_tokens_cannot_be_tried_for_long() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(MOST_WRONG):
        assert attempts.seconds_to_wait("10.0.0.1") == 0
        attempts.count_wrong("10.0.0.1")
    assert attempts.seconds_to_wait("10.0.0.1") == WINDOW + 1
    assert attempts.seconds_to_wait("10.0.0.2") == 0
    now[0] = WINDOW
    assert attempts.seconds_to_wait("10.0.0.1") == 0


def test_one_network_of_ipv6_is_one_peer() -> None:
    attempts = Attempts()
    for n in range(MOST_WRONG):
        attempts.count_wrong(f"2001:db8::{n:x}")
    assert attempts.seconds_to_wait("2001:db8::ffff") > 0
    assert attempts.seconds_to_wait("2001:db8:1::1") == 0


def test_even_the_right_token_has_to_wait_after_wrong_ones(desk: Desk) -> None:
    guesser = Visitor(desk, "127.0.0.9")
    statuses = [guesser.post("/sign-in", {"token": f"guess {n}"}).status for n in range(MOST_WRONG)]
    assert set(statuses) == {401}
    waiting = guesser.post("/sign-in", {"token": "Stella"})
    assert waiting.status == 429
    assert int(waiting.headers["retry-after"]) > 0
    assert sign_in(desk, "Stella", "127.0.0.10")


def test_sessions_end_by_age_by_silence_and_by_signing_out() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    person = staff().named("Stella")
    assert person is not None
    begun = sessions.begin(person)
    assert sessions.read(sessions.cookie(begun)) == begun
    assert sessions.renewed(begun) is None
    now[0] = RENEWED
    kept = sessions.renewed(begun)
    assert kept is not None
    now[0] = IDLE + 1
    assert sessions.read(sessions.cookie(begun)) is None
    assert sessions.read(sessions.cookie(kept)) == kept
    while now[0] < LONGEST:
        now[0] += IDLE / 2
        kept = sessions.renewed(kept) or kept
    now[0] = LONGEST + 1
    assert sessions.read(sessions.cookie(kept)) is None
    other = sessions.begin(person)
    sessions.end(other)
    assert sessions.read(sessions.cookie(other)) is None


def test_a_cookie_is_believed_from_this_desk_alone(desk: Desk) -> None:
    person = staff().named("Stella")
    assert person is not None
    forged = Sessions()
    visitor = Visitor(desk, cookies={"omni_desk_3100": forged.cookie(forged.begin(person))})
    assert visitor.get("/search").status == 303
    for nonsense in ("", "x", "WzFd.x", "a" * 4000):
        visitor.cookies["omni_desk_3100"] = nonsense
        assert visitor.get("/search").status == 303


def test_who_signs_out_is_out_with_every_copy_of_the_cookie(desk: Desk) -> None:
    stella = sign_in(desk, "Stella")
    copy = Visitor(desk, cookies=dict(stella.cookies))
    assert copy.get("/search").status == 200
    assert stella.send("/sign-out").status == 303
    assert copy.get("/search").status == 303


def test_who_is_taken_out_or_gets_another_token_is_out_at_once(town: Home) -> None:
    people = [staff()]
    desk = Desk(town, Place(lambda: people[0]))
    stella, arno = sign_in(desk, "Stella"), sign_in(desk, "Arno")
    others = tuple(known for known in people[0].people if known.name != "Stella")
    renewed = KnownPerson(name="Stella", roles=frozenset(("steward",)), token_sha256="0" * 64)
    for now in (others, (*others, renewed)):
        people[0] = People(people=now)
        assert stella.get("/search").status == 303
        assert arno.get("/search").status == 200


def test_a_proxy_is_believed_from_its_own_address_alone(town: Home) -> None:
    people = People(
        people=staff().people, proxy=Proxy(header="X-Forwarded-User", peers=("10.1.0.0/16",))
    )
    desk = Desk(town, Place(lambda: people, names=("desk.example.org",)))
    named = {"host": "desk.example.org", "x-forwarded-user": "Stella"}
    proxied = Visitor(desk, "10.1.2.3", headers=named)
    answer = proxied.get("/search", x_forwarded_proto="https")
    assert answer.status == 200
    assert "Secure" in answer.headers["set-cookie"]
    assert proxied.get("/search").status == 200
    assert Visitor(desk, "127.0.0.1", headers=named).get("/search").status == 303
    proxied.headers["x-forwarded-user"] = "Mallory"
    assert proxied.get("/search").status == 403
    proxied.headers["x-forwarded-user"] = "Vera"
    assert "Vera" in proxied.get("/search").words, "the proxy's word goes before a session's"


def test_the_printed_link_signs_the_local_person_in(town: Home) -> None:
    only = local_person("kim", "a-token")
    desk = Desk(town, Place(lambda: only, is_local=True))
    kim = Visitor(desk)
    assert kim.get("/enter?token=another").status == 401
    assert kim.follow("/enter?token=a-token").status == 200
    staffed = Visitor(staffed_desk(town))
    assert staffed.get("/enter?token=Stella").status == 404


def test_a_broken_home_is_said_and_nothing_else(world: World) -> None:
    desk = staffed_desk(world.home)
    arno = sign_in(desk, "Arno")
    world.home.configuration.write_text("version: 1\nchanels: []\n")
    answer = arno.get("/search?q=anna")
    assert answer.status == 400
    assert "omni.yaml" in answer.words
