"""How common a full name is: given and family names that go together, by a latent class model.

Given and family name are not independent: a Polish family name makes a Polish given name likely.
Multiplying their frequencies makes every name of a minority look far rarer than it is. So names are
taken to come from a few unseen groups, independent inside each (latent class analysis: Lazarsfeld and
Henry, 1968; Goodman, Biometrika 61, 1974), fitted by expectation maximisation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

GROUPS = 8
ROUNDS = 50
SMOOTHING = 0.3
"""Records' worth of the overall distribution that every group starts with, per group."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def joint_name_frequencies(names: pl.DataFrame, seed: int) -> Floats:
    """Return the probability of each full name.

    ``names`` has ``first``, ``last`` (neither null) and ``count``, one row per distinct full name, in
    a fixed order. The probabilities are the model's, not the observed shares: a name that only one
    person has is as rare as its parts make it, however many records that person has.
    """
    if not names.height:
        return np.zeros(0)
    counts = names["count"].to_numpy().astype(np.float64)
    parts = [_numbered(names[column]) for column in ("first", "last")]
    overall = [np.bincount(part, counts) / counts.sum() for part in parts]
    memberships = _starting_memberships(parts, seed)
    joint = np.zeros(names.height)
    for _ in range(ROUNDS):
        weighted = memberships * counts[:, None]
        sizes = weighted.sum(axis=0)
        likelihood = np.tile(sizes / counts.sum(), (names.height, 1))
        for part, shares in zip(parts, overall, strict=True):
            likelihood *= _group_shares(part, weighted, shares)[part]
        joint = likelihood.sum(axis=1)
        memberships = likelihood / joint[:, None]
    return joint


def _numbered(values: pl.Series) -> Ints:
    """Each value's place among the distinct values in alphabetical order."""
    ranks: Ints = values.rank("dense").to_numpy().astype(np.int64) - 1
    return ranks


def _starting_memberships(parts: list[Ints], seed: int) -> Floats:
    """Random leanings of every given and family name, multiplied: names that share a part lean alike."""
    generator = np.random.default_rng(seed)
    memberships = np.ones((len(parts[0]), GROUPS))
    for part in parts:
        leanings = generator.dirichlet(np.full(GROUPS, 0.3), size=int(part.max()) + 1)
        memberships *= leanings[part] + 1e-9
    normalised: Floats = memberships / memberships.sum(axis=1, keepdims=True)
    return normalised


def _group_shares(part: Ints, weighted: Floats, overall: Floats) -> Floats:
    """(values × groups): each value's share of each group, smoothed towards its overall share."""
    seen = np.column_stack([np.bincount(part, weighted[:, k], len(overall)) for k in range(GROUPS)])
    prior = SMOOTHING * GROUPS
    shares: Floats = (seen + prior * overall[:, None]) / (seen.sum(axis=0) + prior)
    return shares
