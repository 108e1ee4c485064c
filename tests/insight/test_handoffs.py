"""Handoffs: a customer goes on in another channel, or comes from a bot to a person; what is carried, what is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.insight.story import Story
from tests.insight.test_threads import event, person

CHANNELS = ("web", "app", "till", "support", "whatsapp", "email")
MINUTE = 1 / 24 / 60
HOUR = 1 / 24
Row = dict[str, Any]


def did(who: str, channel: str, number: str, kind: str, day: float, **facts: Any) -> Row:
    return event(channel, number, kind, day, source_record_id=who, **facts)


def anna(channel: str, number: str, kind: str, day: float, **facts: Any) -> Row:
    return did("anna", channel, number, kind, day, **facts)


def told(*events: Row, insight: Row | None = None) -> Story:
    """A story of Anna and whoever else is named, each of whom all channels know."""
    story = Story(insight=insight)
    names = dict.fromkeys(row["source_record_id"] for row in events)
    story.records(*(person(c, name) for name in names for c in CHANNELS))
    story.events(*events)
    story.run({name: [f"{c}:{name}" for c in CHANNELS] for name in names})
    return story


def handoffs(story: Story, *columns: str) -> list[tuple[Any, ...]]:
    return story.ask(f"select {', '.join(columns)} from derived.handoffs order by occurred_at")


def complaint(who: str, day: float, order: str, *, ticket_in_whatsapp: bool) -> tuple[Row, ...]:
    """Somebody opens a ticket at the desk, is not answered, and asks in WhatsApp two hours later."""
    number = f"T-{order}"
    known = {"ticket_id": number} if ticket_in_whatsapp else {}
    again = (
        "Any news?"
        if ticket_in_whatsapp
        else f"My order {order} came broken, I have written to you"
    )
    return (
        did(who, "support", f"{order}-1", "ticket_opened", day, ticket_id=number, order_id=order,
            text=f"The mug of my order {order} came broken"),
        did(who, "whatsapp", f"{order}-2", "message", day + 2 * HOUR, text=again, **known),
        did(who, "whatsapp", f"{order}-3", "message", day + 3 * HOUR, text="We send you a new one.",
            agent="Dana", bot=False, direction="outbound", reference_id=f"{order}-2", **known),
        did(who, "support", f"{order}-4", "ticket_closed", day + 4 * HOUR, ticket_id=number),
    )  # fmt: skip


def test_a_broken_handoff_is_found_mended_and_measured() -> None:
    # Whoever wrote to the desk and went on in WhatsApp had to say it all again: WhatsApp did not know the ticket.
    # On the tenth WhatsApp was given the desk's tickets.
    story = told(
        *complaint("anna", 3, "O-55501", ticket_in_whatsapp=False),
        *complaint("ben", 5, "O-55502", ticket_in_whatsapp=False),
        *complaint("cleo", 12, "O-55503", ticket_in_whatsapp=True),
        *complaint("dora", 14, "O-55504", ticket_in_whatsapp=True),
    )
    found = (
        "golden_id",
        "from_channel",
        "to_channel",
        "context_carried",
        "carried_by",
        "asked_again",
    )
    assert handoffs(story, *found, "said_again", "seconds_lost") == [
        ("anna", "support", "whatsapp", False, None, True, "number, topic", 7200),
        ("ben", "support", "whatsapp", False, None, True, "number, topic", 7200),
        ("cleo", "support", "whatsapp", True, "ticket", False, "", 0),
        ("dora", "support", "whatsapp", True, "ticket", False, "", 0),
    ]
    became = handoffs(story, "seconds_to_answer", "is_resolved", "resolved_by")
    assert became == [(3600, True, "agent")] * 4
    # before and after the date, from the published figures
    figures = story.ask(
        "select kpi, period_start >= date '2026-03-10' as is_after,"
        " sum(numerator)::double / sum(denominator) as value from derived.kpis"
        " where dimension = 'handoff' and member = 'support > whatsapp' and period = 'day'"
        " and kpi <> 'handoffs' group by all order by all"
    )
    assert figures == [
        ("handoff_context_rate", False, 0.0), ("handoff_context_rate", True, 1.0),
        ("handoff_repeat_rate", False, 1.0), ("handoff_repeat_rate", True, 0.0),
        ("handoff_resolution_rate", False, 1.0), ("handoff_resolution_rate", True, 1.0),
        ("handoff_time_lost", False, 2.0), ("handoff_time_lost", True, 0.0),
    ]  # fmt: skip


def test_a_bot_hands_over_to_a_person_or_settles_it_by_itself() -> None:
    bot = {"agent": "Robin", "bot": True, "direction": "outbound"}
    dana = {"agent": "Dana", "bot": False, "direction": "outbound"}
    story = told(
        # Anna's bot does not know, and Dana, who sees the conversation, goes on.
        anna("whatsapp", "a1", "message", 1, text="Where is my parcel O-55501?", conversation_id="V1"),
        anna("whatsapp", "a2", "message", 1 + MINUTE, text="Parcels take days.", conversation_id="V1", **bot),
        anna("whatsapp", "a3", "message", 1 + HOUR, text="It comes today.", conversation_id="V1", **dana),
        # Ben's cannot help either; he telephones.
        did("ben", "whatsapp", "b1", "message", 2, text="My parcel is late"),
        did("ben", "whatsapp", "b2", "message", 2 + MINUTE, text="Parcels take days.", **bot),
        did("ben", "support", "b3", "call", 2 + HOUR),
        # Cleo's tells her all that she wants to know.
        did("cleo", "whatsapp", "c1", "message", 3, text="Are you open on Sunday?"),
        did("cleo", "whatsapp", "c2", "message", 3 + MINUTE, text="From ten to eight.", **bot),
        # Dora's asks for the number that she has given, in the chat of the shop.
        did("dora", "web", "d1", "message", 4, text="Order O-55504 is broken"),
        did("dora", "whatsapp", "d2", "message", 4 + HOUR, text="Hello?"),
        did("dora", "whatsapp", "d3", "message", 4 + 2 * HOUR, text="What is your order number?", **bot),
        did("emil", "web", "later", "session", 30),
    )  # fmt: skip
    assert handoffs(story, "golden_id", "kind", "from_channel", "to_channel", "to_interaction_id") == [
        ("anna", "bot_to_human", "whatsapp", "whatsapp", "a3"),
        ("ben", "bot_to_human", "whatsapp", "support", "b3"),
        ("dora", "channel_change", "web", "whatsapp", "d2"),
    ]  # fmt: skip
    what = ("context_carried", "carried_by", "asked_again", "said_again")
    assert handoffs(story, *what, "seconds_to_answer", "is_resolved", "resolved_by") == [
        (True, "conversation", False, "", None, True, "agent"),
        # nobody wrote down what was said on the telephone
        (False, None, None, None, 0, True, "agent"),
        (False, None, True, "asked for", 3600, True, "bot"),
    ]
    alone = (
        "select member, numerator::int, denominator from derived.kpis"
        " where kpi = 'bot_resolution_rate' and period = 'total' and dimension in ('all', 'channel')"
    )
    # cleo's and dora's, of four
    assert story.ask(alone) == [("all", 2, 4), ("whatsapp", 2, 4)]


def test_self_service_leads_to_a_person_and_settles_orders() -> None:
    story = told(
        # Anna asks about her order. Ben fetches his, Cleo asks before she buys, Dora buys in the store.
        anna("web", "a1", "order", 1, order_id="O-1"),
        anna("support", "a2", "call", 2, order_id="O-1"),
        did("ben", "web", "b1", "order", 3, order_id="O-2"),
        did("ben", "till", "b2", "pickup", 4, order_id="O-2"),
        did("cleo", "whatsapp", "c1", "message", 5, text="Is the lamp in stock?"),
        did("cleo", "web", "c2", "order", 6, order_id="O-3"),
        did("dora", "app", "d1", "cart", 7, cart_id="C-4"),
        did("dora", "till", "d2", "order", 8, order_id="O-4", store="S1"),
        insight={"store_channels": ["till"]},
    )
    found = (
        "golden_id",
        "kind",
        "thread_id is not null",
        "context_carried",
        "is_resolved",
        "resolved_by",
    )
    assert handoffs(story, *found, "seconds_between") == [
        ("anna", "self_service_to_human", True, True, True, "agent", 86400),
        ("ben", "channel_change", True, True, True, "agent", 86400),
        # a journey carries a cart or nothing
        ("cleo", "channel_change", False, None, True, "self_service", 86400),
        ("dora", "channel_change", False, False, True, "agent", 86400),
    ]
    alone = (
        "select member, numerator::int, denominator from derived.kpis where kpi = 'self_service_rate'"
        " and period = 'total' and dimension in ('all', 'channel') order by member"
    )
    # anna's and ben's
    assert story.ask(alone) == [("all", 2, 4), ("till", 0, 1), ("web", 2, 3)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        # the company knows the number that was said elsewhere
        ((anna("web", "1", "message", 1, text="Where is parcel O-55501?"),
          anna("whatsapp", "2", "message", 1 + HOUR, text="Any news of the parcel?"),
          anna("whatsapp", "3", "message", 1 + 2 * HOUR, text="O-55501 comes today", direction="outbound")),
         (True, "text", True, "topic", 3600, True, None)),
        # the customer has the last word, and nothing says that they repeat themselves
        ((anna("web", "1", "message", 1, text="Hello, I want something"),
          anna("whatsapp", "2", "message", 1 + HOUR, text="Is anybody there?")),
         (False, None, False, "", 0, False, None)),
        # a ticket that stands open
        ((anna("support", "1", "ticket_opened", 1, ticket_id="T-1", text="Broken mug"),
          anna("whatsapp", "2", "message", 1 + HOUR, text="See T-1", ticket_id="T-1"),
          anna("whatsapp", "3", "message", 1 + 2 * HOUR, text="We look", direction="outbound", bot=True)),
         (True, "ticket", False, "", 0, False, None)),
        # a ticket that was given up is closed, and not resolved
        ((anna("support", "1", "ticket_opened", 1, ticket_id="T-1", text="Broken mug"),
          anna("whatsapp", "2", "message", 1 + HOUR, text="See T-1", ticket_id="T-1"),
          anna("whatsapp", "3", "message", 1 + 2 * HOUR, text="We look", direction="outbound", bot=True),
          anna("support", "4", "ticket_closed", 3, ticket_id="T-1", status="Abandoned")),
         (True, "ticket", False, "", 0, False, None)),
        ((anna("support", "1", "ticket_opened", 1, ticket_id="T-1", text="Broken mug"),
          anna("whatsapp", "2", "message", 1 + HOUR, text="See T-1", ticket_id="T-1"),
          anna("whatsapp", "3", "message", 1 + 2 * HOUR, text="We look", direction="outbound", bot=True),
          anna("support", "4", "ticket_closed", 3, ticket_id="T-1", status="solved")),
         (True, "ticket", False, "", 0, True, "bot")),
        # the ticket was closed in between: what is asked then is another matter
        ((anna("support", "1", "ticket_opened", 1, ticket_id="T-10001", text="Broken mug"),
          anna("support", "2", "ticket_closed", 2, ticket_id="T-10001"),
          anna("whatsapp", "3", "message", 9, text="The new mug of T-10001 is broken, too")),
         (False, None, None, None, None, False, None)),
        # so is what is said months later, by whom a number leads to the same thread
        ((anna("support", "1", "ticket_opened", -60, ticket_id="T-10001", text="Broken mug"),
          anna("whatsapp", "2", "message", 9, text="The new mug of T-10001 is broken, too")),
         (False, None, None, None, None, False, None)),
    ],
)  # fmt: skip
def test_what_is_carried_said_again_and_resolved(
    events: tuple[Row, ...], expected: tuple[Any, ...]
) -> None:
    columns = ("context_carried", "carried_by", "asked_again", "said_again", "seconds_lost")
    assert handoffs(told(*events), *columns, "is_resolved", "resolved_by") == [expected]


def test_a_step_within_a_channel_or_after_a_silence_is_no_handoff() -> None:
    story = told(
        anna("web", "1", "session", 1),
        anna("web", "2", "cart", 2, cart_id="C-1"),
        # the mail was sent, not read
        anna("email", "3", "email_sent", 3),
        anna("web", "4", "session", 4),
        anna("app", "5", "session", 90),
        did("ben", "web", "6", "session", 5),
    )
    assert handoffs(story, "*") == []


def test_stages_of_what_is_done_and_where_journeys_end() -> None:
    story = told(
        # Anna is brought by a campaign, buys, fetches it, and asks about it; later she buys again.
        anna("email", "a1", "email_clicked", 1),
        anna("web", "a2", "session", 1.1),
        anna("whatsapp", "a3", "message", 1.2, text="Is the lamp in stock?"),
        anna("web", "a4", "order", 1.3, order_id="O-55501"),
        anna("till", "a5", "pickup", 3, order_id="O-55501"),
        anna("support", "a6", "message", 4, order_id="O-55501", text="The lamp is broken"),
        anna("web", "a7", "order", 5, order_id="O-55502"),
        # Ben's first order was cancelled: the second is his first. He brings it back.
        did("ben", "web", "b1", "order", 1, order_id="O-55503", status="cancelled"),
        did("ben", "web", "b2", "session", 2, campaign="spring"),
        did("ben", "web", "b3", "order", 2.1, order_id="O-55504"),
        did("ben", "till", "b4", "return", 4, order_id="O-55504"),
        # Cleo looks around, and that is all.
        did("cleo", "app", "c1", "session", 1),
        event("web", "later", "session", 80, source_record_id="dora"),
    )  # fmt: skip
    story.run(
        {name: [f"{c}:{name}" for c in CHANNELS] for name in ("anna", "ben", "cleo", "dora")}, 100
    )
    stages = dict(story.ask("select interaction_id, stage from derived.interactions"))
    assert stages == {
        "a1": "awareness", "a2": "consideration", "a3": "consideration", "a4": "purchase", "a5": "pick_up",
        "a6": "use_and_service", "a7": "loyalty",
        "b1": "purchase", "b2": "awareness", "b3": "purchase", "b4": "return",
        "c1": "consideration", "later": "consideration",
    }  # fmt: skip
    ended = "select golden_id, stages, last_stage from derived.journeys order by golden_id, journey_number"
    assert story.ask(ended) == [
        ("anna", "awareness > consideration > purchase > pick_up > use_and_service", "use_and_service"),
        ("anna", "use_and_service > loyalty", "loyalty"),
        ("ben", "awareness > purchase > return", "return"),
        ("cleo", "consideration", "consideration"),
        ("dora", "consideration", "consideration"),
    ]  # fmt: skip
    # dora's journey is not over
    ends = "select member, numerator::int from derived.kpis where kpi = 'journey_ends' and period = 'total'"
    assert story.ask(f"{ends} and dimension = 'stage' order by member") == [
        ("consideration", 1), ("loyalty", 1), ("return", 1), ("use_and_service", 1),
    ]  # fmt: skip
    assert story.ask(f"{ends} and dimension = 'all'") == [("all", 4)]


MOVES = (
    *complaint("anna", 3, "O-55501", ticket_in_whatsapp=False),
    *complaint("anna", 12, "O-55503", ticket_in_whatsapp=True),
    anna("app", "c1", "cart", 13, cart_id="C-1"),
    anna("till", "c2", "order", 14, order_id="O-55505"),
    anna("whatsapp", "w1", "message", 20, text="Hello"),
    anna("whatsapp", "w2", "message", 20 + HOUR, bot=True, direction="outbound", reference_id="w1"),
    anna("whatsapp", "w3", "message", 20 + 2 * HOUR, agent="Dana", direction="outbound", reference_id="w1"),
)  # fmt: skip


@pytest.mark.parametrize("order", ["as they happened", "the last one first", "every third"])
def test_handoffs_do_not_depend_on_the_order_in_which_things_are_delivered(order: str) -> None:
    whole = handoffs(told(*MOVES), "*")
    assert len(whole) == 6
    by_number = {
        "as they happened": MOVES,
        "the last one first": MOVES[::-1],
        "every third": (*MOVES[::3], *MOVES[1::3], *MOVES[2::3]),
    }
    story = Story()
    story.records(*(person(c, "anna") for c in CHANNELS))
    customers = {"anna": [f"{c}:anna" for c in CHANNELS]}
    for row in by_number[order]:
        story.events(row)
        story.run(customers)
        story.publish()
    assert handoffs(story, "*") == whole


def test_handoffs_go_with_their_customers() -> None:
    story = told(*MOVES)
    whole = handoffs(story, "*")
    story.publish()
    apart = {
        "anna": ["web:anna", "app:anna", "till:anna"],
        "anna2": ["support:anna", "whatsapp:anna"],
    }
    story.run(apart)
    found = story.ask(
        "select golden_id, count(*) from derived.handoffs group by golden_id order by golden_id"
    )
    assert found == [("anna", 1), ("anna2", 4)]
    story.publish()
    story.run({"anna": [f"{c}:anna" for c in CHANNELS]})
    assert handoffs(story, "*") == whole
