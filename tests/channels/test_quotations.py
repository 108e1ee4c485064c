"""Quotations: whatever spells an erased person's identifier in a text is marked, and nothing else is."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.channels.quotations import MARK, Quotations
from omni_identity.channels.suppression import RECORD, Suppression, keyed_hash
from omni_identity.erasure.identifiers import identifier_standardiser

from .conftest import configure

KEY = b"k" * 32
ERASED = {
    "email": "anna.k@web.de",
    "phone": "+12125550136",
    "instagram": "anna_kk",
    "telegram": "annak",
    "loyalty_id": "LOY20764",
    "device_id": "ck-8f31aa07",
}


@pytest.fixture(scope="module")
def quotations() -> Quotations:
    hashes = {kind: frozenset([keyed_hash(KEY, kind, v)]) for kind, v in ERASED.items()}
    hashes[RECORD] = frozenset([keyed_hash(KEY, RECORD, "web", "w4711")])
    standardise = identifier_standardiser(configure({}, country="US"))
    known = Suppression(KEY, hashes, standardise, ("till", "web"), ("DE", "US"))
    return Quotations(known)


QUOTED = {
    "Write to anna.k@web.de please": f"Write to {MARK} please",
    "ＡＮＮＡ．ｋ＠ｗｅｂ．ｄｅ": MARK,
    "<Anna.K＠web.de>.": f"<{MARK}>.",
    'she is "anna.k"@web.de': f"she is {MARK}",
    'a,"say ""anna.k""@web.de",b': f'a,"say {MARK}",b',
    "anna.k@web.de.Thanks": f"{MARK}.Thanks",
    "邮箱anna.k@web.deです": f"邮箱{MARK}です",
    "an\u200bna.k@web.de": MARK,
    "/?mail=anna.k%40web.de&x=1": f"/?mail={MARK}&x=1",
    "_anna.k@web.de_": f"_{MARK}_",
    "mailto:anna.k@web.de?subject=x": f"mailto:{MARK}?subject=x",
    "call (212) 555-0136 now": f"call {MARK} now",
    "order 12345 212.555.0136": f"order 12345 {MARK}",
    "tel:+1-212-555-0136": f"tel:{MARK}",
    "0012125550136": MARK,
    "２１２－５５５－０１３６ (home)": f"{MARK} (home)",
    "on 2026-01-01 212\u00a0555\u00a00136": f"on 2026-01-01 {MARK}",
    "or 2125550136; or else": f"or {MARK}; or else",
    "dm @annak.": f"dm {MARK}.",
    "see https://t.me/annak?x=1": f"see https://{MARK}",
    "Telegram: annak": MARK,
    "anna_kk said so": f"{MARK} said so",
    "card loy-20764.": f"card {MARK}.",
    "same as web:w4711, I think": f"same as {MARK}, I think",
}
KEPT = [
    "hanna.k@web.de",
    "anna.k@web.de.uk",
    "anna.k@web.dea",
    "A2125550136",
    "92125550136",
    "+49 212 5550136",
    "annak",
    "Anna K",
    "LOY207645",
    "till:w4711",
    "web:w47110",
    "ck-8f31aa07",
    "1700000000",
    "20260101",
    "",
]


@pytest.mark.parametrize(("text", "marked"), QUOTED.items())
def test_what_is_quoted_is_marked_however_it_is_spelt(
    quotations: Quotations, text: str, marked: str
) -> None:
    assert quotations.marked(pl.Series([text])).to_list() == [marked]


def test_what_only_looks_alike_is_kept(quotations: Quotations) -> None:
    texts = pl.Series([*KEPT, None])
    assert quotations.marked(texts).to_list() == texts.to_list()
    assert not quotations.are_in(texts)


def test_several_in_one_text_and_rows_in_their_order(quotations: Quotations) -> None:
    both = "anna.k@web.de or +1 212 555 0136"
    texts = pl.Series(["b", both, None, "a", both])
    marked = f"{MARK} or {MARK}"
    assert quotations.marked(texts).to_list() == ["b", marked, None, "a", marked]
    assert quotations.are_in(texts)


def test_nothing_is_known_of_nobody() -> None:
    nobody = Quotations(Suppression(KEY, {}, identifier_standardiser(configure({}))))
    assert not nobody.are_in(pl.Series([*QUOTED, *KEPT]))
