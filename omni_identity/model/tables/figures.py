"""Tables of figures: KPIs, the identity lift, journeys and the gaps between channels."""

from __future__ import annotations

from omni_identity.model.kpi_definitions import kpi_definitions
from omni_identity.model.tables.columns import ABOUT_CHANNEL, GOLDEN_ID
from omni_identity.model.tables.table import Column, ForeignKey, Source, Table

_TOUCHED: tuple[Source, ...] = (
    ("interactions", "golden_id"),
    ("interactions", "kind"),
    ("interactions", "occurred_at"),
)
_MEASURED: tuple[Source, ...] = (*_TOUCHED, ("interactions", "channel"), ("interactions", "amount"))
_KPI = Column("kpi", "VARCHAR", "The KPI, as kpi_definitions has it.", nullable=False)
_WHEN = (
    Column("period", "VARCHAR", "day, week (from Monday), month, or total: all days together.", nullable=False),
    Column("period_start", "DATE", "First day of the period, in insight.time_zone.", nullable=False,
           sources=(("interactions", "occurred_at"),)),
    Column("period_end", "DATE", "Last day of the period; of total, the day of runs.as_of.",
           sources=(("interactions", "occurred_at"),)),
    Column("dimension", "VARCHAR",
           "all, channel, segment (by how many channels the customer had touched by the end of the period counted), "
           "journey, campaign, handoff (from one channel > to another) or stage; segment_NAME of a segment of your "
           "own; known and channel_known, where what nobody known did counts too; money that is not in the one "
           "reporting currency stands in currency, channel_currency and so on.", nullable=False),
    Column("member", "VARCHAR",
           "Which channel, segment, journey, campaign, handoff, stage or currency; known or nobody known; all.",
           nullable=False,
           sources=(("interactions", "channel"),)),
)  # fmt: skip
_FIGURE_KEY = ("kpi", "period", "period_start", "dimension", "member")
_OF_KPI = (ForeignKey(("kpi",), "kpi_definitions", ("kpi",)),)


KPIS = Table(
    "kpis",
    "One row per KPI, period, dimension and member, computed on golden customers. Sums may be summed up further.",
    (
        _KPI,
        *_WHEN,
        Column("numerator", "DECIMAL(38,2)", "What is counted or summed up.", nullable=False, sources=_MEASURED),
        Column("denominator", "BIGINT", "What it is divided by; null for a mere count.", sources=_TOUCHED),
        Column("value", "DOUBLE", "numerator / denominator; of a mere count, the numerator.", sources=_MEASURED),
    ),
    _FIGURE_KEY,
    _OF_KPI,
)  # fmt: skip


KPI_SERIES = Table(
    "kpi_series",
    "kpis for charts: one row per period, dimension and member, every KPI's value a column.",
    (
        *_WHEN,
        *(
            Column(kpi.name, "DOUBLE", kpi.summary, sources=(("kpis", "value"),))
            for kpi in kpi_definitions()
        ),
    ),
    _FIGURE_KEY[1:],
)


KPI_DEFINITIONS = Table(
    "kpi_definitions",
    "One row per KPI: what it is, in words. The SQL stands below the same words in omni_identity/insight/kpis/.",
    (
        Column("kpi", "VARCHAR", "The KPI, and the name of its file.", nullable=False),
        Column("title", "VARCHAR", "Its name for people.", nullable=False),
        Column("unit", "VARCHAR", "share, amount (in insight.currency), hours, days, seconds, score or count.",
               nullable=False),
        Column("grain", "VARCHAR",
               "events: longer periods, all channels and segments are sums of days and channels; journeys, "
               "campaigns, handoffs, stages: all and segments are sums of the dimension journey, campaign, handoff or "
               "stage; days: longer periods are sums of days; periods: "
               "every period is counted by itself, and the total by persons.", nullable=False),
        Column("definition", "VARCHAR", "What is counted, and what is left out.", nullable=False),
    ),
    ("kpi",),
)  # fmt: skip


