"""Jaro-Winkler similarity on Spark as DuckDB has it, where that decides.

Both count how many of the common letters stand in another order, and take half of them for swaps. Of an odd
number DuckDB takes the half rounded down, Splink's jar the half: the jar's value is never above DuckDB's, and
where that is 0.86 or more it is below by less than :data:`MOST`. So the jar says which pairs may differ, and
only these are counted again, by Spark's own functions on lists, which are slow.
"""

from __future__ import annotations

ROUNDING = 1e-9
MOST = 0.06
"""An odd number of letters in another order is three at least; half a swap among three is worth 1/18."""
BOOST_ABOVE = 0.7
PREFIX = 4
PREFIX_WEIGHT = 0.1


def at_least(left: str, right: str, threshold: str) -> str:
    """SQL for "as similar as ``threshold``, or more"; all three are SQL, ``threshold`` a number above 0.86.

    Null if one of the strings is.
    """
    jar = f"jaro_winkler({left}, {right})"
    return (
        f"CASE WHEN {jar} < {threshold} - {MOST}D OR {left} = '' THEN FALSE"
        f" WHEN {jar} > {threshold} + {ROUNDING}D THEN TRUE"
        f" WHEN {jar} IS NOT NULL THEN {similarity(left, right)} >= {threshold} END"
    )


def similarity(left: str, right: str) -> str:
    """SQL for the similarity itself, by lists (Winkler 1990, a prefix of four letters counting for similar ones)."""
    window = f"greatest(greatest(length({left}), length({right})) div 2 - 1, 0)"
    # of each letter of the right the first place on the left, in reach and not taken before, where it stands
    places = (
        f"aggregate(sequence(1, length({right})), CAST(array() AS ARRAY<INT>), (taken, i) -> concat(taken,"
        f" slice(filter(sequence(1, length({left})), j -> abs(j - i) <= {window}"
        f" AND substr({left}, j, 1) = substr({right}, i, 1) AND NOT array_contains(taken, j)), 1, 1)))"
    )
    # those letters in the order of the right, beside them in the order of the left
    moved = (
        f"size(filter(zip_with(places, array_sort(places), (p, q) ->"
        f" substr({left}, p, 1) <> substr({left}, q, 1)), is_moved -> is_moved))"
    )
    common = "size(places)"
    jaro = (
        f"({common} / length({left}) + {common} / length({right})"
        f" + ({common} - {moved} div 2) / {common}) / 3.0D"
    )
    prefix = f"size(filter(sequence(1, {PREFIX}), n -> length({left}) >= n AND left({left}, n) = left({right}, n)))"
    boosted = (
        f"jaro + CASE WHEN jaro > {BOOST_ABOVE}D THEN {PREFIX_WEIGHT}D * {prefix} * (1.0D - jaro)"
        " ELSE 0.0D END"
    )
    # a list of one element names a value that is needed more than once
    return (
        f"CASE WHEN {left} = '' OR {right} = '' THEN 0.0D WHEN {left} = {right} THEN 1.0D"
        f" ELSE element_at(transform(transform(array({places}), places ->"
        f" CASE WHEN {common} = 0 THEN 0.0D ELSE {jaro} END), jaro -> {boosted}), 1) END"
    )
