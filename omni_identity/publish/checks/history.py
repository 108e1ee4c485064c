"""Checks of what was before this run: what somebody has changed since, and what a restore could not bring back."""

from __future__ import annotations

from omni_identity.identity.found_changes import changes_of
from omni_identity.publish.checks.check import Audit, Facts, Finding
from omni_identity.publish.lost_records import count_lost_records


def nothing_was_changed_by_hand(audit: Audit) -> Finding:
    """What was edited, removed or put back behind the product's back since the last run said so."""
    found = changes_of(audit.engine, audit.run_id)
    facts: Facts = {"change_count": len(found)}
    return not found, "; ".join(found) or "everything is as it was written", facts


def no_published_record_is_lost(audit: Audit) -> Finding:
    """After a restore, records of the publication that nothing in ``landing/`` tells of."""
    lost, before = count_lost_records(audit.engine)
    facts: Facts = {"lost_count": lost, "published_count": before}
    if not lost:
        return True, "none", facts
    words = (
        f"the warehouse was restored, and of {before} published records no delivered file tells of {lost}:"
        " landing/ is not whole"
    )
    if audit.are_changes_accepted:
        return True, f"{words}; accepted by --accept-changes", facts
    return False, f"{words}. Put it back from a backup, or retire them by --accept-changes", facts
