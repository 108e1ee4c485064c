"""The table registry: every published table and column, written once, with type, key, PII class and comment.

Schemas, checks, column comments, Dagster column schemas and lineage, and the data dictionary are all
derived from what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable

from omni_identity.model.attributes import Vocabulary
from omni_identity.model.context_tables import context_tables, interaction_lines
from omni_identity.model.feed_tables import feed_figures
from omni_identity.model.figure_tables import figure_tables
from omni_identity.model.memory_tables import memory_tables
from omni_identity.model.registry import Column, ForeignKey, Pii, Source, Table

__all__ = [
    "PRIMARY",
    "Column",
    "ForeignKey",
    "Pii",
    "Source",
    "Table",
    "profile_attributes",
    "published_tables",
]

_GOLDEN_ID = "The golden ID: one live ID per customer; see golden_id_redirects for retired ones."
_CHANNEL = "The channel, as omni.yaml names it."
_SOURCE_RECORD = "The channel's own ID of the contact record."

_ATTRIBUTE_COMMENTS = {
    "full_name": "Display name: given, middle and family name and suffix.",
    "first_name": "Given name.",
    "middle_name": "Middle name or initial.",
    "last_name": "Family name.",
    "name_suffix": "Suffix such as Jr or III.",
    "birth_date": "Date of birth.",
    "gender": "female, male or other.",
    "street": "Street and house number.",
    "city": "City.",
    "region": "State, province or region.",
    "postcode": "Postal code.",
    "country": "Country, ISO 3166-1 alpha-2.",
}
_NAME = ("full_name", "first_name", "middle_name", "last_name", "name_suffix")
_PROFILE_SINGLE = (
    *_NAME,
    "birth_date",
    "gender",
    "street",
    "city",
    "region",
    "postcode",
    "country",
)


PRIMARY = ("email", "phone")
"""Identifiers whose survivor has a column ``primary_…`` of its own: many tools know no lists."""


def profile_attributes(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The attributes that survive into a profile, in column order: single ones, then identifiers."""
    return (*_PROFILE_SINGLE, *vocabulary.attribute_names, *vocabulary.identifiers)


def _profile_column(name: str, vocabulary: Vocabulary) -> Column:
    sources: tuple[Source, ...] = (("source_records", name), ("crosswalk", "golden_id"))
    if name in vocabulary.identifiers:
        comment = f"Every standardised {name} of the customer, the survivor first."
        return Column(name, "VARCHAR[]", comment, "personal", sources=sources)
    comment = _ATTRIBUTE_COMMENTS.get(name, f"{name}, as omni.yaml declares it.")
    kind = "DATE" if name == "birth_date" else "VARCHAR"
    return Column(
        name, kind, f"{comment} Survived by rule; see profile_lineage.", "personal", sources=sources
    )


def _primary_column(name: str) -> Column:
    comment = f"The survivor among the customer's {name} values, the first of the list {name}; null for none."
    sources: tuple[Source, ...] = (("source_records", name), ("crosswalk", "golden_id"))
    return Column(f"primary_{name}", "VARCHAR", comment, "personal", sources=sources)


