"""The tables between landing and publication, described as the registry does the published ones."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from omni_identity.channels.column_sources import Source, column_names, describe_sources
from omni_identity.channels.configuration import Channel, Feed, FeedKind
from omni_identity.identity.standardised_contacts import KEY_COLUMNS, sql_type
from omni_identity.model.attributes import FACTS_NUMBER, FACTS_TEXT, Vocabulary, word_of
from omni_identity.model.registry import Column, Pii, Table
from omni_identity.standardise.rules import standardised_columns

Comments = dict[str, str]

_KEY_COMMENTS: Comments = {
    "file_no": "The landed file.",
    "row_number": "Data row in the file, from 1.",
    "channel": "The channel, as omni.yaml names it.",
    "source_record_id": "The channel's own ID of the contact record.",
    "updated_at": "When the channel last changed the record (UTC).",
    "is_deleted": "Whether the channel says that it dropped the record.",
}
_PSEUDONYMOUS = {"source_record_id"}
_IMPERSONAL = {
    "record_no",
    "file_no",
    "row_number",
    "channel",
    "updated_at",
    "is_deleted",
    "country",
}
_PAIR = ("record_no_l", "record_no_r")
_RECORD_NO = "The record's number in the ledger: the order in which records were first seen."


def landed_table(name: str, kind: FeedKind, feed: Feed, vocabulary: Vocabulary) -> Table:
    """One channel's landed contacts or interactions: the columns that its ``omni.yaml`` fills."""
    texts = {"source_record_id", "interaction_id", "kind", *FACTS_TEXT, *vocabulary.raw_single}
    types = {
        **KEY_COLUMNS,
        **dict.fromkeys(FACTS_NUMBER, "DOUBLE"),
        "occurred_at": "TIMESTAMP",
        **dict.fromkeys(vocabulary.identifiers, "VARCHAR[]"),
    }
    columns = [
        Column(name, KEY_COLUMNS[name], _KEY_COMMENTS[name])
        for name in ("file_no", "row_number", "channel")
    ]
    for ours, origin in _origins(feed).items():
        sql = "VARCHAR" if ours in texts else types[ours]
        columns.append(Column(ours, sql, origin, _pii(ours)))
    noun = "contact" if kind == "contacts" else "interaction"
    comment = f"One row per {noun} row that the channel has delivered and that kept its contract."
    return Table(name, comment, tuple(columns), ("file_no", "row_number"))


def _origins(feed: Feed) -> dict[str, str]:
    """``{our column: "The file's given, family."}``: what each of ours is filled from.

    What a feed names besides these (``where``, ``lines``) fills no column of its landed table.
    """
    ours = {"record_id": "source_record_id", "contact": "source_record_id", "deleted": "is_deleted"}
    origins: dict[str, list[str]] = {}
    for key in feed.column_keys():
        if key != "one_per" and getattr(feed, key):
            origins.setdefault(ours.get(key, key), []).append(_origin(getattr(feed, key)))
    for attribute, columns in feed.mapping.items():
        origins.setdefault(attribute, []).append(_origin(columns))
    return {name: " ".join(sentences) for name, sentences in origins.items()}


def _origin(found: Source | tuple[Source, ...]) -> str:
    described = describe_sources(found)
    return f"The file's {described}." if column_names(found) else f"Always {described}."


def _pii(name: str) -> Pii:
    if name in _PSEUDONYMOUS:
        return "pseudonymous"
    facts = {*FACTS_TEXT, *FACTS_NUMBER, "interaction_id", "kind", "occurred_at"} - {"subject"}
    if name in _IMPERSONAL | facts or name.startswith("consent_"):
        return "none"
    return "personal"


def standardised_table(channels: Iterable[Channel], vocabulary: Vocabulary) -> Table:
    """Every landed contact row, standardised."""
    words = dict.fromkeys(map(word_of, vocabulary.consents), pl.String())
    standardised = {**standardised_columns(vocabulary), **words}
    landed = [(f"contacts/{c.name}", _origins(c.contacts)) for c in channels if c.contacts]
    mapped = {
        name: tuple(
            (asset, source)
            for asset, origins in landed
            for source in _raw_attributes(name)
            if source in origins
        )
        for name in (*KEY_COLUMNS, *standardised)
    }
    keys = (
        Column(name, kind, _KEY_COMMENTS[name], _pii(name), sources=mapped[name])
        for name, kind in KEY_COLUMNS.items()
    )
    values = (
        Column(name, sql_type(kind), _standardised_comment(name), _pii(name), sources=mapped[name])
        for name, kind in standardised.items()
    )
    comment = "One row per landed contact row, its attributes standardised."
    return Table("standardised_contacts", comment, (*keys, *values), ("file_no", "row_number"))


