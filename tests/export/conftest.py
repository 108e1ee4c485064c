"""The home of the tests of erasure: what an erasure takes out is what an export shows."""

from __future__ import annotations

from tests.erasure.test_erasing import home, published  # noqa: F401  fixtures