def _unified_profiles(vocabulary: Vocabulary) -> Table:
    golden = Column(
        "golden_id", "VARCHAR", _GOLDEN_ID, "pseudonymous", False, (("crosswalk", "golden_id"),)
    )
    consents = [
        column
        for x in vocabulary.consents
        for column in (
            Column(f"consent_{x}", "BOOLEAN",
                   f"The customer's latest decision to be contacted by {x}; null if never asked, or if it is not "
                   "understood. For an address see consents.",
                   sources=(("source_records", f"consent_{x}"),)),
            Column(f"consent_{x}_at", "TIMESTAMP", "When that was said (UTC); null where nobody wrote it down.",
                   sources=(("source_records", f"consent_{x}_at"),)),
        )
    ]  # fmt: skip
    records = (("crosswalk", "source_record_id"),)
    orders = (("interactions", "kind"), ("interactions", "golden_id"))
    money = (*orders, ("interactions", "amount"))
    times = (("interactions", "occurred_at"), ("source_records", "updated_at"))
    facts = (
        Column("channels", "VARCHAR[]", "Channels that know the customer, sorted.",
               sources=(("crosswalk", "channel"),)),
        Column("channel_count", "INTEGER", "How many channels know the customer.", nullable=False,
               sources=(("crosswalk", "channel"),)),
        Column("preferred_channel", "VARCHAR",
               "Channel of most orders and answered contacts, then of most of what the customer did, then of most "
               "records.",
               sources=(("interactions", "channel"), ("crosswalk", "channel"))),
        Column("first_seen_at", "TIMESTAMP", "Earliest trace of the customer in any channel (UTC).", sources=times),
        Column("last_seen_at", "TIMESTAMP", "Latest trace of the customer in any channel (UTC).", sources=times),
        Column("record_count", "BIGINT", "Current source records of the customer.", nullable=False, sources=records),
        Column("identity_confidence", "DOUBLE",
               "Probability that all the customer's records are of one person, calibrated; 1 for a single record.",
               nullable=False,
               sources=(("customer_diagnostics", "chain_weight"), ("customer_diagnostics", "cohesion_weight"),
                        ("customer_diagnostics", "nearest_match_weight"))),
        Column("interaction_count", "BIGINT", "Interactions of the customer in all channels.", nullable=False,
               sources=orders),
        Column("order_count", "BIGINT",
               "Orders of the customer in all channels, without cancelled ones.", nullable=False, sources=orders),
        Column("order_amounts", "MAP(VARCHAR, DECIMAL(18,2))",
               "Sum of order amounts by currency, without cancelled orders.", sources=money),
        Column("total_spend", "DECIMAL(18,2)",
               "Orders less returns, where the customer has used one currency only; otherwise null.", sources=money),
        Column("spend_currency", "VARCHAR", "The currency of total_spend; null where there were several.",
               sources=(("interactions", "currency"),)),
        Column("last_order_at", "TIMESTAMP",
               "Time of the latest order that was not cancelled (UTC).", sources=times[:1]),
    )  # fmt: skip
    return Table(
        "unified_profiles",
        "One row per golden customer: survived attributes, consent, channels and behaviour.",
        (
            golden,
            *(_profile_column(name, vocabulary) for name in profile_attributes(vocabulary)),
            *(_primary_column(name) for name in PRIMARY),
            *consents,
            *facts,
        ),
        ("golden_id",),
    )


def _crosswalk() -> Table:
    return Table(
        "crosswalk",
        "One row per current source record: the golden customer it belongs to.",
        (
            Column("channel", "VARCHAR", _CHANNEL, nullable=False, sources=(("source_records", "channel"),)),
            Column("source_record_id", "VARCHAR", _SOURCE_RECORD, "pseudonymous", False,
                   (("source_records", "source_record_id"),)),
            Column("golden_id", "VARCHAR", _GOLDEN_ID, "pseudonymous", False, (("customers", "golden_id"),)),
            Column("match_probability", "DOUBLE",
                   "Probability of the record's strongest link inside its customer; null for a lone record.",
                   sources=(("match_edges", "match_probability"),)),
        ),
        ("channel", "source_record_id"),
        (ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),),
    )  # fmt: skip


