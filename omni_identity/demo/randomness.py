"""Seeded, vectorised chance: every draw of the demo comes from a named stream."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]


class Draw:
    """A random stream that depends on the seed and its path alone, whatever else was drawn."""

    def __init__(self, seed: int, *path: int | str) -> None:
        """Opens the stream of a path such as (block, "people")."""
        words = [zlib.crc32(part.encode()) if isinstance(part, str) else part for part in path]
        self.rng = np.random.default_rng([seed, *words])

    def chance(self, share: float | Floats, n: int) -> Flags:
        """True for about `share` of n."""
        return self.rng.random(n) < share

    def whole(self, low: int | Ints, high: int | Ints, n: int) -> Ints:
        """Whole numbers from low up to but without high."""
        return self.rng.integers(low, high, n, dtype=np.int64)

    def unit(self, n: int) -> Floats:
        """Numbers from 0 up to but without 1."""
        return self.rng.random(n)

    def index(self, weights: Sequence[float], n: int) -> Ints:
        """Positions in `weights`, drawn in proportion to them."""
        return pick(np.cumsum(np.asarray(weights, dtype=np.float64)), self.rng.random(n))

    def words(self, weighted: dict[str, float], n: int) -> pl.Series:
        """Words drawn in proportion to their weights."""
        return pl.Series(list(weighted)).gather(self.index(list(weighted.values()), n))

    def order(self, n: int) -> Ints:
        """A random order of n."""
        order: Ints = self.rng.permutation(n)
        return order

    def sample(self, n: int, share: float) -> Ints:
        """Ascending positions of about `share` of n."""
        return np.flatnonzero(self.chance(share, n)).astype(np.int64)

    def hexadecimal(self, n: int, digits: int = 16) -> pl.Series:
        """n random words of an even number of hexadecimal digits."""
        text = self.rng.bytes(n * digits // 2).hex().encode()
        return pl.Series(np.frombuffer(text, dtype=f"S{digits}").astype(f"U{digits}"))


def pick(cumulative: Floats, unit: Floats) -> Ints:
    """Positions of unit draws on cumulative weights."""
    found = np.searchsorted(cumulative, unit * cumulative[-1], side="right").astype(np.int64)
    last: Ints = np.minimum(found, len(cumulative) - 1)
    return last


def scramble(index: Ints, seed: int, name: str, bits: int = 28) -> Ints:
    """A one-to-one shuffling of the numbers below 2**bits (a Feistel network).

    Running numbers become identifiers that tell nothing of the order they were given in.
    """
    half = np.uint64(bits // 2)
    mask = np.uint64((1 << (bits // 2)) - 1)
    keys = np.random.default_rng([seed, zlib.crc32(name.encode())]).integers(1, 2**62, 5)
    left = index.astype(np.uint64) >> half
    right = index.astype(np.uint64) & mask
    for key in keys.astype(np.uint64):
        mixed = (right + key) * np.uint64(0xFF51AFD7ED558CCD)
        left, right = right, left ^ ((mixed >> np.uint64(33)) & mask)
    return ((left << half) | right).astype(np.int64)
