"""Places outside the home that get every publication: one module a type, found by its name.

A destination reads the files of a publication and knows nothing of how they came about.
"""

from omni_identity.destinations.destination import (
    DeliveryFailed,
    Destination,
    Publication,
    WholePath,
)
from omni_identity.destinations.types import AnyDestination, destination_types

__all__ = [
    "AnyDestination",
    "DeliveryFailed",
    "Destination",
    "Publication",
    "WholePath",
    "destination_types",
]
