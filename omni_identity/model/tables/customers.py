"""Tables of whose records are one customer, by which golden ID, and how that changed."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.model.tables.columns import (
    ABOUT_CHANNEL,
    ABOUT_GOLDEN_ID,
    ABOUT_SOURCE_RECORD,
    CHANNEL,
    RECORD_NO,
    SOURCE_RECORD_ID,
)
from omni_identity.model.tables.table import Column, ForeignKey, Table

_CONFIDENT = tuple(
    ("customer_diagnostics", name)
    for name in ("chain_weight", "cohesion_weight", "nearest_match_weight", "size_surplus")
)
_STRICT_ID = Column(
    "strict_id", "VARCHAR",
    "Within golden_id: the records that are one person beyond doubt (some 99 of 100 pairs). For what is sent to a "
    "person or charged.",
    "pseudonymous", False, (("customers", "golden_id"), ("scored_pairs", "match_weight")),
)  # fmt: skip
_LOOSE_ID = Column(
    "loose_id", "VARCHAR",
    "Around golden_id: the customers that may well be one person. For advertising reach.",
    "pseudonymous", False, (("customers", "golden_id"), ("scored_pairs", "match_weight")),
)  # fmt: skip
CROSSWALK = Table(
    "crosswalk",
    "One row per current source record: the golden customer it belongs to.",
    (
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False, sources=(("source_records", "channel"),)),
        Column("source_record_id", "VARCHAR", ABOUT_SOURCE_RECORD, "pseudonymous", False,
               (("source_records", "source_record_id"),)),
        Column("golden_id", "VARCHAR", ABOUT_GOLDEN_ID, "pseudonymous", False, (("customers", "golden_id"),)),
        Column("match_probability", "DOUBLE",
               "Probability that the record is of one person with another of its customer: of its strongest link, "
               "given the rest of the customer as in identity_probability; null for a lone record.",
               sources=(("linkage_model", "match_weight"), *_CONFIDENT)),
        _STRICT_ID,
        _LOOSE_ID,
    ),
    ("channel", "source_record_id"),
    (ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),),
)  # fmt: skip


_WEIGHT = (("linkage_model", "match_weight"),)
_CUSTOMER = (("customers", "golden_id"),)
CUSTOMER_DIAGNOSTICS = Table(
    "customer_diagnostics",
    "One row per golden customer of several records: how well they hang together. Weights are log2.",
    (
        Column("golden_id", "VARCHAR", ABOUT_GOLDEN_ID, "pseudonymous", False, _CUSTOMER),
        Column("record_count", "BIGINT", "Current source records of the customer.", nullable=False,
               sources=_CUSTOMER),
        Column("weakest_link", "DOUBLE",
               "Match weight of the weakest of the strongest links that join all its records; a pair judged "
               "the same counts 20 at least.", nullable=False, sources=_WEIGHT),
        Column("bridge_count", "BIGINT",
               "Links (pairs that would be linked by themselves) without which it would fall into two.",
               nullable=False, sources=_WEIGHT),
        Column("contradiction_count", "BIGINT",
               "Pairs whose given names or birth dates differ beyond slips, or that weigh less than -4; but no "
               "pair judged the same.", nullable=False, sources=_WEIGHT),
        Column("mean_match_weight", "DOUBLE", "Mean weight of its pairs, each bounded to -4 to 8.", nullable=False,
               sources=_WEIGHT),
        Column("chain_weight", "DOUBLE", "Log2 odds that all of those strongest links hold.", nullable=False,
               sources=_WEIGHT),
        Column("cohesion_weight", "DOUBLE",
               "Mean bounded weight between its two least similar parts, less what two of their sizes are asked: the "
               "join that was nearest to not being made.", nullable=False, sources=_WEIGHT),
        Column("nearest_golden_id", "VARCHAR",
               "The other customer most like it among those it was weighed against; null for none.",
               "pseudonymous", sources=_CUSTOMER),
        Column("nearest_match_weight", "DOUBLE", "Mean bounded weight of the pairs between the two.",
               sources=_WEIGHT),
        Column("size_surplus", "DOUBLE",
               "Log2 of how many times as many records it has, equal ones counted once, as people have at most by the "
               "model; 0 where it has no more.", nullable=False,
               sources=(*_CUSTOMER, ("linkage_model", "model_version"))),
    ),
    ("golden_id",),
    (
        ForeignKey(("golden_id",), "unified_profiles", ("golden_id",)),
        ForeignKey(("nearest_golden_id",), "unified_profiles", ("golden_id",)),
    ),
)  # fmt: skip


GOLDEN_ID_EVENTS = Table(
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
GOLDEN_ID_REDIRECTS = Table(
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
CROSSWALK_CHANGES = Table(
    "crosswalk_changes",
    "One row per record and published run that put it into another golden customer, or into one, or into none.",
    (
        Column("run_id", "VARCHAR", "The run that changed it.", nullable=False, sources=(("runs", "run_id"),)),
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False, sources=(("customers", "channel"),)),
        Column("source_record_id", "VARCHAR", "The channel's own ID of the record.", "pseudonymous", False,
               (("customers", "source_record_id"),)),
        Column("golden_id", "VARCHAR", "The customer it is in from that run on; null: the record is gone.",
               "pseudonymous", sources=(("customers", "golden_id"),)),
    ),
    ("run_id", "channel", "source_record_id"),
    (ForeignKey(("run_id",), "runs", ("run_id",)),),
)  # fmt: skip


LEDGER_RECORDS = Table(
    "ledger_records",
    "One row per source record ever seen, also one that is gone: what golden IDs are made from. "
    "Of an erased one only the numbers are left.",
    (
        Column("record_no", "BIGINT", "Number of the record, in the order in which records were first seen.",
               nullable=False),
        Column("seniority", "BIGINT",
               "The least one of a customer's records is the number in its golden ID. It is record_no, until a "
               "founder is gone and an heir takes its seniority over.", nullable=False),
        Column("channel", "VARCHAR", "The channel, as omni.yaml names it; null of an erased record.",
               sources=(("source_records", "channel"),)),
        Column("source_record_id", "VARCHAR", "The channel's own ID of the record; null of an erased one.",
               "pseudonymous", sources=(("source_records", "source_record_id"),)),
        Column("first_landed_at", "TIMESTAMP",
               "Start of the run that first saw it (UTC); null of an erased one."),
    ),
    ("record_no",),
)  # fmt: skip

_LINKED = (("scored_pairs", "weight_relatives"), *_CUSTOMER)
_HOUSEHOLD_ID = Column(
    "household_id", "VARCHAR", "The household: H and the number of its eldest member's golden ID.", "pseudonymous",
    False, _LINKED,
)  # fmt: skip
HOUSEHOLDS = Table(
    "households",
    "One row per household of two golden customers or more: who, as far as the records tell, live together.",
    (
        _HOUSEHOLD_ID,
        Column("member_count", "BIGINT", "Golden customers in it.", nullable=False, sources=_LINKED),
        Column("golden_ids", "VARCHAR[]", "Their golden IDs, sorted; the first is the eldest.", "pseudonymous", False,
               _LINKED),
        Column("probability", "DOUBLE",
               "Probability that its least certain member lives with another of it.", nullable=False, sources=_LINKED),
        Column("reasons", "VARCHAR[]",
               "What members agree in as people of one household do: names of comparisons, sorted; verdict for a "
               "steward's word.", nullable=False, sources=_LINKED),
    ),
    ("household_id",),
)  # fmt: skip
HOUSEHOLD_EVENTS = Table(
    "household_events",
    "One row per change of a household ID, in all published runs.",
    (
        Column("run_id", "VARCHAR", "The run that changed it.", nullable=False, sources=(("runs", "run_id"),)),
        Column("occurred_at", "TIMESTAMP", "Start of that run (UTC).", nullable=False),
        Column("event", "VARCHAR", "created, merged, split, restored or retired.", nullable=False),
        Column("household_id", "VARCHAR", "The ID that the event is about.", "pseudonymous", False,
               (("households", "household_id"),)),
        Column("other_household_id", "VARCHAR",
               "merged: the ID it became part of; split and restored: the ID it came out of; else null.",
               "pseudonymous", sources=(("households", "household_id"),)),
    ),
    ("run_id", "event", "household_id"),
    (ForeignKey(("run_id",), "runs", ("run_id",)),),
)  # fmt: skip
HOUSEHOLD_MEMBERS = Table(
    "household_members",
    "One row per golden customer who lives with another one.",
    (
        Column("golden_id", "VARCHAR", ABOUT_GOLDEN_ID, "pseudonymous", False, _CUSTOMER),
        _HOUSEHOLD_ID,
    ),
    *(("golden_id",), (), "derived"),
)
HOUSEHOLD_LINKS = Table(
    "household_links",
    "One row per two golden customers who, by the surest pair of their records, live together.",
    (
        Column("golden_id_l", "VARCHAR", "The one whose ID sorts first.", "pseudonymous", False, _CUSTOMER),
        Column("golden_id_r", "VARCHAR", "The other.", "pseudonymous", False, _CUSTOMER),
        Column("probability", "DOUBLE", "Probability that the two live together.", nullable=False, sources=_LINKED),
        Column("reasons", "VARCHAR[]", "The comparisons that say so.", nullable=False, sources=_LINKED),
        Column("record_no_l", "BIGINT", "One record of the surest pair.", nullable=False),
        Column("record_no_r", "BIGINT", "The other.", nullable=False),
    ),
    *(("golden_id_l", "golden_id_r"), (), "derived"),
)  # fmt: skip

_RECORD = (("source_records", "record_no"),)
CLUSTERS = Table(
    "clusters",
    "One row per current record: the cluster that it is in.",
    (
        RECORD_NO,
        Column("cluster_no", "BIGINT", "The number of a record in it, or of what joins it.", nullable=False),
        Column("strict_no", "BIGINT", "The same of what a strict cut leaves together.", nullable=False),
        Column("loose_no", "BIGINT", "The same of what a loose cut leaves together.", nullable=False),
    ),
    *(("record_no",), (), "derived"),
)  # fmt: skip
NESTED_IDS = Table(
    "nested_ids",
    "One row per current record: the strict and the loose ID of who it is.",
    (RECORD_NO, _STRICT_ID, _LOOSE_ID),
    *(("record_no",), (), "derived"),
)
COMPONENTS = Table(
    "components",
    "One row per record that any pair joins with another: the component that it is in.",
    (
        RECORD_NO,
        Column("component_no", "BIGINT", "The least record_no in it.", nullable=False),
        Column("base_no", "BIGINT", "The same of the component before any was taken apart.", nullable=False),
        Column("evidence_no", "BIGINT", "The same of what evidence joins, without verdicts of same.", nullable=False),
    ),
    *(("record_no",), (), "derived"),
)  # fmt: skip
CUSTOMERS = Table(
    "customers",
    "One row per current source record, with the golden ID of its customer.",
    (
        *(replace(c, sources=(("source_records", c.name),)) for c in (RECORD_NO, CHANNEL, SOURCE_RECORD_ID)),
        Column("golden_id", "VARCHAR", "The golden ID of the record's customer.", "pseudonymous", False,
               (("scored_pairs", "match_weight"), *_RECORD)),
    ),
    *(("channel", "source_record_id"), (), "derived"),
)  # fmt: skip
AFFECTED_CUSTOMERS = Table(
    "affected_customers",
    "One row per record of a customer who is looked at again.",
    *(CUSTOMERS.columns, CUSTOMERS.key, (), "derived"),
)
