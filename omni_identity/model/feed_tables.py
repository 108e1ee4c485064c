"""The registry's part for feeds: what each delivered, run by run, beside what is usual of it."""

from __future__ import annotations

from omni_identity.model.registry import Column, ForeignKey, Source, Table

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


def feed_figures() -> Table:
    """What feeds delivered, measured."""
    landed: tuple[Source, ...] = (("source_records", "*"), ("interactions", "channel"))
    return Table(
        "feed_figures",
        "One row per published run, feed and figure of what the feed delivered since the one before: its curve, "
        "and what was usual.",
        (
            Column("run_id", "VARCHAR", "The run.", nullable=False, sources=(("runs", "run_id"),)),
            Column("channel", "VARCHAR", "The channel, as omni.yaml names it.", nullable=False),
            Column("feed", "VARCHAR", "contacts or interactions.", nullable=False),
            Column("attribute", "VARCHAR",
                   "What the figure is of: an attribute of the feed's mapping, kind, contact, or * for all rows.",
                   nullable=False),
            Column("figure", "VARCHAR", _FIGURES, nullable=False),
            Column("value", "DOUBLE", "The figure; null where there is nothing to measure.", sources=landed),
            Column("counted", "BIGINT", "Rows, records or values that it counts; null where it is no share.",
                   sources=landed),
            Column("total", "BIGINT", "Rows, records or values that could be.", sources=landed),
            Column("source_columns", "VARCHAR", "The file's columns that omni.yaml maps to the attribute."),
            Column("lowest_usual", "DOUBLE", "A lower value is unusual; null where none is, or too little to judge."),
            Column("highest_usual", "DOUBLE", "A greater one is unusual; null where none is, or too little to judge."),
            Column("is_unusual", "BOOLEAN", "Whether the value lies outside; a check of the run says so.",
                   nullable=False),
        ),
        ("run_id", "channel", "feed", "attribute", "figure"),
        (ForeignKey(("run_id",), "runs", ("run_id",)),),
    )  # fmt: skip
