"""Audiences that can be used: one message a person a day, none for what was bought, none against a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from omni_identity.insight.audience_rules import audience_rules
from omni_identity.model.errors import ConfigurationError
from tests.insight.story import Story, at
from tests.insight.test_threads import event, person

YES = {"consent_email": True, "consent_email_at": at(0)}
ANNA = {"anna": ["web:anna", "till:anna"]}
MEMBERS = "select audience, golden_id from derived.audience_members order by all"
LOG = "select audience, golden_id, change, address, reason from derived.audience_log order by all"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "audiences").mkdir()
    return tmp_path


def begin(home: Path = Path("nowhere"), **said: Any) -> Story:
    """Anna, whom web shop and till know, and who agreed to e-mails."""
    story = Story(home)
    story.records(
        person("web", "anna", email=["anna@gmail.com"], **(said or YES)), person("till", "anna")
    )
    return story


def rule(home: Path, name: str, sql: str, *head: str) -> None:
    """An audience of one's own."""
    lines = "".join(f"-- {line}\n" for line in head)
    (home / "audiences" / f"{name}.sql").write_text(f"{lines}{sql}\n")


def everybody(reason: str) -> str:
    """A rule that names every customer."""
    return f"select golden_id, timestamp '2026-03-01' as since, '{reason}' as reason from unified_profiles"


def now(day: float) -> dict[str, Any]:
    """What moves now to a day of March, and says nothing of anybody."""
    return event("email", f"now-{day}", "email_sent", day)


def test_a_cart_is_reminded_of_until_a_purchase_in_a_store_ends_it_and_is_thanked_for() -> None:
    """Anna leaves a cart in the web shop. A mail reminds her. She buys in a store, and is thanked, not reminded."""
    story = begin()
    story.events(event("web", "c1", "cart", 1, source_record_id="anna", cart_id="B1"), now(2))
    story.run(ANNA, 2)
    assert story.ask(MEMBERS) == [("abandoned_cart", "anna")]
    reminder = ("abandoned_cart", "anna", "entered", "anna@gmail.com")
    assert story.ask(LOG) == [(*reminder, "A cart in web that was not bought")]
    story.publish()

    story.events(
        event("till", "o1", "order", 3, source_record_id="anna", order_id="O1", store="S1")
    )
    story.run(ANNA, 4)
    assert ("thank_you", "anna") in story.ask(MEMBERS)
    changes = story.ask(LOG)
    assert ("abandoned_cart", "anna", "left", "anna@gmail.com", "The reason is gone") in changes
    assert ("thank_you", "anna", "entered", "anna@gmail.com", "An order in till") in changes


def test_a_customer_is_in_one_audience_at_a_time_the_one_that_comes_first(home: Path) -> None:
    rule(home, "second", everybody("second"), "priority: 2")
    rule(home, "first", everybody("first"), "priority: 1")
    rule(home, "unnumbered", everybody("unnumbered"))
    rule(home, "service", everybody("service"), "consent: not needed", "beside others: yes")
    story = begin(home)
    story.events(now(1))
    story.run(ANNA, 1)
    assert story.ask(MEMBERS) == [("first", "anna"), ("service", "anna")]
    story.publish()

    # the first has no reason any more: on the same day nothing follows it, on the next the second does
    rule(home, "first", everybody("first") + " where false", "priority: 1")
    story.run(ANNA, 1)
    assert story.ask(MEMBERS) == [("service", "anna")]
    assert story.ask(LOG) == [("first", "anna", "left", "anna@gmail.com", "The reason is gone")]
    story.publish()
    story.events(now(2))
    story.run(ANNA, 2)
    assert story.ask(MEMBERS) == [("second", "anna"), ("service", "anna")]
    story.publish()

    # what comes first takes over on a day of its own
    rule(home, "first", everybody("first"), "priority: 1")
    story.run(ANNA, 2)
    assert story.ask(MEMBERS) == [("second", "anna"), ("service", "anna")], "one a day"
    story.publish()
    story.events(now(3))
    story.run(ANNA, 3)
    assert story.ask(MEMBERS) == [("first", "anna"), ("service", "anna")]
    assert ("second", "anna", "left", "anna@gmail.com", "In first instead") in story.ask(LOG)


def test_nobody_enters_again_before_the_pause_of_an_audience_is_over(home: Path) -> None:
    once = "select golden_id, last_cart_at as since, 'cart' as reason from customer_context"
    rule(
        home, "mine", once + " where open_cart_count > 0", "priority: 1", "at most: once in 7 days"
    )
    story = begin(home)
    cart = {"source_record_id": "anna"}
    seen = list[bool]()
    for day, said in (
        (1, event("web", "c1", "cart", 1, cart_id="B1", **cart)),
        (2, now(2)),  # she stays in it
        (3, event("web", "o1", "order", 3, order_id="O1", **cart)),
        (4, event("web", "c2", "cart", 4, cart_id="B2", **cart)),  # too soon
        (8, now(8)),
    ):
        story.events(said)
        story.run(ANNA, day)
        seen.append(("mine", "anna") in story.ask(MEMBERS))
        story.publish()
    assert seen == [True, True, False, False, True]


