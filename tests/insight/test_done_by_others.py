"""An order that somebody else fetches or brings back is fetched or brought back, where it is clear which one it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.insight.story import Story
from tests.insight.test_threads import event, person

WHO = {"anna": ["web:anna"], "ben": ["till:ben"], "cleo": ["app:cleo"]}
ORDER = event(
    "web", "o1", "order", 2, source_record_id="anna", order_id="O1", status="ready_for_pickup",
    amount=40.0, currency="USD",
)  # fmt: skip
OTHER = event("app", "o2", "order", 2, source_record_id="cleo", order_id="O2")
FETCHED = event("till", "p1", "pickup", 4, source_record_id="ben", order_id="O1", store="S1")
RETURNED = event(
    "till", "r1", "return", 5, source_record_id="ben", order_id="O1", store="S1", amount=40.0,
    currency="USD",
)  # fmt: skip


def run_story(*runs: list[dict[str, Any]]) -> Story:
    story = Story()
    story.records(*(person(*record.split(":")) for (record,) in WHO.values()))
    for events in runs:
        story.events(*events)
        story.run(WHO)
        story.publish()
    return story


def said(story: Story) -> dict[str, Any]:
    """What is said of Anna's order, and of the shares of all orders."""
    found: dict[str, Any] = {
        "waits": bool(story.ask("select * from derived.open_matters where matter = 'pickup'"))
    }
    (found["state"],) = story.ask(
        "select last_order_state from derived.customer_context where golden_id = 'anna'"
    )[0]
    for kpi in ("store_pickup_share", "store_return_share"):
        rows = story.ask(
            "select numerator::int, denominator from derived.kpis"
            f" where kpi = '{kpi}' and period = 'total' and dimension = 'all'"
        )
        found[kpi] = rows[0]
    return found


WAITS = {
    "waits": True,
    "state": "waits_for_pickup",
    "store_pickup_share": (0, 2),
    "store_return_share": (0, 2),
}
IS_FETCHED = {**WAITS, "waits": False, "state": "picked_up", "store_pickup_share": (1, 2)}
IS_RETURNED = {**IS_FETCHED, "state": "returned", "store_return_share": (1, 2)}


def test_what_a_relative_fetches_or_brings_back_is_fetched_or_brought_back() -> None:
    assert said(run_story([ORDER, OTHER])) == WAITS
    assert said(run_story([ORDER, OTHER, FETCHED])) == IS_FETCHED
    story = run_story([ORDER, OTHER, FETCHED, RETURNED])
    assert said(story) == IS_RETURNED
    # but neither person nor thread nor money moves
    owners = "select interaction_id, golden_id, thread_id from derived.interactions order by all"
    assert story.ask(owners) == [
        ("o1", "anna", "web:o1"),
        ("o2", "cleo", "app:o2"),
        ("p1", "ben", "till:p1"),
        ("r1", "ben", "till:p1"),
    ]
    spent = "select golden_id, total_spend::int from derived.unified_profiles order by all"
    assert story.ask(spent)[0] == ("anna", 40)


def changed(row: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {**row, **facts}


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([ORDER, changed(OTHER, order_id="O1"), FETCHED], id="two channels count from one"),
        pytest.param([ORDER, OTHER, changed(ORDER, interaction_id="o3", source_record_id=None), FETCHED],
                     id="another order of the number is nobody's"),
        pytest.param([ORDER, OTHER, event("till", "p1", "pickup", 0.9, source_record_id="ben", order_id="O1")],
                     id="before it was ordered"),
        pytest.param([ORDER, OTHER, event("till", "s1", "session", 3, source_record_id="ben", store="S1"),
                      changed(FETCHED, reference_id="s1")], id="of a purchase of their own"),
    ],
)  # fmt: skip
def test_where_it_is_not_clear_nothing_is_said(events: list[dict[str, Any]]) -> None:
    assert said(run_story(events))["state"] == "waits_for_pickup"
    assert said(run_story(events))["store_pickup_share"][0] == 0


def test_a_day_between_the_clocks_of_two_channels_does_not_matter() -> None:
    early = event("till", "p1", "pickup", 1.5, source_record_id="ben", order_id="O1", store="S1")
    assert said(run_story([ORDER, OTHER, early])) == IS_FETCHED


def test_it_shows_in_the_run_that_it_comes_with_and_ends_when_it_is_no_longer_clear() -> None:
    second = event("app", "o4", "order", 3, source_record_id="cleo", order_id="O1")
    story = run_story([ORDER, OTHER], [FETCHED])
    assert said(story) == IS_FETCHED
    assert said(run_story([FETCHED], [ORDER, OTHER])) == IS_FETCHED
    story.events(second)
    story.run(WHO)
    assert said(story) == said(run_story([ORDER, OTHER, FETCHED, second]))
    assert said(story)["state"] == "waits_for_pickup"


def test_a_sale_of_their_own_that_comes_late_takes_it_back() -> None:
    pointing = changed(FETCHED, reference_id="s1")
    sale = event("till", "s1", "session", 3, source_record_id="ben", store="S1")
    story = run_story([ORDER, OTHER, pointing])
    assert said(story) == IS_FETCHED
    story.events(sale)
    story.run(WHO)
    assert said(story) == WAITS


@pytest.mark.parametrize("whose", ["ben", None])
def test_what_has_not_happened_yet_counts_for_the_order_once_now_is_there(
    whose: str | None,
) -> None:
    """Of a pick-up that is delivered ahead of its time, whoever fetched it."""
    ahead = changed(FETCHED, source_record_id=whose, occurred_at=event("", "", "", 31.5)["occurred_at"])  # fmt: skip
    story = run_story([ORDER, OTHER, ahead])
    assert said(story)["store_pickup_share"] == (0, 2)
    story.run(WHO, day=32)
    assert said(story)["store_pickup_share"] == (1, 2)