def _match_edges() -> Table:
    def record(side: str) -> tuple[Column, Column]:
        which = "earlier" if side == "l" else "later"
        return (
            Column(f"channel_{side}", "VARCHAR", f"Channel of the {which} record of the pair.", nullable=False,
                   sources=(("source_records", "channel"),)),
            Column(f"source_record_id_{side}", "VARCHAR", f"ID of the {which} record of the pair.", "pseudonymous",
                   False, (("source_records", "source_record_id"),)),
        )  # fmt: skip

    return Table(
        "match_edges",
        "One row per pair of records that is linked, doubtful enough for review, or judged by a steward.",
        (
            *record("l"),
            *record("r"),
            Column("match_weight", "DOUBLE",
                   "Evidence for the pair being one person, log2; null for a judged pair that was never scored.",
                   sources=(("linkage_model", "match_weight"),)),
            Column("match_probability", "DOUBLE", "Probability that the pair is one person, by its evidence.",
                   sources=(("linkage_model", "match_weight"),)),
            Column("evidence",
                   "STRUCT(comparison VARCHAR, level VARCHAR, against_strangers DOUBLE, against_relatives DOUBLE, "
                   "against_namesakes DOUBLE)[]",
                   "What each comparison found and what it weighs (log2) for one person against strangers, relatives "
                   "and namesakes, after the prior; summed by rival to s, r and n, "
                   "match_weight = -log2(2^-s + 2^-r + 2^-n).",
                   sources=(("linkage_model", "comparisons"),)),
            Column("decided_by", "VARCHAR",
                   "judgement where a steward's verdict was applied; else model where the score linked it, "
                   "review where it is doubtful.", nullable=False),
            Column("model_version", "VARCHAR", "Version of the frozen model that scored the pair; null for none.",
                   sources=(("linkage_model", "model_version"),)),
        ),
        ("channel_l", "source_record_id_l", "channel_r", "source_record_id_r"),
        (
            ForeignKey(("channel_l", "source_record_id_l"), "crosswalk", ("channel", "source_record_id")),
            ForeignKey(("channel_r", "source_record_id_r"), "crosswalk", ("channel", "source_record_id")),
        ),
    )  # fmt: skip


def _customer_diagnostics() -> Table:
    weight = (("linkage_model", "match_weight"),)
    customer = (("customers", "golden_id"),)
    return Table(
        "customer_diagnostics",
        "One row per golden customer of several records: how well they hang together. Weights are log2.",
        (
            Column("golden_id", "VARCHAR", _GOLDEN_ID, "pseudonymous", False, customer),
            Column("record_count", "BIGINT", "Current source records of the customer.", nullable=False,
                   sources=customer),
            Column("weakest_link", "DOUBLE",
                   "Match weight of the weakest of the strongest links that join all its records; a pair judged "
                   "the same counts 20 at least.", nullable=False, sources=weight),
            Column("bridge_count", "BIGINT",
                   "Links (pairs that would be linked by themselves) without which it would fall into two.",
                   nullable=False, sources=weight),
            Column("contradiction_count", "BIGINT",
                   "Pairs whose given names or birth dates differ beyond slips, or that weigh less than -4; but no "
                   "pair judged the same.", nullable=False, sources=weight),
            Column("mean_match_weight", "DOUBLE", "Mean weight of its pairs, each bounded to -4 to 8.", nullable=False,
                   sources=weight),
            Column("chain_weight", "DOUBLE", "Log2 odds that all of those strongest links hold.", nullable=False,
                   sources=weight),
            Column("cohesion_weight", "DOUBLE",
                   "Mean bounded weight between its two least similar parts: the join that was nearest to not "
                   "being made.", nullable=False, sources=weight),
            Column("nearest_golden_id", "VARCHAR",
                   "The other customer most like it among those it was weighed against; null for none.",
                   "pseudonymous", sources=customer),
            Column("nearest_match_weight", "DOUBLE", "Mean bounded weight of the pairs between the two.",
                   sources=weight),
        ),
        ("golden_id",),
        (
            ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),
            ForeignKey(("nearest_golden_id",), "unified_profiles", ("golden_id",)),
        ),
    )  # fmt: skip


