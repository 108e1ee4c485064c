"""The section ``stewardship`` of omni.yaml: what it takes for a decision at the desk to hold."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class StewardshipSettings(BaseModel):
    """``two_persons``: whether a verdict or erasure that one asks for at the desk waits for another to confirm it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    two_persons: bool = False
