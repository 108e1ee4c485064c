"""The section ``retention`` of omni.yaml: for how long what runs leave behind is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[float, Field(gt=0, le=36_500, allow_inf_nan=False)]
"""A century at most: counted back from today, it is still a date."""


class RetentionSettings(BaseModel):
    """Days for which reports and Dagster's runs are kept (null: for ever), and how many publications are.

    ``publications`` counts the current one, which is kept in any case. Runs in a Dagster instance that is
    not the home's own are deleted only where omni.yaml names ``dagster_runs``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reports: Days | None = 365.0
    dagster_runs: Days | None = 90.0
    publications: Annotated[int, Field(ge=1, le=10_000)] = 1

    @property
    def names_dagster_runs(self) -> bool:
        """Whether omni.yaml says how long Dagster's runs are kept, rather than leaving it to the default."""
        return "dagster_runs" in self.model_fields_set
