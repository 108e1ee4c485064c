"""What is unfinished, what is wrong, and what whoever meets the customer next should know."""

from __future__ import annotations

from tests.insight.story import Story, at
from tests.insight.test_threads import event, person

WHO = {"G1": ["web:anna", "app:anna"], "G2": ["web:ben"]}


def begin() -> Story:
    story = Story(insight={"currency": "USD", "rates": {"EUR": 1.1}})
    story.records(
        person("web", "anna", email=["anna.karenina@gmail.com"], consent_email=True, consent_email_at=at(1)),
        person("app", "anna", phone=["+12125550100"]),
        person("web", "ben", phone=["+12125550101"]),
    )  # fmt: skip
    return story


def matters(story: Story) -> list[tuple[str, ...]]:
    return story.ask("select golden_id, matter, channel, matter_id from derived.open_matters order by all")  # fmt: skip


def test_a_cart_is_closed_by_a_purchase_in_any_channel() -> None:
    story = begin()
    story.events(
        event("web", "c1", "cart", 1, source_record_id="anna", cart_id="B1"),
        event("app", "o1", "order", 2, source_record_id="anna", order_id="O1"),
        event("web", "c2", "cart", 3, source_record_id="anna", cart_id="B2"),
        event("app", "o2", "order", 4, source_record_id="anna", order_id="O2", status="cancelled"),
        event("web", "c3", "cart", 3, source_record_id="ben", cart_id="B3"),
        event("web", "c4", "cart", 4, source_record_id="ben", cart_id="B4", item_count=0.0),
    )
    story.run(WHO)
    story.publish()
    assert matters(story) == [("G1", "cart", "web", "B2"), ("G2", "cart", "web", "B3")]
    # nobody knows who bought Ben's cart as a guest, but it is bought
    story.events(event("web", "o3", "order", 3.1, cart_id="B3"))
    story.run(WHO)
    assert matters(story) == [("G1", "cart", "web", "B2")]


def test_statuses_are_told_apart_by_their_words_not_by_their_capitals() -> None:
    story = Story(insight={"pickup_statuses": ["Bereit"], "cancelled_statuses": ["Storniert"]})
    story.records(person("web", "anna"), person("web", "ben"))
    story.events(
        event("web", "o1", "order", 1, source_record_id="anna", order_id="O1", status="BEREIT"),
        event("web", "c1", "cart", 1, source_record_id="ben", cart_id="B1"),
        event("web", "o2", "order", 2, source_record_id="ben", order_id="O2", status="storniert"),
    )
    story.run({"G1": ["web:anna"], "G2": ["web:ben"]})
    story.publish()
    assert matters(story) == [("G1", "pickup", "web", "O1"), ("G2", "cart", "web", "B1")]
    states = "select golden_id, last_order_state from derived.customer_context order by 1"
    assert story.ask(states) == [("G1", "waits_for_pickup"), ("G2", "cancelled")]


def test_a_ticket_is_open_until_it_is_closed_and_again_when_it_is_opened_again() -> None:
    story = begin()
    story.events(
        event("support", "s1", "ticket_opened", 1, ticket_id="T1", phone=["+12125550100"]),
        event("support", "s2", "ticket_closed", 2, ticket_id="T1"),
        event("support", "s3", "ticket_opened", 1, ticket_id="T2", phone=["+12125550101"], conversation_id="V"),
        event("whatsapp", "m1", "message", 4, direction="outbound", conversation_id="V", phone=["+12125550101"]),
        event("support", "s4", "ticket_opened", 5, ticket_id="T3", phone=["+12125550100"]),
        event("support", "s5", "ticket_closed", 4, ticket_id="T3"),
    )  # fmt: skip
    story.run(WHO)
    story.publish()
    words = "select matter_id, since, last_at, waits_for from derived.open_matters order by all"
    assert story.ask(words) == [("T2", at(1), at(4), "customer")]
    story.events(
        event("whatsapp", "m2", "message", 6, direction="inbound", conversation_id="V", phone=["+12125550101"]),
        event("support", "s6", "ticket_opened", 7, ticket_id="T1", phone=["+12125550100"]),
    )  # fmt: skip
    story.run(WHO)
    assert story.ask(words) == [("T1", at(7), at(7), "company"), ("T2", at(1), at(6), "company")]


