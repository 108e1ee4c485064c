"""Settings of the whole test suite."""

from __future__ import annotations

from hypothesis import settings

# A busy machine makes a test slow, not wrong; pytest's own timeout ends one that hangs.
settings.register_profile("omni", deadline=None)
settings.load_profile("omni")