IDENTITY_LIFT = Table(
    "identity_lift",
    "One row per figure of kpis: as the channels see it, record by record, and on golden customers.",
    (
        _KPI,
        *_WHEN,
        Column("value_by_records", "DOUBLE",
               "The KPI with each channel's own record as a customer of its own; null where they see none.",
               sources=(*_MEASURED, ("interactions", "source_record_id"))),
        Column("value_by_customers", "DOUBLE", "The KPI on golden customers, as in kpis.",
               sources=(("kpis", "value"),)),
        Column("difference", "DOUBLE", "value_by_customers - value_by_records: what the channels cannot see.",
               sources=(("kpis", "value"), ("interactions", "source_record_id"))),
    ),
    _FIGURE_KEY,
    _OF_KPI,
)  # fmt: skip


_ON_CHANNEL = _MEASURED[:4]
_STAGE = (*_TOUCHED, ("interactions", "stage"), ("interactions", "thread_id"))
JOURNEYS = Table(
    "journeys",
    "One row per journey of a customer: touches until an order, or until a silence of "
    "insight.journey_silence_days. Returns and pick-ups are no part of one.",
    (
        Column("golden_id", "VARCHAR", "The customer.", "pseudonymous", False, (("interactions", "golden_id"),)),
        Column("journey_number", "BIGINT", "Numbers the customer's journeys from 1.", nullable=False,
               sources=_TOUCHED),
        Column("started_at", "TIMESTAMP", "First touch (UTC).", nullable=False, sources=_TOUCHED),
        Column("ended_at", "TIMESTAMP", "Last touch so far (UTC).", nullable=False, sources=_TOUCHED),
        Column("outcome", "VARCHAR", "order, silence, or open: too early to tell at runs.as_of.", nullable=False,
               sources=_TOUCHED),
        Column("path", "VARCHAR", "The channels in order, each stay once: web > till.", nullable=False,
               sources=_ON_CHANNEL),
        Column("first_channel", "VARCHAR", "Where it began.", nullable=False, sources=_ON_CHANNEL),
        Column("last_channel", "VARCHAR", "Where it ended, so far.", nullable=False, sources=_ON_CHANNEL),
        Column("channel_count", "BIGINT", "Different channels.", nullable=False, sources=_ON_CHANNEL),
        Column("touch_count", "BIGINT", "Touches.", nullable=False, sources=_TOUCHED),
        Column("order_interaction_id", "VARCHAR", "The order, an interaction of last_channel; null without one.",
               sources=(("interactions", "interaction_id"),)),
        Column("stages", "VARCHAR", "The stages that it went through, each once, in the order of the list: "
               "consideration > purchase > pick_up. With an order, those of what became of it too.", nullable=False,
               sources=_STAGE),
        Column("last_stage", "VARCHAR", "The stage in which it ended, so far; with an order, the last of its thread.",
               sources=_STAGE),
    ),
    ("golden_id", "journey_number"),
    (
        ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),
        ForeignKey(("last_channel", "order_interaction_id"), "interactions", ("channel", "interaction_id")),
    ),
)  # fmt: skip


_PATH = (("journeys", "path"),)
_OUTCOME = (("journeys", "outcome"),)
JOURNEY_TRANSITIONS = Table(
    "journey_transitions",
    "One row per step from channel to channel, by its place in the journey: how often, and how it ended.",
    (
        Column("position", "BIGINT", "Place in the journey: 1 leads from (start) to the first channel; 6 is the "
               "sixth or a later one.", nullable=False, sources=_PATH),
        Column("from_channel", "VARCHAR", "The channel left; (start).", nullable=False, sources=_PATH),
        Column("to_channel", "VARCHAR", "The channel come to; (order), (silence) or (open).", nullable=False,
               sources=_PATH),
        Column("transition_count", "BIGINT", "How often.", nullable=False, sources=_PATH),
        Column("order_count", "BIGINT", "Of these, in journeys that ended with an order.", nullable=False,
               sources=_OUTCOME),
        Column("silence_count", "BIGINT", "Of these, in journeys that fell silent: the drop-off.", nullable=False,
               sources=_OUTCOME),
        Column("open_count", "BIGINT", "Of these, in journeys that are open.", nullable=False, sources=_OUTCOME),
    ),
    ("position", "from_channel", "to_channel"),
)  # fmt: skip


