"""What a terminal would obey is shown instead, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.model.visible import has_controls, visible, without_controls


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;pwned\x07", "\\x1b]0;pwned\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("over\rwritten\x08", "over\\x0dwritten\\x08"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("two\nlines\tand a tab", "two\\x0alines\\x09and a tab"),
        ("Zoë Нина 李 مريم 🙂 [red]", "Zoë Нина 李 مريم 🙂 [red]"),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF)))
def test_nothing_is_left_and_nothing_else_is_changed(text: str) -> None:
    assert not has_controls(without_controls(text))
    assert not has_controls(visible(text))
    assert "\n" not in visible(text)
    if not has_controls(text):
        assert without_controls(text) == text
