"""What e-mail addresses, telephone numbers and other identifiers say."""

from __future__ import annotations

from omni_identity.linkage.comparisons.comparison import Comparison
from omni_identity.model.comparison_levels import Level

EMAIL = Comparison(
    "email",
    ("email",),
    (
        Level("exact", 'list_has_any("email_l", "email_r")', 0.62, 0.15, 0.02),
        Level("same local part", 'list_has_any("local_part_l", "local_part_r")', 0.10, 0.03, 0.20),
        Level("different", "ELSE", 0.28, 0.82, 0.78),
    ),
)

_HALF = "greatest(least(length({l}), length({r})) // 2 - 1, 0)"
ONE_SLIP = (
    f"(left({{l}}, {_HALF}) = left({{r}}, {_HALF}) or right({{l}}, {_HALF}) = right({{r}}, {_HALF}))"
    " and damerau_levenshtein({l}, {r}) <= 1"
)
"""At most one edit. It leaves the first or the last half as it was, which is cheaper to see than the distance."""

PHONE = Comparison(
    "phone",
    ("phone",),
    (
        Level("exact", 'list_has_any("phone_l", "phone_r")', 0.68, 0.25, None),
        Level(
            "one slip",
            f"({ONE_SLIP.format(l='phone_l[1]', r='phone_r[1]')})"
            f" or ({ONE_SLIP.format(l='phone_l[-1]', r='phone_r[-1]')})",
            0.05, 0.02, None,
        ),
        Level(
            "two slips",
            'length("phone_l"[1]) >= 9 and damerau_levenshtein("phone_l"[1], "phone_r"[1]) <= 2',
            0.02, 0.01, None,
        ),
        Level("different", "ELSE", 0.25, 0.72, None),
    ),
)  # fmt: skip

CONTACT_POINTS = (EMAIL, PHONE)
"""The comparisons that every deployment has, in their order."""


def compare_identifier(name: str) -> Comparison:
    """A comparison of two lists of an identifier that one person may have several of."""
    return Comparison(
        name,
        (name,),
        (
            Level("exact", f'list_has_any("{name}_l", "{name}_r")', 0.85, 0.03, None),
            Level("different", "ELSE", 0.15, 0.97, None),
        ),
    )
