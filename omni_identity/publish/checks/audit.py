"""Every check with what examines the candidate for it, and the audit that runs them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.model.checks import CHECK_SPECS
from omni_identity.model.home import Home
from omni_identity.publish.build import attached_candidate, candidate_folder
from omni_identity.publish.checks import (
    consents,
    customers,
    deliveries,
    feeds,
    freshness,
    history,
    readable,
    retention,
    tables,
    unknown,
)
from omni_identity.publish.checks.check import Audit, Check, CheckResult, Finding
from omni_identity.publish.checks.since_last import since_last
from omni_identity.publish.increments import forget_exchanges

_EXAMINED_BY: Mapping[str, Callable[[Audit], Finding]] = {
    examine.__name__: examine
    for examine in (
        tables.golden_ids_are_unique,
        tables.every_current_record_is_in_exactly_one_customer,
        tables.every_landed_row_is_accounted_for,
        tables.no_foreign_key_is_orphaned,
        tables.keys_are_unique,
        customers.largest_customer_is_within_bounds,
        deliveries.quarantined_share_is_within_bounds,
        customers.customer_count_does_not_jump,
        customers.identity_changes_are_within_bounds,
        customers.customers_do_not_contradict_themselves,
        customers.pairs_look_as_in_training,
        deliveries.channels_agree_on_the_catalogue,
        consents.no_member_is_addressed_against_their_word,
        consents.words_on_consent_are_understood,
        deliveries.every_delivered_file_was_read,
        deliveries.deliveries_are_fresh,
        tables.the_publication_was_left_as_it_was,
        feeds.channels_keep_their_records,
        feeds.records_stay_the_same_person,
        feeds.columns_stay_filled,
        feeds.columns_hold_what_they_held,
        feeds.deliveries_have_their_usual_size,
        feeds.times_are_not_in_the_future,
        readable.mapped_columns_can_be_read,
        feeds.facts_can_be_read,
        freshness.every_feed_is_fresh,
        unknown.kinds_are_known,
        unknown.contacts_of_interactions_are_known,
        retention.no_row_outlives_its_retention,
        history.no_published_record_is_lost,
        history.nothing_was_changed_by_hand,
    )
}

CHECKS = tuple(Check(name, _EXAMINED_BY[name]) for name in CHECK_SPECS)
"""Every check, in the order in which they are shown; a check is examined by the function of its name."""


def audit_candidate(
    engine: Engine, configuration: Configuration, home: Home, run_id: str, now: datetime
) -> list[CheckResult]:
    """Run every check on the candidate of ``run_id``; return the results in the order of ``CHECKS``."""
    since = since_last(engine, candidate_folder(home, run_id))
    audit = Audit(engine, configuration, run_id, now, since)
    with attached_candidate(engine, home, run_id):
        results = [check.result(audit) for check in CHECKS]
    if isinstance(engine, DuckDBEngine):
        forget_exchanges(engine)
    return results
