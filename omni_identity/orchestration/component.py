"""The component: one home among the definitions of a Dagster project, declared in a ``defs.yaml``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import dagster as dg
from pydantic import Field

from omni_identity.model.home import Home
from omni_identity.orchestration.code_location import build_definitions
from omni_identity.orchestration.placement import ALONE, Placement


class OmniIdentityComponent(dg.Component, dg.Model, dg.Resolvable):
    """Golden customers from the channels of one omni_identity home, as assets."""

    home: Annotated[
        str,
        Field(description="The home's folder; if relative, from the folder of this file."),
    ]
    key_prefix: Annotated[
        str | Sequence[str],
        Field(
            description="What stands before the key of every asset, and before the names of jobs, schedules,"
            " sensors and resources. Two homes of one project need two."
        ),
    ] = ()
    group_prefix: Annotated[
        str, Field(description="What stands before the name of every group.")
    ] = ALONE.group_prefix
    owners: Annotated[Sequence[str], Field(description="E-mail addresses, or team:<name>.")] = (
        ALONE.owners
    )
    schedule: Annotated[
        str | None, Field(description="A cron expression in the place of that of omni.yaml.")
    ] = ALONE.schedule
    time_zone: Annotated[
        str, Field(description="The time zone of the schedule, such as Europe/Berlin.")
    ] = ALONE.time_zone
    pool: Annotated[str | None, Field(description="The concurrency pool of every step.")] = (
        ALONE.pool
    )

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Return the home's assets, job, schedule, sensor and resource; nothing that is its host's to say."""
        place = context.path if context.path.is_dir() else context.path.parent
        prefix = [self.key_prefix] if isinstance(self.key_prefix, str) else self.key_prefix
        placement = Placement(
            key_prefix=tuple(prefix),
            group_prefix=self.group_prefix,
            owners=tuple(self.owners),
            schedule=self.schedule,
            time_zone=self.time_zone,
            pool=self.pool,
        )
        return build_definitions(Home(place / Path(self.home).expanduser()), placement)
