"""Tables of what is known of each customer: profiles, where their values come from, consents."""

from __future__ import annotations

from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables.columns import (
    ABOUT_CHANNEL,
    ABOUT_GOLDEN_ID,
    CONSENT,
    CUSTOMER,
    DECISION,
    GOLDEN_ID,
    RECORD_NO,
)
from omni_identity.model.tables.table import Column, ForeignKey, Masking, Source, Table

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


_MASKED: dict[str, Masking] = {
    "birth_date": "year",
    "postcode": "area",
    **dict.fromkeys(("gender", "region", "country"), "kept"),
}
"""What few are told by, or what becomes of it: figures by age, region and gender are for everybody."""
PRIMARY = ("email", "phone")
"""Identifiers whose survivor has a column ``primary_…`` of its own: many tools know no lists."""


def profile_attributes(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The attributes that survive into a profile, in column order: single ones, then identifiers."""
    return (*_PROFILE_SINGLE, *vocabulary.attribute_names, *vocabulary.identifiers)


def _profile_column(name: str, vocabulary: Vocabulary) -> Column:
    sources: tuple[Source, ...] = (("source_records", name), ("crosswalk", "golden_id"))
    if name in vocabulary.identifiers:
        comment = f"Every standardised {name} of the customer, the survivor first."
        return Column(name, "VARCHAR[]", comment, "personal", sources=sources, masked="pseudonym")
    comment = _ATTRIBUTE_COMMENTS.get(name, f"{name}, as omni.yaml declares it.")
    kind = "DATE" if name == "birth_date" else "VARCHAR"
    comment = f"{comment} Survived by rule; see profile_lineage."
    return Column(name, kind, comment, "personal", sources=sources, masked=_MASKED.get(name))


def _primary_column(name: str) -> Column:
    comment = f"The survivor among the customer's {name} values, the first of the list {name}; null for none."
    sources: tuple[Source, ...] = (("source_records", name), ("crosswalk", "golden_id"))
    return Column(
        f"primary_{name}", "VARCHAR", comment, "personal", sources=sources, masked="pseudonym"
    )


def unified_profiles(vocabulary: Vocabulary) -> Table:
    """The profile of every golden customer."""
    golden = Column(
        "golden_id",
        "VARCHAR",
        ABOUT_GOLDEN_ID,
        "pseudonymous",
        False,
        (("crosswalk", "golden_id"),),
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
               "The way by which they can be reached (as address_kind of audience_members: allowed, before not "
               "refused) that had most success, then most use; null where there is none.",
               sources=(("interactions", "channel"), ("consents", "is_given"))),
        Column("most_used_channel", "VARCHAR",
               "Channel of most orders and answered contacts, then of most of what the customer did, then of most "
               "records: a till, too, in which nobody can be reached.",
               sources=(("interactions", "channel"), ("crosswalk", "channel"))),
        Column("first_seen_at", "TIMESTAMP", "Earliest trace of the customer in any channel (UTC).", sources=times),
        Column("last_seen_at", "TIMESTAMP", "Latest trace of the customer in any channel (UTC).", sources=times),
        Column("record_count", "BIGINT", "Current source records of the customer.", nullable=False, sources=records),
        Column("identity_confidence", "DOUBLE",
               "Probability that all the customer's records are of one person, by its diagnostics; 1 for a single "
               "record.",
               nullable=False,
               sources=(("customer_diagnostics", "chain_weight"), ("customer_diagnostics", "cohesion_weight"),
                        ("customer_diagnostics", "nearest_match_weight"), ("customer_diagnostics", "size_surplus"))),
        Column("weakest_link_probability", "DOUBLE",
               "match_probability of the weakest link that the customer hangs on; below one half its records are "
               "together by other evidence than their own links'. Null for a single record.",
               sources=(("customer_diagnostics", "weakest_link"),)),
        Column("household_id", "VARCHAR",
               "The household that the customer lives in, as far as the records tell; null for one who lives with "
               "nobody known. coalesce(household_id, golden_id) has one value a letterbox.", "pseudonymous",
               sources=(("households", "household_id"),)),
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
        Column("total_spend_reporting", "DECIMAL(18,2)",
               "Orders less returns in insight.currency, at insight.rates, as the figures add them up; amounts "
               "without a rate are left out. Null without insight.currency.", sources=money),
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


PROFILE_LINEAGE = Table(
    "profile_lineage",
    "One row per value of a profile: the record it came from and the rule that chose it.",
    (
        Column("golden_id", "VARCHAR", ABOUT_GOLDEN_ID, "pseudonymous", False, (("crosswalk", "golden_id"),)),
        Column("attribute", "VARCHAR", "Column of unified_profiles.", nullable=False),
        Column("position", "INTEGER", "1 for the survivor; further values of a list follow.", nullable=False),
        Column("value", "VARCHAR", "The value, as text.", "personal", False, (("source_records", "*"),)),
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False, sources=(("source_records", "channel"),)),
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


_HELD: tuple[Source, ...] = (("source_records", "*"), ("crosswalk", "golden_id"))
IDENTIFIERS = Table(
    "identifiers",
    "One row per identifier value that a current record has: the customer whom it identifies. Join by identifier "
    "and value; of a value that several customers share golden_id is null, so that no row is doubled.",
    (
        Column("identifier", "VARCHAR", "email, phone and so on: the column of unified_profiles that has it.",
               nullable=False),
        Column("value", "VARCHAR", "The value, standardised as in unified_profiles.", "personal", False, _HELD[:1],
               "pseudonym"),
        Column("golden_id", "VARCHAR",
               "The only customer who has it; null where several have: profile_lineage names them.",
               "pseudonymous", sources=_HELD[1:]),
        Column("customer_count", "BIGINT", "How many customers have it.", nullable=False, sources=_HELD[1:]),
        Column("first_seen_at", "TIMESTAMP",
               "When the oldest record that has it was created, else updated, else first landed (UTC).",
               sources=(("source_records", "created_at"), ("source_records", "updated_at"))),
        Column("last_seen_at", "TIMESTAMP",
               "When a record that has it was last updated, else created, else first landed (UTC).",
               sources=(("source_records", "updated_at"), ("source_records", "created_at"))),
    ),
    ("identifier", "value"),
    (CUSTOMER,),
)  # fmt: skip


_SAID: tuple[Source, ...] = (("source_records", "*"), ("crosswalk", "golden_id"))
CONSENTS = Table(
    "consents",
    "One row per customer, consent and address that a record has a word on: the decision that holds for it.",
    (
        GOLDEN_ID,
        Column("consent", "VARCHAR", "email for consent_email, and so on.", nullable=False, sources=_SAID),
        Column("position", "INTEGER", "Numbers the rows of one customer and consent, from 1.", nullable=False,
               sources=_SAID),
        Column("address", "VARCHAR",
               "The address, number or handle that it is about; null: a word about the customer as a whole, by a "
               "record without any such address.", "personal", sources=_SAID, masked="pseudonym"),
        Column("is_given", "BOOLEAN",
               "Whether it may be used; null: what was said last is not understood, which is no consent. A "
               "refusal by any record with the address holds.", sources=_SAID),
        Column("decided_at", "TIMESTAMP", "When that was said (UTC); null where nobody wrote it down.",
               sources=_SAID),
        Column("channel", "VARCHAR", "Channel of the record that said it.", nullable=False,
               sources=(("source_records", "channel"),)),
        Column("source_record_id", "VARCHAR",
               "That record; another customer's where it refuses an address that both have.", "pseudonymous",
               False, (("source_records", "source_record_id"),)),
        Column("word", "VARCHAR", "What it said, as it was delivered.", "personal", sources=_SAID),
    ),
    ("golden_id", "consent", "position"),
    (CUSTOMER, ForeignKey(("channel", "source_record_id"), "crosswalk", ("channel", "source_record_id"))),
)  # fmt: skip

_ADDRESS = Column("address", "VARCHAR", "The address, number or handle; null for none.", "personal")
PERSON_CONSENTS = Table(
    "person_consents",
    "One row per customer who is looked at again and consent that any record of theirs has a word on: the latest.",
    (GOLDEN_ID, CONSENT, *DECISION, RECORD_NO),
    *(("golden_id", "consent"), (), "derived"),
)
RECORD_CONSENTS = Table(
    "record_consents",
    "One row per current record, consent that it has a word on, and address that the word is about.",
    (
        *(RECORD_NO, CONSENT),
        Column(
            "identifier", "VARCHAR", "What kind of address the consent is about; null for none."
        ),
        _ADDRESS,
        Column(
            "is_address", "BOOLEAN", "Whether one can write to it: not to the cookie of a browser."
        ),
        *DECISION,
        Column("word", "VARCHAR", "What it said, as it was delivered.", "personal"),
    ),
    *((), (), "derived"),
)
