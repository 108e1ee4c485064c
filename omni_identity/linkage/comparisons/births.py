"""What the date of birth and the gender say."""

from __future__ import annotations

from omni_identity.linkage.comparisons.comparison import Comparison
from omni_identity.model.comparison_levels import Level, one_slip, only_if, slips

_DATES = ('"birth_date_l"', '"birth_date_r"')
_YEAR_SAME = 'left("birth_date_l", 4) = left("birth_date_r", 4)'
_MONTH_SAME = 'substr("birth_date_l", 6, 2) = substr("birth_date_r", 6, 2)'
_DAY_SAME = 'substr("birth_date_l", 9, 2) = substr("birth_date_r", 9, 2)'
_SWAPPED = """(left("birth_date_l", 5) || substr("birth_date_l", 9, 2) || '-' || substr("birth_date_l", 6, 2))"""
"""The left date with day and month in each other's place."""
_NEAR_YEAR = only_if(
    f"{_MONTH_SAME} and {_DAY_SAME}",
    'abs(left("birth_date_l", 4)::integer - left("birth_date_r", 4)::integer) in (1, 10)',
)
"""1999 for 2000, or 2003 for 1993: one digit wrong in what was meant, however many are in what is written."""

BIRTH_DATE = Comparison(
    "birth_date",
    ("birth_date",),
    (
        Level("exact", '"birth_date_l" = "birth_date_r"', 0.86, 0.02, None),
        Level(
            "one slip",
            f'{one_slip("birth_date")} or {_SWAPPED} = "birth_date_r" or {_NEAR_YEAR}',
            0.065, None, None,
        ),
        Level("other day or month", f"{_YEAR_SAME} and ({_MONTH_SAME} or {_DAY_SAME})", 0.015, None, None),
        Level(
            "two slips",
            f"{slips(*_DATES, 2)} or {slips(_SWAPPED, _DATES[1], 1)}",
            0.015, None, None,
        ),
        Level("other year", f"{_MONTH_SAME} and {_DAY_SAME}", 0.01, None, None),
        Level("same year", _YEAR_SAME, 0.01, None, None),
        Level("different", "ELSE", 0.025, None, None),
    ),
)  # fmt: skip

_SAME_YEAR = '"birth_year_l" = "birth_year_r"'
_BOTH_DATES = '("birth_date_l" is not null and "birth_date_r" is not null)'
_NO_YEAR = '("birth_year_l" is null or "birth_year_r" is null)'
_NO_DAY = 'coalesce(length("birth_month_day_l") < 5 or length("birth_month_day_r") < 5, true)'

BIRTH_PARTS = Comparison(
    "birth_parts",
    (),
    (
        Level(
            "same year and month",
            f'{_SAME_YEAR} and left("birth_month_day_l", 2) = left("birth_month_day_r", 2)',
            0.25, None, None,
        ),
        Level("same day, the year unknown", f'{_NO_YEAR} and "birth_month_day_l" = "birth_month_day_r"',
              0.30, None, None, is_ranked=False),
        Level(
            "same year",
            f'{_SAME_YEAR} and ("birth_month_day_l" is null or "birth_month_day_r" is null)',
            0.30, None, None,
        ),
        Level("a year apart", 'abs("birth_year_l"::integer - "birth_year_r"::integer) <= 1', 0.08, None, None),
        Level("different", "ELSE", 0.07, None, None),
    ),
    left_to_others=f"{_BOTH_DATES} or ({_NO_YEAR} and {_NO_DAY})",
    one_side=("birth_part",),
)  # fmt: skip
"""Birth dates of which one is known in part: a comparison of its own, so that nothing moves where all are whole."""

GENDER = Comparison(
    "gender",
    ("gender",),
    (
        Level("exact", '"gender_l" = "gender_r"', 0.96, 0.45, 0.95),
        Level("different", "ELSE", 0.04, 0.55, 0.05),
    ),
)

BIRTHS = (BIRTH_DATE, BIRTH_PARTS, GENDER)
"""The comparisons of what a birth certificate says, in their order."""
