"""A spring of nineteen customers: every KPI, journey and gap computed by hand, as customers and as records.

They happen in March 2026, at noon where nothing else is said. It is the end of May when the figures are
computed, so that everything has had its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.insight.story import Story
from tests.insight.test_threads import event, person

WHO = {
    "anna": ["web:anna", "till:anna"],
    "ben": ["web:ben", "till:ben"],
    "cleo": ["web:cleo"],
    "dora": ["web:dora"],
    "emil": ["app:emil"],
    "fay": ["app:fay"],
    "gus": ["app:gus"],
    "hana": ["support:hana"],
    "ivan": ["support:ivan", "whatsapp:ivan"],
    "jane": ["whatsapp:jane"],
    "kurt": ["support:kurt"],
    "lena": ["support:lena"],
    "mila": ["whatsapp:mila", "support:mila"],
    "nils": ["support:nils"],
    "olga": ["email:olga", "web:olga"],
    "pete": ["app:pete"],
    "quin": ["web:quin"],
    "rosa": ["web:rosa"],
    "tess": ["web:tess", "app:tess"],
}
FEBRUARY_10 = -18
EMAILS = {"web:anna": "anna@gmail.com", "till:anna": "anna@gmail.com", "web:ben": "ben@gmail.com",
          "web:cleo": "cleo@gmail.com"}  # fmt: skip


def done(channel: str, who: str, kind: str, day: float, **facts: Any) -> dict[str, Any]:
    """What a channel's own record did."""
    number = f"{who}-{kind}-{day}"
    return event(channel, number, kind, day, source_record_id=who, **facts)


