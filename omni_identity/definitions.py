"""What Dagster loads: the home that ``OMNI_HOME`` names, else the checkout's ``data/``."""

from omni_identity.defs.code_location import build_definitions
from omni_identity.model.home import find_home

defs = build_definitions(find_home())