def _golden_id_tables() -> tuple[Table, Table, Table]:
    events = Table(
        "golden_id_events",
        "One row per change of a golden ID, in all published runs.",
        (
            Column("run_id", "VARCHAR", "The run that changed it.", nullable=False, sources=(("runs", "run_id"),)),
            Column("occurred_at", "TIMESTAMP", "Start of that run (UTC).", nullable=False),
            Column("event", "VARCHAR", "created, merged, split, restored or retired.", nullable=False),
            Column("golden_id", "VARCHAR", "The ID that the event is about.", "pseudonymous", False,
                   (("customers", "golden_id"),)),
            Column("other_golden_id", "VARCHAR",
                   "merged: the ID it became part of; split and restored: the ID it came out of; else null.",
                   "pseudonymous", sources=(("customers", "golden_id"),)),
        ),
        ("run_id", "event", "golden_id"),
        (ForeignKey(("run_id",), "runs", ("run_id",)),),
    )  # fmt: skip
    redirects = Table(
        "golden_id_redirects",
        "One row per retired golden ID: the live one it leads to, in one step.",
        (
            Column("retired_golden_id", "VARCHAR", "An ID that was once published and is no longer live.",
                   "pseudonymous", False, (("golden_id_events", "golden_id"),)),
            Column("golden_id", "VARCHAR", "The live ID; null is a tombstone: no record of the customer is left.",
                   "pseudonymous", sources=(("customers", "golden_id"),)),
        ),
        ("retired_golden_id",),
        (ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),),
    )  # fmt: skip
    changes = Table(
        "crosswalk_changes",
        "One row per record and published run that put it into another golden customer, or into one, or into none.",
        (
            Column("run_id", "VARCHAR", "The run that changed it.", nullable=False, sources=(("runs", "run_id"),)),
            Column("channel", "VARCHAR", _CHANNEL, nullable=False, sources=(("customers", "channel"),)),
            Column("source_record_id", "VARCHAR", "The channel's own ID of the record.", "pseudonymous", False,
                   (("customers", "source_record_id"),)),
            Column("golden_id", "VARCHAR", "The customer it is in from that run on; null: the record is gone.",
                   "pseudonymous", sources=(("customers", "golden_id"),)),
        ),
        ("run_id", "channel", "source_record_id"),
        (ForeignKey(("run_id",), "runs", ("run_id",)),),
    )  # fmt: skip
    return events, redirects, changes


def _profile_lineage() -> Table:
    return Table(
        "profile_lineage",
        "One row per value of a profile: the record it came from and the rule that chose it.",
        (
            Column("golden_id", "VARCHAR", _GOLDEN_ID, "pseudonymous", False, (("crosswalk", "golden_id"),)),
            Column("attribute", "VARCHAR", "Column of unified_profiles.", nullable=False),
            Column("position", "INTEGER", "1 for the survivor; further values of a list follow.", nullable=False),
            Column("value", "VARCHAR", "The value, as text.", "personal", False, (("source_records", "*"),)),
            Column("channel", "VARCHAR", _CHANNEL, nullable=False, sources=(("source_records", "channel"),)),
            Column("source_record_id", "VARCHAR", "The record that the value came from.", "pseudonymous", False,
                   (("source_records", "source_record_id"),)),
            Column("rule", "VARCHAR", "The survivorship rule that chose it.", nullable=False),
            Column("observed_at", "TIMESTAMP", "When that record was last updated (UTC).",
                   sources=(("source_records", "updated_at"),)),
        ),
        ("golden_id", "attribute", "position"),
        (
            ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),
            ForeignKey(("channel", "source_record_id"), "crosswalk", ("channel", "source_record_id")),
        ),
    )  # fmt: skip


