"""What a run can be asked for beside the job itself: in Dagster's launchpad, by tags, and by ``omni run``."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
from pydantic import Field

from omni_identity.orchestration.placement import ALONE, Placement

WAREHOUSE_SESSION = "warehouse_session"
"""The resource that takes these options."""


class RunOptions(dg.Config):
    """The options of one run, as the launchpad shows them; a tag ``omni/<option>: true`` switches one on."""

    full_refresh: bool = Field(
        default=False,
        description="Derive everything anew from the landed rows and the record ledger.",
    )
    accept_changes: bool = Field(
        default=False,
        description="Publish even if more customers merge or split than the bounds allow, or deliveries are"
        " unusual. Every other check holds.",
    )
    dry_run: bool = Field(
        default=False, description="Do everything but publish: consumers keep what they have."
    )
    wait_seconds: float = Field(
        default=0,
        description="How long to wait for a home that another run holds, before giving up.",
    )

    def with_tags(self, tags: Mapping[str, str]) -> RunOptions:
        """These options, and those that the tags of the run ask for; a tag asks for no time to wait."""
        return RunOptions(
            **{
                name: value or tags.get(f"omni/{name}") == "true"
                if isinstance(value, bool)
                else value
                for name, value in self.model_dump().items()
            }
        )


AS_USUAL = RunOptions()
"""No option: what is new is landed, all checks hold, and the result is published."""


def run_config(options: RunOptions, placement: Placement = ALONE) -> dict[str, object]:
    """The run configuration by which a run of one home is asked for ``options``."""
    resource = placement.name(WAREHOUSE_SESSION)
    return {"resources": {resource: {"config": options.model_dump()}}}
