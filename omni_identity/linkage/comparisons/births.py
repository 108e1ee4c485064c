"""What the date of birth and the gender say."""

from __future__ import annotations

from omni_identity.linkage.comparisons.comparison import Comparison
from omni_identity.model.comparison_levels import Level, one_slip

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

GENDER = Comparison(
    "gender",
    ("gender",),
    (
        Level("exact", '"gender_l" = "gender_r"', 0.96, 0.45, 0.95),
        Level("different", "ELSE", 0.04, 0.55, 0.05),
    ),
)

BIRTHS = (BIRTH_DATE, GENDER)
"""The comparisons of what a birth certificate says, in their order."""
