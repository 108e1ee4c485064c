"""The section ``checks`` of omni.yaml: the bounds of the checks, and which of them only warn."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from omni_identity.model.checks import Severity

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Days = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class CheckSettings(BaseModel):
    """Bounds of the checks, and the ``severity`` of those that are to have another than their own.

    ``max_age_days`` (of the newest delivery of all, and of each feed that has no bound of its own) null:
    no bound. A share or change of 1 never fails.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_customer_records: Annotated[int, Field(ge=1, le=2**31 - 1)] = 200
    max_quarantined_share: Share = 0.05
    max_customer_change_share: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.2
    max_contradiction_share: Share = 0.5
    max_contradiction_excess: Share = 0.04
    max_comparison_drift: Share = 0.2
    max_merged_share: Share = 0.05
    max_split_share: Share = 0.02
    max_catalogue_conflict_share: Share = 1.0
    max_unclear_consent_share: Share = 0.2
    max_age_days: Days | None = 3.0
    max_deleted_share: Share = 0.3
    max_person_change_share: Share = 0.1
    max_fill_change: Share = 0.3
    max_shape_change: Share = 0.3
    max_row_change: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 10.0
    max_future_share: Share = 0.01
    max_unread_share: Share = 0.01
    max_unknown_kind_share: Share = 0.01
    max_unknown_contact_share: Share = 0.5
    severity: dict[str, Severity] | None = None