def test_a_household_is_mailed_once(home: Path) -> None:
    """Anna and Ben live together, Cleo lives alone: the catalogue goes to two doors, and to the other of the two
    not before its pause is over, whoever of them leaves."""
    rule(
        home,
        "catalogue",
        "select golden_id, min(occurred_at) as since, 'A visit' as reason from interactions"
        " where golden_id is not null group by golden_id",
        *("once a household: yes", "at most: once in 30 days"),
    )
    story = Story(home)
    people = ("anna", "ben", "cleo")
    story.records(*(person("web", name, email=[f"{name}@gmail.com"], **YES) for name in people))
    customers = {name: [f"web:{name}"] for name in people}
    story.events(
        event("web", "s1", "session", 2, source_record_id="anna"),
        event("web", "s2", "session", 1, source_record_id="ben"),
        event("web", "s3", "session", 3, source_record_id="cleo"),
    )
    story.engine.run("insert into derived.household_members values ('anna', 'H1'), ('ben', 'H1')")
    story.run(customers, 4)
    wanted = (
        "select golden_id from derived.audience_members where audience = 'catalogue' order by 1"
    )
    assert story.ask(wanted) == [("ben",), ("cleo",)], "his reason is the elder one"
    story.publish()

    story.records(
        person("web", "ben", email=["ben@gmail.com"], consent_email=False, consent_email_at=at(5))
    )
    for day, members in ((6, [("cleo",)]), (35, [("anna",), ("cleo",)])):
        story.events(now(day))
        story.run(customers, day)
        assert story.ask(wanted) == members
        story.publish()


def test_who_moves_in_with_a_member_leaves_and_it_is_said_why(home: Path) -> None:
    rule(home, "catalogue", everybody("A catalogue"), "once a household: yes")
    story = Story(home)
    customers = {name: [f"web:{name}"] for name in ("anna", "ben")}
    story.records(*(person("web", name, email=[f"{name}@gmail.com"], **YES) for name in customers))
    story.events(now(1))
    story.run(customers, 1)
    story.publish()
    story.engine.run("insert into derived.household_members values ('anna', 'H1'), ('ben', 'H1')")
    story.engine.run("insert into changed.customers values ('anna'), ('ben')")
    story.run(customers, 1)
    assert story.ask(MEMBERS) == [("catalogue", "anna")]
    said = "Another of the household is in it"
    assert story.ask(LOG) == [("catalogue", "ben", "left", "ben@gmail.com", said)]


def test_what_was_bought_meanwhile_is_not_advertised(home: Path) -> None:
    rule(
        home,
        "price_drop",
        "select golden_id, occurred_at as since, product_id, 'Cheaper now' as reason from interactions"
        " where kind = 'session' and product_id is not null",
        "priority: 1",
    )
    story = begin(home)
    viewed = {"source_record_id": "anna"}
    story.events(
        event("web", "s1", "session", 1, product_id="P1", **viewed),
        event("web", "s2", "session", 2, product_id="P2", **viewed),
        event("till", "o0", "order", 1.5, product_id="P2", order_id="O0", **viewed),
    )
    story.run(ANNA, 2)
    assert ("price_drop", "anna") in story.ask(MEMBERS), "she has looked at it again since"
    story.publish()
    story.events(event("till", "o1", "order", 3, product_id="P2", order_id="O1", **viewed))
    story.run(ANNA, 3)
    assert ("price_drop", "anna") in story.ask(MEMBERS), "there is another product"
    story.publish()
    story.events(event("till", "o2", "order", 4, product_id="P1", order_id="O2", **viewed))
    story.run(ANNA, 4)
    gone = ("price_drop", "anna", "left", "anna@gmail.com", "Bought meanwhile")
    assert gone in story.ask(LOG)


def test_an_opt_out_takes_a_customer_out_and_an_opt_in_lets_them_in_again(home: Path) -> None:
    """Anna unsubscribes; the log tells every tool not to use the address; she subscribes again with another one."""
    rule(home, "news", everybody("news"), "priority: 1")
    story = begin(home)
    story.events(now(1))
    story.run(ANNA, 1)
    assert story.ask(MEMBERS) == [("news", "anna")]
    story.publish()

    no = {"consent_email": False, "consent_email_at": at(2), "word_consent_email": "no"}
    story.records(person("web", "anna", email=["anna@gmail.com"], **no))
    story.events(now(2))
    story.run(ANNA, 2)
    assert story.ask(MEMBERS) == []
    assert story.ask(LOG) == [
        ("news", "anna", "left", "anna@gmail.com", "No address that may be used")
    ]
    story.publish()

    again = {"consent_email": True, "consent_email_at": at(3)}
    story.records(person("web", "anna", email=["new@gmail.com"], **again))
    story.events(now(3))
    story.run(ANNA, 3)
    assert story.ask(LOG) == [("news", "anna", "entered", "new@gmail.com", "news")]


