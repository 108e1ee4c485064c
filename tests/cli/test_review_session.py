"""A sitting at the review queue: every answer counts once, and every answer can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.cli.review_session import ReviewSession
from omni_identity.stewardship.review_queue import Question
from omni_identity.stewardship.steward import Answer
from omni_identity.stewardship.verdict_checks import VerdictRefused

KEYS = st.lists(st.sampled_from("sdub"), max_size=30)


def question(number: int) -> Question:
    names = (f"web:w{number}", f"till:t{number}")
    return Question((number, number + 100), names, (f"G{number}", f"G{number + 100}"), 0.5, 2, 0)


class Book:
    """What was written, and what holds now."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, str]] = []

    def write(self, asked: Question, answer: Answer) -> None:
        if asked.record_nos[0] == 99:
            raise VerdictRefused("no")
        self.entries.append((asked.record_nos[0], answer.judgement))

    @property
    def held(self) -> dict[int, str]:
        latest = dict(self.entries)
        return {number: word for number, word in latest.items() if word != "withdrawn"}

    def is_settled(self, asked: Question) -> bool:
        return asked.record_nos[0] in self.held


def play(session: ReviewSession, keys: list[str]) -> list[int]:
    """Press keys while there is a question; return the questions as they were shown."""
    shown = []
    for key in keys:
        current = session.current()
        if current is None:
            break
        shown.append(current.record_nos[0])
        if key == "b":
            session.take_back()
        elif key == "u":
            session.put_off()
        else:
            session.answer(Answer("same" if key == "s" else "different"))
    return shown


def start(book: Book, count: int, limit: int | None = None) -> ReviewSession:
    return ReviewSession(map(question, range(count)), book.write, book.is_settled, limit)


def test_unsure_comes_last_once_and_then_waits_for_another_sitting() -> None:
    book = Book()
    session = start(book, 3)
    assert play(session, list("usduu")) == [0, 1, 2, 0]
    assert session.current() is None
    assert book.held == {1: "same", 2: "different"}
    assert session.counts() == {"same": 1, "different": 1, "unsure": 1}


def test_back_returns_to_the_question_and_withdraws_its_verdict() -> None:
    book = Book()
    session = start(book, 2)
    assert play(session, list("sbd")) == [0, 1, 0]
    assert book.entries == [(0, "same"), (0, "withdrawn"), (0, "different")]
    assert start(book, 2).take_back() is False


def test_a_refused_verdict_leaves_the_question_open() -> None:
    book = Book()
    session = ReviewSession([question(99)], book.write, book.is_settled)
    with pytest.raises(VerdictRefused):
        session.answer(Answer("same"))
    current = session.current()
    assert current is not None
    assert session.take_back() is False


def test_a_limit_counts_open_questions_only() -> None:
    book = Book()
    book.entries.append((0, "same"))
    assert len(start(book, 5, limit=2)) == 2


@given(KEYS)
def test_what_holds_is_what_was_answered_and_not_taken_back(keys: list[str]) -> None:
    book = Book()
    session = start(book, 4)
    play(session, keys)
    words: list[tuple[int, str]] = []
    todo = [0, 1, 2, 3]
    put_off: set[int] = set()
    stack = []
    for key in keys:  # the same rules, with whole states kept instead of steps undone
        if not todo:
            break
        if key == "b":
            if stack:
                todo, put_off, words = stack.pop()
            continue
        stack.append((list(todo), set(put_off), list(words)))
        here = todo.pop(0)
        if key == "u":
            if here not in put_off:
                todo.append(here)
            put_off.add(here)
        else:
            words.append((here, "same" if key == "s" else "different"))
    assert book.held == dict(words)
    assert len(session) == len(todo)
    current = session.current()
    assert (current.record_nos[0] if current else None) == (todo[0] if todo else None)


@given(KEYS)
def test_taking_everything_back_leaves_nothing(keys: list[str]) -> None:
    book = Book()
    session = start(book, 4)
    play(session, keys)
    while session.take_back():
        pass
    assert book.held == {}
    assert len(session) == 4
    assert not +session.counts()
