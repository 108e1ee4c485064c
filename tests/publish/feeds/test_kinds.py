"""The lines that map unknown kinds can be pasted, and quote nothing that may be a person."""

from __future__ import annotations

import pytest
import yaml

from omni_identity.publish.feeds.kinds import MOST_KINDS, guess, kinds_block


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("purchase", "order"),
        ("bestellung", "order"),
        ("orders", "order"),
        ("refund", "return"),
        ("page_view", "session"),
        ("email_opens", "email_opened"),
        ("loyalty_points", None),
    ],
)
def test_what_a_word_means(word: str, meant: str | None) -> None:
    assert guess(word) == meant


def test_the_lines_are_yaml_and_short() -> None:
    many = {f"kind_{letter}": 9 for letter in "abcdefghijklmnopqrstuvwxyz"}
    lines = kinds_block({"no": 5, "purchase": 1, "line\x1b[31mbreak": 4, **many})
    assert yaml.safe_load("\n".join(lines)) == {"kinds": {"purchase": "order"}}
    assert len(lines) == MOST_KINDS + 2
    assert not any("\x1b" in line for line in lines)
    assert lines[-1].strip() == f"# and {len(many) + 3 - MOST_KINDS} more that are not shown"


@pytest.mark.parametrize(
    "words",
    [
        {"anna@mail_org": 40},
        {"1_212_555_0100": 40},
        {"x" * 41: 40},
        dict.fromkeys(("anna_miller", "ben_woods", "cleo_hart", "dan_frost"), 1),
    ],
)
def test_what_looks_like_a_person_is_not_quoted(words: dict[str, int]) -> None:
    [line] = kinds_block(words)
    assert line.strip() == f"# and {len(words)} more that are not shown"