def test_another_address_is_told_as_left_and_entered(home: Path) -> None:
    rule(home, "news", everybody("news"), "priority: 1")
    story = begin(home)
    story.events(now(1))
    story.run(ANNA, 1)
    story.publish()
    story.records(person("web", "anna", email=["new@gmail.com"], **YES))
    story.run(ANNA, 1)
    assert story.ask(LOG) == [
        ("news", "anna", "entered", "new@gmail.com", "news"),
        ("news", "anna", "left", "anna@gmail.com", "By another address now"),
    ]


def test_a_merge_is_no_reason_to_write_again(home: Path) -> None:
    rule(home, "news", everybody("news"), "priority: 1", "at most: once in 30 days")
    story = begin(home)
    story.events(now(1))
    apart = {"anna": ["web:anna"], "ann": ["till:anna"]}
    story.run(apart, 1)
    story.publish()
    story.engine.run("insert into derived.golden_id_redirects values ('anna', 'ann')")
    story.events(now(2))
    story.run({"ann": ["till:anna", "web:anna"]}, 2)
    assert story.ask(MEMBERS) == [("news", "ann")]
    assert story.ask(LOG) == [
        ("news", "ann", "entered", "anna@gmail.com", "Was in it under a former golden ID"),
        ("news", "anna", "left", "anna@gmail.com", "The golden ID is another now"),
    ]


def test_the_log_adds_up_to_who_is_in_an_audience_and_a_full_refresh_adds_nothing(
    home: Path,
) -> None:
    rule(home, "news", everybody("news"), "priority: 1")
    story = begin(home)
    for day in (1, 2, 3):
        said = {"consent_email": day != 2, "consent_email_at": at(day), "word_consent_email": "x"}
        story.records(person("web", "anna", email=["anna@gmail.com"], **said))
        story.events(now(day))
        story.run(ANNA, day)
        story.publish()
        told = story.ask(
            "select audience, golden_id from settled.audience_log group by all"
            " having sum(case change when 'entered' then 1 else -1 end) = 1"
        )
        assert told == story.ask(MEMBERS)
    count = "select count(*) from settled.audience_log"
    before = story.ask(count)
    assert before == [(3,)]
    story.engine.run("insert into changed.customers values ('anna')")
    story.run(ANNA, 3)
    assert story.ask(LOG) == []
    story.publish()
    assert story.ask(count) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("priority: high", "'-- priority:' must say a whole number"),
        ("at most: weekly", "'-- at most:' must say 'once in N days'"),
        ("beside others: sometimes", "'-- beside others:' must say 'yes' or 'no'"),
        ("once a household: twice", "'-- once a household:' must say 'yes' or 'no'"),
        ("consent: perhaps", "'-- consent:' must say 'needed' or 'not needed'"),
    ],
)
def test_a_head_that_says_what_it_cannot_is_refused(home: Path, line: str, said: str) -> None:
    rule(home, "mine", everybody("mine"), line)
    with pytest.raises(ConfigurationError, match=r"audiences/mine\.sql: the line") as refused:
        audience_rules(home / "audiences")
    assert said in str(refused.value)


def test_our_own_audiences_have_priorities_of_their_own() -> None:
    rules = [rule for rule in audience_rules(None) if not rule.is_beside_others]
    priorities = [rule.priority for rule in rules]
    assert len(set(priorities)) == len(rules)
    assert all(rule.needs_consent for rule in rules)


def test_the_preferred_channel_is_one_that_reaches_the_customer() -> None:
    story = Story(insight={"push_channels": ["app"]})
    yes = {"consent_push": True, "consent_push_at": at(0)}
    story.records(
        person("web", "anna", email=["anna@gmail.com"], phone=["+12125550100"], **YES),
        person("app", "anna", device_id=["D1"], **yes),
        person("till", "ben"),
    )
    story.events(
        *(event("till", f"o{n}", "order", n, source_record_id="ben") for n in (1, 2)),
        *(event("web", f"a{n}", "order", n, source_record_id="anna") for n in (1, 2)),
        event("app", "s", "session", 3, source_record_id="anna"),
    )
    story.run({"anna": ["web:anna", "app:anna"], "ben": ["till:ben"]})
    preferred = (
        "select golden_id, most_used_channel, preferred_channel from derived.unified_profiles"
    )
    assert story.ask(f"{preferred} order by all") == [
        ("anna", "web", "push"),  # she has used the app, and never a mail
        ("ben", "till", None),
    ]
