"""The story of twenty-two customers on the 31st of March at noon: who is in which audience, exactly, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from omni_identity.model.errors import ConfigurationError
from tests.insight.story import Story, at
from tests.insight.test_threads import event, person

NAMES = (
    *("anna", "ben", "cleo", "dora", "emil", "fay", "gus", "hana", "ivan", "jane", "kurt"),
    *("lena", "mila", "nils", "olga", "pete", "quin", "rosa", "saul", "tess", "uma"),
)
READY = {"status": "ready_for_pickup"}
REFUSED = {"consent_email": False, "consent_email_at": at(1)}
UNASKED = {"consent_email": None, "consent_email_at": None}
MONEY = {"amount": 20.0, "currency": "USD"}
CUSTOMERS = {name: [f"web:{name}"] for name in NAMES} | {"uma2": ["till:uma"]}


def web(name: str, number: str, kind: str, day: float, **facts: Any) -> dict[str, Any]:
    return event("web", f"{name}-{number}", kind, day, source_record_id=name, **facts)


def listed(name: str, **changes: Any) -> dict[str, Any]:
    """Somebody in the web shop's list, who allows e-mail unless it is said otherwise."""
    consent = {"consent_email": True, "consent_email_at": at(1)}
    return person("web", name, **{"email": [f"{name}@gmail.com"], **consent, **changes})


def make_story(home: Path) -> Story:
    story = Story(home)
    special: dict[str, dict[str, Any]] = {
        "cleo": REFUSED,
        "fay": {**UNASKED, "email": None, "phone": ["+12125550106"]},
        "hana": REFUSED,
        "kurt": {**UNASKED, "whatsapp": ["+12125550111"]},
    }
    story.records(
        *(listed(name, **special.get(name, {})) for name in NAMES),
        person("till", "uma", email=["uma.till@gmail.com"]),
    )
    story.events(
        # Anna left a cart. Ben left one and bought in the store. Cleo left one and wants no mail.
        web("anna", "1", "cart", 30, cart_id="B1"),
        web("ben", "1", "cart", 30, cart_id="B2"),
        event("till", "ben-2", "order", 30.5, email=["ben@gmail.com"], **MONEY),
        web("cleo", "1", "cart", 30, cart_id="B3"),
        # Dora filled hers ten minutes ago, Emil his in January.
        web("dora", "1", "cart", 31 - 10 / 1440, cart_id="B4"),
        web("emil", "1", "cart", -40, cart_id="B5"),
        # Three orders are ready: Fay's waits, Gus's was fetched by nobody known, Hana refused all mail.
        web("fay", "1", "order", 29, order_id="O6", **READY, **MONEY),
        web("gus", "1", "order", 20, order_id="O7", **READY, **MONEY),
        event("till", "gus-2", "pickup", 21, order_id="O7"),
        web("hana", "1", "order", 29, order_id="O8", **READY, **MONEY),
        # Ivan and Jane bought in November; Jane still reads her mail.
        web("ivan", "1", "order", -100, order_id="O9", **MONEY),
        web("jane", "1", "order", -100, order_id="O10", **MONEY),
        event("email", "jane-2", "email_sent", 20, email=["jane@gmail.com"]),
        event("email", "jane-3", "email_clicked", 20.1, email=["jane@gmail.com"]),
        event("email", "ivan-2", "email_sent", 20, email=["ivan@gmail.com"]),
        # Kurt asked in WhatsApp about his ticket and waits; Lena was answered there, Mila is done.
        event("support", "kurt-1", "ticket_opened", 28, ticket_id="T1", conversation_id="V1", email=["kurt@gmail.com"]),
        event("support", "kurt-2", "call", 28.1, ticket_id="T1", conversation_id="V1", email=["kurt@gmail.com"]),
        event("whatsapp", "kurt-3", "message", 29, conversation_id="V1", whatsapp=["+12125550111"]),
        event("support", "lena-1", "ticket_opened", 28, ticket_id="T2", conversation_id="V2", email=["lena@gmail.com"]),
        event("whatsapp", "lena-2", "message", 29, conversation_id="V2", direction="outbound",
              email=["lena@gmail.com"]),
        event("support", "mila-1", "ticket_opened", 28, ticket_id="T3", email=["mila@gmail.com"]),
        event("support", "mila-2", "ticket_closed", 29, ticket_id="T3"),
        # Nils came into the store for the first time, Olga has been coming for months.
        web("nils", "1", "session", -50),
        event("till", "nils-2", "order", 22, email=["nils@gmail.com"], **MONEY),
        web("olga", "1", "session", -60),
        event("till", "olga-2", "order", -40, email=["olga@gmail.com"], **MONEY),
        # Pete sent his order back, Quin complains about it, Tess cancelled hers.
        web("pete", "1", "order", 28, order_id="O16", **MONEY),
        web("pete", "2", "return", 30, order_id="O16", **MONEY),
        web("quin", "1", "order", 29, order_id="O17", **MONEY),
        web("quin", "2", "ticket_opened", 30.9, ticket_id="T4", order_id="O17"),
        web("tess", "1", "order", 29, order_id="O20", status="cancelled"),
        # Rosa left two carts. Saul's was filled before he signed in on his telephone.
        web("rosa", "1", "cart", 29, cart_id="B18"),
        web("rosa", "2", "cart", 30, cart_id="B19"),
        event("web", "saul-1", "cart", 30, cart_id="B20", device_id=["d-saul"]),
        web("saul", "2", "session", 30.5, device_id=["d-saul"]),
        # Uma left a cart in the shop and bought at the till, where they do not know that it is she.
        web("uma", "1", "cart", 30, cart_id="B21"),
        event("till", "uma-2", "order", 30.2, source_record_id="uma", **MONEY),
        event("web", "now", "session", 31),
    )  # fmt: skip
    story.run(CUSTOMERS)
    return story


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return make_story(tmp_path_factory.mktemp("home"))


