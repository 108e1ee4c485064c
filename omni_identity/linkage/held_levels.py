"""Level probabilities that training is given and does not move: those of a model that was trained elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEFT = 1e-4
"""What the other levels share at least, however much the given ones take."""


@dataclass(frozen=True)
class HeldLevel:
    """What is given of one level: its probability among pairs of one person, among strangers, or nothing."""

    same: float | None = None
    strangers: float | None = None


HeldLevels = Mapping[str, tuple[HeldLevel, ...]]
"""By the name of a comparison, for each of its levels. A comparison that is not in it is learnt whole."""
NOTHING_HELD: HeldLevels = {}


def held_probabilities(
    held: HeldLevels, comparison: str, level_count: int, name: Literal["same", "strangers"]
) -> Floats:
    """What is given of a comparison's levels in one class; NaN where nothing is."""
    levels = held.get(comparison, (HeldLevel(),) * level_count)
    given = [getattr(level, name) for level in levels]
    return np.array([np.nan if value is None else value for value in given], dtype=np.float64)


def with_held(probabilities: Floats, held: Floats) -> Floats:
    """The probabilities with those that are given; the others share what is left as they did."""
    is_held = ~np.isnan(held)
    if not is_held.any():
        return probabilities
    others = np.where(is_held, 0.0, probabilities)
    left = max(LEFT, 1.0 - held[is_held].sum())
    found = np.where(is_held, held, left * others / max(others.sum(), 1e-300))
    whole: Floats = found / found.sum()
    return whole
