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
    cheap = (
        f'(left("{column}_l", 1) = left("{column}_r", 1)'
        f' or right("{column}_l", 1) = right("{column}_r", 1))'
        f' and abs(length("{column}_l") - length("{column}_r")) <= 1'
    )
    return only_if(cheap, f'damerau_levenshtein("{column}_l", "{column}_r") <= 1')


def few_slips(left: str, right: str, most: int) -> str:
    """SQL for "at most so many (1 or 2) slips apart", of two expressions for nine letters or more.

    A slip makes a text longer or shorter by a letter at most, and as long a text is no less alike after two slips
    than the bound: the one costs next to nothing to see, the other a thirtieth.
    """
    alike = only_if(
        f"jaro_winkler_similarity({left}, {right}) >= 0.8",
        f"damerau_levenshtein({left}, {right}) <= {most}",
    )
    return only_if(f"abs(length({left}) - length({right})) <= {most}", alike)


def only_if(cheap: str, dear: str) -> str:
    """SQL for "both", where ``dear`` is looked at for those pairs alone that fulfil ``cheap``.

    With ``and`` an engine computes both for all: thirty times slower for the distance of two addresses.
    """
    return f"(case when {cheap} then {dear} else false end)"
