"""The section ``insight`` of omni.yaml: the clock, the currency and the windows that figures and audiences go by."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from omni_identity.channels import settings_checks as checks
from omni_identity.channels.yaml_lines import Mistake
from omni_identity.model.errors import nearest

TimeZone = Annotated[str, BeforeValidator(checks.timezone)]
Currency = Annotated[str, BeforeValidator(checks.currency)]
Rate = Annotated[
    Decimal,
    Field(gt=0, le=Decimal("1e12"), allow_inf_nan=False),
    AfterValidator(checks.rate),
]
Days = Annotated[int, Field(ge=0, le=36500)]
Hours = Annotated[int, Field(ge=0, le=876000)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Words = tuple[Annotated[str, Field(min_length=1)], ...]
Statuses = tuple[Annotated[str, StringConstraints(min_length=1, to_lower=True)], ...]
"""Statuses of orders and tickets, in lower case: channels write them as they like."""


class InsightSettings(BaseModel):
    """How figures, audiences and the customers' context are computed.

    ``time_zone`` (IANA) is the one that a day, week or month begins in. ``rates`` says how much of
    ``currency`` one unit of another is worth; amounts without a rate are never added to others.
    ``push_channels`` are those whose contacts' devices are apps that a push reaches. Whose
    ``identity_confidence`` is below ``min_identity_confidence`` is in no audience that needs consent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: TimeZone = "UTC"
    currency: Currency | None = None
    rates: dict[Currency, Rate] = {}
    device_window_days: Days = 30
    abandoned_cart_hours: Hours = 1
    abandoned_cart_days: Days = 30
    cart_recovery_days: Days = 14
    journey_silence_days: Days = 30
    first_contact_days: Days = 7
    store_channels: Words = ()
    thank_you_days: Days = 7
    pickup_days: Days = 30
    win_back_days: Days = 90
    unanswered_hours: Hours = 24
    newly_omnichannel_days: Days = 30
    audience_seconds: Annotated[int, Field(ge=1, le=86_400)] = 600
    pickup_statuses: Statuses = ("ready_for_pickup",)
    cancelled_statuses: Statuses = ("cancelled", "canceled")
    unsolved_statuses: Statuses = ("abandoned", "unsolved", "unresolved")
    contact_by: dict[str, str] = {}
    push_channels: Words = ()
    min_identity_confidence: Share = 0.7


def insight_mistakes(
    insight: dict[str, Any], identifiers: set[str], channels: list[str]
) -> Iterator[Mistake]:
    """Mistakes of the section that only show across keys; identifiers and channels are the declared ones."""
    for key in ("store_channels", "push_channels"):
        named = insight.get(key)
        for name in named if isinstance(named, list) else []:
            if isinstance(name, str) and name not in channels:
                message = f"unknown channel '{name}'.{nearest(name, channels)}"
                yield Mistake(("insight", key), message)
    rates, currency = insight.get("rates"), insight.get("currency")
    if isinstance(rates, dict) and rates:
        if currency is None:
            yield Mistake(("insight", "rates"), "rates need insight.currency, which they lead to")
        for code in rates:
            if isinstance(currency, str) and str(code).upper() == currency.upper():
                message = f"{code} is insight.currency itself, which is always worth 1"
                yield Mistake(("insight", "rates", code), message)
    contact_by = insight.get("contact_by")
    for name, identifier in (contact_by if isinstance(contact_by, dict) else {}).items():
        if isinstance(identifier, str) and identifier not in identifiers:
            message = f"unknown identifier '{identifier}'.{nearest(identifier, identifiers)}"
            yield Mistake(("insight", "contact_by", name), message)
