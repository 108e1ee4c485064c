"""The section ``retention`` of omni.yaml: for how long rows, and what runs leave behind, are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from omni_identity.channels.yaml_lines import Mistake
from omni_identity.model.errors import nearest

Days = Annotated[float, Field(gt=0, le=36_500, allow_inf_nan=False)]
"""A century at most: counted back from today, it is still a date."""
ROWS = ("interactions", "messages")
"""Tables whose rows expire: keys of the section that say it by channel."""


class KeptRows(BaseModel):
    """Days for which rows of a table are kept, and those of some channels by name; null: for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Days | None = None
    channels: dict[str, Days | None] = Field(default_factory=dict)

    def since(self, channel: str, now: datetime) -> datetime | None:
        """The moment before which what happened in a channel is not kept; None: all is."""
        days = self.channels.get(channel, self.days)
        return None if days is None else now - timedelta(days=days)

    @property
    def is_bounded(self) -> bool:
        """Whether rows of any channel expire."""
        return any(days is not None for days in (self.days, *self.channels.values()))


class RetentionSettings(BaseModel):
    """Days for which reports and Dagster's runs are kept (null: for ever), and how many publications are.

    ``publications`` counts the current one, which is kept in any case. Runs in a Dagster instance that is
    not the home's own are deleted only where omni.yaml names ``dagster_runs``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reports: Days | None = 365.0
    dagster_runs: Days | None = 90.0
    publications: Annotated[int, Field(ge=1, le=10_000)] = 1
    interactions: KeptRows = KeptRows()
    messages: KeptRows = KeptRows()

    @property
    def names_dagster_runs(self) -> bool:
        """Whether omni.yaml says how long Dagster's runs are kept, rather than leaving it to the default."""
        return "dagster_runs" in self.model_fields_set


def retention_mistakes(retention: dict[str, Any], channels: list[str]) -> Iterator[Mistake]:
    """Mistakes of the section that only show across keys; channels are the declared ones."""
    for table in ROWS:
        kept = retention.get(table)
        named = kept.get("channels") if isinstance(kept, dict) else None
        for name in named if isinstance(named, dict) else ():
            if name not in channels:
                message = f"unknown channel '{name}'.{nearest(str(name), channels)}"
                yield Mistake(("retention", table, "channels", name), message)
