"""Threads of channels that share no ID: by time, by what is spoken of, by numbers in texts; and what speaks against."""

from __future__ import annotations

from typing import Any

import pytest

from tests.insight.story import Story
from tests.insight.test_threads import event, person, threads

CHANNELS = ("web", "support", "whatsapp")
ANNA = {"G1": [f"{channel}:anna" for channel in CHANNELS]}
MINUTE = 1 / 24 / 60
HOUR = 1 / 24


def said(
    channel: str, number: str, day: float, text: str | None = None, **facts: Any
) -> dict[str, Any]:
    kind = facts.pop("kind", "message")
    return event(channel, number, kind, day, source_record_id="anna", text=text, **facts)


def told(*events: dict[str, Any]) -> Story:
    story = Story()
    story.records(*(person(c, "anna") for c in CHANNELS))
    story.events(*events)
    story.run(ANNA)
    return story


def reasons(story: Story) -> dict[str, tuple[float, str | None]]:
    found = story.ask(
        "select channel || ':' || interaction_id, thread_probability, thread_reason from derived.interactions"
    )
    return {name: (probability, reason) for name, probability, reason in found}


def test_a_chat_a_call_and_a_whatsapp_message_of_one_noon_are_one_thread_with_all_that_was_said() -> (
    None
):
    story = told(
        said("web", "c1", 1, "My parcel is late"),
        said("support", "s1", 1 + 10 * MINUTE, kind="call"),
        said("whatsapp", "m1", 1 + 30 * MINUTE, "Any news of the parcel?"),
    )
    assert set(threads(story).values()) == {"web:c1"}
    assert reasons(story) == {
        "web:c1": (1.0, None),
        "support:s1": (0.8808, "10 min after web"),
        "whatsapp:m1": (0.9707, "30 min after web; both about parcel"),
    }
    words = story.ask("select text from derived.messages order by channel desc")
    assert words == [("Any news of the parcel?",), ("My parcel is late",)]


@pytest.mark.parametrize(
    "events",
    [
        # of other things
        (said("web", "c1", 1, "My parcel is late"), said("whatsapp", "m1", 1 + HOUR, "I forgot my password")),
        # a week apart
        (said("web", "c1", 1, "My parcel is late"), said("whatsapp", "m1", 8, "Where is my parcel?")),
        # tickets of their own
        (said("web", "c1", 1, ticket_id="T1"), said("support", "s1", 1 + HOUR, ticket_id="T2")),
        # one channel says that they are two conversations
        (said("web", "c1", 1, conversation_id="V1"), said("web", "c2", 1 + HOUR, conversation_id="V2")),
    ],
)  # fmt: skip
def test_what_speaks_against_it_keeps_two_apart(events: tuple[dict[str, Any], ...]) -> None:
    assert len(set(threads(told(*events)).values())) == 2


@pytest.mark.parametrize("text", ["about ticket #T-90210, please", "T-90210?"])
def test_a_number_in_a_text_leads_to_its_thread_weeks_later(text: str) -> None:
    story = told(
        said("support", "s1", 1, "My mug is broken", kind="ticket_opened", ticket_id="T-90210"),
        said("support", "s2", 2, "We are on it", ticket_id="T-90210", direction="outbound"),
        said("whatsapp", "m1", 20, text),
    )
    assert set(threads(story).values()) == {"support:s1"}
    assert reasons(story)["support:s2"] == (1.0, "shared IDs")
    assert reasons(story)["whatsapp:m1"] == (0.989, "a text names the ticket")


def test_an_order_that_is_spoken_of_brings_the_words_to_the_purchase() -> None:
    story = told(
        event("web", "o1", "order", 1, source_record_id="anna", order_id="O55501"),
        event("web", "o2", "order", 2, source_record_id="anna", order_id="O55502"),
        said("whatsapp", "m1", 9, "What of o55501?"),
    )
    assert threads(story) == {"web:o1": "web:o1", "web:o2": "web:o2", "whatsapp:m1": "web:o1"}


def test_a_number_of_two_things_leads_to_neither() -> None:
    story = told(
        said("support", "s1", 1, kind="ticket_opened", ticket_id="90210"),
        event("web", "o1", "order", 9, source_record_id="anna", order_id="90210"),
        event("web", "o2", "order", 9.2, source_record_id="anna", order_id="90211"),
        said("whatsapp", "m1", 20, "What of 90210?"),
    )
    # as a ticket it is one, as an order another: the later of both is the nearer guess for neither
    assert threads(story)["web:o2"] == "web:o2"


def test_of_two_it_is_the_one_that_is_about_the_same() -> None:
    story = told(
        said("support", "s1", 1, "Refund, please", kind="ticket_opened", ticket_id="T1"),
        said("web", "c1", 1 + HOUR, "I forgot my password"),
        said("whatsapp", "m1", 1 + 2 * HOUR, "When comes the refund?"),
    )
    found = threads(story)
    assert found["whatsapp:m1"] == found["support:s1"] == "support:s1"
    assert found["web:c1"] == "web:c1"


def test_strangers_and_others_words_are_no_threads_of_the_customer() -> None:
    story = Story()
    story.records(person("web", "anna"), person("web", "ben"))
    story.events(
        said("web", "c1", 1, "My parcel is late"),
        event("web", "c2", "message", 1, source_record_id="ben", text="My parcel is late"),
        event("web", "c3", "message", 1, text="My parcel is late"),
    )
    story.run({"G1": ["web:anna"], "G2": ["web:ben"]})
    assert len(set(threads(story).values())) == 3


EVENTS = (
    said("web", "c1", 1, "My parcel is late"),
    said("support", "s1", 1 + 10 * MINUTE, kind="ticket_opened", ticket_id="T-4711"),
    said("support", "s2", 2, kind="call", ticket_id="T-4711"),
    said("whatsapp", "m1", 2 + HOUR, "Still no parcel"),
    said("whatsapp", "m2", 2 + 2 * HOUR, "I forgot my password"),
    said("web", "c2", 9, "About T-4711"),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (3, 0, 5, 1, 4, 2)])
def test_threads_do_not_depend_on_the_order_in_which_things_are_delivered(
    order: tuple[int, ...],
) -> None:
    whole = told(*EVENTS)
    story = Story()
    story.records(*(person(c, "anna") for c in CHANNELS))
    for number in order:
        story.events(EVENTS[number])
        story.run(ANNA)
        story.publish()
    assert threads(story) == threads(whole)
    assert reasons(story) == reasons(whole)
