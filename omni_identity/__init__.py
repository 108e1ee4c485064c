"""omni_identity: golden customer IDs from per-channel customer lists."""

from __future__ import annotations

from typing import Any

COMPONENT = "OmniIdentityComponent"
"""What a ``defs.yaml`` names as ``omni_identity.OmniIdentityComponent``."""


def __getattr__(name: str) -> Any:
    if name == COMPONENT:
        # late: who uses anything else of this package need not wait for Dagster
        from omni_identity.orchestration.component import OmniIdentityComponent

        return OmniIdentityComponent
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), COMPONENT])
