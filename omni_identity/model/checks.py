"""The registry of checks: what each says when it passes, and whether a failed one withholds the publication.

What examines the candidate stands in ``publish/checks``; ``omni.yaml`` may give a check another severity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["warn", "withhold"]


@dataclass(frozen=True)
class CheckSpec:
    """A check by its name; ``description`` is what is true when it passes, ``severity`` what a failure does.

    ``withhold`` keeps the candidate from consumers; ``warn`` only says so.
    """

    name: str
    description: str
    severity: Severity = "withhold"


_SPECS = (
    CheckSpec("golden_ids_are_unique", "No two profiles share a golden ID."),
    CheckSpec(
        "every_current_record_is_in_exactly_one_customer",
        "The crosswalk holds every current record once, and no other.",
    ),
    CheckSpec(
        "every_landed_row_is_accounted_for",
        "Landed = current + superseded + deleted + quarantined + suppressed, per channel.",
    ),
    CheckSpec("no_foreign_key_is_orphaned", "Every reference leads to a row."),
    CheckSpec("keys_are_unique", "Every table has one row per key."),
    CheckSpec(
        "largest_customer_is_within_bounds",
        "No customer has more records than checks.max_customer_records.",
    ),
    CheckSpec(
        "quarantined_share_is_within_bounds",
        "Of no feed delivered in this run was a greater share held back than checks.max_quarantined_share.",
    ),
    CheckSpec(
        "customer_count_does_not_jump",
        "The number of customers moved by no more than checks.max_customer_change_share since the last publication.",
    ),
    CheckSpec(
        "identity_changes_are_within_bounds",
        "No more customers merged or split since the last publication than checks.max_merged_share and "
        "checks.max_split_share, or an operator has accepted it.",
    ),
    CheckSpec(
        "customers_do_not_contradict_themselves",
        "Given names, birth dates and genders inside customers differ no more than those of one person do: "
        "checks.max_contradiction_share and checks.max_contradiction_excess.",
    ),
    CheckSpec(
        "pairs_look_as_in_training",
        "No comparison of the candidate pairs has drifted from training by more than checks.max_comparison_drift.",
    ),
    CheckSpec(
        "channels_agree_on_the_catalogue",
        "On no greater share of the products than checks.max_catalogue_conflict_share do channels disagree.",
    ),
    CheckSpec(
        "no_member_is_addressed_against_their_word",
        "By the records themselves, no address of a member of an audience is refused by any record, or given out "
        "without a consent that holds for it.",
    ),
    CheckSpec(
        "words_on_consent_are_understood",
        "Of no channel's words on a consent is a greater share not understood than checks.max_unclear_consent_share.",
        "warn",
    ),
    CheckSpec(
        "every_delivered_file_was_read",
        "No file was set aside of a feed for which on_bad_file says withhold.",
    ),
    CheckSpec("deliveries_are_fresh", "The newest delivery is no older than checks.max_age_days."),
    CheckSpec(
        "the_publication_was_left_as_it_was",
        "Nobody changed what was published last; else all of it is written anew.",
        "warn",
    ),
)

CHECK_SPECS: Mapping[str, CheckSpec] = {spec.name: spec for spec in _SPECS}
"""Every check by its name, in the order in which they are shown."""
