"""Threads join what belongs together across channels, and nothing else; anonymous history finds its customer."""

from __future__ import annotations

from typing import Any

from tests.insight.story import Story, at

ANNA = {"G1": ["web:anna", "whatsapp:anna", "till:anna"]}


def event(channel: str, number: str, kind: str, day: float, **facts: Any) -> dict[str, Any]:
    return {
        "channel": channel,
        "interaction_id": number,
        "kind": kind,
        "occurred_at": at(day),
        **facts,
    }


def person(channel: str, name: str, **attributes: Any) -> dict[str, Any]:
    return {"channel": channel, "source_record_id": name, **attributes}


def threads(story: Story) -> dict[str, str]:
    rows = story.ask("select channel || ':' || interaction_id, thread_id from derived.interactions")
    return dict(rows)


def test_a_conversation_keeps_its_thread_from_chat_to_telephone() -> None:
    story = Story()
    story.records(*(person(c, "anna") for c in ("web", "whatsapp", "till")))
    story.events(
        event("whatsapp", "m1", "message", 1, source_record_id="anna", conversation_id="V1"),
        event("whatsapp", "m2", "message", 2, source_record_id="anna", reference_id="m1"),
        event("support", "s1", "ticket_opened", 3, ticket_id="T1", conversation_id="V1", phone=["+12125550100"]),
        event("support", "s2", "call", 4, ticket_id="T1", phone=["+12125550100"]),
        event("support", "s3", "call", 5, ticket_id="T2", phone=["+12125550100"]),
    )  # fmt: skip
    story.records(person("web", "anna", phone=["+12125550100"]))
    story.run(ANNA)
    assert threads(story) == {
        "whatsapp:m1": "whatsapp:m1",
        "whatsapp:m2": "whatsapp:m1",
        "support:s1": "whatsapp:m1",
        "support:s2": "whatsapp:m1",
        "support:s3": "support:s3",
    }


def test_a_cart_its_order_its_pick_up_and_its_return_are_one_thread() -> None:
    story = Story()
    story.records(*(person(c, "anna") for c in ("web", "whatsapp", "till")))
    story.events(
        event("web", "c1", "cart", 1, source_record_id="anna", cart_id="B1"),
        event("web", "o1", "order", 2, source_record_id="anna", cart_id="B1", order_id="O1"),
        event("till", "p1", "pickup", 3, source_record_id="anna", order_id="O1"),
        event("till", "r1", "return", 4, source_record_id="anna", reference_id="o1"),
        event("till", "o1", "message", 9, source_record_id="anna"),
    )
    story.run(ANNA)
    found = threads(story)
    assert {found[name] for name in ("web:c1", "web:o1", "till:p1")} == {"web:c1"}
    # the till has an o1 of its own, to which its return refers first
    assert found["till:r1"] == found["till:o1"] == "till:r1"


def test_numbers_that_two_channels_both_gave_are_two_things() -> None:
    story = Story()
    story.records(*(person(c, "anna") for c in ("web", "whatsapp", "till")))
    story.events(
        event("web", "o1", "order", 1, source_record_id="anna", order_id="1001"),
        event("web", "r1", "return", 2, source_record_id="anna", order_id="1001"),
        event("till", "o2", "order", 3, source_record_id="anna", order_id="1001"),
    )
    story.run(ANNA)
    assert threads(story) == {"web:o1": "web:o1", "web:r1": "web:o1", "till:o2": "till:o2"}


def test_threads_never_cross_customers_and_merge_and_split_with_them() -> None:
    story = Story()
    story.records(person("web", "anna"), person("till", "ben"))
    story.events(
        event("web", "o1", "order", 1, source_record_id="anna", order_id="O1"),
        event("till", "p1", "pickup", 2, source_record_id="ben", order_id="O1"),
        event("web", "x1", "session", 3, conversation_id="V"),
        event("web", "x2", "session", 4, conversation_id="V"),
    )
    apart = {"G1": ["web:anna"], "G2": ["till:ben"]}
    lonely = {"web:x1": "web:x1", "web:x2": "web:x2"}
    story.run(apart)
    story.publish()
    before = {"web:o1": "web:o1", "till:p1": "till:p1", **lonely}
    assert threads(story) == before
    story.run({"G1": ["web:anna", "till:ben"]})
    story.publish()
    assert threads(story) == {**before, "till:p1": "web:o1"}
    story.run(apart)
    assert threads(story) == before
    assert story.ask("select golden_id from derived.interactions where interaction_id = 'p1'") == [("G2",)]  # fmt: skip


def resolved(story: Story) -> dict[str, tuple[str | None, str | None]]:
    rows = story.ask("select interaction_id, golden_id, resolved_by from derived.interactions")
    return {name: (golden_id, by) for name, golden_id, by in rows}


def test_anonymous_device_history_is_joined_within_the_window_if_one_customer_used_the_device() -> (
    None
):
    story = Story(insight={"device_window_days": 5})
    story.records(person("web", "anna"), person("web", "ben", device_id=["d2"], created_at=at(20)))
    story.events(
        event("web", "early", "session", 1, device_id=["d1"]),
        event("web", "before", "session", 6, device_id=["d1"]),
        event("web", "login", "session", 10, device_id=["d1"], source_record_id="anna"),
        event("web", "after", "session", 15, device_id=["d1"]),
        event("web", "late", "session", 16, device_id=["d1"]),
        event("web", "known", "session", 15, device_id=["d2"]),
        event("web", "forgotten", "session", 14, device_id=["d2"]),
        event("web", "years", "session", 29, device_id=["d2"]),
    )
    customers = {"G1": ["web:anna"], "G2": ["web:ben"]}
    story.run(customers)
    story.publish()
    assert resolved(story) == {
        "early": (None, None),
        "before": ("G1", "device_history"),
        "login": ("G1", "contact"),
        "after": ("G1", "device_history"),
        "late": (None, None),
        "known": ("G2", "device_id"),
        "forgotten": (None, None),
        "years": ("G2", "device_id"),
    }
    # a second person on the device makes the days that both were there nobody's
    story.events(event("web", "guest", "order", 12, device_id=["d1"], source_record_id="ben"))
    story.run(customers)
    assert resolved(story)["after"] == (None, None)
    assert resolved(story)["before"] == ("G1", "device_history")
    assert resolved(story)["late"] == ("G2", "device_history")


def test_whose_email_several_customers_share_the_device_does_not_decide() -> None:
    story = Story()
    shared = {"email": ["family.smith@gmail.com"]}
    story.records(person("web", "anna", **shared), person("web", "ben", **shared))
    story.events(
        event("web", "login", "session", 10, device_id=["d1"], source_record_id="anna"),
        event("web", "guest", "order", 11, device_id=["d1"], **shared),
        event("web", "stranger", "order", 11, device_id=["d1"], email=["no.smith@gmail.com"]),
    )
    story.run({"G1": ["web:anna"], "G2": ["web:ben"]})
    assert resolved(story)["guest"] == (None, None)
    assert resolved(story)["stranger"] == ("G1", "device_history")
