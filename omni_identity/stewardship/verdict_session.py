"""Where verdicts are prepared: the last run, read-only, with a scratch copy of what two records touch."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.written_ids import bare_id
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.statements import statement
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.thresholds import cut_weight
from omni_identity.model.errors import UsageError, nearest
from omni_identity.model.home import Home
from omni_identity.stewardship.contradictions import Judgements
from omni_identity.stewardship.judgement_files import RecordKey, Verdict
from omni_identity.stewardship.judgements import read_judgements
from omni_identity.stewardship.last_run import (
    LastRun,
    describe_last_run,
    load_run_model,
    open_last_run,
)
from omni_identity.stewardship.verdict_checks import Standing, check_verdict, common_values
from omni_identity.stewardship.verdict_effects import Effect, Rules, find_affected, predict_effect

LIKENESS = 0.8
"""Jaro-Winkler similarity from which a record ID is offered in place of one that does not exist."""
LAST_RUN = "warehouse.derived"
MOST_CARRIERS = 200
"""Records with a value that is called shared of which the effect is predicted."""


@dataclass(frozen=True)
class KnownRecord:
    """A record of the ledger: its number, name, and whether it is current."""

    record_no: int
    key: RecordKey
    is_current: bool


@dataclass(frozen=True)
class VerdictSession:
    """One look at the last run of a home, and at its verdict files as they are now."""

    home: Home
    configuration: Configuration
    engine: DuckDBEngine
    run: LastRun

    def find(self, text: str, which: str) -> KnownRecord:
        """The record that ``text`` (``channel:record_id``) names, current or not.

        ``which`` is how an error calls it ("first"). Raises ``UsageError`` with the nearest spelling
        that exists.
        """
        channel, colon, record = text.strip().partition(":")
        if not colon or not record:
            raise UsageError(
                f"The {which} record has to be written as channel:record_id, as web:4711."
            )
        record = bare_id(record)
        channels = self.engine.fetch(
            "select distinct channel from ledger.records where channel is not null order by 1"
        )
        known = channels["channel"].to_list()
        if channel not in known:
            raise UsageError(
                f"The {which} record names a channel without records; there are"
                f" {', '.join(known)}.{nearest(channel, known)}"
            )
        found = self.engine.fetch(
            "select record_no, record_no in (select record_no from derived.source_records) as is_current"
            " from ledger.records where channel = $channel and source_record_id = $record",
            {"channel": channel, "record": record},
        )
        if not found.height:
            raise UsageError(
                f"No run has ever seen the {which} record in the channel '{channel}'."
                f"{self._nearest_record(channel, record)}"
            )
        return KnownRecord(
            found["record_no"][0], RecordKey(channel, record), found["is_current"][0]
        )

    def _nearest_record(self, channel: str, record: str) -> str:
        found = self.engine.fetch(
            "select source_record_id as id, jaro_winkler_similarity(source_record_id, $record) as s"
            " from ledger.records where channel = $channel"
            " order by s desc, source_record_id limit 1",
            {"channel": channel, "record": record},
        )
        is_near = found.height and found["s"][0] >= LIKENESS
        return f" Did you mean '{channel}:{found['id'][0]}'?" if is_near else ""

    def judgements(self) -> Judgements:
        """The verdicts that hold together now, by ``record_no``."""
        return read_judgements(self.engine, self.home.judgements)

    def unread_pairs(self) -> set[frozenset[int]]:
        """Pairs on which an entry stands that the last run has not read. Reads ``derived.verdict_entries``."""
        found = self.engine.fetch(statement(__file__, "unread_pairs"))
        return {frozenset(pair) for pair in found.iter_rows()}

    def check(self, verdict: Verdict, record_nos: tuple[int, int]) -> Standing | None:
        """Raise ``VerdictRefused`` when ``verdict`` must not be written; return what stands on its pair."""
        vocabulary = self.configuration.vocabulary
        return check_verdict(self.engine, self.home.judgements, verdict, record_nos, vocabulary)

    def predict(self, verdict: Verdict, record_nos: tuple[int, int]) -> Effect:
        """What the next run would make of ``verdict``, beside the verdicts written so far."""
        read_judgements(self.engine, self.home.judgements, verdict)
        seeds = {*record_nos, *self._carriers(verdict, record_nos)}
        model = self.stage(seeds)
        configuration = self.configuration
        cut = cut_weight(configuration.linkage.match_probability, model)
        rules = Rules(model, self.home.models, cut, configuration.vocabulary)
        self._stage_stakes()
        return predict_effect(self.engine, rules, self.home.judgements, verdict)

    def _carriers(self, verdict: Verdict, record_nos: tuple[int, int]) -> list[int]:
        """Records that have what is called shared, ``MOST_CARRIERS`` of them at most."""
        if verdict.judgement != "shared":
            return []
        column = {"email": "email_key"}.get(verdict.subject, verdict.subject)
        found = self.engine.fetch(
            f"select record_no from {LAST_RUN}.source_records"
            f' where list_has_any("{column}", $values::varchar[]) order by record_no limit {MOST_CARRIERS}',
            {"values": list(common_values(self.engine, verdict.subject, record_nos))},
        )
        return found["record_no"].to_list()

    def stage(self, record_nos: Collection[int]) -> LinkageModel:
        """Copy what the last run has on all that these records touch; return the model of that run.

        Reads ``derived.constraints``. Afterwards ``derived`` has all that prediction and explanation
        read.
        """
        engine = self.engine
        affected = sorted(find_affected(engine, record_nos))
        engine.run(
            "create or replace table derived.affected_records as"
            " select unnest($records::bigint[]) as record_no",
            {"records": affected},
        )
        for table in ("customers", "linkage_records", "components", "equal_records"):
            engine.run(
                f"create or replace table derived.{table} as"
                f" select t.* from {LAST_RUN}.{table} t semi join derived.affected_records using (record_no)"
            )
        engine.run(
            "create or replace table derived.scored_pairs as"
            f" select * from {LAST_RUN}.scored_pairs where record_no_l in (from derived.affected_records)"
            " and record_no_r in (from derived.affected_records)"
        )
        engine.run(
            f"""
            create or replace table derived.interactions as
            select i.golden_id, case when i.resolved_by = 'contact' then c.record_no end as record_no
            from {LAST_RUN}.interactions i
            left join derived.customers c using (channel, source_record_id)
            where i.golden_id in (select golden_id from derived.customers)
            """
        )
        engine.run(
            "create or replace table derived.audience_members as"
            f" select golden_id, audience from {LAST_RUN}.audience_members"
            " where golden_id in (select golden_id from derived.customers)"
        )
        is_judged = "derived.judged_shared_values" in engine.columns("warehouse")
        engine.run(
            "create or replace table derived.values_judged_before as select identifier, value"
            + (
                f" from {LAST_RUN}.judged_shared_values"
                if is_judged  # a run of an earlier version has none
                else " from (select null::varchar as identifier, null::varchar as value) where false"
            )
        )
        return load_run_model(engine, self.home, self.run)

    def _stage_stakes(self) -> None:
        """Copy what the last run has on the consents of the staged customers, and on the figures they count in."""
        engine = self.engine
        said = " union all ".join(
            f"select golden_id, '{consent}' as consent, consent_{consent} as is_given from profiles"
            for consent in self.configuration.vocabulary.consents
        )
        engine.run(
            "create or replace table derived.given_consents as"
            f" with profiles as (select * from {LAST_RUN}.unified_profiles"
            " where golden_id in (select golden_id from derived.customers))"
            f" {said or 'select null::varchar as golden_id, null::varchar as consent, false as is_given limit 0'}"
        )
        engine.run(statement(__file__, "figures"))


@contextmanager
def open_verdict_session(home: Home, configuration: Configuration) -> Iterator[VerdictSession]:
    """Open the last run of ``home`` to judge on; the warehouse is only read.

    Raises ``UsageError`` when no run has made customers yet, ``HomeIsBusy`` while a run is at work.
    """
    with open_last_run(home) as engine:
        engine.run("create schema ledger")
        engine.run("create schema derived")
        engine.run("create view ledger.records as from warehouse.ledger.records")
        engine.run(f"create view derived.source_records as from {LAST_RUN}.source_records")
        yield VerdictSession(home, configuration, engine, describe_last_run(engine, home))
