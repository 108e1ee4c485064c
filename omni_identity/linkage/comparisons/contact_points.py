"""What e-mail addresses, telephone numbers and other identifiers say."""

from __future__ import annotations

from omni_identity.linkage.comparisons.comparison import Comparison, with_priors
from omni_identity.model.comparison_levels import Level, alike, few_slips, only_if

_LENGTHS = 'length("email_local_l"), length("email_local_r")'
_LONG = f"least({_LENGTHS}) >= 5"
"""In a short name of a mailbox a slip makes another one: ``p1`` and ``p2``."""

_SEVERAL = "(len(email_l) > 1 or len(email_r) > 1)"
_ONE_SLIP = (
    f"{few_slips('email_l[1]', 'email_r[1]', 1)}"
    f" or {only_if(_SEVERAL, few_slips('email_l[-1]', 'email_r[-1]', 1))}"
)
_ALIKE_AT_ONE_DOMAIN = only_if(
    # of texts of which one is more than twice as long as the other it says 0.9 of none
    f"2 * least({_LENGTHS}) >= greatest({_LENGTHS})",
    only_if(
        alike("email_local", 0.9),
        "split_part(email_l[1], '@', 2) = split_part(email_r[1], '@', 2)",
    ),
)

EMAIL = Comparison(
    "email",
    ("email",),
    (
        Level("exact", 'list_has_any("email_l", "email_r")', 0.58, 0.15, 0.02),
        Level(
            "other digits", f'"email_letters_l" = "email_letters_r" and {_LONG}', 0.02, 0.005, 0.12
        ),
        Level("one slip", f"{_LONG} and ({_ONE_SLIP})", 0.05, 0.005, 0.02),
        Level("same local part", 'list_has_any("local_part_l", "local_part_r")', 0.08, 0.03, 0.15),
        Level(
            "similar",
            f"{_ALIKE_AT_ONE_DOMAIN} or ({_LONG} and {few_slips('email_l[1]', 'email_r[1]', 2)})",
            0.04, 0.03, 0.06,
        ),
        Level("different", "ELSE", 0.23, 0.78, 0.63),
    ),
)  # fmt: skip

SHARED_MAILBOX = Comparison(
    "shared_mailbox",
    ("shared_mailbox",),
    (
        Level("exact", 'list_has_any("shared_mailbox_l", "shared_mailbox_r")', 0.75, 0.90, None),
        Level("different", "ELSE", 0.25, 0.10, None),
    ),
    is_rare=True,
)
"""Mailboxes of a role or a family: they tell a household or a firm, and nothing of who in it."""

_SHARES_MAIL = (
    '(coalesce(list_has_any("email_l", "email_r"), false)'
    ' or coalesce(list_has_any("shared_mailbox_l", "shared_mailbox_r"), false))'
)


def _next_number(left: str, right: str) -> str:
    """SQL for: all digits but the last are the same, as of numbers that a household or a firm was given together."""
    begins = (f"left({number}, length({number}) - 1)" for number in (left, right))
    return f"(length({left}) = length({right}) and {' = '.join(begins)})"


_PHONE_LEVELS = (
    ("exact", 'list_has_any("phone_l", "phone_r")'),
    (
        "next number",
        f"{_next_number('phone_l[1]', 'phone_r[1]')} or {_next_number('phone_l[-1]', 'phone_r[-1]')}",
    ),
    (
        "one slip",
        f"{few_slips('phone_l[1]', 'phone_r[1]', 1)} or {few_slips('phone_l[-1]', 'phone_r[-1]', 1)}",
    ),
    (
        "two slips",
        f"length(phone_l[1]) >= 9 and {few_slips('phone_l[1]', 'phone_r[1]', 2)}",
    ),
    ("different", "ELSE"),
)


PHONE = Comparison(
    "phone", ("phone",),
    with_priors(
        _PHONE_LEVELS,
        (0.68, 0.004, 0.046, 0.02, 0.25),
        (0.25, 0.04, 0.02, 0.01, 0.68),
    ),
    left_to_others=f"not (not {_SHARES_MAIL})",
)  # fmt: skip
PHONE_BESIDE_EMAIL = Comparison(
    "phone_beside_email", ("phone",),
    with_priors(
        _PHONE_LEVELS,
        (0.78, 0.004, 0.036, 0.01, 0.17),
        (0.60, 0.03, 0.02, 0.01, 0.34),
        (0.02, 0.0002, 0.001, 0.002, 0.9768),
    ),
    left_to_others=f"not ({_SHARES_MAIL})",
)  # fmt: skip
"""Two people who share a mailbox mostly share their telephone too."""

CONTACT_POINTS = (EMAIL, SHARED_MAILBOX, PHONE, PHONE_BESIDE_EMAIL)
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
