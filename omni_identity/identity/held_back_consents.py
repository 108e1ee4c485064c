"""Words on consent in rows that are held back: they can take a consent away from the record, and give none.

A row that is held back for its birth date still says that its person refuses. So a refusal in it counts, and
so does a word that is not understood, where the row is newer than the record's current version: the older
yes is none any more. A yes in such a row is not believed; the next good version of the record has the word.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.identity.record_versions import POSITIONS, believed
from omni_identity.identity.standardised_contacts import rules_for
from omni_identity.model.attributes import Vocabulary, word_of
from omni_identity.standardise.consent import consent_words, standardise_consent_by_rules
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.timestamp import standardise_timestamp

_SAID = "held_back_words"
_COLUMNS = (
    "file_no INTEGER, row_number BIGINT, channel VARCHAR, source_record_id VARCHAR, updated_at TIMESTAMP,"
    " consent VARCHAR, is_given BOOLEAN, decided_at TIMESTAMP, word VARCHAR"
)


def apply_held_back_consents(
    engine: Engine, configuration: Configuration, records: str, snapshots: Sequence[str]
) -> None:
    """Let refusals and words not understood of held-back rows hold in ``records``, a table of current records.

    ``find_held_back_words`` has found them. ``records`` has all touched records, ``snapshots`` are the
    channels whose newer file always wins. Brings ``derived.held_back_consents`` up to date for touched
    records: ``record_no, channel, consent, is_given, decided_at, word`` of each that holds. Its time is that
    of the decision, else that of the row, else that of the landing: a refusal counts as late as it can have
    been said.
    """
    engine.run(
        "create table if not exists derived.held_back_consents (record_no BIGINT, channel VARCHAR,"
        " consent VARCHAR, is_given BOOLEAN, decided_at TIMESTAMP, word VARCHAR)"
    )
    engine.run(
        "delete from derived.held_back_consents where record_no in (select record_no from ledger.records"
        " semi join derived.touched_records using (channel, source_record_id))"
    )
    engine.run(_HOLDING.format(records=records), {"snapshots": list(snapshots)})
    name = records.partition(".")[2]
    for consent in configuration.vocabulary.consents:
        engine.run(  # whoever refuses already goes on refusing
            f"delete from derived.held_back_consents where consent = '{consent}'"
            f" and record_no in (select record_no from {records} where not consent_{consent})"
        )
        engine.run(
            f"update {records} set consent_{consent} = h.is_given, consent_{consent}_at = h.decided_at,"
            f" {word_of(consent)} = h.word from derived.held_back_consents h"
            f" where h.record_no = {name}.record_no and h.consent = '{consent}'"
        )
    engine.run(f"drop table {_SAID}")


def find_held_back_words(engine: Engine, configuration: Configuration) -> None:
    """Rebuild the temporary table of the words, none of them a yes, in held-back rows of touched records."""
    vocabulary = configuration.vocabulary
    engine.run(f"create or replace temp table {_SAID} ({_COLUMNS})")
    if not vocabulary.consents:
        return
    said = " or ".join(f"q.consent_{consent} is not null" for consent in vocabulary.consents)
    columns = ", ".join(f"q.{name}" for name in vocabulary.consent_columns)
    rows = (
        f"select q.file_no, q.row_number, q.channel, q.source_record_id, q.updated_at, {columns}"
        " from landed.quarantined_rows q join derived.touched_records t"
        " on t.channel = q.channel and t.source_record_id = q.source_record_id"
        f" where q.feed = 'contacts' and ({said})"
    )
    channels = engine.fetch(f"select distinct channel from ({rows}) found")["channel"].to_list()
    for channel in configuration.channels:
        if channel.name in channels:
            rules = rules_for(engine, configuration, channel)

            def read(frame: pl.DataFrame, rules: Rules = rules) -> pl.DataFrame:
                return read_words(frame, rules)

            engine.map_batches(
                f"{rows} and q.channel = $channel", read, _SAID, {"channel": channel.name}
            )


def read_words(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The words of ``rows`` on consent that are no yes, one row each: ``is_given`` is false or null, never true.

    ``rows`` has the consents and their times as delivered; what else it has stays.
    """
    vocabulary: Vocabulary = rules.vocabulary
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


_HOLDING = f"""
    insert into derived.held_back_consents
    with {POSITIONS}, said as (
        select s.channel, s.source_record_id, s.row_number, s.consent, s.is_given, s.word,
            p.path, p.version, p.landed_at,
            {believed("s", "p")} as updated_at, {believed("s", "p", "decided_at")} as decided_at
        from {_SAID} s join positions p on p.file_no = s.file_no
    ), newer as (
        select r.record_no, s.*
        from said s
        join {{records}} r on r.channel = s.channel and r.source_record_id = s.source_record_id
        join positions p on p.file_no = r.file_no
        where case
            when p.is_snapshot and (s.path, s.version) <> (p.path, p.version)
                or s.updated_at is null or r.updated_at is null or s.updated_at = r.updated_at
            then (s.path, s.version, s.row_number) > (p.path, p.version, r.row_number)
            else s.updated_at > r.updated_at
        end
    )
    select record_no, channel, consent, is_given, coalesce(decided_at, updated_at, landed_at), word
    from newer
    qualify row_number() over (
        partition by record_no, consent
        order by case when is_given is null then 1 else 0 end,
            coalesce(decided_at, updated_at, landed_at) desc, path desc, version desc, row_number desc
    ) = 1
"""
"""Of the rows that are newer than the current version, a refusal before a word that is not understood."""
