"""What amounts are worth in the home's currency: the one that figures, and spend in profiles, are told in."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine


def create_rates(engine: Engine, settings: InsightSettings) -> None:
    """Make the temporary table ``rates``: ``currency, worth_in, rate``, what one unit of a currency is worth in which.

    Those that stay what they are have no row; so there is none without ``insight.currency``.
    """
    engine.run(
        "create or replace temp table rates"
        " (currency VARCHAR, worth_in VARCHAR, rate DECIMAL(18, 8))"
    )
    if settings.currency is None:
        return
    for currency, rate in {**settings.rates, settings.currency: 1}.items():
        engine.run(
            "insert into rates values ($currency, $worth_in, $rate::decimal(18, 8))",
            {"currency": currency, "worth_in": settings.currency, "rate": str(rate)},
        )