def _raw_attributes(standardised: str) -> tuple[str, ...]:
    """The raw attributes that a standardised column can come from."""
    name = standardised.removeprefix("word_").removesuffix("_key").removesuffix("_canonical")
    if name in ("first_name", "middle_name", "last_name", "name_suffix"):
        return (name, "full_name")
    if name == "full_name":
        return ("full_name", "first_name", "middle_name", "last_name", "name_suffix")
    return ("street",) if name == "house_number" else (name,)


def _standardised_comment(name: str) -> str:
    if name == "placeholders":
        return "Attributes whose value was a placeholder, such as N/A, and became null."
    if name == "invalid":
        return "Attributes whose value could not be what it says, and became null."
    if name.endswith("_key"):
        return f"{name.removesuffix('_key')} reduced to what is compared."
    if name.startswith(word_of("")):
        return f"The word in which {name.removeprefix('word_')} was said; null where nothing was."
    if name == "first_name_canonical":
        return "The given name behind a nickname."
    return f"{name}, standardised."


def source_records_table(vocabulary: Vocabulary) -> Table:
    """The current version of every source record."""
    here = "standardised_contacts"
    columns = (
        Column(c.name, c.type, c.comment, c.pii, c.nullable, ((here, c.name),))
        for c in standardised_table((), vocabulary).columns
    )
    ledger = (
        Column("record_no", "BIGINT", _RECORD_NO, nullable=False,
               sources=((here, "channel"), (here, "source_record_id"))),
        Column("first_landed_at", "TIMESTAMP", "Start of the run that first saw the record (UTC)."),
    )  # fmt: skip
    comment = "One row per current source record: the newest version of a record not deleted."
    return Table("source_records", comment, (*ledger, *columns), ("channel", "source_record_id"))


def linkage_tables() -> tuple[Table, ...]:
    """Candidate pairs, the frozen model and the scores."""
    return _candidate_pairs(), _linkage_model(), _match_scores()


def _pair(source: str, columns: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(name, "BIGINT", _RECORD_NO, nullable=False, sources=((source, column),))
        for name, column in zip(_PAIR, columns, strict=True)
    )


def _candidate_pairs() -> Table:
    columns = _pair("source_records", ("record_no", "record_no"))
    comment = "One row per pair of current records that share a blocking key."
    return Table("candidate_pairs", comment, columns, _PAIR)


def _linkage_model() -> Table:
    version = Column("model_version", "VARCHAR", "The name of the model's folder.", nullable=False)
    comparisons = Column(
        "comparisons", "JSON", "Comparisons, their levels and match weights (log2).", nullable=False
    )
    comment = "The pinned, frozen linkage model: trained on the first run, only read afterwards."
    return Table("linkage_model", comment, (version, comparisons), ("model_version",))


def _match_scores() -> Table:
    weight = Column(
        "match_weight",
        "DOUBLE",
        "Evidence for the pair being one person, log2.",
        nullable=False,
        sources=(("linkage_model", "comparisons"),),
    )
    comment = "One row per scored pair: candidate pairs, and every pair inside a component."
    return Table("match_scores", comment, (*_pair("candidate_pairs", _PAIR), weight), _PAIR)


def constraints_table() -> Table:
    """What stewards' verdicts ask of tonight's clustering."""
    judgement = Column("judgement", "VARCHAR", "same or different.", nullable=False)
    comment = (
        "One row per pair of current records that a steward's verdict holds together or apart."
    )
    pair = _pair("source_records", ("record_no", "record_no"))
    return Table("constraints", comment, (*pair, judgement), _PAIR)


def customers_table() -> Table:
    """Tonight's customers."""
    same = tuple(
        Column(name, kind, comment, _pii(name), False, (("source_records", name),))
        for name, kind, comment in (
            ("record_no", "BIGINT", _RECORD_NO),
            ("channel", "VARCHAR", _KEY_COMMENTS["channel"]),
            ("source_record_id", "VARCHAR", _KEY_COMMENTS["source_record_id"]),
        )
    )
    golden = Column(
        "golden_id",
        "VARCHAR",
        "The golden ID of the record's customer.",
        "pseudonymous",
        False,
        (("match_scores", "match_weight"), ("source_records", "record_no")),
    )
    comment = "One row per current source record, with the golden ID of its customer."
    return Table("customers", comment, (*same, golden), ("channel", "source_record_id"))