_ORDERED = (*_TOUCHED, ("interactions", "status"))
COHORTS = Table(
    "cohorts",
    "One row per cohort, those whose first order fell in one month, and month since in which anybody ordered.",
    (
        Column("cohort", "DATE", "First day of the month of their first order, in insight.time_zone.", nullable=False,
               sources=_ORDERED),
        Column("month", "DATE", "First day of the month looked at.", nullable=False, sources=_ORDERED),
        Column("month_number", "BIGINT", "How many months after the cohort's: 0 is the first.", nullable=False,
               sources=_ORDERED),
        Column("customer_count", "BIGINT", "Customers of the cohort.", nullable=False, sources=_ORDERED),
        Column("buyer_count", "BIGINT", "Of these, who ordered in the month.", nullable=False, sources=_ORDERED),
        Column("order_count", "BIGINT", "Their orders of the month that were not cancelled.", nullable=False,
               sources=_ORDERED),
        Column("revenue", "DECIMAL(38,2)", "Amounts of these; null without one reporting currency.",
               sources=(("interactions", "amount"),)),
        Column("currency", "VARCHAR", "insight.currency, else the only one there is; null where there are several.",
               sources=(("interactions", "currency"),)),
        Column("is_complete", "BOOLEAN", "Whether the month is over at runs.as_of.", sources=_TOUCHED[2:]),
    ),
    ("cohort", "month"),
)  # fmt: skip


_RECORDS = (("crosswalk", "channel"), ("crosswalk", "golden_id"))
_VALUES = (*_RECORDS, ("unified_profiles", "channels"))
IDENTITY_GAPS = Table(
    "identity_gaps",
    "One row per channel and attribute: where a customer's history gets lost, and what would have held it.",
    (
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False, sources=_RECORDS[:1]),
        Column("attribute", "VARCHAR", "What may be missing: an identifier, birth_date or street.", nullable=False),
        Column("record_count", "BIGINT", "Records of the channel.", nullable=False, sources=_RECORDS),
        Column("unlinked_record_count", "BIGINT", "Of these, records whose customer no other channel has a record "
               "of.", nullable=False, sources=_VALUES),
        Column("unlinked_record_share", "DOUBLE", "Their share.", sources=_VALUES),
        Column("interaction_count", "BIGINT", "Interactions of the channel.", nullable=False,
               sources=(("interactions", "channel"),)),
        Column("unlinked_interaction_count", "BIGINT", "Of these, interactions of nobody known, or of customers "
               "whom no other channel has a record of.", nullable=False, sources=_TOUCHED[:1]),
        Column("unlinked_interaction_share", "DOUBLE", "Their share.", sources=_TOUCHED[:1]),
        Column("missing_count", "BIGINT", "Unlinked records without the attribute.", nullable=False,
               sources=_RECORDS),
        Column("linking_share", "DOUBLE", "Of the records of the other channels that have the attribute, the "
               "share whose value a record of a further channel of the same customer has too; null if none has it.",
               sources=_RECORDS),
        Column("worth_record_count", "DOUBLE", "missing_count * linking_share: unlinked records that collecting "
               "the attribute would link, at the rate at which it links elsewhere.", sources=_RECORDS),
        Column("missing_interaction_count", "BIGINT", "Interactions of the unlinked records without it.",
               nullable=False, sources=(("interactions", "golden_id"),)),
        Column("worth_interaction_count", "DOUBLE", "missing_interaction_count * linking_share.",
               sources=(("interactions", "golden_id"),)),
    ),
    ("channel", "attribute"),
)  # fmt: skip

