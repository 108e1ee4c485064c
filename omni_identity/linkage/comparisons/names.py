"""What names say: given and family name, and where one is missing, what e-mail names and handles spell of it."""

from __future__ import annotations

from omni_identity.linkage.comparisons.comparison import Comparison
from omni_identity.model.comparison_levels import Level, alike, one_slip, only_if

SWAPPED = '"first_l" = "last_r" and "last_l" = "first_r"'

FAMILY_NAME_ALONE = (
    '("last_l" is null and "first_l" = "last_r") or ("last_r" is null and "first_r" = "last_l")'
)
"""SQL for: a single name on one side is the family name of the other."""

_JUNIOR = "('Jr', 'II')"
OTHER_GENERATION = (
    'coalesce("first_l" = "first_r" and "suffix_l" <> "suffix_r"'
    f' and not ("suffix_l" in {_JUNIOR} and "suffix_r" in {_JUNIOR}), false)'
)
"""SQL for: one given name, and a suffix that tells father from son; a junior may be the second."""


def _is_among_names(side: str, other: str) -> str:
    """SQL for: the given name of one side, of three letters or more, is one of several that the other side has."""
    several = f'contains("first_{other}", \' \') or "middle_{other}" is not null'
    names = f"string_split(concat_ws(' ', \"first_{other}\", \"middle_{other}\"), ' ')"
    among = only_if(several, f'list_contains({names}, "first_{side}")')
    return f'(length("first_{side}") >= 3 and {among})'


def _second(side: str) -> str:
    """SQL for the second given name, wherever it stands."""
    return f"coalesce(nullif(split_part(\"first_{side}\", ' ', 2), ''), \"middle_{side}\")"


_OTHER_SECOND = (
    '"first_l" <> "first_r" and split_part("first_l", \' \', 1) = split_part("first_r", \' \', 1)'
    f" and left({_second('l')}, 1) <> left({_second('r')}, 1)"
)
"""SQL for: Daniel Leon and Daniel Jared."""

_SIMILAR = f"{alike('first', 0.9)} or {one_slip('first')}"
_OTHER_NAME = 'coalesce("given_sound_l" <> "given_sound_r", false)'
"""SQL for: both are known given names, and no two spellings of one. Lena is no slip of Lina."""
_MAY_BE_SHORT = (
    'coalesce(list_contains("given_forms_l", split_part("first_r", \' \', 1))'
    ' or list_contains("given_forms_r", split_part("first_l", \' \', 1))'
    ' or list_has_any("given_forms_l", "given_forms_r"), false)'
)
"""SQL for: the given name of one side may be short for the other's, or both for a third."""

FIRST = Comparison(
    "first_name",
    ("first", "first_canonical"),
    (
        Level("exact", '"first_l" = "first_r"', 0.705, 0.02, 0.754, "first"),
        Level("swapped with last name", SWAPPED, 0.01, 0.0005, 0.005, is_ranked=False),
        Level("family name alone", FAMILY_NAME_ALONE, 0.02, 0.02, 0.02, is_ranked=False),
        Level(
            "nickname", '"first_canonical_l" = "first_canonical_r"', 0.04, None, 0.05, is_ranked=False
        ),
        Level(
            "initial",
            'least(length("first_l"), length("first_r")) = 1'
            ' and left("first_l", 1) = left("first_r", 1)',
            0.04, None, 0.03, is_ranked=False,
        ),
        Level("other second name", _OTHER_SECOND, 0.005, None, 0.02, is_ranked=False),
        Level(
            "short form", only_if(_OTHER_NAME, _MAY_BE_SHORT), 0.02, 0.005, 0.02, is_ranked=False
        ),
        Level(
            "other name, alike", only_if(_OTHER_NAME, _SIMILAR), 0.005, 0.03, 0.01, is_ranked=False
        ),
        Level("similar", only_if(f"not {_OTHER_NAME}", _SIMILAR), 0.08, None, 0.051),
        Level(
            "part",
            '(length("first_l") >= 3 and length("first_r") >= 3 and'
            ' (starts_with("first_l", "first_r") or starts_with("first_r", "first_l")))'
            f" or {_is_among_names('l', 'r')} or {_is_among_names('r', 'l')}",
            0.02, 0.02, 0.02, is_ranked=False,
        ),
        Level("other name", _OTHER_NAME, 0.015, None, 0.005, is_ranked=False),
        Level("somewhat alike", alike("first", 0.75), 0.02, None, 0.01),
        Level("different", "ELSE", 0.02, None, 0.005),
    ),
    rarity_follows=("namesakes", "relatives"),
    left_to_others=OTHER_GENERATION,
)  # fmt: skip

_LONG_WORDS = "list_filter(string_split(\"last_{}\", ' '), lambda x: length(x) >= 3)"
_SHARE_A_WORD = only_if(
    "contains(\"last_l\", ' ') or contains(\"last_r\", ' ')",
    f"len(list_intersect({_LONG_WORDS.format('l')}, {_LONG_WORDS.format('r')})) > 0",
)
"""SQL for: of two family names, one of several words, a word of three letters or more is in both."""

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
            f"{_SHARE_A_WORD}"
            ' or (least(length("last_l"), length("last_r")) <= 2'
            ' and (starts_with("last_l", "last_r") or starts_with("last_r", "last_l")))',
            0.03, 0.03, 0.02, is_ranked=False,
        ),
        Level("somewhat alike", alike("last", 0.8), 0.02, 0.01, 0.005),
        Level("different", "ELSE", 0.07, 0.05, 0.025),
    ),
    rarity_follows=("namesakes",),
    left_to_others=f"coalesce({SWAPPED}, false)",
)  # fmt: skip


GENERATION = Comparison(
    "generation",
    ("suffix",),
    (
        Level("same", '"suffix_l" = "suffix_r"', 0.95, 0.10, 0.50, strangers=0.4),
        Level("other generation of the name", OTHER_GENERATION, 0.005, 0.60, 0.30, strangers=0.001),
        Level("different", "ELSE", 0.045, 0.30, 0.20, strangers=0.599),
    ),
    is_rare=True,
)
"""Sr and Jr, II and III. Father and son have one given name because they have such suffixes, so there it is
no evidence: it is compared here, and not as a first name."""

MIDDLE = Comparison(
    "middle_name",
    ("middle",),
    (
        Level("exact", '"middle_l" = "middle_r"', 0.60, term_frequency="middle"),
        Level(
            "initial",
            'least(length("middle_l"), length("middle_r")) = 1'
            ' and left("middle_l", 1) = left("middle_r", 1)',
            0.25,
        ),
        Level("similar", f'{alike("middle", 0.9)} or {one_slip("middle")}', 0.06),
        Level("different", "ELSE", 0.09),
    ),
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

NAMES = (FIRST, MIDDLE, LAST, GENERATION, ALIAS_FIRST, ALIAS_LAST)
"""The comparisons of names, in their order."""
