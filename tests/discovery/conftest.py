"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

from tests.channels.fetching.conftest import postgres_address, shop  # noqa: F401  fixtures
