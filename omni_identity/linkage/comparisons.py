"""What is compared: each comparison with its levels; those of declared attributes are as their kinds say."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.model.attributes import Vocabulary
from omni_identity.model.comparison_levels import Level, alike, one_slip
from omni_identity.standardise.attribute_kinds import attribute_kind


@dataclass(frozen=True)
class Comparison:
    """One comparison: the columns that must be filled on both sides, its levels, strongest first.

    Of the columns in ``one_side`` it is enough that one side fills them.

    The last level catches the rest. ``rarity_follows`` names the classes in which a rarer value is
    as much more telling as against strangers.
    """

    name: str
    columns: tuple[str, ...]
    levels: tuple[Level, ...]
    rarity_follows: tuple[str, ...] = ()
    left_to_others: str = ""
    one_side: tuple[str, ...] = ()

    @property
    def null_sql(self) -> str:
        """SQL condition for "not compared": a column is not filled on one side, or another
        comparison says all there is to say (``left_to_others``, SQL)."""
        unfilled = [f'"{c}_l" is null or "{c}_r" is null' for c in self.columns]
        others = [f"({self.left_to_others})"] if self.left_to_others else []
        return " or ".join([*unfilled, *others])


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


def _alias_spells(name: str, side: str, other: str, least: int) -> str:
    """SQL for: an alias of one side contains the other side's ``name`` of at least so many letters."""
    bare = f"replace(\"{name}_{other}\", ' ', '')"
    return (
        f"(length({bare}) >= {least}"
        f' and len(list_filter("alias_{side}", lambda x: contains(x, {bare}))) > 0)'
    )


def _hint_agrees(side: str, other: str) -> str:
    """SQL for: what an alias hints at is the other side's family name, or its beginning."""
    bare = f"replace(\"last_{other}\", ' ', '')"
    return (
        f'coalesce(len(list_filter("last_hint_{side}", lambda x:'
        f" starts_with({bare}, x) or starts_with(x, {bare}))) > 0, false)"
    )


def _compare_alias(name: str, levels: tuple[Level, ...]) -> Comparison:
    """A comparison of one side's aliases with the other's ``name``, made when one side lacks it."""
    comparable = " or ".join(
        f'("{name}_{side}" is null and "alias_{side}" is not null and "{name}_{other}" is not null)'
        for side, other in (("l", "r"), ("r", "l"))
    )
    return Comparison(
        f"alias_{name}", (), levels, left_to_others=f"not ({comparable})", one_side=("alias",)
    )


def _either(left: str, right: str, name: str) -> str:
    """SQL for ``left`` or ``right``, whichever side lacks ``name``."""
    return f'(case when "{name}_l" is null then {left} else {right} end)'


ALIAS_FIRST = _compare_alias(
    "first",
    (
        Level(
            "spells it",
            _either(_alias_spells("first", "l", "r", 4), _alias_spells("first", "r", "l", 4), "first"),
            0.45, 0.02, 0.4,
        ),
        Level("different", "ELSE", 0.55, 0.98, 0.6),
    ),
)  # fmt: skip

ALIAS_LAST = _compare_alias(
    "last",
    (
        Level("hints at it", _either(_hint_agrees("l", "r"), _hint_agrees("r", "l"), "last"), 0.3, 0.2, 0.2,
              is_ranked=False),
        Level(
            "spells it",
            _either(_alias_spells("last", "l", "r", 4), _alias_spells("last", "r", "l", 4), "last"),
            0.25, 0.25, 0.3,
        ),
        Level("different", "ELSE", 0.45, 0.55, 0.5),
    ),
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

_POSTCODE_SIMILAR = one_slip("postcode")
_CITY_SIMILAR = f"({alike('city', 0.92)} or {one_slip('city')})"

LOCALITY = Comparison(
    "locality",
    ("locality",),
    (
        Level(
            "same postcode and city",
            f'"postcode_l" = "postcode_r" and ("city_l" = "city_r" or {_CITY_SIMILAR})',
            0.50, 0.70, None, "postcode",
        ),
        Level("same postcode", '"postcode_l" = "postcode_r"', 0.12, 0.12, None, "postcode"),
        Level(
            "same city, similar postcode",
            f'("city_l" = "city_r" or {_CITY_SIMILAR}) and {_POSTCODE_SIMILAR}',
            0.10, 0.05, None, is_ranked=False,
        ),
        Level("same city", '"city_l" = "city_r"', 0.10, 0.05, None, "city"),
        Level("similar", f"{_CITY_SIMILAR} or {_POSTCODE_SIMILAR}", 0.04, 0.02, None),
        Level("elsewhere", "ELSE", 0.14, 0.06, None),
    ),
)  # fmt: skip

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

GENDER = Comparison(
    "gender",
    ("gender",),
    (
        Level("exact", '"gender_l" = "gender_r"', 0.96, 0.45, 0.95),
        Level("different", "ELSE", 0.04, 0.55, 0.05),
    ),
)


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


def compare_attribute(name: str, compare: str) -> Comparison:
    """A comparison of a user-declared attribute, with the levels of its kind."""
    column = f"attribute_{name}"
    return Comparison(name, (column,), attribute_kind(compare).levels(column))


def possible_comparisons(vocabulary: Vocabulary) -> tuple[Comparison, ...]:
    """Every comparison that the vocabulary allows, in a fixed order."""
    identifiers = [i for i in vocabulary.identifiers if i not in ("email", "phone", "whatsapp")]
    return (
        FIRST,
        LAST,
        ALIAS_FIRST,
        ALIAS_LAST,
        BIRTH_DATE,
        STREET,
        LOCALITY,
        EMAIL,
        PHONE,
        GENDER,
        *(compare_identifier(name) for name in identifiers),
        *(compare_attribute(name, compare) for name, compare in vocabulary.evidence),
    )
