"""A comparison: the columns that it looks at, when, and its levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_identity.model.comparison_levels import Level

BEYOND_SLIPS = frozenset(("other name", "different"))
"""Labels of levels at which two values are of two people, or a mistake: no slip makes one of the other."""


@dataclass(frozen=True)
class Comparison:
    """One comparison: the columns that must be filled on both sides, its levels, strongest first.

    Of the columns in ``one_side`` it is enough that one side fills them. ``left_to_others`` (SQL) says where nothing
    is compared although they are filled: another comparison says it all, or the two have no part in common.

    The last level catches the rest. ``rarity_follows`` names the classes in which a rarer value is
    as much more telling as against strangers. ``is_rare`` says that it takes part however few records fill
    its columns: what it contradicts is certain enough by the priors.
    """

    name: str
    columns: tuple[str, ...]
    levels: tuple[Level, ...]
    rarity_follows: tuple[str, ...] = ()
    left_to_others: str = ""
    one_side: tuple[str, ...] = ()
    is_rare: bool = False

    @property
    def null_sql(self) -> str:
        """SQL condition for "not compared": a column is not filled on one side, or ``left_to_others``."""
        unfilled = [f'"{c}_l" is null or "{c}_r" is null' for c in self.columns]
        others = [f"({self.left_to_others})"] if self.left_to_others else []
        return " or ".join([*unfilled, *others])

    @property
    def contradicting_levels(self) -> tuple[int, ...]:
        """The numbers of the levels at which two values contradict each other: the last, and others beyond slips."""
        last = len(self.levels) - 1
        numbers = (n for n, level in enumerate(self.levels) if level.label in BEYOND_SLIPS)
        return tuple(sorted({*numbers, last}))


def with_priors(
    levels: Sequence[tuple[str, str]],
    same: Sequence[float],
    relatives: Sequence[float],
    strangers: Sequence[float] | None = None,
) -> tuple[Level, ...]:
    """Levels of these labels and conditions, with their priors; namesakes are as strangers, who may have none."""
    others: Sequence[float | None] = strangers or [None] * len(levels)
    return tuple(
        Level(label, sql, one, household, strangers=other)
        for (label, sql), one, household, other in zip(levels, same, relatives, others, strict=True)
    )
