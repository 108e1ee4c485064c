"""What Dagster loads: the home that ``OMNI_HOME`` names, else the checkout's ``data/``."""

from omni_identity.model.home import find_home
from omni_identity.model.modes import keep_private
from omni_identity.orchestration.code_location import build_code_location

# a process that loads this is there for it: what its runs write is for the home's owner alone
keep_private()
defs = build_code_location(find_home())
