"""What waits for a second person: whom it waits for, and how it ends."""

from __future__ import annotations

import pytest

from omni_identity.desk.people import Person
from omni_identity.desk.second_person import LASTS, OwnWish, SecondPersons, Wish

STELLA = Person("Stella", frozenset(("steward",)))
STEFAN = Person("Stefan", frozenset(("steward", "agent")))
PETRA = Person("Petra", frozenset(("privacy_officer",)))


def part_them() -> Wish:
    return Wish("two people", ("G1",), "why", frozenset(("steward",)), lambda _: None)


def test_nobody_confirms_their_own_and_nobody_of_another_role() -> None:
    all_wishes = SecondPersons()
    all_wishes.ask(STELLA, part_them())
    (waiting,) = all_wishes.waiting_for(STELLA)
    assert all_wishes.waiting_for(PETRA) == []
    assert all_wishes.take(waiting.wish_id, PETRA) is None
    with pytest.raises(OwnWish):
        all_wishes.take(waiting.wish_id, STELLA)
    assert all_wishes.take(waiting.wish_id, STEFAN) == waiting
    assert all_wishes.take(waiting.wish_id, STEFAN) is None, "once"


def test_who_asked_takes_it_back() -> None:
    all_wishes = SecondPersons()
    all_wishes.ask(STELLA, part_them())
    (waiting,) = all_wishes.waiting_for(STELLA)
    assert all_wishes.take(waiting.wish_id, STELLA, to_decline=True) == waiting
    assert all_wishes.waiting_for(STEFAN) == []


def test_what_waited_for_a_day_is_forgotten() -> None:
    now = [0.0]
    all_wishes = SecondPersons(lambda: now[0])
    all_wishes.ask(STELLA, part_them())
    (waiting,) = all_wishes.waiting_for(STEFAN)
    now[0] = LASTS
    assert all_wishes.waiting_for(STEFAN) == []
    assert all_wishes.take(waiting.wish_id, STEFAN) is None
