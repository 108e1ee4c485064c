"""Tables of runs: how each ended, what it counted, and how linkage and feeds fared."""

from __future__ import annotations

from omni_identity.model.tables.columns import ABOUT_CHANNEL
from omni_identity.model.tables.table import Column, ForeignKey, Source, Table

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


_COUNTS = tuple(Column(name, "BIGINT", comment) for name, comment in _COUNT_COMMENTS.items())
RUNS = Table(
    "runs",
    "One row per run: when, how it ended, with which model, and what it counted.",
    (
        Column("run_id", "VARCHAR", "The run.", nullable=False),
        Column("run_number", "BIGINT",
               "Runs in the order in which they began, from 1; started_at may lie, this does not.", nullable=False),
        Column("started_at", "TIMESTAMP", "Start (UTC), by the machine's clock.", nullable=False),
        Column("finished_at", "TIMESTAMP", "End (UTC)."),
        Column("status", "VARCHAR",
               "published, withheld, failed, interrupted, dry_run, partial (some steps alone) or started.",
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
        *_COUNTS,
        Column("customer_count", "BIGINT", "Golden customers."),
        Column("interaction_count", "BIGINT", "Interactions."),
        Column("event_count", "BIGINT", "Golden ID events of the run."),
    ),
    ("run_id",),
)  # fmt: skip
RUN_CHANNEL_COUNTS = Table(
    "run_channel_counts",
    "One row per run and channel: landed = current + superseded + deleted + quarantined + suppressed + filtered.",
    (
        Column("run_id", "VARCHAR", "The run.", nullable=False, sources=(("runs", "run_id"),)),
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False),
        *(Column(c.name, c.type, c.comment, nullable=False) for c in _COUNTS),
    ),
    ("run_id", "channel"),
    (ForeignKey(("run_id",), "runs", ("run_id",)),),
)


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


_MEASURED = (("scored_pairs", "match_weight"), ("customers", "golden_id"), ("source_records", "*"))
RUN_DIAGNOSTICS = Table(
    "run_diagnostics",
    "One row per run and figure that tells without any truth how linkage fares, with what it was before.",
    (
        Column("run_id", "VARCHAR", "The run.", nullable=False, sources=(("runs", "run_id"),)),
        Column("diagnostic", "VARCHAR", _DIAGNOSTICS, nullable=False),
        Column("bucket", "VARCHAR", "What the figure is of: an attribute, a comparison, a level or a band.",
               nullable=False),
        Column("position", "INTEGER", "Order of the buckets of one diagnostic, from 1.", nullable=False),
        Column("value", "DOUBLE", "The figure; null where there is nothing to measure, or to compare with.",
               sources=_MEASURED),
        Column("counted", "BIGINT", "Customers, records or pairs that have it.", sources=_MEASURED),
        Column("total", "BIGINT", "Customers, records or pairs that could.", sources=_MEASURED),
        Column("standard_error", "DOUBLE", "How far chance alone moves value, where that is known.",
               sources=_MEASURED),
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


_FIGURES = (
    "rows: rows that take effect; gone: share of the channel's published records that are current no more; "
    "other_person: share of records delivered again whose name and identifiers are all others; "
    "blank: share of rows without any mapped value; filled: share of rows with a value; "
    "lost: share of records that had a usable value in the last publication and have none; "
    "usable: share of values that are neither invalid nor placeholders; with_at, with_digit: share of values "
    "with an @, with a digit; length: characters of a value, on average; in_future: share of rows with a time "
    "after the file landed; unknown: share of interactions of a kind that nobody mapped (kind), or that name a "
    "contact which the channel's list never had (contact); filtered, absent, further: share of rows that did not "
    "land: where of omni.yaml keeps them out, their document has no row of the feed, they are further lines or "
    "addresses of another row; unread: share of rows with a fact that cannot be read and is null."
)


_LANDED: tuple[Source, ...] = (("source_records", "*"), ("interactions", "channel"))
FEED_FIGURES = Table(
    "feed_figures",
    "One row per published run, feed and figure of what the feed delivered since the one before: its curve, "
    "and what was usual.",
    (
        Column("run_id", "VARCHAR", "The run.", nullable=False, sources=(("runs", "run_id"),)),
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False),
        Column("feed", "VARCHAR", "contacts or interactions.", nullable=False),
        Column("attribute", "VARCHAR",
               "What the figure is of: an attribute of the feed's mapping, kind, contact, or * for all rows.",
               nullable=False),
        Column("figure", "VARCHAR", _FIGURES, nullable=False),
        Column("value", "DOUBLE", "The figure; null where there is nothing to measure.", sources=_LANDED),
        Column("counted", "BIGINT", "Rows, records or values that it counts; null where it is no share.",
               sources=_LANDED),
        Column("total", "BIGINT", "Rows, records or values that could be.", sources=_LANDED),
        Column("source_columns", "VARCHAR", "The file's columns that omni.yaml maps to the attribute."),
        Column("lowest_usual", "DOUBLE", "A lower value is unusual; null where none is, or too little to judge."),
        Column("highest_usual", "DOUBLE", "A greater one is unusual; null where none is, or too little to judge."),
        Column("is_unusual", "BOOLEAN", "Whether the value lies outside; a check of the run says so.",
               nullable=False),
    ),
    ("run_id", "channel", "feed", "attribute", "figure"),
    (ForeignKey(("run_id",), "runs", ("run_id",)),),
)  # fmt: skip
