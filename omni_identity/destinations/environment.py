"""Settings that name an environment variable, which holds what must not stand in ``omni.yaml``."""

from __future__ import annotations

import os
import re
from typing import Annotated

from pydantic import AfterValidator

from omni_identity.destinations.destination import DeliveryFailed

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _is_variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        # what stands here may be the secret itself: it is not quoted
        raise ValueError(
            "must be the name of an environment variable; omni.yaml takes no addresses or secrets"
        )
    return value


VariableName = Annotated[str, AfterValidator(_is_variable)]
"""A key of a destination that names an environment variable."""


def value_of(variable: str, what: str) -> str:
    """What a variable holds; raises ``DeliveryFailed``, which says ``what`` it is to hold, if it is not set."""
    value = os.environ.get(variable, "").strip()
    if not value:
        raise DeliveryFailed(
            f"the environment variable {variable} is not set; it is to hold {what}"
        )
    return value
