"""Tables of linkage: records as it sees them, candidate pairs, scores and links."""

from __future__ import annotations

from collections.abc import Iterable

from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables.columns import PAIR, RECORD_NO, RULE_NO, pair_of
from omni_identity.model.tables.table import Column, ForeignKey, Table


def _record_of_pair(side: str) -> tuple[Column, Column]:
    which = "earlier" if side == "l" else "later"
    return (
        Column(f"channel_{side}", "VARCHAR", f"Channel of the {which} record of the pair.", nullable=False,
               sources=(("source_records", "channel"),)),
        Column(f"source_record_id_{side}", "VARCHAR", f"ID of the {which} record of the pair.", "pseudonymous",
               False, (("source_records", "source_record_id"),)),
    )  # fmt: skip


MATCH_EDGES = Table(
    "match_edges",
    "One row per pair of records that is linked, doubtful enough for review, or judged by a steward.",
    (
        *_record_of_pair("l"),
        *_record_of_pair("r"),
        Column("match_weight", "DOUBLE",
               "Evidence for the pair being one person, log2; null for a judged pair that was never scored.",
               sources=(("linkage_model", "match_weight"),)),
        Column("match_probability", "DOUBLE",
               "Probability that the pair is one person by its own evidence alone, as Splink has it; null as "
               "match_weight.", sources=(("linkage_model", "match_weight"),)),
        Column("identity_probability", "DOUBLE",
               "Probability that the pair is one person by all that is known: 1 - (1 - c)(1 - p), with c the "
               "customer's identity_confidence (0 for two customers) and p that of match_weight less 3; 1 or 0 by a "
               "verdict.",
               nullable=False,
               sources=(("linkage_model", "match_weight"), ("customer_diagnostics", "chain_weight"),
                        ("customer_diagnostics", "cohesion_weight"))),
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

LINKAGE_MODEL = Table(
    "linkage_model",
    "The pinned, frozen linkage model: trained on the first run, only read afterwards.",
    (
        Column("model_version", "VARCHAR", "The name of the model's folder.", nullable=False),
        Column("comparisons", "JSON", "Comparisons, their levels and match weights (log2).", nullable=False),
    ),
    ("model_version",),
)  # fmt: skip
"""A folder in ``warehouse/models``, as a table would be."""

TRAINING_SCORES = "training_scores"
"""Handed from the step that trains a model to the one that scores, which takes it away."""

_RULES = Column(
    "rules",
    "BIGINT",
    "The blocking rules that find it, as bits: rule 0 is the lowest; bit 62: equal records.",
)
_RECORD = (RECORD_NO,)
_WORKING = (
    Table(
        "relinked_records",
        "One row per record for which this run changed anything that linkage sees.",
        *(_RECORD, ("record_no",)),
    ),
    Table(
        "shared_values",
        "One row per identifier value, birth date or name that implausibly many different people carry: no evidence.",
        (
            Column("identifier", "VARCHAR", "The identifier; birth_date; names.", nullable=False),
            Column("value", "VARCHAR", "The value.", "personal", False),
            Column("record_count", "BIGINT", "Records that carry it."),
            Column("given_initial_count", "BIGINT", "Different first letters of their given names."),
            Column("family_initial_count", "BIGINT", "Different first letters of their family names."),
        ),
        ("identifier", "value"),
    ),
    Table(
        "blocking_rules",
        "One row per blocking rule in use.",
        (RULE_NO, Column("name", "VARCHAR", "What it compares.")),
        ("rule_no",),
    ),
    Table(
        "equal_records",
        "One row per current record, with the one that represents all that linkage cannot tell from it.",
        (
            *_RECORD,
            Column("fingerprint", "VARCHAR", "Hash of all that linkage sees of it.", "pseudonymous", False),
            Column("representative_no", "BIGINT", "The least record of that fingerprint.", nullable=False),
        ),
        ("record_no",),
    ),
    Table(
        "block_keys",
        "One row per current record that represents itself, blocking rule and key that it gives the record.",
        (
            *_RECORD,
            RULE_NO,
            Column("key", "UBIGINT", "Hash of the values.", "pseudonymous", False),
            Column("part", "UBIGINT", "Hash of the place or name that parts the key, if too many share it.",
                   "pseudonymous", False),
        ),
        ("record_no", "rule_no", "key"),
    ),
    Table(
        "rematched_records",
        "One row per record whose candidate pairs were made anew: changed, or in a block that is now used.",
        *(_RECORD, ("record_no",)),
    ),
    Table(
        "candidate_pairs",
        "One row per pair of current records that share a blocking key, or of equal ones the pair with the first.",
        (*pair_of("source_records"), _RULES),
        PAIR,
    ),
    Table("match_edges", MATCH_EDGES.comment, (*pair_of("scored_pairs", *PAIR), *MATCH_EDGES.columns), PAIR),
)  # fmt: skip
_KNOWN_PAIRS = Table(
    "known_pairs",
    "One row per pair of which a steward or a label has said what it is; there while a model is trained.",
    (
        *pair_of("known_pairs", *PAIR),
        Column("kind", "VARCHAR", "same, different, household or not_household.", nullable=False),
        Column("stands_for", "DOUBLE", "How many pairs it stands for: a tenth were asked, ten.", nullable=False),
    ),
    PAIR,
)  # fmt: skip
_LINKED = {
    **{
        "first": "Given name",
        "first_canonical": "Given name behind a nickname",
        "given_sound": "How a given name that is known sounds, however it is spelled",
        "middle": "Middle name",
    },
    **{
        "last": "Family name",
        "suffix": "Generation behind the name (Jr, Sr, II)",
        "names": "Given and family name together",
        "birth_date": "Date of birth",
        "birth_year": "Year of birth",
        "birth_month_day": "Month of birth, and the day where it is known",
        "birth_part": "What is known of a date of birth that is not whole",
    },
    **{
        "gender": "Gender",
        "street": "Street",
        "house_number": "House number",
        "postcode": "Postal code",
    },
    **{
        "city": "City",
        "locality": "Postal code, else city",
        "door": "Street, house number and locality",
        "email_local": "What stands before the @ of the first e-mail address",
        "email_letters": "The first e-mail address without its digits",
    },
}
_LINKED_LISTS = {
    **{
        "email": "E-mail addresses of one person",
        "local_part": "What stands before their @",
        "shared_mailbox": "E-mail addresses of a role or a family, which are no one person's",
        "phone": "Phone and WhatsApp numbers",
    },
    **{
        "alias": "Letters of e-mail names and handles",
        "last_hint": "Family names that aliases hint at",
        "given_forms": "Given names that a known one may be short for",
    },
}


def linkage_records(vocabulary: Vocabulary) -> Table:
    """The records as linkage sees them."""
    others = (i for i in vocabulary.identifiers if i not in ("email", "phone", "whatsapp"))
    words = {**_LINKED_LISTS, **{name: f"Every {name}" for name in others}}
    kept = "{}, reduced to what is compared; null for none."
    return Table(
        "linkage_records",
        "One row per current record: what is compared of it.",
        (
            RECORD_NO,
            *(Column(name, "VARCHAR", kept.format(what), "personal") for name, what in _LINKED.items()),
            *(Column(name, "VARCHAR[]", kept.format(what), "personal") for name, what in words.items()),
            *(Column(f"attribute_{name}", "VARCHAR", kept.format(name), "personal") for name, _ in vocabulary.evidence),
        ),
        ("record_no",),
    )  # fmt: skip


def linkage_tables(
    vocabulary: Vocabulary, compared: Iterable[str], adjusted: Iterable[str]
) -> tuple[Table, ...]:
    """The tables of linkage that a run derives, with a model that has these comparisons.

    ``adjusted`` are those whose weight depends on how frequent the agreeing value is.
    """
    weights = (
        *(Column(f"level_{name}", "TINYINT", f"Level of {name}; -1: not comparable.") for name in compared),
        *(Column(f"rarity_{name}", "DOUBLE", f"What the frequency of {name} adds, log2.") for name in adjusted),
        Column("weight_strangers", "DOUBLE", "Evidence against two strangers, log2: Splink's match weight."),
        _RULES,
        Column("weight_relatives", "DOUBLE", "Evidence against two of one household, log2."),
        Column("weight_namesakes", "DOUBLE", "Evidence against two of one name, log2."),
        Column("match_weight", "DOUBLE", "Evidence for the pair being one person, log2.",
               sources=(("linkage_model", "comparisons"),)),
    )  # fmt: skip
    pair = pair_of("candidate_pairs", *PAIR)
    scored = Table(
        "scored_pairs",
        "One row per scored pair: candidate pairs, and every pair inside a component.",
        (*pair, *weights, Column("is_inner", "BOOLEAN", "Whether it is no candidate, but inside a component.")),
        PAIR,
    )  # fmt: skip
    training = Table(
        TRAINING_SCORES, "One row per candidate pair that the model was trained on, scored.", (*pair, *weights), PAIR
    )  # fmt: skip
    own = (linkage_records(vocabulary), scored, training, _KNOWN_PAIRS)
    return tuple(table.within("derived") for table in (*_WORKING, *own))