def audiences(story: Story) -> dict[str, set[str]]:
    """Who is in which audience that the story tells of; others have a story of their own."""
    found: dict[str, set[str]] = {}
    members = f"select audience, golden_id from derived.audience_members where {TOLD}"
    for audience, golden_id in story.ask(members):
        assert golden_id not in found.setdefault(audience, set()), "nobody twice"
        found[audience].add(golden_id)
    return found


EXPECTED = {
    "abandoned_cart": {"anna", "rosa", "saul", "uma"},
    "thank_you": {"ben"},
    "pickup_waiting": {"fay"},
    "win_back": {"ivan"},
    "unanswered_ticket": {"kurt"},
    # ben is thanked, and is in one audience at a time
    "newly_omnichannel": {"jane", "nils"},
}
TOLD = f"audience in {(*EXPECTED, 'spenders')}"


def test_everybody_is_where_the_story_says(story: Story) -> None:
    assert audiences(story) == EXPECTED
    assert story.ask("select as_of from derived.as_of") == [(at(31),)]


def test_each_member_has_a_way_a_permission_a_reason_and_a_time(story: Story) -> None:
    rows = story.ask(
        "select golden_id, address_kind, address, consent, consented_at, reason, since"
        f" from derived.audience_members where {TOLD} and audience <> 'newly_omnichannel'"
        " order by golden_id"
    )
    allowed = ("consent_email", at(1))
    assert rows == [
        ("anna", "email", "anna@gmail.com", *allowed, "A cart in web that was not bought", at(30)),
        ("ben", "email", "ben@gmail.com", *allowed, "An order in till", at(30.5)),
        ("fay", "sms", "+12125550106", None, None,
         "An order in web that waits to be picked up", at(29)),
        ("ivan", "email", "ivan@gmail.com", *allowed, "Nothing heard since 2025-11-20", at(-10)),
        ("kurt", "whatsapp", "+12125550111", None, None,
         "A ticket in support that nobody answered", at(29)),
        ("rosa", "email", "rosa@gmail.com", *allowed, "A cart in web that was not bought", at(30)),
        ("saul", "email", "saul@gmail.com", *allowed, "A cart in web that was not bought", at(30)),
        ("uma", "email", "uma@gmail.com", *allowed, "A cart in web that was not bought", at(30)),
    ]  # fmt: skip


