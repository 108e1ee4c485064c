from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.channels.contracts import PROSE
from omni_identity.standardise import standardise_contacts
from omni_identity.standardise.email import is_plain, validated
from omni_identity.standardise.mailbox import mailbox_keys

from .records import VOCABULARY, Rules, raw_frame, standardised

CASES = {
    "Bob.X@Example.IO": ["bob.x@example.io"],
    "mailto:a.b@shop.de": ["a.b@shop.de"],
    "Doe, John <J.Doe@Shop.de>": ["j.doe@shop.de"],
    "b@x.de; a@x.de, b@x.de | c@x.de d@x.de": ["a@x.de", "b@x.de", "c@x.de", "d@x.de"],
    "a@müller.de": ["a@müller.de"],
    "a@xn--mller-kva.de": ["a@müller.de"],
    "<k@l.mn>": ["k@l.mn"],
    "'q@w.er'": ["q@w.er"],
    "Maria.Lopez@Example.com": ["maria.lopez@example.com"],
    "ysmith@example.org": ["ysmith@example.org"],
    "wilson@mail.example": ["wilson@mail.example"],
    "maria.lopez@test.com": ["maria.lopez@test.com"],
}
PLACEHOLDERS = [
    *("test@test.com", "none@none.com", "noreply@shop.com", "a@a.com", "jo@example.com", "N/A"),
    *(
        "noemail@store.com",
        "no-email@x.org",
        "unknown@gmail.com",
        "xxx@xxx.xx",
        "no@email.com",
        "ninguno@ninguno.com",
        "kein@email.de",
        "deleted@shop.com",
        "pasdemail@free.fr",
        "{{email}}",
        *("info@example.com", "user17@example.com", "john.doe@example.org", "1001@example.net"),
        *("maria.lopez@noemail.com", "test2@x.example"),
    ),
]
INVALID = [
    "nope",
    "a@",
    "@b.de",
    "a b@c",
    "a..b@c.de",
    "a@b",
    "a@-b.de",
    "a@b.c1",
    "a@1.2",
    PROSE,
]


@pytest.mark.parametrize(("raw", "expected"), CASES.items())
def test_addresses(raw: str, expected: list[str]) -> None:
    out = standardised(email=[raw])
    assert (out["email"], out["placeholders"], out["invalid"]) == (expected, [], [])


def test_placeholders_and_invalid_addresses_are_dropped_and_named() -> None:
    frame = raw_frame([{"email": [text]} for text in [*PLACEHOLDERS, *INVALID]])
    out = standardise_contacts(frame, Rules(VOCABULARY))
    n = len(PLACEHOLDERS)
    assert out["email"].null_count() == out["email_key"].null_count() == out.height
    assert out["placeholders"].to_list() == [["email"]] * n + [[]] * len(INVALID)
    assert out["invalid"].to_list() == [[]] * n + [["email"]] * len(INVALID)


def test_own_placeholders_count_in_any_spelling() -> None:
    rules = {"placeholders": {"email": frozenset(["Till@Shop.de"])}}
    out = standardised(rules, email=["TILL@shop.de", "jo@shop.de"])
    assert (out["email"], out["placeholders"]) == (["jo@shop.de"], ["email"])


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        *(("b.o.b+x@gmail.com", "bob@gmail.com"), ("bob@googlemail.com", "bob@gmail.com")),
        *(("b.ob+x@outlook.com", "b.ob@outlook.com"), ("b.ob+x@shop.de", "b.ob+x@shop.de")),
        *(("b.ob+x@pm.me", "bob@proton.me"), ("b-o_b@protonmail.com", "bob@proton.me")),
        *(("bob+x@me.com", "bob@icloud.com"), ("+x@gmail.com", "+x@gmail.com")),
    ],
)
def test_mailboxes(email: str, mailbox: str) -> None:
    assert mailbox_keys(pl.Series("email", [email])).to_list() == [mailbox]


def test_two_spellings_of_a_mailbox_are_one_key() -> None:
    out = standardised(email=["b.ob@gmail.com", "bob+1@googlemail.com"])
    assert out["email"] == ["b.ob@gmail.com", "bob+1@googlemail.com"]
    assert out["email_key"] == ["bob@gmail.com"]


part = st.text(st.sampled_from("ab1.-_+'!x"), min_size=0, max_size=12)


@settings(max_examples=400)
@given(
    part, part, st.sampled_from(["com", "de", "test", "c", "museum", "c1", "local", "xn--p1ai", ""])
)
def test_the_pattern_never_accepts_what_the_library_refuses(
    local: str, domain: str, top: str
) -> None:
    address = f"{local}@{domain}.{top}"
    if is_plain(pl.Series([address])).item():
        assert validated(address) == address