_LABEL_NO = Column("label_no", "INTEGER", "What it is part of; see kpi_labels.", nullable=False)
_CUSTOMER_NO = Column("customer_no", "BIGINT", "The customer; see kpi_customers.", nullable=False)
_STEP = JOURNEY_TRANSITIONS.columns[:4]
FIGURE_WORKING_TABLES = (
    Table(
        "customer_gaps",
        "One row per customer, channel and attribute that their records there fill, and (any) for all records.",
        (
            GOLDEN_ID,
            *(IDENTITY_GAPS.column(name) for name in ("channel", "attribute", "record_count")),
            Column(
                "linking_count",
                "BIGINT",
                "Of these, records whose value one of another channel has.",
            ),
            Column(
                "unlinked_count",
                "BIGINT",
                "Of these, records whose customer no other channel knows.",
            ),
            Column("unlinked_interaction_count", "BIGINT", "Their interactions."),
        ),
        ("golden_id", "channel", "attribute"),
    ),
    Table(
        "customer_months",
        "One row per customer, month in which they ordered, and currency.",
        (
            GOLDEN_ID,
            *(COHORTS.column(name) for name in ("cohort", "month", "currency", "order_count")),
            Column("revenue", "DECIMAL(18,2)", "Amounts of these orders."),
        ),
        ("golden_id", "month", "currency"),
    ),
    Table(
        "figured_until",
        "One row: the moment for which all figures were last made.",
        (Column("as_of", "TIMESTAMP", "What derived.as_of said then; null without interactions."),),
        (),
    ),
    Table(
        "journey_steps",
        "One row per customer, step from channel to channel, its place in the journey, and how that ended.",
        (GOLDEN_ID, *_STEP[:3], JOURNEYS.column("outcome"), _STEP[3]),
        ("golden_id", "position", "from_channel", "to_channel", "outcome"),
    ),
    Table(
        "kpi_customers",
        "One row per golden ID that contributes to a figure: its number.",
        (_CUSTOMER_NO, GOLDEN_ID),
        ("customer_no",),
    ),
    Table(
        "kpi_labels",
        "One row per what a contribution is part of, in words: its number.",
        (
            _LABEL_NO,
            Column(
                "seen_as",
                "VARCHAR",
                "customers, or records: as the channels see it.",
                nullable=False,
            ),
            _KPI,
            *(KPIS.column(name) for name in ("period", "dimension", "member")),
            Column(
                "segment",
                "VARCHAR",
                "By how many channels the customer had touched then.",
                nullable=False,
            ),
            Column("currency", "VARCHAR", "Of money, in which; else null."),
        ),
        ("label_no",),
    ),
    Table(
        "kpi_contributions",
        "One row per what a customer adds to a label and period from a moment on.",
        (
            *(_CUSTOMER_NO, _LABEL_NO, KPIS.column("period_start")),
            Column("counts_from", "TIMESTAMP", "From when it counts (UTC); null: always."),
            Column("numerator", "DECIMAL(18,2)", "What is counted or summed up."),
            Column("denominator", "BIGINT", "What it is divided by."),
        ),
        (),
    ),
    Table(
        "kpi_nobody_sums",
        "One row per KPI that counts what nobody known did, day, channel and currency: how much that was.",
        (
            *(_KPI, KPIS.column("period_start")),
            Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False),
            Column("currency", "VARCHAR", "Of money, in which; else null."),
            Column("numerator", "DECIMAL(38,2)", "What is counted or summed up."),
            Column("denominator", "BIGINT", "What it is divided by."),
        ),
        ("kpi", "period_start", "channel", "currency"),
    ),
    Table(
        "kpi_sums",
        "One row per label, period and day from which on they count: contributions summed up.",
        (
            *(_LABEL_NO, KPIS.column("period_start")),
            Column(
                "counts_from",
                "DATE",
                "The day after the last moment from which any counts; null: always.",
            ),
            Column("numerator", "DECIMAL(38,2)", "Sum of their numerators."),
            Column(
                "numerator_count", "BIGINT", "How many have one: a sum of nothing is null, not 0."
            ),
            Column("denominator", "BIGINT", "Sum of their denominators."),
            Column("denominator_count", "BIGINT", "How many have one."),
            Column("contribution_count", "BIGINT", "How many there are."),
        ),
        ("label_no", "period_start", "counts_from"),
    ),
)
"""Tables of figures that a run derives and does not publish."""