_FACT_COMMENTS = {
    "order_id": "Order that the interaction belongs to.",
    "cart_id": "Cart that the interaction belongs to.",
    "ticket_id": "Support ticket that the interaction belongs to.",
    "conversation_id": "Conversation as the channel knows it.",
    "reference_id": "Interaction that this one answers or undoes.",
    "currency": "Currency of amount, ISO 4217.",
    "product_id": "Product.",
    "store": "Store.",
    "status": "Status as the channel reports it.",
    "direction": "inbound (from the customer) or outbound.",
    "campaign": "Marketing campaign.",
    "subject": "Subject as the channel reports it.",
    "amount": "Amount in currency.",
    "item_count": "Number of items.",
    "duration_seconds": "Length in seconds.",
    "satisfaction": "Satisfaction score as the channel reports it.",
}
_FACT_TYPES = {
    "amount": "DECIMAL(18,2)",
    "item_count": "BIGINT",
    "duration_seconds": "DOUBLE",
    "satisfaction": "DOUBLE",
}


def _interactions() -> Table:
    facts = tuple(
        Column(name, _FACT_TYPES.get(name, "VARCHAR"), comment,
               "personal" if name == "subject" else "none", sources=(("landed_interactions", name),))
        for name, comment in _FACT_COMMENTS.items()
    )  # fmt: skip
    return Table(
        "interactions",
        "One row per interaction of any channel, on the golden customer where one is known.",
        (
            Column("golden_id", "VARCHAR", "The customer; null while nobody is known behind it.", "pseudonymous",
                   sources=(("crosswalk", "golden_id"), ("landed_interactions", "source_record_id"))),
            Column("channel", "VARCHAR", _CHANNEL, nullable=False, sources=(("landed_interactions", "channel"),)),
            Column("interaction_id", "VARCHAR", "The channel's own ID of the interaction.", nullable=False,
                   sources=(("landed_interactions", "interaction_id"),)),
            Column("kind", "VARCHAR", "session, cart, order, return, pickup, ticket_opened, message …", nullable=False,
                   sources=(("landed_interactions", "kind"),)),
            Column("occurred_at", "TIMESTAMP", "When it happened (UTC).", nullable=False,
                   sources=(("landed_interactions", "occurred_at"),)),
            Column("source_record_id", "VARCHAR", "The channel's contact record, where it named one.", "pseudonymous",
                   sources=(("landed_interactions", "source_record_id"),)),
            Column("resolved_by", "VARCHAR",
                   "How the customer was found: contact, an identifier's name (device_id: a record names the device), "
                   "device_history (other interactions on the device tell), or null.",
                   sources=(("landed_interactions", "source_record_id"),)),
            Column("thread_id", "VARCHAR",
                   "What belongs together across channels: the thread's earliest interaction, channel:interaction_id.",
                   nullable=False,
                   sources=tuple(("landed_interactions", name) for name in
                                 ("conversation_id", "ticket_id", "order_id", "cart_id", "reference_id"))),
            *facts,
        ),
        ("channel", "interaction_id"),
        (ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),),
    )  # fmt: skip


def _quarantined_records() -> Table:
    return Table(
        "quarantined_records",
        "One row per delivered row that was held back, with its reason and place; of a catalogue its newest file's.",
        (
            Column("channel", "VARCHAR", _CHANNEL, nullable=False),
            Column("feed", "VARCHAR", "contacts, interactions or catalogue.", nullable=False),
            Column("file", "VARCHAR", "File, relative to the home.", nullable=False),
            Column("content_hash", "VARCHAR", "SHA-256 of the file's content.", nullable=False),
            Column("quarantine_number", "BIGINT", "Numbers the held-back rows of one file.", nullable=False),
            Column("row_number", "BIGINT", "Data row in the file, from 1; null where the file itself is unreadable."),
            Column("reason_code", "VARCHAR", "Why it was held back.", nullable=False),
            Column("detail", "VARCHAR", "The reason in words, without personal data."),
            Column("payload", "VARCHAR", "The row as it was delivered.", "personal"),
        ),
        ("channel", "feed", "content_hash", "quarantine_number"),
    )  # fmt: skip


