"""Where a figure becomes unusual: by history where there is enough, by absolute rules where not."""

from __future__ import annotations

import pytest

from omni_identity.channels.check_settings import CheckSettings
from omni_identity.publish.feeds.bounds import bounded
from omni_identity.publish.feeds.figure import WHOLE, Figure
from omni_identity.publish.feeds.usual import Usual

SETTINGS = CheckSettings()
NEVER = CheckSettings(
    max_deleted_share=1, max_fill_change=1, max_shape_change=1, max_person_change_share=1,
    max_future_share=1, max_unknown_kind_share=1, max_unread_share=1, max_unknown_contact_share=1,
)  # fmt: skip


def figure(name: str, counted: int, total: int, attribute: str = WHOLE) -> Figure:
    return Figure.share(("web", "contacts", attribute), name, counted, total)


def always(share: float, runs: int = 5) -> Usual:
    return Usual(runs, share, share, share)


@pytest.mark.parametrize(
    ("counted", "total", "is_unusual"),
    [
        (1, 1, True),
        (2, 3, False),
        (3, 3, True),
        (2, 4, False),
        (3, 4, True),
        (3, 9, False),
        (5, 10, True),
        (37, 40, True),
        (12, 40, False),
        (13, 40, True),
        (290, 1000, False),
        (310, 1000, True),
    ],
)
def test_how_many_records_may_be_gone(counted: int, total: int, is_unusual: bool) -> None:
    gone = figure("gone", counted, total)
    assert bounded(gone, None, SETTINGS).is_unusual == is_unusual
    assert not bounded(gone, None, NEVER).is_unusual


@pytest.mark.parametrize(
    ("counted", "total", "is_unusual"),
    [
        (2, 2, False),
        (3, 3, True),
        (3, 4, False),
        (3, 10, False),
        (4, 10, True),
        (9, 100, False),
        (11, 100, True),
    ],
)
def test_how_many_records_may_be_somebody_else(counted: int, total: int, is_unusual: bool) -> None:
    other = figure("other_person", counted, total)
    assert bounded(other, None, SETTINGS).is_unusual == is_unusual
    assert not bounded(other, None, NEVER).is_unusual


@pytest.mark.parametrize(
    ("name", "counted", "total", "usual", "is_unusual"),
    [
        ("filled", 0, 50, None, False),
        ("filled", 0, 9, always(1), False),
        ("filled", 6, 10, always(1), True),
        ("filled", 8, 10, always(1), False),
        ("filled", 20, 100, always(0.7), True),
        ("filled", 45, 100, always(0.7), False),
        ("filled", 10, 100, Usual(9, 0.2, 0.9, 0.8), False),
        ("filled", 10, 100, Usual(9, None, None, 0.8), True),
        ("filled", 10, 100, Usual(9, None, None, None), False),
        ("lost", 10, 40, None, False),
        ("lost", 15, 40, None, True),
        ("lost", 3, 3, None, True),
        ("blank", 2, 2, None, False),
        ("blank", 3, 3, None, True),
        ("blank", 30, 40, None, False),
        ("blank", 30, 40, always(0), True),
        ("usable", 50, 100, always(0.95), True),
        ("usable", 85, 100, always(0.95), False),
    ],
)
def test_how_far_a_column_may_change(
    name: str, counted: int, total: int, usual: Usual | None, is_unusual: bool
) -> None:
    found = figure(name, counted, total, "city")
    assert bounded(found, usual, SETTINGS).is_unusual == is_unusual
    assert not bounded(found, usual, NEVER).is_unusual


@pytest.mark.parametrize(
    ("attribute", "name", "counted", "total", "is_unusual"),
    [
        ("email", "with_at", 0, 2, False),
        ("email", "with_at", 0, 3, True),
        ("email", "with_at", 1, 3, False),
        ("email", "with_at", 10, 100, True),
        ("email", "with_at", 60, 100, False),
        ("first_name", "with_at", 3, 3, True),
        ("first_name", "with_at", 1, 3, False),
        ("first_name", "with_at", 90, 100, True),
        ("phone", "with_digit", 0, 5, True),
        ("phone", "with_digit", 4, 5, False),
        ("telegram", "with_at", 5, 5, False),
    ],
)
def test_values_look_like_their_attribute_without_any_history(
    attribute: str, name: str, counted: int, total: int, is_unusual: bool
) -> None:
    found = figure(name, counted, total, attribute)
    assert bounded(found, None, SETTINGS).is_unusual == is_unusual
    assert not bounded(found, None, NEVER).is_unusual


@pytest.mark.parametrize(
    ("rows", "usual", "is_unusual"),
    [
        (0, Usual(2, 60, 60, None), False),
        (0, Usual(3, 60, 90, None), True),
        (0, Usual(3, 20, 90, None), False),
        (7, Usual(3, 60, 90, None), False),
        (850, Usual(3, 60, 90, None), False),
        (950, Usual(3, 60, 90, None), True),
        (450, Usual(3, 1, 9, None), False),
    ],
)
def test_how_large_a_delivery_may_be(rows: int, usual: Usual, is_unusual: bool) -> None:
    found = Figure("web", "contacts", WHOLE, "rows", float(rows), rows)
    assert bounded(found, usual, SETTINGS).is_unusual == is_unusual


def test_values_much_longer_than_ever_are_unusual() -> None:
    usual = Usual(4, 5.0, 7.0, 6.0)
    for length, is_unusual in ((1.5, True), (2.0, False), (20.0, False), (22.0, True)):
        found = Figure("web", "contacts", "postcode", "length", length, None, 50)
        assert bounded(found, usual, SETTINGS).is_unusual == is_unusual
        few = Figure("web", "contacts", "postcode", "length", length, None, 5)
        assert not bounded(few, usual, SETTINGS).is_unusual


def test_unknown_kinds_and_contacts() -> None:
    kind = ("web", "interactions", "kind")
    assert bounded(Figure.share(kind, "unknown", 2, 100), None, SETTINGS).is_unusual
    assert not bounded(Figure.share(kind, "unknown", 1, 100), None, SETTINGS).is_unusual
    contact = ("web", "interactions", "contact")
    for counted, total, usual, is_unusual in (
        (3, 3, None, True),
        (2, 3, None, False),
        (60, 100, None, True),
        (40, 100, None, False),
        (40, 100, always(0.02), True),
        (20, 100, always(0.02), False),
    ):
        found = Figure.share(contact, "unknown", counted, total)
        assert bounded(found, usual, SETTINGS).is_unusual == is_unusual, (counted, total)


def test_a_column_of_interactions_may_be_empty_unless_it_never_was() -> None:
    place = ("web", "interactions", "order_id")
    for counted, total, usual, is_unusual in (
        (0, 40, always(0.9), True),
        (0, 40, Usual(9, 0.4, 0.9, 0.8), False),
        (4, 40, always(0.9), False),
        (0, 9, always(0.9), False),
        (0, 40, always(0.9, runs=2), False),
    ):
        found = Figure.share(place, "filled", counted, total)
        assert bounded(found, usual, SETTINGS).is_unusual == is_unusual, (counted, total, usual)
