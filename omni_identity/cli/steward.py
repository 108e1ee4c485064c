"""A steward at work: looks at questions, writes verdicts, and knows which questions they settle."""

from __future__ import annotations

from datetime import datetime, timedelta

from omni_identity.cli.screens.review import Case
from omni_identity.linkage.thresholds import cut_weight
from omni_identity.pipeline.run_context import utc_now
from omni_identity.stewardship.explanation import explain_records
from omni_identity.stewardship.judgement_files import (
    Judgement,
    RecordKey,
    Verdict,
    append_verdict,
)
from omni_identity.stewardship.review_queue import Question, list_questions
from omni_identity.stewardship.verdict_session import VerdictSession


def list_open_questions(session: VerdictSession) -> list[Question]:
    """All questions that the last run leaves open, the most consequential first."""
    return list_questions(session.engine)


class Steward:
    """Judges in the name of ``by``, for one ``reason``; ``written_count`` entries so far."""

    def __init__(self, session: VerdictSession, by: str, reason: str) -> None:
        self._session = session
        self._by = by
        self._reason = reason
        self._judgements = session.judgements()
        self._last_at = datetime.min
        self.written_count = 0

    def is_settled(self, question: Question) -> bool:
        """Whether verdicts, this steward's or earlier ones, answer the question already."""
        judgements, pair = self._judgements, question.record_nos
        return judgements.are_same(*pair) or judgements.are_different(*pair)

    def write(self, question: Question, judgement: Judgement) -> None:
        """Append a verdict on the question's pair; raises ``VerdictRefused`` when it must not be."""
        verdict = self._verdict(question, judgement)
        self._session.check(verdict, question.record_nos)
        append_verdict(self._session.home.judgements, verdict)
        self._last_at = verdict.judged_at
        self.written_count += 1
        self._judgements = self._session.judgements()

    def look_at(self, question: Question) -> Case:
        """Explain the question's pair, and predict what the answer that changes something would change."""
        session, configuration = self._session, self._session.configuration
        session.judgements()
        model = session.stage(question.record_nos)
        cut = cut_weight(configuration.linkage.match_probability, model)
        explanation = explain_records(
            session.engine, model, question.record_nos, cut, configuration.vocabulary
        )
        likely: Judgement = "different" if question.is_inside else "same"
        effect = session.predict(self._verdict(question, likely), question.record_nos)
        return Case(question, explanation, effect)

    def _verdict(self, question: Question, judgement: Judgement) -> Verdict:
        left, right = (RecordKey(*name.split(":", 1)) for name in question.names)
        # a clock that is set back must not put an answer before the one that it takes back
        now = max(utc_now(), self._last_at + timedelta(microseconds=1))
        return Verdict(now, judgement, left, right, self._by, self._reason)
