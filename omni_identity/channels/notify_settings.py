"""The section ``notify`` of omni.yaml: who is told when a run failed or was withheld, or something is late."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Event = Literal["failed", "withheld", "late"]
Hours = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _url(value: Any) -> Any:
    """An http(s) address; it may hold a token, so it is not quoted."""
    if isinstance(value, str):
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address that begins with https:// (or http://)")
    return value


def _variable(value: Any) -> Any:
    if isinstance(value, str) and not _VARIABLE.fullmatch(value):
        # what stands here may be the secret itself: it is not quoted
        raise ValueError("must be the name of an environment variable that holds it")
    return value


Variable = Annotated[str, BeforeValidator(_variable)]
Address = Annotated[str, Field(pattern=r"^[^\s@<>,;]+@[^\s@<>,;]+$")]


class EmailSettings(BaseModel):
    """Mail: from whom, to whom, by which server; the password is in the environment variable ``password_env``.

    ``security``: ``ssl`` from the first byte, ``starttls`` before anything is said, or ``none``. ``port`` is by
    default what is usual for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sender: Address
    to: Annotated[tuple[Address, ...], Field(min_length=1)]
    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["ssl", "starttls", "none"] = "starttls"
    user: str | None = None
    password_env: Variable | None = None


class NotifySettings(BaseModel):
    """``events``: which are told; ``late_hours``: so long after the last publication the next is late.

    The address of the webhook is ``webhook``, or in the environment variable ``webhook_env``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    events: Annotated[tuple[Event, ...], Field(min_length=1)] = ("failed", "withheld", "late")
    webhook: Annotated[str, BeforeValidator(_url)] | None = None
    webhook_env: Variable | None = None
    email: EmailSettings | None = None
    late_hours: Hours = 36.0

    @model_validator(mode="after")
    def _one_webhook(self) -> NotifySettings:
        if self.webhook and self.webhook_env:
            raise ValueError("webhook and webhook_env are two places for one address; keep one")
        return self

    @property
    def is_asked_for(self) -> bool:
        """Whether anybody is to be told at all."""
        return bool(self.webhook or self.webhook_env or self.email)
