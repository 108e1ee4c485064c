"""What a full refresh begins with, for tests whose next run is to be one."""

from __future__ import annotations

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.home import Home
from omni_identity.pipeline.warehouse import forget_all_derived, open_tables


def forget_derived(home: Home) -> None:
    """Forget all that is derived in ``home``."""
    with open_tables(home, load_configuration(home.configuration)) as engine:
        forget_all_derived(engine)
