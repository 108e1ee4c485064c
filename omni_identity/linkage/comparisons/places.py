"""What addresses say: first the place, then the street among records of that place.

Postcode, city and street of one address are one piece of evidence and not three: two strangers of one
postcode live in one street far more often than two strangers of one country. So the street is compared by
one of four comparisons, each with probabilities of its own, whichever fits how the places compare. Together
with the place's they are the chain rule: P(place, street) = P(place) P(street | place).
"""

from __future__ import annotations

from omni_identity.linkage.comparisons.comparison import Comparison, with_priors
from omni_identity.model.comparison_levels import Level, alike, one_slip

_POSTCODE_SAME = '"postcode_l" = "postcode_r"'
_POSTCODE_SIMILAR = one_slip("postcode")
_CITY_SIMILAR = f"({alike('city', 0.92)} or {one_slip('city')})"
_CITY_SAME = f'("city_l" = "city_r" or {_CITY_SIMILAR})'

LOCALITY = Comparison(
    "locality",
    ("locality",),
    (
        Level(
            "same postcode and city", f"{_POSTCODE_SAME} and {_CITY_SAME}", 0.50, 0.70, None, "postcode"
        ),
        Level("same postcode", _POSTCODE_SAME, 0.12, 0.12, None, "postcode"),
        Level(
            "same city, similar postcode", f"{_CITY_SAME} and {_POSTCODE_SIMILAR}", 0.10, 0.05, None,
            is_ranked=False,
        ),
        Level("same city", '"city_l" = "city_r"', 0.10, 0.05, None, "city"),
        Level("similar", f"{_CITY_SIMILAR} or {_POSTCODE_SIMILAR}", 0.04, 0.02, None),
        Level("elsewhere", "ELSE", 0.14, 0.06, None),
    ),
    left_to_others=(
        '("postcode_l" is null or "postcode_r" is null) and ("city_l" is null or "city_r" is null)'
    ),
)  # fmt: skip

_STREET_SIMILAR = (
    f"({alike('street', 0.9)}"
    " or replace(\"street_l\", ' ', '') = replace(\"street_r\", ' ', '')"
    f" or {one_slip('street')})"
)
_STREET_SAME = '"street_l" = "street_r"'
_SAME_HOUSE = '"house_number_l" = "house_number_r"'
_NO_NUMBER = '("house_number_l" is null or "house_number_r" is null)'


_STREET_LEVELS = (
    ("same house", f"{_STREET_SAME} and {_SAME_HOUSE}"),
    ("similar street, same house", f"{_STREET_SIMILAR} and {_SAME_HOUSE}"),
    ("same street", f"{_STREET_SAME} and {_NO_NUMBER}"),
    ("same street, other house", _STREET_SAME),
    ("similar street", _STREET_SIMILAR),
    ("same house number", _SAME_HOUSE),
    ("different", "ELSE"),
)
"""Strangers have priors as well where pairs share a place: a random sample has few such pairs, or none."""


_IN_POSTCODE = f"coalesce({_POSTCODE_SAME}, false)"
_IN_CITY = f"coalesce({_CITY_SAME}, false)"
_OTHER_POSTCODE = f"coalesce({_POSTCODE_SAME} or {_POSTCODE_SIMILAR}, true) = false"
_ACROSS = (0.002, 0.0004, 0.002, 0.01, 0.004, 0.02, 0.9616)

STREET_IN_POSTCODE = Comparison(
    "street_in_postcode", ("street",),
    with_priors(
        _STREET_LEVELS,
        (0.66, 0.12, 0.04, 0.05, 0.03, 0.02, 0.08),
        (0.84, 0.06, 0.02, 0.03, 0.01, 0.01, 0.03),
        (0.02, 0.002, 0.01, 0.06, 0.008, 0.02, 0.88),
    ),
    left_to_others=f"not ({_IN_POSTCODE})",
)  # fmt: skip
STREET_IN_CITY = Comparison(
    "street_in_city", ("street",),
    with_priors(
        _STREET_LEVELS,
        (0.58, 0.11, 0.04, 0.05, 0.03, 0.03, 0.16),
        (0.76, 0.07, 0.03, 0.04, 0.02, 0.02, 0.06),
        _ACROSS,
    ),
    left_to_others=f"not (not {_IN_POSTCODE} and {_IN_CITY} and not {_OTHER_POSTCODE})",
)  # fmt: skip
"""The postcode is unknown, or a slip of the other's."""
STREET_IN_OTHER_POSTCODE = Comparison(
    "street_in_other_postcode", ("street",),
    with_priors(
        _STREET_LEVELS,
        (0.20, 0.05, 0.02, 0.03, 0.02, 0.02, 0.66),
        (0.30, 0.05, 0.02, 0.03, 0.02, 0.02, 0.56),
        _ACROSS,
    ),
    left_to_others=f"not ({_IN_CITY} and {_OTHER_POSTCODE})",
)  # fmt: skip
"""One city and two postcodes: mostly somebody who has moved."""
STREET = Comparison(
    "street", ("street",),
    with_priors(
        _STREET_LEVELS,
        (0.30, 0.08, 0.02, 0.02, 0.02, 0.02, 0.54),
        (0.50, 0.06, 0.02, 0.02, 0.02, 0.02, 0.36),
    ),
    left_to_others=f"not (not {_IN_POSTCODE} and not {_IN_CITY})",
)  # fmt: skip

STREETS = (STREET_IN_POSTCODE, STREET_IN_CITY, STREET_IN_OTHER_POSTCODE, STREET)
PLACES = (LOCALITY, *STREETS)
"""The comparisons of addresses, in their order."""