def _quarantined_files() -> Table:
    return Table(
        "quarantined_files",
        "One row per file that the last run found and could not take, or not whole: why, and what to do about it.",
        (
            Column("channel", "VARCHAR", "Channel; empty for a file of the home that no channel has delivered.",
                   nullable=False),
            Column("feed", "VARCHAR", "contacts, interactions or catalogue; erasure: a file that an erasure could not"
                   " rewrite.", nullable=False),
            Column("file", "VARCHAR", "File, relative to the home.", nullable=False),
            Column("content_hash", "VARCHAR", "SHA-256 of the file's content; null where it could not be had."),
            Column("reason_code", "VARCHAR", "Why it was set aside.", nullable=False),
            Column("detail", "VARCHAR", "The reason in words, without personal data.", nullable=False),
            Column("advice", "VARCHAR", "What to do about it.", nullable=False),
            Column("is_partly_taken", "BOOLEAN", "Rows of it were taken; else the file was set aside as a whole.",
                   nullable=False),
            Column("first_seen_run_id", "VARCHAR", "The run that first found it so; null for an erasure."),
            Column("first_seen_at", "TIMESTAMP", "When that began (UTC).", nullable=False),
            Column("last_seen_run_id", "VARCHAR", "The run that last found it so; null for an erasure."),
        ),
        ("channel", "feed", "file"),
    )  # fmt: skip


def _verdict_tables() -> tuple[Table, Table]:
    place = (
        Column("file", "VARCHAR", "File in judgements/.", nullable=False),
        Column("row_number", "BIGINT", "Row in the file, from 1; 0 where the file itself is unreadable.",
               nullable=False),
    )  # fmt: skip
    row_number = Column("row_number", "BIGINT", "Row in the file, from 1.", nullable=False)
    verdicts = Table(
        "verdicts",
        "One row per entry of the verdict files that is well-formed and contradicts no other: its history and effect.",
        (
            place[0],
            row_number,
            Column("judged_at", "TIMESTAMP", "When it was judged (UTC); null counts as before all others."),
            Column("judgement", "VARCHAR", "same, different or withdrawn.", nullable=False),
            *(
                column
                for side, which in (("l", "first"), ("r", "other"))
                for column in (
                    Column(f"channel_{side}", "VARCHAR", f"Channel of the {which} record.", nullable=False),
                    Column(f"source_record_id_{side}", "VARCHAR", f"ID of the {which} record.",
                           "pseudonymous", False),
                )
            ),
            Column("judged_by", "VARCHAR", "Who judged.", "personal"),
            Column("reason", "VARCHAR", "Why, in the steward's words.", "personal"),
            Column("is_active", "BOOLEAN", "Whether it is the latest of its pair and no withdrawal.", nullable=False),
            Column("standing", "VARCHAR",
                   "applied; dormant while a record is not current; broken by a unique identifier or another verdict; "
                   "superseded by a later entry of the pair; withdrawal.", nullable=False,
                   sources=(("constraints", "judgement"), ("customers", "record_no"))),
        ),
        ("file", "row_number"),
    )  # fmt: skip
    rejected = Table(
        "rejected_verdicts",
        "One row per row of the verdict files that does not count, with the reason.",
        (
            *place,
            Column("reason_code", "VARCHAR", "Why it does not count.", nullable=False),
            Column("detail", "VARCHAR", "The reason in words; of a contradiction, the records that show it.",
                   "pseudonymous"),
        ),
        ("file", "row_number"),
    )  # fmt: skip
    return verdicts, rejected


