"""Levels of a comparison: what a pair of values can come to, as SQL, and how often it does for a kind of pair.

A level's priors say how often it is seen among pairs of one person (``same``), of one household
(``relatives``) and of two people of one name (``namesakes``); ``None`` means "as among strangers".
They are only where training starts from; the data moves them. Strangers have no priors where a random
sample of pairs shows them well; a comparison that few pairs of strangers can be compared by says how often
each level is seen among them (``strangers``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison: its SQL condition over ``<column>_l`` and ``<column>_r``.

    ``term_frequency`` is the column whose value's frequency adjusts the weight. ``given`` names
    another column and the column that joins both: where the other agrees too, the frequency is that
    of the value among the records with that other value. ``is_ranked`` is False for a level that is
    neither more nor less agreement than its neighbours.
    """

    label: str
    sql: str
    same: float
    relatives: float | None = None
    namesakes: float | None = None
    term_frequency: str | None = None
    given: tuple[str, str] | None = None
    is_ranked: bool = True
    strangers: float | None = None


def alike(column: str, least: float) -> str:
    """SQL for "so alike by Jaro and Winkler, or more".

    A billionth less is enough: rounding, which engines and processors do each in their own way, decides nothing.
    """
    return f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least - 1e-9:.9f}'


def one_slip(column: str) -> str:
    """SQL for "one insertion, deletion, change or swap of neighbours apart".

    One slip leaves the first or the last letter alone, which is far cheaper to look at first.
    """
    left, right = f'"{column}_l"', f'"{column}_r"'
    cheap = (
        f"(left({left}, 1) = left({right}, 1) or right({left}, 1) = right({right}, 1))"
        f" and abs(length({left}) - length({right})) <= 1"
    )
    return only_if(cheap, slips(left, right, 1))


def slips(left: str, right: str, most: int) -> str:
    """SQL for "at most so many insertions, deletions, changes and swaps of neighbours apart", of two expressions.

    Where neighbours have changed places two letters have changed: so Levenshtein's distance, a quarter of the
    work, is at most twice as large.
    """
    return only_if(
        f"levenshtein({left}, {right}) <= {2 * most}",
        f"damerau_levenshtein({left}, {right}) <= {most}",
    )


LEAST_ALIKE = {1: 0.75, 2: 0.69}
"""By the number of slips, what texts of nine letters and more are alike at least. Of 1,200,000 random ones each, in few
letters and in all digits, the least were 0.7593 and 0.7000."""


def few_slips(left: str, right: str, most: int) -> str:
    """SQL for "at most so many (1 or 2) slips apart", of two expressions for nine letters or more.

    A slip makes a text longer or shorter by a letter at most, and as long a text is no less alike after so many
    slips than ``LEAST_ALIKE``: the one costs next to nothing to see, the other a thirtieth.
    """
    is_alike = f"jaro_winkler_similarity({left}, {right}) >= {LEAST_ALIKE[most]}"
    alike = only_if(is_alike, slips(left, right, most))
    return only_if(f"abs(length({left}) - length({right})) <= {most}", alike)


def only_if(cheap: str, dear: str) -> str:
    """SQL for "both", where ``dear`` is looked at for those pairs alone that fulfil ``cheap``.

    With ``and`` an engine computes both for all: thirty times slower for the distance of two addresses.
    """
    return f"(case when {cheap} then {dear} else false end)"
