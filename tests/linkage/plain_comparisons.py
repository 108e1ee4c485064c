"""Comparisons of few levels, for tests of what is made of comparisons: whatever is compared in truth, they stay."""

from __future__ import annotations

from omni_identity.linkage.comparisons import Comparison
from omni_identity.model.comparison_levels import Level, alike, one_slip

SWAPPED = '"first_l" = "last_r" and "last_l" = "first_r"'

FIRST = Comparison(
    "first_name",
    ("first", "first_canonical"),
    (
        Level("exact", '"first_l" = "first_r"', 0.72, None, 0.795, "first"),
        Level("swapped with last name", SWAPPED, 0.01, 0.0005, 0.005, is_ranked=False),
        Level(
            "nickname", '"first_canonical_l" = "first_canonical_r"', 0.06, None, 0.07, is_ranked=False
        ),
        Level(
            "initial",
            'least(length("first_l"), length("first_r")) = 1'
            ' and left("first_l", 1) = left("first_r", 1)',
            0.04, None, 0.03, is_ranked=False,
        ),
        Level(
            "similar",
            f'{alike("first", 0.9)} or {one_slip("first")}',
            0.08, None, 0.05,
        ),
        Level(
            "part",
            'length("first_l") >= 3 and length("first_r") >= 3 and'
            ' (starts_with("first_l", "first_r") or starts_with("first_r", "first_l"))',
            0.02, None, 0.02, is_ranked=False,
        ),
        Level("different", "ELSE", 0.07, None, 0.03),
    ),
    rarity_follows=("namesakes", "relatives"),
)  # fmt: skip

LAST = Comparison(
    "last_name",
    ("last",),
    (
        Level("exact", '"last_l" = "last_r"', 0.78, 0.85, 0.90, "last", ("first", "names")),
        Level(
            "similar",
            f'{alike("last", 0.92)} or {one_slip("last")}',
            0.10, 0.06, 0.05,
        ),
        Level(
            "part",
            "len(list_intersect(list_filter(string_split(\"last_l\", ' '), lambda x: length(x) >= 3),"
            " list_filter(string_split(\"last_r\", ' '), lambda x: length(x) >= 3))) > 0"
            ' or (least(length("last_l"), length("last_r")) <= 2'
            ' and (starts_with("last_l", "last_r") or starts_with("last_r", "last_l")))',
            0.03, 0.03, 0.02, is_ranked=False,
        ),
        Level("different", "ELSE", 0.09, 0.06, 0.03),
    ),
    rarity_follows=("namesakes",),
    left_to_others=f"coalesce({SWAPPED}, false)",
)  # fmt: skip

BIRTH_DATE = Comparison(
    "birth_date",
    ("birth_date",),
    (
        Level("exact", '"birth_date_l" = "birth_date_r"', 0.86, None, None),
        Level(
            "one slip",
            f'{one_slip("birth_date")}'
            ' or (left("birth_date_l", 4) = left("birth_date_r", 4)'
            ' and substr("birth_date_l", 6, 2) = substr("birth_date_r", 9, 2)'
            ' and substr("birth_date_l", 9, 2) = substr("birth_date_r", 6, 2))',
            0.07, None, None,
        ),
        Level(
            "two slips",
            'damerau_levenshtein("birth_date_l", "birth_date_r") <= 2'
            ' or left("birth_date_l", 4) = left("birth_date_r", 4)'
            ' or substr("birth_date_l", 6, 5) = substr("birth_date_r", 6, 5)',
            0.03, None, None,
        ),
        Level("different", "ELSE", 0.04, None, None),
    ),
)  # fmt: skip

_STREET_SIMILAR = (
    f"({alike('street', 0.9)}"
    " or replace(\"street_l\", ' ', '') = replace(\"street_r\", ' ', '')"
    f" or {one_slip('street')})"
)
_SAME_HOUSE = '"house_number_l" = "house_number_r"'

STREET = Comparison(
    "street",
    ("street",),
    (
        Level("same house", f'"street_l" = "street_r" and {_SAME_HOUSE}', 0.55, 0.78, None),
        Level(
            "similar street, same house", f"{_STREET_SIMILAR} and {_SAME_HOUSE}", 0.12, 0.08, None
        ),
        Level("same street", '"street_l" = "street_r"', 0.08, 0.05, None),
        Level("similar street", _STREET_SIMILAR, 0.04, 0.02, None),
        Level("same house number", _SAME_HOUSE, 0.03, 0.01, None),
        Level("different", "ELSE", 0.18, 0.06, None),
    ),
)

EMAIL = Comparison(
    "email",
    ("email",),
    (
        Level("exact", 'list_has_any("email_l", "email_r")', 0.62, 0.15, 0.02),
        Level("same local part", 'list_has_any("local_part_l", "local_part_r")', 0.10, 0.03, 0.20),
        Level("different", "ELSE", 0.28, 0.82, 0.78),
    ),
)

GENDER = Comparison(
    "gender",
    ("gender",),
    (
        Level("exact", '"gender_l" = "gender_r"', 0.96, 0.45, 0.95),
        Level("different", "ELSE", 0.04, 0.55, 0.05),
    ),
)
