"""One sitting at the review queue: which question is next, what was answered, and how to take it back."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable

from omni_identity.stewardship.review_queue import Question
from omni_identity.stewardship.steward import Answer

Write = Callable[[Question, Answer], None]
"""Writes a verdict down; raises ``VerdictRefused`` when it must not be written."""


class ReviewSession:
    """Walks through ``questions``; passes over one as soon as ``is_settled`` says that verdicts answer it."""

    def __init__(
        self,
        questions: Iterable[Question],
        write: Write,
        is_settled: Callable[[Question], bool],
        limit: int | None = None,
    ) -> None:
        self._write = write
        self._is_settled = is_settled
        open_questions = [question for question in questions if not is_settled(question)]
        self._todo = deque(open_questions[:limit])
        self._put_off: list[Question] = []
        self._answers: list[tuple[Question, Answer | None]] = []

    def __len__(self) -> int:
        """How many questions are left, the ones put off among them."""
        return len(self._todo)

    def current(self) -> Question | None:
        """The question to answer now; None when all are answered."""
        while self._todo and self._is_settled(self._todo[0]):
            self._todo.popleft()
        return self._todo[0] if self._todo else None

    def answer(self, answer: Answer) -> None:
        """Write a verdict on the current question, and go on; stay when it is refused."""
        question = self._todo[0]
        self._write(question, answer)
        self._answers.append((self._todo.popleft(), answer))

    def put_off(self) -> None:
        """Be unsure: the question comes last; unsure once more, it is left for another sitting."""
        question = self._todo.popleft()
        if question not in self._put_off:
            self._todo.append(question)
        self._put_off.append(question)
        self._answers.append((question, None))

    def take_back(self) -> bool:
        """Return to the question answered last, its verdict withdrawn; False when there is none."""
        if not self._answers:
            return False
        question, answer = self._answers[-1]
        if answer is not None:
            self._write(question, Answer("withdrawn"))
        else:
            self._put_off.remove(question)
            if question in self._todo:
                self._todo.remove(question)
        self._answers.pop()
        self._todo.appendleft(question)
        return True

    def counts(self) -> Counter[str]:
        """How many questions were answered, by judgement, and how many are left ``unsure``."""
        written = Counter[str](answer.judgement for _, answer in self._answers if answer)
        judged = {question for question, answer in self._answers if answer}
        written["unsure"] += len(set(self._put_off) - judged)
        return written
