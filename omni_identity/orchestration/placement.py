"""Where the definitions of one home stand in a Dagster deployment: their names, owners, and when they run."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg

from omni_identity.pipeline.step import Step
from omni_identity.pipeline.steps.landing import is_landing


@dataclass(frozen=True)
class Placement:
    """How the definitions of one home are told from all others of a deployment.

    ``key_prefix`` stands before the key of every asset and, joined by underscores, before the name of every
    op, job, schedule, sensor and resource; ``group_prefix`` before the name of every group. ``schedule`` is a
    cron expression, by default that of ``omni.yaml``, in ``time_zone``. ``pool`` is the concurrency pool of
    every step, if any.
    """

    key_prefix: tuple[str, ...] = ()
    group_prefix: str = ""
    owners: tuple[str, ...] = ("team:data-engineering",)
    schedule: str | None = None
    time_zone: str = "UTC"
    pool: str | None = None

    def key(self, name: str) -> dg.AssetKey:
        """The key of the asset that is called ``name`` in the home, with slashes between its parts."""
        return dg.AssetKey([*self.key_prefix, *name.split("/")])

    def name(self, name: str) -> str:
        """The name of an op, job, schedule, sensor or resource that is called ``name`` in the home."""
        return "_".join((*self.key_prefix, *name.split("/")))

    def op(self, step: Step) -> str:
        """The name of the op that executes a step: one executes all that land feeds."""
        return self.name("landing" if is_landing(step) else step.name)

    def group(self, name: str) -> str:
        """The name of the group that is called ``name`` in the home."""
        return f"{self.group_prefix}{name}"


ALONE = Placement()
"""A deployment of one home, where every name stands as it is."""
