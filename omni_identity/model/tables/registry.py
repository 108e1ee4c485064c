"""All tables: those that a publication has, and those of the warehouse."""

from __future__ import annotations

from collections.abc import Iterable

from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import (
    catalogue,
    changes,
    context,
    customers,
    figures,
    handoffs,
    interactions,
    landed,
    ledger,
    linkage,
    profiles,
    quarantine,
    records,
    review,
    runs,
    verdicts,
)
from omni_identity.model.tables.table import Table

DERIVED_OTHERWISE = {
    *(
        "match_edges",
        "review_queue",
        "interaction_lines",
        "messages",
        "quarantined_records",
        "quarantined_files",
        "ledger_records",
    ),
    *(table.name for table in ledger.LEDGER_TABLES),
}
"""Published tables that are not made from one of ``derived`` with the same columns."""
OF_THIS_RUN = {
    "golden_id_events": "One row per change of a golden ID by this run.",
    "audience_log": "One row per audience, customer and change that this run makes to who is in it.",
    "household_events": "One row per change of a household ID by this run.",
    "crosswalk_changes": "One row per record that this run puts into another golden customer, or into none.",
}
"""Published tables of which ``derived`` has only the rows of this run."""


def published_tables(vocabulary: Vocabulary) -> dict[str, Table]:
    """Every table of ``published/``, by name, in the order of the data dictionary."""
    tables = (
        profiles.unified_profiles(vocabulary),
        customers.CROSSWALK,
        linkage.MATCH_EDGES,
        customers.CUSTOMER_DIAGNOSTICS,
        customers.GOLDEN_ID_EVENTS,
        customers.GOLDEN_ID_REDIRECTS,
        customers.CROSSWALK_CHANGES,
        customers.HOUSEHOLDS,
        customers.HOUSEHOLD_EVENTS,
        profiles.PROFILE_LINEAGE,
        profiles.IDENTIFIERS,
        interactions.INTERACTIONS,
        interactions.INTERACTION_LINES,
        interactions.MESSAGES,
        interactions.INTERACTION_FINDINGS,
        context.OPEN_MATTERS,
        context.CUSTOMER_CONTEXT,
        profiles.CONSENTS,
        context.AUDIENCE_MEMBERS,
        context.AUDIENCE_CHANGES,
        context.AUDIENCE_LOG,
        context.CUSTOMER_SEGMENTS,
        catalogue.CATALOGUE_ITEMS,
        catalogue.CATALOGUE_CONFLICTS,
        catalogue.PRICE_MATCHES,
        catalogue.STORE_STOCK,
        quarantine.QUARANTINED_RECORDS,
        quarantine.QUARANTINED_FILES,
        review.REVIEW_QUEUE,
        verdicts.VERDICTS,
        verdicts.REJECTED_VERDICTS,
        verdicts.ERASURES,
        records.CHANNEL_ATTRIBUTES,
        runs.RUNS,
        runs.RUN_CHANNEL_COUNTS,
        runs.RUN_DIAGNOSTICS,
        customers.LEDGER_RECORDS,
        runs.FEED_FIGURES,
        figures.KPIS,
        figures.KPI_SERIES,
        figures.KPI_DEFINITIONS,
        figures.IDENTITY_LIFT,
        figures.JOURNEYS,
        figures.JOURNEY_TRANSITIONS,
        handoffs.HANDOFFS,
        figures.IDENTITY_GAPS,
        figures.COHORTS,
    )
    return {table.name: table for table in tables}


def lasting_tables(vocabulary: Vocabulary) -> tuple[Table, ...]:
    """Those of the warehouse that are not made from others: they are there when it is opened."""
    kept = (*changes.CHANGED_TABLES, *landed.landed_tables(vocabulary), *ledger.LEDGER_TABLES)
    return (*kept, *changes.SETTLED_TABLES)


def derived_tables(
    vocabulary: Vocabulary, compared: Iterable[str] = (), adjusted: Iterable[str] = ()
) -> tuple[Table, ...]:
    """Those that can be made anew from the lasting ones; the arguments are as for ``warehouse_tables``."""
    published = published_tables(vocabulary).items()
    return (
        *records.record_tables(vocabulary),
        *verdicts.VERDICT_TABLES,
        *linkage.linkage_tables(vocabulary, compared, adjusted),
        *(
            customers.COMPONENTS,
            customers.CLUSTERS,
            customers.NESTED_IDS,
            customers.CUSTOMERS,
            customers.AFFECTED_CUSTOMERS,
            customers.HOUSEHOLD_LINKS,
            customers.HOUSEHOLD_MEMBERS,
            review.REVIEW_PAIRS,
            review.ASKED_QUESTIONS,
            review.QUESTION_PLACES,
        ),
        *(profiles.PERSON_CONSENTS, profiles.RECORD_CONSENTS),
        *(interactions.AS_OF, interactions.OWNERLESS_LINES, interactions.OWNERLESS_MESSAGES),
        *(context.CONTACT_OPTIONS, context.AUDIENCE_DOUBTS, catalogue.CATALOGUE_QUARANTINE),
        *(table.within("derived") for table in figures.FIGURE_WORKING_TABLES),
        *(
            table.within("derived", OF_THIS_RUN.get(name, ""))
            for name, table in published
            if name not in DERIVED_OTHERWISE
        ),
    )


def warehouse_tables(
    vocabulary: Vocabulary, compared: Iterable[str] = (), adjusted: Iterable[str] = ()
) -> dict[str, Table]:
    """Every table of the warehouse by ``schema.table``.

    Scored pairs have columns of the model: one per comparison in ``compared``, one per comparison in
    ``adjusted`` whose weight depends on how frequent the agreeing value is.
    """
    tables = (*lasting_tables(vocabulary), *derived_tables(vocabulary, compared, adjusted))
    return {table.full_name: table for table in tables}
