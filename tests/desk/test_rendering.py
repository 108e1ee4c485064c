"""How values are read on a page."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from omni_identity.desk import rendering


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, ""),
        (True, "yes"),
        (datetime(2026, 3, 1, 4, 5), "2026-03-01 04:05"),
        (date(2026, 3, 1), "2026-03-01"),
        (["a", None, "b"], "a, , b"),
        ("\u202egnp.exe\x1b", "\\u202egnp.exe\\x1b"),
    ],
)
def test_values_are_shown_as_people_read_them(value: Any, read: str) -> None:
    assert rendering.shown(value) == read


def test_a_probability_is_never_rounded_to_certainty() -> None:
    shares = (1.0, 0.99999, 0.5, 0.00001, 0.0)
    assert [*map(rendering.percent, shares)] == ["100.0%", "> 99.9%", "50.0%", "< 0.1%", "0.0%"]


def test_what_is_said_or_typed_is_escaped_and_keeps_its_lines() -> None:
    assert rendering.spoken("<b>\nx") == "&lt;b&gt;<br>x"
    assert rendering.coded("say `a<b` & go") == "say <code>a&lt;b</code> &amp; go"


def test_numbers_have_no_digits_that_say_nothing() -> None:
    assert rendering.rounded(Decimal("2.000")) == "2"
    assert rendering.rounded(Decimal("100")) == "100"
    assert rendering.rounded(Decimal("2.50")) == Decimal("2.50")
    assert rendering.rounded(0.98765) == "0.988"
    assert rendering.signed(3.14) == "+3.1"
    assert rendering.signed(None) == ""


def test_every_template_escapes_by_itself() -> None:
    environment = rendering.make_environment()
    assert environment.autoescape is True
    assert environment.from_string("{{ x }}").render(x="<script>") == "&lt;script&gt;"
