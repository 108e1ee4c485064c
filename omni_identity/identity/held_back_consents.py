"""Words on consent in rows that are held back: they can take a consent away from the record, and give none.

A row that is held back for its birth date still says that its person refuses. So a refusal in it counts, and
so does a word that is not understood, where the row is newer than the record's current version: the older
yes is none any more. A yes in such a row is not believed; the next good version of the record has the word.
"""

from __future__ import annotations

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.declared import create_missing
from omni_identity.engines.statements import statement
from omni_identity.identity.standardised_contacts import rules_for
from omni_identity.model.attributes import Vocabulary, word_of
from omni_identity.standardise.consent import consent_words, standardise_consent_by_rules
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.timestamp import standardise_timestamp

_COLUMNS = (
    "file_no INTEGER, row_number BIGINT, channel VARCHAR, source_record_id VARCHAR, updated_at TIMESTAMP,"
    " consent VARCHAR, is_given BOOLEAN, decided_at TIMESTAMP, word VARCHAR"
)


def apply_held_back_consents(engine: Engine, vocabulary: Vocabulary) -> None:
    """Let refusals and words not understood of held-back rows hold in ``derived.new_source_records``.

    Reads the temporary tables ``held_back_words``, which :func:`find_held_back_words` has left and this drops,
    and ``contact_files``; ``derived.affected_records`` and ``ledger.records``. Brings
    ``derived.held_back_consents`` up to date for the affected records: ``record_no, channel, consent, is_given,
    decided_at, word`` of each that holds.
    """
    create_missing(engine, "derived.held_back_consents")
    engine.run(
        "delete from derived.held_back_consents where record_no in (select record_no from ledger.records"
        " semi join derived.affected_records using (channel, source_record_id))"
    )
    engine.run(statement(__file__, "held_back_consents"))
    records = "derived.new_source_records"
    for consent in vocabulary.consents:
        engine.run(  # whoever refuses already goes on refusing
            f"delete from derived.held_back_consents where consent = '{consent}'"
            f" and record_no in (select record_no from {records} where not consent_{consent})"
        )
        engine.run(
            f"update {records} set consent_{consent} = h.is_given, consent_{consent}_at = h.decided_at,"
            f" {word_of(consent)} = h.word from derived.held_back_consents h"
            f" where h.record_no = new_source_records.record_no and h.consent = '{consent}'"
        )
    engine.run("drop table held_back_words")


def find_held_back_words(engine: Engine, configuration: Configuration) -> None:
    """Rebuild the temporary table ``held_back_words``: words, none of them a yes, in affected records' held-back rows.

    Reads ``landed.quarantined_rows`` and ``derived.affected_records``.
    """
    vocabulary = configuration.vocabulary
    engine.run(f"create or replace temp table held_back_words ({_COLUMNS})")
    if not vocabulary.consents:
        return
    said = " or ".join(f"q.consent_{consent} is not null" for consent in vocabulary.consents)
    columns = ", ".join(f"q.{name}" for name in vocabulary.consent_columns)
    rows = (
        f"select q.file_no, q.row_number, q.channel, q.source_record_id, q.updated_at, {columns}"
        " from landed.quarantined_rows q join derived.affected_records a"
        " on a.channel = q.channel and a.source_record_id = q.source_record_id"
        f" where q.feed = 'contacts' and ({said})"
    )
    channels = engine.fetch(f"select distinct channel from ({rows}) found")["channel"].to_list()
    for channel in configuration.channels:
        if channel.name in channels:
            rules = rules_for(engine, configuration, channel)

            def read(frame: pl.DataFrame, rules: Rules = rules) -> pl.DataFrame:
                return read_words(frame, rules)

            engine.map_batches(
                f"{rows} and q.channel = $channel",
                read,
                "held_back_words",
                {"channel": channel.name},
            )


def read_words(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The words of ``rows`` on consent that are no yes, one row each: ``is_given`` is false or null, never true.

    ``rows`` has the consents and their times as delivered; what else it has stays.
    """
    vocabulary = rules.vocabulary
    words = consent_words(rows, vocabulary)
    keys = rows.drop(vocabulary.consent_columns)
    found = []
    for consent in vocabulary.consents:
        name = f"consent_{consent}"
        given = standardise_consent_by_rules(rows[name], name, rules)
        times = standardise_timestamp(rows[f"{name}_at"], f"{name}_at", rules)
        found.append(
            keys.with_columns(
                pl.lit(consent).alias("consent"),
                given[name].alias("is_given"),
                times[f"{name}_at"].alias("decided_at"),
                words[word_of(consent)].alias("word"),
            )
        )
    is_word = pl.col("word").is_not_null() | pl.col("is_given").is_not_null()
    return pl.concat(found).filter(is_word & ~pl.col("is_given").fill_null(False))
