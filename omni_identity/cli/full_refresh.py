"""Forgets what was derived from the landed rows, so that the next run computes all of it anew."""

from __future__ import annotations

from omni_identity.channels.configuration import load_configuration
from omni_identity.identity.changes import start_over
from omni_identity.identity.golden_ids import create_settled_tables
from omni_identity.identity.ledger import create_ledger
from omni_identity.identity.standardised_contacts import forget_standardised
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine


def forget_derived(home: Home) -> None:
    """Empty the derived tables of ``home`` in one transaction; nothing to do before a first run.

    The frozen model stays what it is. A run killed afterwards loses nothing: the next one derives it all
    again. Raises ``HomeIsBusy``.
    """
    if not home.warehouse.exists():
        return
    configuration = load_configuration(home.configuration)
    with open_engine(home, configuration) as engine, engine.transaction():
        forget_standardised(engine)
        create_ledger(engine)
        create_settled_tables(engine)
        start_over(engine)