def test_the_threads_and_matters_of_the_story(story: Story) -> None:
    threads = "select count(distinct thread_id) from derived.interactions where golden_id = '{}'"
    assert story.ask(threads.format("kurt")) == [(1,)], "one conversation in two channels"
    assert story.ask(threads.format("pete")) == [(1,)], "an order and its return"
    assert story.ask(threads.format("quin")) == [(1,)], "an order and the ticket about it"
    assert story.ask(threads.format("rosa")) == [(2,)], "two carts"
    assert story.ask("select golden_id, matter from derived.open_matters order by all") == [
        ("anna", "cart"), ("cleo", "cart"), ("dora", "cart"), ("emil", "cart"), ("fay", "pickup"),
        ("hana", "pickup"), ("kurt", "ticket"), ("lena", "ticket"), ("quin", "ticket"),
        ("rosa", "cart"), ("rosa", "cart"), ("saul", "cart"), ("uma", "cart"),
    ]  # fmt: skip
    states = (
        "select golden_id, last_order_state from derived.customer_context"
        " where last_order_state is not null"
    )
    assert dict(story.ask(states)) == {
        **dict.fromkeys(("ben", "ivan", "jane", "nils", "olga", "quin", "uma2"), "ordered"),
        **dict.fromkeys(("fay", "hana"), "waits_for_pickup"),
        "gus": "picked_up",
        "pete": "returned",
        "tess": "cancelled",
    }


def test_uma_merged_and_split_again(tmp_path: Path) -> None:
    story = make_story(tmp_path)
    story.publish()
    merged = {name: records for name, records in CUSTOMERS.items() if name != "uma2"}
    # the next day: nobody enters two audiences in one
    story.events(event("web", "tomorrow", "session", 31.6))
    story.run({**merged, "uma": ["web:uma", "till:uma"]}, 31.6)
    expected = {audience: set(members) for audience, members in EXPECTED.items()}
    expected["abandoned_cart"].remove("uma")
    expected["thank_you"].add("uma")
    expected["abandoned_cart"].add("dora")  # whose cart has lain for long enough by now
    assert audiences(story) == expected
    assert story.ask(f"select * from derived.audience_changes where {TOLD} order by all") == [
        ("abandoned_cart", "dora", "entered"),
        ("abandoned_cart", "uma", "left"),
        ("thank_you", "uma", "entered"),
    ]
    story.publish()
    story.events(event("web", "the day after", "session", 32.55))
    story.run(CUSTOMERS, 32.55)
    # quin has waited for a day by now
    expected["abandoned_cart"].add("uma")
    expected["thank_you"].remove("uma")
    expected["unanswered_ticket"].add("quin")
    assert audiences(story) == expected
    assert ("abandoned_cart", "uma", "entered") in story.ask("select * from derived.audience_changes")  # fmt: skip


def write_rule(home: Path, name: str, sql: str) -> None:
    (home / "audiences").mkdir(exist_ok=True)
    (home / "audiences" / name).write_text(sql, encoding="utf-8")


def test_a_rule_of_the_users_own(tmp_path: Path) -> None:
    write_rule(
        tmp_path,
        "spenders.sql",
        "-- Who has spent something, with a note at the end;\n"
        "select golden_id, last_order_at as since, 'Spent ' || total_spend as reason\n"
        "from unified_profiles, settings where total_spend > 0 and last_order_at < as_of; -- all",
    )
    found = audiences(make_story(tmp_path))
    # those whom no audience that comes first has
    assert found == {**EXPECTED, "spenders": {"gus", "olga", "quin"}}


@pytest.mark.parametrize(
    ("name", "sql", "message"),
    [
        ("Bad Name.sql", "select 1", "its name must be lower-case letters"),
        ("win_back.sql", "select 1", "'win_back' is a built-in audience"),
        ("mine.sql", "selec 1", "Parser Error: syntax error at or near"),
        ("mine.sql", "drop table derived.interactions", "must be one select statement"),
        ("mine.sql", "select 1; select 2", "must be one select statement"),
        ("mine.sql", "-- consent: maybe\nselect 1", "must say 'needed' or 'not needed'"),
        ("mine.sql", "select golden_id from crosswalk", "does not return since, reason"),
        ("mine.sql", "select * from crosswalks", "may not read 'crosswalks': a rule reads interactions"),
        ("mine.sql", "select address::integer as golden_id, as_of as since, '' as reason"
         " from settings, (select email[1] as address from unified_profiles)", "ConversionException when it was run"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_names_its_file(
    tmp_path: Path, name: str, sql: str, message: str
) -> None:
    write_rule(tmp_path, name, sql)
    with pytest.raises(ConfigurationError) as caught:
        make_story(tmp_path)
    assert str(caught.value).startswith(f"audiences/{name}: ")
    assert message in str(caught.value)
    assert "gmail" not in str(caught.value)