def _erasures() -> Table:
    return Table(
        "erasures",
        "One row per erased person: when, by whom, why. Of the person only the golden ID stays; it leads nowhere.",
        (
            Column("erasure_id", "VARCHAR", "The erasure.", nullable=False),
            Column("requested_at", "TIMESTAMP", "When it was requested (UTC).", nullable=False),
            Column("completed_at", "TIMESTAMP", "When nothing was left to be done (UTC).", nullable=False),
            Column("golden_id", "VARCHAR", "The customer that was erased; null where the records had none.",
                   "pseudonymous"),
            Column("record_count", "BIGINT", "Source records that were erased.", nullable=False),
            Column("requested_by", "VARCHAR", "Who erased.", "personal"),
            Column("reason", "VARCHAR", "Why, in their words.", "personal"),
        ),
        ("erasure_id",),
    )  # fmt: skip


_COUNT_COMMENTS = {
    "landed_count": "Contact rows landed so far.",
    "current_count": "Landed rows that are the current version of a record.",
    "superseded_count": "Landed rows that a newer version of their record replaced.",
    "deleted_count": "Landed rows whose record the channel has dropped.",
    "quarantined_count": "Landed rows held back.",
    "suppressed_count": "Landed rows of erased persons.",
    "filtered_count": "Landed rows that are no record: where of omni.yaml keeps them out, they are further rows of the "
    "record above, or documents that hold none.",
}


def _run_tables() -> tuple[Table, Table]:
    counts = tuple(Column(name, "BIGINT", comment) for name, comment in _COUNT_COMMENTS.items())
    runs = Table(
        "runs",
        "One row per run: when, how it ended, with which model, and what it counted.",
        (
            Column("run_id", "VARCHAR", "The run.", nullable=False),
            Column("run_number", "BIGINT",
                   "Runs in the order in which they began, from 1; started_at may lie, this does not.", nullable=False),
            Column("started_at", "TIMESTAMP", "Start (UTC), by the machine's clock.", nullable=False),
            Column("finished_at", "TIMESTAMP", "End (UTC)."),
            Column("status", "VARCHAR", "published, withheld, failed, interrupted, dry_run or started.",
                   nullable=False),
            Column("as_of", "TIMESTAMP",
                   "Now, as the figures and audiences of the run see it: its latest interaction that is not later "
                   "than its start (UTC); null without any.", sources=(("interactions", "occurred_at"),)),
            Column("model_version", "VARCHAR", "Version of the frozen model."),
            Column("judgement_heads", "VARCHAR",
                   "How far verdicts and erasures were read: file, bytes, and the keyed hash of its chain there; null "
                   "before any, and of publications from which an erasure took somebody out. A restore hands it on, "
                   "so that the next run notices if judgements/ knows less."),
            Column("are_changes_accepted", "BOOLEAN",
                   "Whether more customers merged or split than the bounds allow, or deliveries were unusual, and an "
                   "operator let that through."),
            *counts,
            Column("customer_count", "BIGINT", "Golden customers."),
            Column("interaction_count", "BIGINT", "Interactions."),
            Column("event_count", "BIGINT", "Golden ID events of the run."),
        ),
        ("run_id",),
    )  # fmt: skip
    by_channel = Table(
        "run_channel_counts",
        "One row per run and channel: landed = current + superseded + deleted + quarantined + suppressed + filtered.",
        (
            Column("run_id", "VARCHAR", "The run.", nullable=False, sources=(("runs", "run_id"),)),
            Column("channel", "VARCHAR", _CHANNEL, nullable=False),
            *(Column(c.name, c.type, c.comment, nullable=False) for c in counts),
        ),
        ("run_id", "channel"),
        (ForeignKey(("run_id",), "runs", ("run_id",)),),
    )
    return runs, by_channel


_DIAGNOSTICS = (
    "customer_sizes and several_values: shares of customers; largest_customer: its records; "
    "contradicting_pairs: share of a customer's pairs that are too different for one person, averaged over customers; "
    "filled_attributes and unlinkable_records: shares of records; "
    "unclear_consents: share of a channel's words on a consent that are not understood; held_back_consents: share of "
    "records with a word of which a newer row that is held back took the yes away; doubtful_members: share of "
    "those who would be in an audience whom a doubtful identity keeps out; "
    "identity_changes: shares of the customers, records and pairs of the last publication; "
    "comparison_levels: shares of the candidate pairs that can be compared; "
    "match_weights: shares of the scored pairs by weight in bits; comparison_drift and "
    "distribution_drift: Jensen-Shannon divergence, 0 to 1, from training and from the model's first publication."
)


