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

    ``withhold`` keeps the candidate from consumers; ``warn`` only says so. ``can_be_accepted``: an operator who has
    looked at it lets it through once, by ``omni run --accept-changes``.
    """

    name: str
    description: str
    severity: Severity = "withhold"
    can_be_accepted: bool = False


_SPECS = (
    CheckSpec("golden_ids_are_unique", "No two profiles share a golden ID."),
    CheckSpec(
        "every_current_record_is_in_exactly_one_customer",
        "The crosswalk holds every current record once, and no other.",
    ),
    CheckSpec(
        "every_landed_row_is_accounted_for",
        "Landed = current + superseded + deleted + quarantined + suppressed + filtered, per channel.",
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
        "The number of customers moved by no more than checks.max_customer_change_share since the last publication, "
        "nor grew by more than twice what it lately did.",
    ),
    CheckSpec(
        "identity_changes_are_within_bounds",
        "No more customers merged or split since the last publication than checks.max_merged_share and "
        "checks.max_split_share, or an operator has accepted it.",
        can_be_accepted=True,
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
    CheckSpec(
        "channels_keep_their_records",
        "Of no channel's published records are more gone than checks.max_deleted_share, nor all, or it was accepted.",
        can_be_accepted=True,
    ),
    CheckSpec(
        "records_stay_the_same_person",
        "No more records delivered again are somebody else than checks.max_person_change_share, or it was accepted.",
        can_be_accepted=True,
    ),
    CheckSpec(
        "columns_stay_filled",
        "No column lost more values, and none is filled less than it used to be, than checks.max_fill_change allows, "
        "nor is a delivery blank, or it was accepted.",
        can_be_accepted=True,
    ),
    CheckSpec(
        "columns_hold_what_they_held",
        "The values of each column look as they used to (checks.max_shape_change) and as their attribute does, "
        "or it was accepted.",
        can_be_accepted=True,
    ),
    CheckSpec(
        "deliveries_have_their_usual_size",
        "No delivery is more than checks.max_row_change times larger or smaller than any of the last thirty.",
        "warn",
    ),
    CheckSpec(
        "times_are_not_in_the_future",
        "No greater share of what was delivered than checks.max_future_share claims a time after it landed.",
        "warn",
    ),
    CheckSpec(
        "mapped_columns_can_be_read",
        "Of no column of contacts that is mapped and filled can few values be used, or none.",
        "warn",
    ),
    CheckSpec(
        "facts_can_be_read",
        "Of no feed's rows has a greater share than checks.max_unread_share a fact that cannot be read; it is null.",
        "warn",
    ),
    CheckSpec(
        "every_feed_is_fresh",
        "Every feed has delivered within its max_age_days, or checks.max_age_days and half as long again as it ever "
        "took.",
        "warn",
    ),
    CheckSpec(
        "kinds_are_known",
        "No greater share of a channel's interactions than checks.max_unknown_kind_share is of a kind that nobody "
        "mapped.",
        "warn",
    ),
    CheckSpec(
        "contacts_of_interactions_are_known",
        "No greater share of interactions than checks.max_unknown_contact_share, nor many more than before, name a "
        "contact whom the channel's list never had.",
        "warn",
    ),
    CheckSpec(
        "no_row_outlives_its_retention",
        "No interaction and no message is older than retention keeps those of its channel.",
    ),
    CheckSpec(
        "no_published_record_is_lost",
        "After a restore, landing/ still tells of every published record, or it was accepted.",
        can_be_accepted=True,
    ),
    CheckSpec(
        "nothing_was_changed_by_hand",
        "Verdicts, erasure requests and the model are what this product wrote: nobody has edited, removed or put back "
        "any of them since the last run.",
        "warn",
    ),
)

CHECK_SPECS: Mapping[str, CheckSpec] = {spec.name: spec for spec in _SPECS}
"""Every check by its name, in the order in which they are shown."""
