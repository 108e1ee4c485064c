"""Tests of ``omni_identity.pipeline``."""
