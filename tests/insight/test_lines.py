"""What is in a cart, an order and a return, line by line: what stays open, what was bought, what came back."""

from __future__ import annotations

from typing import Any

from tests.insight.story import Story
from tests.insight.test_threads import event, person

ANNA = {"G1": ["web:anna", "app:anna", "till:anna"]}


def line(channel: str, number: str, product: str, **facts: Any) -> dict[str, Any]:
    return {"channel": channel, "interaction_id": number, "product_id": product, **facts}


def of_anna(channel: str, number: str, kind: str, day: float, **facts: Any) -> dict[str, Any]:
    return event(channel, number, kind, day, source_record_id="anna", **facts)


def anna() -> Story:
    story = Story()
    story.records(*(person(c, "anna") for c in ("web", "app", "till")))
    return story


def open_items(story: Story) -> list[tuple[Any, ...]]:
    return story.ask("select matter, matter_id, products from derived.open_matters order by all")


def test_a_purchase_in_a_store_ends_the_cart_that_it_contains_and_no_other() -> None:
    story = anna()
    story.events(
        of_anna("web", "c1", "cart", 1, cart_id="B1"),
        of_anna("app", "c2", "cart", 2, cart_id="B2"),
        of_anna("till", "o1", "order", 3, order_id="O1"),
    )
    story.lines(
        line("web", "c1", "P1", product_name="Tent"),
        line("app", "c2", "P2", product_name="Stove"),
        line("till", "o1", "P1"),
    )
    story.run(ANNA)
    assert open_items(story) == [("cart", "B2", ["Stove"])]
    assert story.ask(
        "select open_cart_count, open_cart_products from derived.customer_context"
    ) == [(1, ["Stove"])]


def test_a_purchase_takes_out_of_a_cart_what_it_contains() -> None:
    story = anna()
    story.events(
        of_anna("web", "c1", "cart", 1, cart_id="B1", amount=50.0, currency="EUR", item_count=4),
        of_anna("till", "o1", "order", 3, order_id="O1"),
    )
    story.lines(
        line("web", "c1", "P1", quantity=1.0, price=20.0),
        line("web", "c1", "P2", quantity=3.0, price=10.0, product_name="Peg"),
        line("till", "o1", "P1"),
    )
    story.run(ANNA)
    assert open_items(story) == [("cart", "B1", ["3 × Peg"])]
    found = story.ask("select amount::double, currency, item_count from derived.open_matters")
    assert found == [(30.0, "EUR", 3)]


def test_a_cart_goes_on_on_another_device_and_is_bought_there() -> None:
    story = anna()
    story.events(
        of_anna("web", "c1", "cart", 1, cart_id="B1"),
        of_anna("app", "c1", "cart", 2, cart_id="B1"),
    )
    story.lines(
        line("web", "c1", "P1", product_name="Tent"),
        line("app", "c1", "P1", product_name="Tent"),
        line("app", "c1", "P2", product_name="Peg", quantity=8.0),
    )
    story.run(ANNA)
    assert open_items(story) == [("cart", "B1", ["8 × Peg", "Tent"])]
    story.publish()
    story.events(of_anna("app", "o1", "order", 3, cart_id="B1", order_id="O1"))
    story.run(ANNA)
    assert open_items(story) == []


def test_without_lines_any_later_purchase_closes_a_cart() -> None:
    story = anna()
    story.events(
        of_anna("web", "c1", "cart", 1, cart_id="B1"),
        of_anna("app", "c2", "cart", 1, cart_id="B2"),
        of_anna("till", "o1", "order", 3, order_id="O1"),
    )
    story.lines(line("web", "c1", "P1"))
    story.run(ANNA)
    assert open_items(story) == []


def test_what_was_bought_before_or_was_cancelled_is_in_the_cart_still() -> None:
    story = anna()
    story.events(
        of_anna("till", "o1", "order", 1, order_id="O1"),
        of_anna("web", "c1", "cart", 2, cart_id="B1"),
        of_anna("web", "o2", "order", 3, order_id="O2", status="cancelled"),
        of_anna("till", "o1-again", "order", 4, order_id="O1", status="paid"),
    )
    for number in ("o1", "o2", "c1"):
        story.lines(line("till" if number == "o1" else "web", number, "P1"))
    story.run(ANNA)
    assert open_items(story) == [("cart", "B1", ["P1"])]


def test_a_return_anywhere_takes_its_lines_back() -> None:
    story = anna()
    story.events(
        of_anna("web", "o1", "order", 1, order_id="O1", status="ready_for_pickup"),
        of_anna("till", "r1", "return", 2, order_id="O1"),
    )
    story.lines(
        line("web", "o1", "P1", product_name="Tent"),
        line("web", "o1", "P2", product_name="Peg", quantity=8.0),
        line("till", "r1", "P1"),
        line("till", "r1", "P2", quantity=2.0),
    )
    story.run(ANNA)
    said = "select last_order_state, last_order_products, waiting_products from derived.customer_context"
    assert open_items(story) == [("pickup", "O1", ["6 × Peg"])]
    assert story.ask(said) == [("partly_returned", ["6 × Peg"], ["6 × Peg"])]
    story.publish()
    story.events(of_anna("app", "r2", "return", 3, order_id="O1"))
    story.lines(line("app", "r2", "P2", quantity=6.0))
    story.run(ANNA)
    assert open_items(story) == []
    assert story.ask(said) == [("returned", [], [])]


def test_a_return_without_lines_takes_all_of_the_order_back() -> None:
    story = anna()
    story.events(
        of_anna("web", "o1", "order", 1, order_id="O1", status="ready_for_pickup"),
        event("till", "r1", "return", 2, order_id="O1"),
    )
    story.lines(line("web", "o1", "P1"))
    story.run(ANNA)
    assert open_items(story) == []
    assert story.ask("select last_order_state from derived.customer_context") == [("returned",)]


def test_the_newest_file_of_lines_has_all_lines_of_an_interaction_also_of_an_older_one() -> None:
    story = anna()
    story.events(
        of_anna("web", "c1", "cart", 1, cart_id="B1"), of_anna("app", "c1", "cart", 1, cart_id="B2")
    )
    story.lines(line("web", "c1", "P1"), line("web", "c1", "P2"), line("app", "c1", "P9"))
    story.run(ANNA)
    story.publish()
    story.lines(line("web", "c1", "P3", fulfilment="pickup", store="S1", promotion="MAY"))
    story.run(ANNA)
    found = story.ask(
        "select channel, line_number, product_id, fulfilment, store, promotion"
        " from derived.interaction_lines order by all"
    )
    assert found == [
        ("app", 1, "P9", None, None, None),
        ("web", 1, "P3", "pickup", "S1", "MAY"),
    ]
    assert open_items(story) == [("cart", "B1", ["P3"]), ("cart", "B2", ["P9"])]


def test_lines_of_an_interaction_that_is_not_there_wait_for_it() -> None:
    story = anna()
    story.lines(line("web", "c1", "P1"))
    story.run(ANNA)
    assert story.ask("select * from derived.interaction_lines") == []
    story.publish()
    story.events(of_anna("web", "c1", "cart", 1, cart_id="B1"))
    story.run(ANNA)
    assert open_items(story) == [("cart", "B1", ["P1"])]
