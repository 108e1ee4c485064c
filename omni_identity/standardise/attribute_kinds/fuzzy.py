"""``fuzzy``: text in which small differences still count for something."""

from __future__ import annotations

from omni_identity.model.comparison_levels import Level, alike
from omni_identity.standardise.attribute_kind import AttributeKind


def levels(column: str) -> tuple[Level, ...]:
    """Equal, similar or different; an equal value that is rare is worth more."""
    return (
        Level("exact", f'"{column}_l" = "{column}_r"', 0.85, None, None, column),
        Level("similar", alike(column, 0.9), 0.07),
        Level("different", "ELSE", 0.08, None, None),
    )


KIND = AttributeKind(levels)
