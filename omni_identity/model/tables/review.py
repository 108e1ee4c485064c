"""Tables of what stewards are asked."""

from __future__ import annotations

from omni_identity.model.tables.columns import PAIR, pair_of
from omni_identity.model.tables.table import Column, ForeignKey, Table

_SCORED = (("scored_pairs", "match_weight"),)
_CUSTOMERS = (("customers", "golden_id"),)
_MODEL = (("scored_pairs", "match_weight"), ("linkage_model", "comparisons"))
_GOLDEN = (
    Column("golden_id_l", "VARCHAR", "The customer of the first record.", "pseudonymous", False, _CUSTOMERS),
    Column("golden_id_r", "VARCHAR",
           "The customer of the other one: another that may be the same, or the same that may be two.",
           "pseudonymous", False, _CUSTOMERS),
)  # fmt: skip
_KIND = Column(
    "kind", "VARCHAR",
    "doubtful_pair: two customers who may be one; possible_merge: two with a pair that would be linked by itself; "
    "possible_split: one of parts that no chain of even odds joins; over_linked: one that only a weak link holds "
    "together, or with twice the records of a person; contradicting_values: one whose names or birth dates "
    "contradict each other; contradicting_verdicts: a verdict that does not hold.",
    nullable=False, sources=(*_SCORED, ("customer_diagnostics", "weakest_link")),
)  # fmt: skip
_PAIR_COUNT = Column(
    "pair_count", "BIGINT",
    "Doubtful pairs of records that one answer settles: all that are between the two customers, or the two parts.",
    nullable=False, sources=_SCORED,
)  # fmt: skip
_SIDES = (
    Column("record_count_l", "BIGINT",
           "Records on the side of the first record: of its customer, or of its part of the customer; 1 of "
           "contradicting_values.", nullable=False, sources=_CUSTOMERS),
    Column("record_count_r", "BIGINT", "Records on the side of the other one.", nullable=False, sources=_CUSTOMERS),
)  # fmt: skip
_EVIDENCE = (
    Column("rival", "VARCHAR",
           "Who they are most likely if not one person: household (two people of one), namesakes or strangers; null "
           "of contradicting_verdicts.", sources=_MODEL),
    Column("agreeing", "VARCHAR[]", "What the two records have in common, sorted.", nullable=False, sources=_MODEL),
    Column("differing", "VARCHAR[]", "What they differ in beyond slips, sorted.", nullable=False, sources=_MODEL),
)  # fmt: skip


def _record(side: str, which: str) -> tuple[Column, Column]:
    return (
        Column(f"channel_{side}", "VARCHAR", f"Channel of the {which} record.", nullable=False,
               sources=(("customers", "channel"),)),
        Column(f"source_record_id_{side}", "VARCHAR", f"ID of the {which} record.", "pseudonymous", False,
               (("customers", "source_record_id"),)),
    )  # fmt: skip


def _profile(name: str) -> tuple[tuple[str, str], ...]:
    return (("unified_profiles", name),)


REVIEW_QUEUE = Table(
    "review_queue",
    "One row per question that a run leaves to stewards: who may be one person, who may be several.",
    (
        Column("question_id", "VARCHAR", "The question; it stays the same while the same two records are asked about.",
               "pseudonymous", False, (("customers", "source_record_id"),)),
        Column("priority", "BIGINT",
               "Its place in the queue, from 1: by records times interactions at stake, then the least certain first.",
               nullable=False, sources=(*_CUSTOMERS, *_profile("interaction_count"), *_SCORED)),
        _KIND,
        Column("reason", "VARCHAR", "Why it is asked, in words: what agrees, what differs.", nullable=False,
               sources=_MODEL),
        *_record("l", "first"),
        *_record("r", "other"),
        *_GOLDEN,
        *_SIDES,
        Column("record_count", "BIGINT", "Records of both customers, or of the one.", nullable=False,
               sources=_profile("record_count")),
        Column("channels", "VARCHAR[]", "Channels that know one of them, sorted.", nullable=False,
               sources=_profile("channels")),
        Column("interaction_count", "BIGINT", "Their interactions.", nullable=False,
               sources=_profile("interaction_count")),
        Column("amount", "DECIMAL(18,2)",
               "Their orders less returns, in currency; null where there are several currencies, or none.",
               sources=(*_profile("total_spend"), *_profile("total_spend_reporting"))),
        Column("currency", "VARCHAR", "The currency of amount: insight.currency, or the one that they used.",
               sources=_profile("spend_currency")),
        Column("consents", "VARCHAR[]",
               "Consents at stake: of two customers those in which they differ, of one those that are given.",
               nullable=False, sources=_profile("*")),
        _EVIDENCE[0],
        Column("is_one_household", "BOOLEAN", "Whether two customers live in one household already.", nullable=False,
               sources=_profile("household_id")),
        *_EVIDENCE[1:],
        Column("match_weight", "DOUBLE",
               "Evidence for the two records being one person, log2; null for a judged pair that was never scored.",
               sources=_SCORED),
        Column("match_probability", "DOUBLE", "The same as a probability.", sources=_SCORED),
        _PAIR_COUNT,
        Column("settled_count", "BIGINT",
               "Other questions that an answer of same would settle: third customers about whom both are asked.",
               nullable=False, sources=_CUSTOMERS),
    ),
    ("question_id",),
    (
        ForeignKey(("golden_id_l",), "unified_profiles", ("golden_id",)),
        ForeignKey(("golden_id_r",), "unified_profiles", ("golden_id",)),
        ForeignKey(("channel_l", "source_record_id_l"), "crosswalk", ("channel", "source_record_id")),
        ForeignKey(("channel_r", "source_record_id_r"), "crosswalk", ("channel", "source_record_id")),
    ),
)  # fmt: skip
REVIEW_PAIRS = Table(
    "review_pairs",
    "One row per question that evidence asks, before what is at stake.",
    (
        *pair_of("scored_pairs", *PAIR),
        *_GOLDEN,
        _KIND,
        Column("match_weight", "DOUBLE", "Evidence for the pair being one person, log2.", nullable=False,
               sources=_SCORED),
        _PAIR_COUNT,
        *_SIDES,
        *_EVIDENCE,
    ),
    *(PAIR, (), "derived"),
)  # fmt: skip
_PLACE = ("priority", "settled_count")
ASKED_QUESTIONS = Table(
    "review_queue",
    REVIEW_QUEUE.comment,
    (*pair_of("review_pairs", *PAIR), *(c for c in REVIEW_QUEUE.columns if c.name not in _PLACE)),
    *(PAIR, (), "derived"),
)
QUESTION_PLACES = Table(
    "question_places",
    "One row per question: its place in the queue, and what an answer would settle besides.",
    (*pair_of("review_queue", *PAIR), *(c for c in REVIEW_QUEUE.columns if c.name in _PLACE)),
    *(PAIR, (), "derived"),
)
