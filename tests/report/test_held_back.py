"""The sentences on held-back rows: numbers, order, and what is left out."""

from __future__ import annotations

import pytest

from omni_identity.report.held_back import MOST_FEEDS, HeldBack, describe_held_back

MEND = "`omni quarantine --channel shop` says how to mend it."


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([], []),
        ([HeldBack("shop", "contacts", "missing_record_id", 0, 5)], []),
        (
            [HeldBack("shop", "interactions", "missing_kind", 144, 544)],
            ["144 of 544 rows of shop/interactions held back: missing_kind.", MEND],
        ),
        (
            [HeldBack("shop", "contacts", "empty_file", 1, 1)],
            ["1 of 1 row of shop/contacts held back: empty_file.", MEND],
        ),
        (
            [HeldBack("shop", "catalogue", "missing_product", 1)],
            ["1 row of shop/catalogue held back: missing_product.", MEND],
        ),
        (
            [
                HeldBack("shop", "contacts", "unparsable_date", 2, 12_000),
                HeldBack("shop", "contacts", "unparsable_flag", 1_000, 12_000),
                HeldBack("shop", "contacts", "malformed_email", 1, 12_000),
                HeldBack("shop", "contacts", "invalid_json", 1, 12_000),
                HeldBack("shop", "contacts", "value_too_long", 1, 12_000),
            ],
            [
                "1,005 of 12,000 rows of shop/contacts held back: unparsable_flag 1,000, unparsable_date 2,"
                " invalid_json 1 and 2 other reasons 2.",
                MEND,
            ],
        ),
    ],
)
def test_what_is_said_of_one_channel(counts: list[HeldBack], said: list[str]) -> None:
    assert describe_held_back(counts) == said


def test_the_feed_with_the_most_comes_first_and_the_last_are_counted() -> None:
    counts = [
        HeldBack(f"c{n}", "contacts", "empty_file", n + 1, 100) for n in range(MOST_FEEDS + 2)
    ]
    said = describe_held_back(counts)
    assert len(said) == MOST_FEEDS + 2
    assert said[0].startswith(f"{MOST_FEEDS + 2} of 100 rows of c{MOST_FEEDS + 1}/contacts")
    assert said[-2:] == ["And 3 rows of 2 other feeds.", "`omni quarantine` says how to mend it."]