def test_the_context_of_a_customer() -> None:
    story = begin()
    ready = {"order_id": "O1", "status": "ready_for_pickup", "amount": 20.0, "currency": "USD"}
    story.events(
        event("web", "o1", "order", 1, source_record_id="anna", **ready),
        event("web", "c1", "cart", 2, source_record_id="anna", cart_id="B1"),
        event("email", "e1", "email_sent", 9, email=["anna.karenina@gmail.com"]),
    )
    story.run(WHO)
    story.publish()
    shown = (
        "select open_cart_count, waiting_pickup_count, last_order_state, last_touch_at,"
        " last_touch_kind, preferred_channel, contact_channels"
        " from derived.customer_context where golden_id = '{}'"
    )
    anna = [(1, 1, "waits_for_pickup", at(2), "cart", "email", ["email"])]
    assert story.ask(shown.format("G1")) == anna
    assert story.ask(shown.format("G2")) == [(0, 0, None, None, None, "sms", [])]
    story.events(event("till", "p1", "pickup", 3, order_id="O1"))
    story.run(WHO)
    story.publish()
    assert story.ask(shown.format("G1")) == [(1, 0, "picked_up", at(2), "cart", "email", ["email"])]
    story.events(event("web", "r1", "return", 4, source_record_id="anna", order_id="O1"))
    story.run(WHO)
    assert story.ask(shown.format("G1"))[0][2] == "returned"


def test_the_most_used_channel_is_where_contacts_succeed_not_where_most_happens() -> None:
    story = begin()
    visits = [event("web", f"v{n}", "session", n, source_record_id="anna") for n in range(1, 9)]
    story.events(
        *visits,
        event("app", "m1", "message", 9, source_record_id="anna", direction="outbound"),
        event("app", "m2", "message", 9.5, source_record_id="anna", direction="inbound", reference_id="m1"),
        *(event("web", f"w{n}", "session", n, source_record_id="ben") for n in range(1, 3)),
        event("email", "e1", "email_sent", 9, phone=["+12125550101"]),
        event("email", "e2", "email_sent", 10, phone=["+12125550101"]),
        event("email", "e3", "email_opened", 10.1, phone=["+12125550101"], reference_id="e2"),
    )  # fmt: skip
    story.run(WHO)
    used = "select golden_id, most_used_channel from derived.unified_profiles order by all"
    # a reply in the app is worth more than eight visits; opened e-mails are no answers
    assert story.ask(used) == [("G1", "app"), ("G2", "web")]


def test_every_bad_interaction_has_its_reason() -> None:
    story = begin()
    twice = {"source_record_id": "anna", "amount": 5.0, "currency": "USD"}
    story.events(
        event("web", "unknown", "session", 1, source_record_id="nobody"),
        event("web", "later", "session", 31.5, source_record_id="anna"),
        event("web", "once", "order", 2, **twice),
        event("web", "twice", "order", 2, **twice),
        event("web", "negative", "order", 3, source_record_id="anna", amount=-1.0, currency="EUR"),
        event("web", "money", "order", 4, source_record_id="anna", amount=1.0),
        event("web", "pounds", "order", 5, source_record_id="anna", amount=1.0, currency="GBP"),
        event("web", "back", "return", 6, source_record_id="anna", order_id="O9"),
        event("web", "fine", "return", 6, source_record_id="anna", reference_id="once"),
        event("web", "twice_two", "session", 6.5, source_record_id="anna", is_time_unsure=True),
        event("support", "opened", "ticket_opened", 8, ticket_id="T1", phone=["+12125550100"]),
        event("support", "closed", "ticket_closed", 7, ticket_id="T1"),
    )
    story.run(WHO)
    story.publish()
    found = (
        "select interaction_id, reason_code, is_left_out from derived.interaction_findings"
        " order by all"
    )
    assert story.ask(found) == [
        ("back", "return_without_order", True),
        ("closed", "closed_before_opened", True),
        ("later", "not_yet", True),
        ("money", "no_currency", False),
        ("negative", "negative_amount", False),
        ("pounds", "no_rate", False),
        ("twice", "duplicate", True),
        ("twice_two", "unsure_local_time", False),
        ("unknown", "unknown_contact", False),
    ]
    # the order of the return comes late, and by somebody else's hand
    story.events(event("app", "late", "order", 5, order_id="O9"))
    story.run(WHO, day=32)
    assert ("back", "return_without_order", True) not in story.ask(found)
    assert ("later", "not_yet", True) not in story.ask(found)
    assert story.ask("select golden_id from changed.customers") == [("G1",)]