def _run_diagnostics() -> Table:
    pairs, customers = ("match_scores", "match_weight"), ("customers", "golden_id")
    measured = (pairs, customers, ("source_records", "*"))
    return Table(
        "run_diagnostics",
        "One row per run and figure that tells without any truth how linkage fares, with what it was before.",
        (
            Column("run_id", "VARCHAR", "The run.", nullable=False, sources=(("runs", "run_id"),)),
            Column("diagnostic", "VARCHAR", _DIAGNOSTICS, nullable=False),
            Column("bucket", "VARCHAR", "What the figure is of: an attribute, a comparison, a level or a band.",
                   nullable=False),
            Column("position", "INTEGER", "Order of the buckets of one diagnostic, from 1.", nullable=False),
            Column("value", "DOUBLE", "The figure; null where there is nothing to measure, or to compare with.",
                   sources=measured),
            Column("counted", "BIGINT", "Customers, records or pairs that have it.", sources=measured),
            Column("total", "BIGINT", "Customers, records or pairs that could.", sources=measured),
            Column("standard_error", "DOUBLE", "How far chance alone moves value, where that is known.",
                   sources=measured),
            Column("trained_value", "DOUBLE",
                   "The figure in training: of contradicting_pairs, how often the training data say that of one person;"
                   " of what training cannot know, "
                   "the figure of the first publication with the model; null if unknown.",
                   sources=(("linkage_model", "comparisons"),)),
            Column("published_value", "DOUBLE", "The figure of the publication before this run."),
            Column("bound", "DOUBLE", "A greater value withholds the run; null where none does, or too few to judge."),
        ),
        ("run_id", "diagnostic", "bucket"),
        (ForeignKey(("run_id",), "runs", ("run_id",)),),
    )  # fmt: skip


def _channel_attributes() -> Table:
    flags = (("source_records", "placeholders"), ("source_records", "invalid"))
    return Table(
        "channel_attributes",
        "One row per channel and attribute that it delivers: how many current records fill it.",
        (
            Column("channel", "VARCHAR", _CHANNEL, nullable=False, sources=(("source_records", "channel"),)),
            Column("attribute", "VARCHAR", "Column of unified_profiles.", nullable=False),
            Column("record_count", "BIGINT", "Current records of the channel.", nullable=False,
                   sources=(("source_records", "channel"),)),
            Column("filled_count", "BIGINT", "Records with a usable value.", nullable=False,
                   sources=(("source_records", "*"),)),
            Column("placeholder_count", "BIGINT",
                   "Records in which a placeholder such as N/A stood instead; it became null.", nullable=False,
                   sources=flags[:1]),
            Column("invalid_count", "BIGINT", "Records with a value that could not be used; it became null.",
                   nullable=False, sources=flags[1:]),
        ),
        ("channel", "attribute"),
    )  # fmt: skip


def published_tables(vocabulary: Vocabulary) -> dict[str, Table]:
    """Every table of ``published/``, by name, in the order of the data dictionary."""
    tables: Iterable[Table] = (
        _unified_profiles(vocabulary),
        _crosswalk(),
        _match_edges(),
        _customer_diagnostics(),
        *_golden_id_tables(),
        _profile_lineage(),
        _interactions(),
        interaction_lines(),
        *context_tables(),
        _quarantined_records(),
        _quarantined_files(),
        *_verdict_tables(),
        _erasures(),
        _channel_attributes(),
        *_run_tables(),
        _run_diagnostics(),
        *memory_tables(),
        feed_figures(),
        *figure_tables(),
    )
    return {table.name: table for table in tables}
