"""Step ``standardised_contacts``: every landed contact row, standardised once."""

from __future__ import annotations

from omni_identity.channels.feed_checks import require_readable
from omni_identity.channels.quarantined_files import find_feeds_without_a_file
from omni_identity.engines import Engine
from omni_identity.erasure.erasing import purge_older_models
from omni_identity.identity.standardised_contacts import standardise_landed_contacts
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def standardise_contacts(engine: Engine, run: RunContext) -> Outcome:
    """Standardise every landed contact row that is not yet.

    Raises ``ConfigurationError`` if all that a feed ever delivered are files that are set aside.
    """
    require_readable(run.configuration, find_feeds_without_a_file(engine))
    count = standardise_landed_contacts(engine, run.configuration)
    purge_older_models(engine, run.home, run.configuration)
    return Outcome({"rows_standardised": count})


STEP = Step(
    name="standardised_contacts",
    group="records",
    description="Every landed contact row, standardised: names, e-mails, phones, dates, addresses, identifiers.",
    reads="landed.contacts landed.files landed.quarantined_files landed.quarantined_rows",
    writes="landed.standardised_contacts landed.standardised_by landed.standardising_rules"
    " landed.date_order_evidence landed.identifier_rules landed.interaction_identifiers changed.seen_landings",
    settings="default_country channels identifiers attributes",
    run=standardise_contacts,
    table="landed.standardised_contacts",
    kinds="polars duckdb",
)
