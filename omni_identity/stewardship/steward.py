"""A steward at work: looks at questions, writes verdicts, and knows which questions they settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from omni_identity.linkage.thresholds import cut_weight
from omni_identity.stewardship.contradictions import Judgements
from omni_identity.stewardship.explanation import Explanation, explain_records
from omni_identity.stewardship.judgement_files import (
    Judgement,
    RecordKey,
    Verdict,
    append_verdict,
)
from omni_identity.stewardship.review_queue import Question, list_questions
from omni_identity.stewardship.verdict_effects import Effect
from omni_identity.stewardship.verdict_session import VerdictSession


@dataclass(frozen=True)
class Case:
    """A question with all that a steward needs: the explanation of the pair, and what an answer changes."""

    question: Question
    explanation: Explanation
    effect: Effect


@dataclass(frozen=True)
class Answer:
    """What a steward says to a question.

    ``subject``: of ``wrong_data`` the attribute, of ``shared`` the identifier. ``is_other``: it is the second record's
    value that is wrong.
    """

    judgement: Judgement
    subject: str = ""
    is_other: bool = False


def list_open_questions(session: VerdictSession) -> list[Question]:
    """All questions that the last run leaves open, the most consequential first."""
    return list_questions(session.engine)


class Steward:
    """Judges in the name of ``by``, for one ``reason``; ``written_count`` entries so far. ``clock`` says when (UTC)."""

    def __init__(
        self, session: VerdictSession, by: str, reason: str, clock: Callable[[], datetime]
    ) -> None:
        self._session = session
        self._clock = clock
        self._by = by
        self._reason = reason
        self._standing: tuple[Judgements, set[frozenset[int]]] | None = None
        self._last_at = datetime.min
        self.written_count = 0

    def is_settled(self, question: Question) -> bool:
        """Whether verdicts, this steward's or earlier ones, answer the question already.

        What was said of values, or that nobody can tell, answers it until a run has gone by it.
        """
        if self._standing is None:
            self._standing = self._session.judgements(), self._session.unread_pairs()
        (judgements, unread), pair = self._standing, question.record_nos
        if question.kind == "contradicting_verdicts":
            return frozenset(pair) in unread
        return (
            judgements.are_same(*pair)
            or judgements.are_different(*pair)
            or frozenset(pair) in unread
        )

    def write(self, question: Question, answer: Answer) -> None:
        """Append a verdict on the question's pair; raises ``VerdictRefused`` when it must not be."""
        verdict = self.verdict(question, answer)
        self._session.check(verdict, numbers_of(question, answer))
        append_verdict(self._session.home.judgements, verdict)
        self._last_at = verdict.judged_at
        self.written_count += 1
        self._standing = None

    def predict(self, question: Question, answer: Answer) -> Effect:
        """What the next run would make of an answer; raises ``VerdictRefused`` when it must not be given."""
        verdict, numbers = self.verdict(question, answer), numbers_of(question, answer)
        self._session.check(verdict, numbers)
        return self._session.predict(verdict, numbers)

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
        effect = session.predict(self.verdict(question, Answer(likely)), question.record_nos)
        return Case(question, explanation, effect)

    def verdict(self, question: Question, answer: Answer) -> Verdict:
        """The entry that an answer is."""
        names = reversed(question.names) if answer.is_other else question.names
        left, right = (RecordKey(*name.split(":", 1)) for name in names)
        # a clock that is set back must not put an answer before the one that it takes back
        now = max(self._clock(), self._last_at + timedelta(microseconds=1))
        return Verdict(now, answer.judgement, left, right, self._by, self._reason, answer.subject)


def numbers_of(question: Question, answer: Answer) -> tuple[int, int]:
    """The numbers of the two records, in the order in which the answer names them."""
    one, other = question.record_nos
    return (other, one) if answer.is_other else (one, other)
