"""Jobs as a process of its own finds them again: of the home that ``OMNI_HOME`` names."""

from __future__ import annotations

import dagster as dg

from omni_identity.model.home import find_home
from omni_identity.orchestration.code_location import build_code_location, build_definitions

RETRIED = "retried"


def nightly() -> dg.JobDefinition:
    """The nightly job of a code location of one home: all steps in one process."""
    return build_code_location(find_home()).resolve_job_def("nightly")


def nightly_of_a_host() -> dg.JobDefinition:
    """The nightly job where a host names no executor: each step in a process of its own."""
    return build_definitions(find_home()).resolve_job_def("nightly")


def retried() -> dg.JobDefinition:
    """All assets, every step tried twice."""
    job = dg.define_asset_job(
        RETRIED, dg.AssetSelection.all(), op_retry_policy=dg.RetryPolicy(max_retries=1)
    )
    location = dg.Definitions.merge(build_code_location(find_home()), dg.Definitions(jobs=[job]))
    return location.resolve_job_def(RETRIED)