def usd(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


# fmt: off
EVENTS = [
    # Anna fills a cart in the web shop and buys in the store the next day; weeks later she buys online.
    done("web", "anna", "session", 2, duration_seconds=600.0),
    done("web", "anna", "cart", 2.01, cart_id="B1"),
    done("till", "anna", "order", 3, order_id="O1", store="S1", **usd(100)),
    done("web", "anna", "order", 25, order_id="O16", **usd(60)),
    # Ben buys at once. Somebody whom the till does not know fetches it; Ben brings a part back to the store.
    done("web", "ben", "session", 2, duration_seconds=300.0),
    done("web", "ben", "cart", 2.01, cart_id="B2"),
    done("web", "ben", "order", 2.02, order_id="O2", cart_id="B2", **usd(40)),
    event("till", "nobody-1", "pickup", 4, order_id="O2", store="S1"),
    done("till", "ben", "return", 10, order_id="O2", store="S1", **usd(-10)),
    # Cleo leaves a cart and is not heard of again.
    done("web", "cleo", "cart", 5, cart_id="B3"),
    # Dora pays in euros at 1.10, and comes back.
    done("web", "dora", "order", 5, order_id="O4", amount=50.0, currency="EUR"),
    done("web", "dora", "order", 20, order_id="O5", **usd(20)),
    # Emil cancels; Fay's order is below nothing; Gus's names no currency.
    done("app", "emil", "order", 6, order_id="O8", status="cancelled", **usd(500)),
    done("app", "fay", "order", 6, order_id="O6", **usd(-30)),
    done("app", "gus", "order", 6, order_id="O7", amount=30.0),
    # Hana asks once and is content. Ivan asks again in WhatsApp the next day and is not.
    done("support", "hana", "ticket_opened", 8, ticket_id="T1"),
    done("support", "hana", "ticket_closed", 10, ticket_id="T1", satisfaction=4.0),
    done("support", "ivan", "ticket_opened", 8, ticket_id="T2"),
    done("whatsapp", "ivan", "message", 9, ticket_id="T2"),
    done("support", "ivan", "ticket_closed", 11, ticket_id="T2", satisfaction=2.0),
    # Jane writes twice on one day, and is answered; Kurt calls again after seven days, Lena after eight.
    done("whatsapp", "jane", "message", 8),
    done("whatsapp", "jane", "message", 8.1),
    done("whatsapp", "jane", "message", 8.2, direction="outbound"),
    done("support", "kurt", "call", 1),
    done("support", "kurt", "call", 8),
    done("support", "lena", "call", 1),
    done("support", "lena", "call", 9),
    # Mila's ticket begins in WhatsApp, a day before the desk opens it. Nils's is closed before it is opened.
    done("whatsapp", "mila", "message", 3, ticket_id="T3"),
    done("support", "mila", "ticket_opened", 4, ticket_id="T3"),
    done("support", "mila", "ticket_closed", 5, ticket_id="T3"),
    done("support", "nils", "ticket_closed", 5, ticket_id="T4"),
    done("support", "nils", "ticket_opened", 6, ticket_id="T4"),
    # Olga clicks a mail, looks around and buys.
    done("email", "olga", "email_sent", 2),
    done("email", "olga", "email_clicked", 2.1),
    done("web", "olga", "session", 2.2, duration_seconds=120.0),
    done("web", "olga", "order", 2.3, order_id="O15", **usd(80)),
    # Pete's first session is shorter than nothing. Quin, Rosa and Tess were there in February.
    done("app", "pete", "session", 1, duration_seconds=-5.0),
    done("app", "pete", "session", 10, duration_seconds=60.0),
    done("web", "quin", "session", FEBRUARY_10, duration_seconds=30.0),
    done("web", "quin", "session", 15, duration_seconds=90.0),
    done("web", "rosa", "session", FEBRUARY_10, duration_seconds=45.0),
    done("web", "tess", "session", FEBRUARY_10, duration_seconds=15.0),
    done("app", "tess", "session", 1, duration_seconds=25.0),
    # Somebody nobody knows buys in the store. The last mail goes out at the end of May.
    event("till", "nobody-2", "order", 7, order_id="O9", store="S1", **usd(1000)),
    event("email", "nobody-3", "email_sent", 91),
]

OF_ALL = {
    # kpi: of all: (numerator, denominator) by customers; value by records
    # 36 of customers, and of nobody known a pick-up and an order; what happened is the same to all
    "channel_traffic": ((38, None), 38),
    "sessions": ((10, None), 10),
    "revenue": ((355 + 1000, None), 1355),
    # anna's two, ben's, dora's two, fay's, gus's, olga's, and nobody's
    "orders": ((9, None), 9),
    "orders_per_session": ((7, 10), 0.7),
    # what known customers spent, whichever campaign led to it
    "revenue_by_first_campaign": ((355, None), 355),
    "revenue_by_last_campaign": ((355, None), 355),
    "revenue_by_all_campaigns": ((355, None), 355),
    "conversion_rate": ((8, 22), 8 / 26),
    "average_order_value": ((100 + 60 + 40 + 55 + 20 + 80, 6), 355 / 6),
    # the return is no customer's of the till: he never bought there
    "customer_lifetime_value": ((160 + 30 + 75 + 80, 4), (100 + 60 + 40 + 75 + 80) / 5),
    # anna and dora of anna, ben, dora, fay, gus and olga; anna is two to the channels
    "repeat_purchase_rate": ((2, 6), 1 / 7),
    # anna 1 and 22, ben 8, dora 15, ivan 1, kurt 7, lena 8, mila 1, pete 9, quin 33, tess 19
    "return_frequency": ((124, 11), (23 + 15 + 7 + 8 + 9 + 33) / 6),
    "session_length": ((600 + 300 + 120 + 60 + 30 + 90 + 45 + 15 + 25, 9), 1285 / 9),
    "cart_abandonment_rate": ((2, 3), 2 / 3),
    # anna bought in the store; the web shop knows only that she came back after 23 days
    "cart_recovery_rate": ((1, 2), 0.0),
    # of anna's O16, ben's, dora's two, fay's, gus's and olga's: ben's
    "store_pickup_share": ((1, 7), 0.0),
    "store_return_share": ((1, 7), 0.0),
    # hana, jane and lena twice; not ivan, kurt and mila, nor nils, whose ticket nobody closed afterwards. To
    # WhatsApp the tickets of the desk are none
    "first_contact_resolution": ((4, 8), 8 / 10),
    "time_to_resolution": ((48 + 72 + 48, 3), (48 + 72 + 24) / 3),
    "customer_satisfaction": ((6, 2), 3.0),
}
# fmt: on


def run_march(story: Story) -> None:
    story.records(
        *(
            person(*record.split(":"), email=[EMAILS[record]] if record in EMAILS else None)
            for records in WHO.values()
            for record in records
        )
    )
    story.events(*EVENTS)
    story.run(WHO, 92)


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    story = Story(insight={"currency": "USD", "rates": {"EUR": 1.1}})
    run_march(story)
    yield story
    story.engine.close()


def figures(
    story: Story, kpi: str, dimension: str, period: str = "total"
) -> dict[str, tuple[Any, ...]]:
    """``{member: (numerator, denominator)}`` of a KPI by customers."""
    rows = story.ask(
        "select member, numerator::double, denominator from derived.kpis where"
        f" kpi = '{kpi}' and dimension = '{dimension}' and period = '{period}'"
    )
    return {member: fraction for member, *fraction in rows for fraction in [tuple(fraction)]}


@pytest.mark.parametrize("kpi", OF_ALL)
def test_every_kpi_of_all_customers_and_of_the_channels_records(story: Story, kpi: str) -> None:
    fraction, by_records = OF_ALL[kpi]
    assert figures(story, kpi, "all") == {"all": fraction}
    lift = story.ask(
        "select value_by_customers, value_by_records, difference from derived.identity_lift"
        f" where kpi = '{kpi}' and dimension = 'all' and period = 'total'"
    )
    by_customers = fraction[0] / (fraction[1] or 1)
    assert lift == [
        tuple(pytest.approx(x) for x in (by_customers, by_records, by_customers - by_records))
    ]


def test_retention_is_of_those_who_were_there_the_month_or_week_before(story: Story) -> None:
    retained = story.ask(
        "select period, period_start, numerator::integer, denominator, value_by_records"
        " from derived.kpis join derived.identity_lift using (kpi, period, period_start, dimension, member)"
        " where kpi = 'retention_rate' and dimension = 'all'"
        " and period_start in ('2026-03-01', '2026-03-09', '2026-04-01') and period <> 'total'"
        " order by period_start"
    )
    assert retained == [
        # Quin, Rosa and Tess were there in February; Tess came back in another channel.
        ("month", date(2026, 3, 1), 2, 3, pytest.approx(1 / 3)),
        # Ben and Ivan, of fourteen; Ivan in another channel, and Ben to the till.
        ("week", date(2026, 3, 9), 2, 14, 0.0),
        # April is over, and nobody came; May is not, so it has no figure.
        ("month", date(2026, 4, 1), 0, 18, 0.0),
    ]


def test_the_total_of_retention_is_of_persons_not_of_their_months(story: Story) -> None:
    # three of February, of whom two came in March, and sixteen of March, of whom nobody came again
    assert figures(story, "retention_rate", "all") == {"all": (2, 19)}
    assert figures(story, "retention_rate", "channel")["web"] == (1, 8)


def test_what_nobody_known_spent_is_shown_and_adds_up(story: Story) -> None:
    assert figures(story, "revenue", "known") == {
        "known": (355, None),
        "nobody known": (1000, None),
    }
    assert figures(story, "revenue", "channel_known") == {
        "till / known": (100, None),
        "till / nobody known": (1000, None),
        "web / known": (255, None),
    }
    assert figures(story, "revenue", "channel") == {"till": (1100, None), "web": (255, None)}
    assert figures(story, "revenue", "segment") == {
        "one channel": (115, None),
        "two channels": (240, None),
        "nobody known": (1000, None),
    }
    # every amount of a currency that any channel has told of an order that stands is in it
    shop = "select sum(round(amount * case currency when 'EUR' then 1.1 else 1 end, 2))::double"
    assert story.ask(
        f"{shop} from derived.interactions where kind = 'order' and amount > 0"
        " and currency is not null and status is distinct from 'cancelled'"
    ) == [(1355,)]


def test_to_a_channel_nobody_is_whom_it_has_no_record_of(story: Story) -> None:
    lift = story.ask(
        "select member, value_by_records, value_by_customers from derived.identity_lift"
        " where kpi = 'channel_traffic' and dimension = 'known' and period = 'total' order by member"
    )
    assert lift == [("known", 36, 36), ("nobody known", 2, 2)]


def test_spend_in_the_home_s_currency_adds_up_what_was_paid_in_any(story: Story) -> None:
    spent = story.ask(
        "select golden_id, total_spend::double, total_spend_reporting::double from derived.unified_profiles"
        " where golden_id in ('anna', 'ben', 'dora', 'emil', 'gus') order by golden_id"
    )
    assert spent == [
        ("anna", 160, 160),
        ("ben", 30, 30),
        ("dora", None, 75),  # 50 euros at 1.10, and 20 dollars
        ("emil", None, None),
        ("gus", None, None),
    ]


def test_figures_by_segment_channel_and_journey(story: Story) -> None:
    assert figures(story, "average_order_value", "segment") == {
        # ben had not yet been in the store when he bought
        "one channel": (115, 3),
        "two channels": (240, 3),
    }
    assert figures(story, "average_order_value", "channel") == {"till": (100, 1), "web": (255, 5)}
    assert figures(story, "conversion_rate", "journey") == {
        "one channel": (6, 17),
        "several channels": (2, 5),
    }
    assert figures(story, "conversion_rate", "channel")["web"] == (6, 11)
    assert figures(story, "first_contact_resolution", "channel") == {
        "support": (3, 6),
        "whatsapp": (1, 2),
    }


def test_figures_by_month_week_and_day_add_up(story: Story) -> None:
    traffic = story.ask(
        "select period, sum(numerator)::integer, count(*) from derived.kpis"
        " where kpi = 'channel_traffic' and dimension = 'all' group by period order by period"
    )
    assert traffic == [("day", 38, 14), ("month", 38, 2), ("total", 38, 1), ("week", 38, 6)]
    wide = story.ask(
        "select channel_traffic, average_order_value, period_end from derived.kpi_series"
        " where period = 'month' and period_start = '2026-03-01' and dimension = 'all'"
    )
    assert wide == [(35, pytest.approx(355 / 6), date(2026, 3, 31))]


def test_journeys_and_their_transitions(story: Story) -> None:
    paths = story.ask(
        "select golden_id, journey_number, path, outcome, touch_count, order_interaction_id"
        " from derived.journeys where golden_id in ('anna', 'ben', 'emil', 'quin', 'tess')"
        " order by golden_id, journey_number"
    )
    assert paths == [
        ("anna", 1, "web > till", "order", 3, "anna-order-3"),
        ("anna", 2, "web", "order", 1, "anna-order-25"),
        ("ben", 1, "web", "order", 3, "ben-order-2.02"),
        ("emil", 1, "app", "silence", 1, None),
        ("quin", 1, "web", "silence", 1, None),
        ("quin", 2, "web", "silence", 1, None),
        ("tess", 1, "web > app", "silence", 2, None),
    ]
    assert story.ask("select * from derived.journey_transitions order by all") == [
        (1, "(start)", "app", 4, 2, 2, 0),
        (1, "(start)", "email", 1, 1, 0, 0),
        (1, "(start)", "support", 5, 0, 5, 0),
        (1, "(start)", "web", 10, 5, 5, 0),
        (1, "(start)", "whatsapp", 2, 0, 2, 0),
        (2, "app", "(order)", 2, 2, 0, 0),
        (2, "app", "(silence)", 2, 0, 2, 0),
        (2, "email", "web", 1, 1, 0, 0),
        (2, "support", "(silence)", 4, 0, 4, 0),
        (2, "support", "whatsapp", 1, 0, 1, 0),
        (2, "web", "(order)", 4, 4, 0, 0),
        (2, "web", "(silence)", 4, 0, 4, 0),
        (2, "web", "app", 1, 0, 1, 0),
        (2, "web", "till", 1, 1, 0, 0),
        (2, "whatsapp", "(silence)", 1, 0, 1, 0),
        (2, "whatsapp", "support", 1, 0, 1, 0),
        (3, "app", "(silence)", 1, 0, 1, 0),
        (3, "support", "(silence)", 1, 0, 1, 0),
        (3, "till", "(order)", 1, 1, 0, 0),
        (3, "web", "(order)", 1, 1, 0, 0),
        (3, "whatsapp", "(silence)", 1, 0, 1, 0),
    ]


def test_what_an_email_would_be_worth_to_the_app(story: Story) -> None:
    """Of the four addresses elsewhere Anna's two link; four of the app's five customers are known to it alone."""
    gaps = story.ask(
        "select record_count, unlinked_record_count, interaction_count, unlinked_interaction_count,"
        " missing_count, linking_share, worth_record_count, missing_interaction_count,"
        " worth_interaction_count"
        " from derived.identity_gaps where channel = 'app' and attribute = 'email'"
    )
    assert gaps == [(5, 4, 6, 5, 4, 0.5, 2.0, 5, 2.5)]
    nobodys = "select unlinked_interaction_count from derived.identity_gaps where channel = 'till'"
    assert set(story.ask(nobodys)) == {(2,)}


TABLES = ("kpis", "kpi_series", "identity_lift", "journeys", "journey_transitions", "identity_gaps")


def everything(story: Story) -> dict[str, list[tuple[Any, ...]]]:
    return {name: story.ask(f"select * from derived.{name} order by all") for name in TABLES}


def test_a_merge_moves_the_figures_and_a_split_moves_them_back() -> None:
    story = Story(insight={"currency": "USD", "rates": {"EUR": 1.1}})
    run_march(story)
    before = everything(story)
    story.publish()
    merged = {name: records for name, records in WHO.items() if name != "gus"}
    merged["cleo"] = ["web:cleo", "app:gus"]
    story.run(merged, 92)
    # Cleo's cart of the fifth was bought in the app on the sixth.
    assert figures(story, "cart_recovery_rate", "all") == {"all": (2, 2)}
    assert figures(story, "conversion_rate", "journey") == {
        "one channel": (5, 15),
        "several channels": (3, 6),
    }
    story.publish()
    story.run(WHO, 92)
    assert everything(story) == before
    story.engine.close()


def test_money_of_several_currencies_is_never_added_up() -> None:
    story = Story()
    story.records(person("web", "ann"), person("app", "bob"))
    story.events(
        done("web", "ann", "order", 1, order_id="O1", **usd(10)),
        done("app", "bob", "order", 1, order_id="O2", **usd(30)),
    )
    who = {"ann": ["web:ann"], "bob": ["app:bob"]}
    story.run(who)
    assert figures(story, "average_order_value", "all") == {"all": (40, 2)}
    story.publish()
    story.events(done("web", "ann", "order", 2, order_id="O3", amount=5.0, currency="EUR"))
    story.run(who)
    assert figures(story, "average_order_value", "all") == {}
    assert figures(story, "average_order_value", "currency") == {"EUR": (5, 1), "USD": (40, 2)}
    assert figures(story, "average_order_value", "channel_currency") == {
        "app / USD": (30, 1),
        "web / EUR": (5, 1),
        "web / USD": (10, 1),
    }
    assert figures(story, "repeat_purchase_rate", "all", "month") == {"all": (1, 2)}
    story.engine.close()


def test_a_day_begins_in_the_time_zone_of_the_figures_on_both_sides_of_summer_time() -> None:
    """Half past four in the morning of UTC is the day before in New York in winter, and the day itself in summer."""
    story = Story(insight={"time_zone": "America/New_York"})
    story.records(person("web", "ann"))
    half_past_four = 16.5 / 24 - 1
    story.events(
        done("web", "ann", "session", 8 + half_past_four),
        done("web", "ann", "session", 9 + half_past_four),
    )
    story.run({"ann": ["web:ann"]})
    days = "select period_start from derived.kpis where kpi = 'channel_traffic' and period = 'day'"
    assert sorted({day for (day,) in story.ask(days)}) == [date(2026, 3, 7), date(2026, 3, 9)]
    story.engine.close()


def test_a_journey_falls_silent_without_any_new_touch_of_its_own() -> None:
    story = Story()
    story.records(person("web", "ann"), person("app", "bob"))
    story.events(done("web", "ann", "session", 1))
    who = {"ann": ["web:ann"], "bob": ["app:bob"]}
    story.run(who)
    story.publish()
    outcomes = "select golden_id, outcome from derived.journeys order by all"
    assert story.ask(outcomes) == [("ann", "open")]
    story.events(done("app", "bob", "session", 40))
    story.run(who, 41)
    assert story.ask(outcomes) == [("ann", "silence"), ("bob", "open")]
    assert story.ask("select golden_id from changed.customers order by all") == [("ann",), ("bob",)]
    assert figures(story, "conversion_rate", "all") == {"all": (0, 1)}
    story.engine.close()


def test_an_order_stays_in_the_segment_that_its_customer_was_of_that_day() -> None:
    story = Story()
    story.records(person("web", "ann"), person("app", "ann"), person("till", "ann"))
    who = {"ann": ["web:ann", "app:ann", "till:ann"]}
    story.events(done("web", "ann", "order", 1, order_id="O1", **usd(10)))
    story.run(who)
    assert figures(story, "orders", "segment") == {"one channel": (1, None)}
    story.publish()
    story.events(
        done("app", "ann", "order", 2, order_id="O2", **usd(20)),
        done("till", "ann", "order", 3, order_id="O3", **usd(40)),
        done("web", "ann", "order", 4, order_id="O4", **usd(80)),
    )
    story.run(who)
    assert figures(story, "revenue", "segment") == {
        "one channel": (10, None),
        "two channels": (20, None),
        "three channels and more": (120, None),
    }
    # who has ordered in two months is one person, of whom all orders together say what they are
    story.publish()
    story.events(done("web", "ann", "order", 40, order_id="O5", **usd(1)))
    story.run(who, 70)
    assert figures(story, "repeat_purchase_rate", "all") == {"all": (1, 1)}
    assert figures(story, "repeat_purchase_rate", "segment") == {"three channels and more": (1, 1)}
    story.engine.close()


def test_a_visit_of_nobody_is_counted_and_is_theirs_who_logs_in_later() -> None:
    """Somebody looks around, and buys as a guest. Two days later they log in, on the same telephone."""
    story = Story()
    story.records(person("web", "ann"))
    phone = {"device_id": ["D1"]}
    story.events(
        event("web", "visit", "session", 1, duration_seconds=60.0, **phone),
        event("web", "guest", "order", 1.1, order_id="O1", **phone, **usd(30)),
    )
    who = {"ann": ["web:ann"]}
    story.run(who)
    assert figures(story, "sessions", "known") == {"nobody known": (1, None)}
    assert figures(story, "revenue", "known") == {"nobody known": (30, None)}
    assert figures(story, "orders_per_session", "all") == {"all": (1, 1)}
    assert story.ask("select count(*) from derived.journeys") == [(0,)]
    story.publish()

    story.events(event("web", "log-in", "session", 3, source_record_id="ann", **phone))
    story.run(who)
    assert figures(story, "sessions", "known") == {"known": (2, None)}
    assert figures(story, "revenue", "known") == {"known": (30, None)}
    assert figures(story, "revenue", "all") == {"all": (30, None)}
    paths = "select path, outcome from derived.journeys order by journey_number"
    assert story.ask(paths)[0] == ("web", "order")
    story.engine.close()


def test_an_order_that_a_channel_tells_of_twice_is_counted_once_though_one_row_names_nobody() -> (
    None
):
    story = Story()
    story.records(person("web", "ann"))
    story.events(
        done("web", "ann", "order", 1, order_id="O1", **usd(30)),
        event("web", "O1-shipped", "order", 2, order_id="O1", status="shipped", **usd(30)),
    )
    story.run({"ann": ["web:ann"]})
    assert figures(story, "revenue", "known") == {"known": (30, None)}
    assert figures(story, "orders", "all") == {"all": (1, None)}
    story.engine.close()


@pytest.mark.parametrize(
    ("closing", "solved"),
    [
        ({"source_record_id": "ann"}, 1),
        ({}, 1),  # the desk does not say whose it is
        ({"source_record_id": "ann", "status": "solved"}, 1),
        ({"source_record_id": "ann", "status": "Abandoned"}, 0),
        ({"status": "unsolved"}, 0),
        (None, 0),
    ],
)
def test_a_contact_is_resolved_if_its_ticket_was_closed(
    closing: dict[str, Any] | None, solved: int
) -> None:
    story = Story()
    story.records(person("support", "ann"))
    story.events(done("support", "ann", "ticket_opened", 1, ticket_id="T1"))
    story.run({"ann": ["support:ann"]})
    story.publish()
    if closing is not None:
        story.events(event("support", "closing", "ticket_closed", 3, ticket_id="T1", **closing))
    story.run({"ann": ["support:ann"]})
    story.events(event("email", "later", "email_sent", 31))
    story.run({"ann": ["support:ann"]})
    assert figures(story, "first_contact_resolution", "all") == {"all": (solved, 1)}
    story.engine.close()


def test_a_ticket_that_is_closed_too_late_was_not_solved_at_first_contact() -> None:
    story = Story()
    story.records(person("support", "ann"))
    story.events(
        done("support", "ann", "ticket_opened", 1, ticket_id="T1"),
        done("support", "ann", "ticket_closed", 9.1, ticket_id="T1"),
        event("email", "later", "email_sent", 31),
    )
    story.run({"ann": ["support:ann"]})
    assert figures(story, "first_contact_resolution", "all") == {"all": (0, 1)}
    story.engine.close()


def test_campaigns_get_what_they_led_to_first_last_and_in_equal_parts() -> None:
    story = Story()
    story.records(person("web", "ann"), person("email", "ann"), person("till", "ann"))
    story.events(
        done("web", "ann", "session", 1, campaign="search"),
        done("email", "ann", "email_sent", 1.5, campaign="never opened"),
        done("email", "ann", "email_clicked", 2, campaign="spring"),
        done("web", "ann", "session", 2.1, campaign="spring"),
        done("till", "ann", "order", 3, order_id="O1", store="S1", **usd(100)),
        # the next order is led to by nothing, the one after that by a campaign of its own
        done("till", "ann", "order", 4, order_id="O2", store="S1", **usd(7)),
        done("web", "ann", "order", 5, order_id="O3", campaign="search", **usd(1)),
    )
    story.run({"ann": ["web:ann", "email:ann", "till:ann"]})
    found = {
        name: {member: fraction[0] for member, fraction in figures(story, kpi, "campaign").items()}
        for name, kpi in (
            ("first", "revenue_by_first_campaign"),
            ("last", "revenue_by_last_campaign"),
            ("all", "revenue_by_all_campaigns"),
        )
    }
    assert found == {
        "first": {"search": 101, "(none)": 7},
        "last": {"spring": 100, "search": 1, "(none)": 7},
        "all": {"search": 34.33, "spring": pytest.approx(66.67), "(none)": 7},
    }
    for name in ("first", "last", "all"):
        assert sum(found[name].values()) == pytest.approx(108), "what known customers spent"
    assert figures(story, "revenue_by_all_campaigns", "all") == {"all": (108, None)}
    assert figures(story, "revenue_by_all_campaigns", "segment") == {
        "three channels and more": (108, None)
    }
    story.engine.close()


def test_cohorts_are_of_the_month_of_the_first_order_and_say_who_orders_again() -> None:
    story = Story(insight={"currency": "USD", "rates": {"EUR": 1.1}})
    story.records(*(person("web", name) for name in ("ann", "bob", "cid")))
    story.events(
        done("web", "ann", "order", 1, order_id="O1", **usd(10)),
        done("web", "bob", "order", 2, order_id="O2", amount=10.0, currency="EUR"),
        done("web", "ann", "order", 35, order_id="O3", **usd(5)),
        done("web", "ann", "order", 36, order_id="O4", **usd(5)),
        done("web", "cid", "order", 40, order_id="O5", status="cancelled", **usd(9)),
    )
    who = {name: [f"web:{name}"] for name in ("ann", "bob", "cid")}
    story.run(who, 45)
    cohorts = (
        "select month_number, customer_count, buyer_count, order_count, revenue::double, is_complete"
        " from derived.cohorts order by cohort, month"
    )
    assert story.ask(cohorts) == [(0, 2, 2, 2, 21.0, True), (1, 2, 1, 2, 10.0, False)]
    story.publish()
    # an earlier order that is delivered late moves a customer to another cohort
    story.events(done("web", "bob", "order", FEBRUARY_10, order_id="O6", **usd(1)))
    story.run(who, 45)
    assert story.ask(cohorts) == [
        (0, 1, 1, 1, 1.0, True),
        (1, 1, 1, 1, 11.0, True),
        (2, 1, 0, 0, 0.0, False),
        (0, 1, 1, 1, 10.0, True),
        (1, 1, 1, 2, 10.0, False),
    ]
    story.engine.close()
