"""Fits the coefficients of identity_confidence: logistic regression, each home weighing the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from omni_identity.identity.confidence import (
    GREATEST_CHAIN,
    GREATEST_SURPLUS,
    LEAST_CHAIN,
    Calibration,
)
from omni_identity.identity.counted_weights import GREATEST_WEIGHT, LEAST_WEIGHT

ROUNDS = 50
RIDGE = 1e-3
"""Keeps a home without a single impure customer from sending coefficients to infinity."""


def fit_calibration(homes: Sequence[pl.DataFrame]) -> Calibration:
    """The most likely coefficients, by Newton's method, rounded to two digits."""
    weighted = pl.concat([h.with_columns(pl.lit(1 / h.height).alias("weight")) for h in homes])
    features = np.column_stack(
        [
            np.ones(weighted.height),
            weighted["chain_weight"].clip(LEAST_CHAIN, GREATEST_CHAIN).to_numpy(),
            weighted["cohesion_weight"].clip(LEAST_WEIGHT, GREATEST_WEIGHT).to_numpy(),
            weighted["nearest_match_weight"].fill_null(LEAST_WEIGHT).to_numpy(),
            weighted["size_surplus"].clip(0.0, GREATEST_SURPLUS).to_numpy(),
        ]
    )
    truth = weighted["is_one_person"].to_numpy().astype(np.float64)
    weight = weighted["weight"].to_numpy() * weighted.height / len(homes)
    coefficients = np.zeros(features.shape[1])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-features @ coefficients))
        curvature = features.T @ (features * (weight * p * (1 - p))[:, None])
        slope = features.T @ (weight * (truth - p)) - RIDGE * coefficients
        coefficients += np.linalg.solve(curvature + RIDGE * np.eye(len(coefficients)), slope)
    return Calibration(*(round(float(c), 2) for c in coefficients))
