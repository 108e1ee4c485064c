"""The table of consents: per customer, consent and address the decision that holds, and whose word it was."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import replace_changed
from omni_identity.profile.consent import identifiers_of


def build_consents(engine: Engine, configuration: Configuration) -> int:
    """Bring ``derived.consents`` up to date for changed customers; return how many rows there are.

    Reads ``derived.record_consents``, ``derived.customers``, ``derived.affected_customers`` and
    ``derived.profile_lineage``. Which decision holds for an address is said in ``new_consents.sql``.
    """
    about = {"consent": pl.String, "identifier": pl.String}
    identifiers = pl.DataFrame(
        list(identifiers_of(configuration).items()), schema=about, orient="row"
    )
    with engine.transaction():
        engine.run(
            "create or replace temp table consent_identifiers (consent VARCHAR, identifier VARCHAR)"
        )
        engine.write("consent_identifiers", identifiers)
        engine.run(statement(__file__, "new_consents"))
        engine.run("drop table consent_identifiers")
        replace_changed(engine, "consents")
    return count_rows(engine, "derived.consents")
