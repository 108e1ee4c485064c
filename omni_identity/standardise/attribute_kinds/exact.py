"""``exact``: equal or not, whatever the capitals."""

from __future__ import annotations

from omni_identity.model.comparison_levels import Level
from omni_identity.standardise.attribute_kind import AttributeKind


def levels(column: str) -> tuple[Level, ...]:
    """Equal or not; an equal value that is rare is worth more."""
    return (
        Level("exact", f'"{column}_l" = "{column}_r"', 0.85, None, None, column),
        Level("different", "ELSE", 0.15, None, None),
    )


KIND = AttributeKind(levels)
