"""Eleven scenes of omnichannel retail, on one page: from what channels deliver to what a person or a tool reads.

One retailer, five channels, two nights. Everybody's own scene is a test below; what they did before the first night
and after it stands in ``FIRST`` and ``SECOND``, as the channels deliver it.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.application import app as cli
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.runner import run_pipeline
from omni_identity.pipeline.warehouse import open_warehouse

CONFIGURATION = """
version: 1
default_country: US
attributes: {shoe_size: {compare: none}}
insight: {abandoned_cart_hours: 4}
channels:
  - name: web
    trust: 1
    contacts:
      files: landing/web/*.csv
      record_id: id
      updated_at: changed
      mapping: {full_name: name, email: email, phone: phone, street: street, city: city, postcode: zip,
                device_id: cookie, consent_email: newsletter, consent_email_at: newsletter_at}
    interactions:
      files: landing/web_events/*.csv
      interaction_id: event
      contact: id
      kind: kind
      occurred_at: at
      mapping: {device_id: cookie, order_id: order, cart_id: cart, amount: amount, currency: currency,
                status: status, text: text}
    lines: &lines
      files: landing/web_lines/*.csv
      interaction_id: event
      mapping: {product_id: sku, quantity: pieces, price: price}
  - name: app
    trust: 2
    contacts: &list
      files: landing/app/*.csv
      record_id: id
      updated_at: changed
      mapping: {full_name: name, email: email, phone: phone, shoe_size: size}
    interactions: &events
      files: landing/app_events/*.csv
      interaction_id: event
      contact: id
      kind: kind
      occurred_at: at
      mapping: {order_id: order, cart_id: cart, ticket_id: ticket, amount: amount, currency: currency,
                status: status, store: store, text: text, direction: direction, agent: agent}
    lines: {<<: *lines, files: landing/app_lines/*.csv}
  - name: till
    trust: 3
    contacts: {<<: *list, files: landing/till/*.csv}
    interactions: {<<: *events, files: landing/till_events/*.csv}
    lines: {<<: *lines, files: landing/till_lines/*.csv}
  - name: support
    trust: 4
    contacts: {<<: *list, files: landing/support/*.csv}
    interactions: {<<: *events, files: landing/support_events/*.csv}
  - name: whatsapp
    trust: 5
    contacts: {<<: *list, files: landing/whatsapp/*.csv}
    interactions: {<<: *events, files: landing/whatsapp_events/*.csv}
catalogue:
  - {channel: web, files: landing/web_prices/*.csv, currency: USD, mapping: {product_id: sku, price: price}}
  - {channel: rival, outsider: true, files: landing/rival_prices/*.csv, currency: USD,
     mapping: {product_id: sku, price: price}}
checks: {max_age_days: 30}
"""

CATALOGUE = """-- Who may get a catalogue by mail, one a household.
-- once a household: yes
-- at most: once in 90 days
-- beside others: yes
select golden_id, min(occurred_at) as since, 'The spring catalogue' as reason
from interactions where kind = 'catalogue_wanted' group by golden_id
"""

PEOPLE = {
    "anna": "Anna Brandvold", "ben": "Ben Castellan", "cleo": "Cleo Dunmore", "dora": "Dora Eastlake",
    "emil": "Emil Fairweather", "fay": "Fay Grimshaw", "gus": "Gus Halloran", "hana": "Hana Ivarsen",
    "ida": "Ida Jernigan", "jon": "Jon Jernigan", "kim": "Kim Lockridge",
}  # fmt: skip
NIGHT = datetime(2026, 3, 3, 2)
LIST = "id name email phone changed size street city zip cookie newsletter newsletter_at"
HEADERS = {
    "events": "event id kind at order cart ticket amount currency status store text direction agent cookie",
    "lines": "event sku pieces price",
    "prices": "sku price",
}
"""The columns of files, by the end of the feed's name; of lists of customers it is ``LIST``."""
Row = dict[str, Any]


def contact(name: str, **said: Any) -> Row:
    """What a channel has of somebody: everybody gives their own e-mail address and telephone number."""
    number = list(PEOPLE).index(name)
    return {
        "id": name,
        "name": PEOPLE[name],
        "email": f"{PEOPLE[name].replace(' ', '.').lower()}@gmail.com",
        "phone": f"+1212555{4100 + 37 * number}",
        "changed": "2026-03-01 08:00:00",
        **said,
    }


def event(who: str, number: str, kind: str, at: str, **facts: Any) -> Row:
    """Something that happened in March; who is the channel's contact, empty where it knows nobody."""
    return {"event": number, "id": who, "kind": kind, "at": f"2026-03-{at}", **facts}


def at_home(name: str) -> Row:
    """Somebody of one house and one telephone, who wants the newsletter."""
    place = {"street": "12 Alder Lane", "city": "Harrow Falls", "zip": "31734"}
    return contact(name, **YES, **place, phone="+12125554999")


def money(amount: int) -> Row:
    return {"amount": amount, "currency": "USD"}


YES = {"newsletter": "yes", "newsletter_at": "2026-03-01 08:00:00"}
NO = {"newsletter": "no", "newsletter_at": "2026-03-03 09:00:00", "changed": "2026-03-03 09:00:00"}
COOKIE = {"cookie": "c-5521-fay"}

FIRST: dict[str, list[Row]] = {
    "web": [
        *(contact(name, **YES) for name in ("ben", "emil", "hana", "kim", "gus")),
        *(contact(name) for name in ("anna", "cleo", "dora")),
        *(at_home(name) for name in ("ida", "jon")),
    ],
    "app": [contact("anna"), contact("hana", size="38")],
    "till": [contact(name) for name in ("ben", "dora", "emil", "hana")],
    "support": [contact("cleo"), contact("kim")],
    "whatsapp": [contact("cleo"), contact("kim")],
    "web_events": [
        event("ben", "w-ben-1", "cart", "02 10:00", cart="B-22", **money(89)),
        event("cleo", "w-cleo-1", "message", "02 12:00", text="My order 7700412 has not come"),
        event("dora", "w-dora-1", "order", "02 09:00", order="O-7301", status="ready_for_pickup", **money(40)),
        event("emil", "w-emil-1", "order", "01 09:00", order="O-7302", **money(75)),
        event("", "w-fay-1", "session", "02 18:00", **COOKIE),
        event("gus", "w-gus-1", "cart", "02 11:00", cart="B-23", **money(20)),
        event("ida", "w-ida-1", "catalogue_wanted", "02 11:00"),
        event("jon", "w-jon-1", "catalogue_wanted", "02 12:00"),
    ],
    "web_lines": [
        {"event": "w-ben-1", "sku": "BOOT-7", "pieces": 1, "price": 89},
        {"event": "w-emil-1", "sku": "COAT-3", "pieces": 1, "price": 60},
        {"event": "w-emil-1", "sku": "SOCK-1", "pieces": 3, "price": 5},
    ],
    "app_events": [event("anna", "a-anna-1", "cart", "02 20:00", cart="B-21", **money(55))],
    "app_lines": [{"event": "a-anna-1", "sku": "LAMP-4", "pieces": 1, "price": 55}],
    "support_events": [
        event("cleo", "s-cleo-1", "call", "02 12:10"),
        event("kim", "s-kim-1", "ticket_opened", "02 09:00", ticket="T-90", order="O-7401",
              text="The mug of my order O-7401 came broken"),
    ],
    "whatsapp_events": [
        event("cleo", "m-cleo-1", "message", "02 12:30", text="Any news of order 7700412?", direction="inbound"),
        event("cleo", "m-cleo-2", "message", "02 12:40", text="It comes today.", direction="outbound", agent="Dana"),
        event("kim", "m-kim-1", "message", "02 11:00", direction="inbound",
              text="My mug, order O-7401, is broken, I have written to you"),
        event("kim", "m-kim-2", "message", "02 12:00", direction="outbound", agent="Dana", text="We send another."),
    ],
    "web_prices": [{"sku": "BOOT-7", "price": 89}, {"sku": "LAMP-4", "price": 55}],
    "rival_prices": [{"sku": "BOOT-7", "price": 79}, {"sku": "LAMP-4", "price": 60}],
}  # fmt: skip
SECOND: dict[str, list[Row]] = {
    "web": [contact("fay", **COOKIE, changed="2026-03-03 10:00:00"), contact("gus", **NO)],
    "web_events": [
        event("anna", "w-anna-2", "order", "03 08:00", order="O-7300", cart="B-21", **money(55)),
        event("fay", "w-fay-2", "login", "03 10:00", **COOKIE),
    ],
    "web_lines": [{"event": "w-anna-2", "sku": "LAMP-4", "pieces": 1, "price": 55}],
    "till_events": [
        event("ben", "t-ben-2", "order", "03 15:00", store="Main Street", **money(89)),
        event("dora", "t-dora-2", "pickup", "03 12:00", order="O-7301", store="Main Street"),
        event(
            "emil",
            "t-emil-2",
            "return",
            "03 13:00",
            order="O-7302",
            store="Main Street",
            **money(60),
        ),
    ],
    "till_lines": [
        {"event": "t-ben-2", "sku": "BOOT-7", "pieces": 1, "price": 89},
        {"event": "t-emil-2", "sku": "COAT-3", "pieces": 1, "price": 60},
    ],
    "support_events": [event("kim", "s-kim-2", "ticket_closed", "03 09:00", ticket="T-90")],
}


class Retailer:
    """The home, and what could be read after each night."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root)
        self.published: list[Path] = []

    def deliver(self, rows_of: dict[str, list[Row]]) -> None:
        for feed, rows in rows_of.items():
            folder = self.home.landing / feed
            folder.mkdir(parents=True, exist_ok=True)
            columns = HEADERS.get(feed.rpartition("_")[2], LIST).split()
            with (folder / f"{len(self.published)}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, columns, restval="")
                writer.writeheader()
                writer.writerows(rows)

    def run(self) -> None:
        now = NIGHT + timedelta(days=len(self.published))
        configuration = load_configuration(self.home.configuration)
        run = RunContext(self.home, configuration, f"run-{len(self.published)}", now)
        with open_warehouse(run) as engine:
            run_pipeline(engine, run)
        self.published.append(self.home.published_file.resolve())

    def read(self, night: int, sql: str) -> list[tuple[Any, ...]]:
        """What a tool reads after the first night (0) or the second (1); ``who`` names a golden ID's person."""
        with duckdb.connect(str(self.published[night]), read_only=True) as connection:
            connection.execute(
                "create temp view who as select golden_id, split_part(lower(full_name), ' ', 1) as who"
                " from unified_profiles"
            )
            return connection.execute(sql).fetchall()

    def thread(self, who: str) -> list[tuple[str, str]]:
        """Where somebody's one thread went on, and how."""
        steps = self.read(
            1,
            "select thread_id, channel, kind from interactions join who using (golden_id)"
            f" where who = '{who}' order by occurred_at",
        )
        assert len({thread for thread, _, _ in steps}) == 1
        return [(channel, kind) for _, channel, kind in steps]

    def told(self, who: str) -> list[tuple[int, str, str]]:
        """By night, the audiences that somebody entered and left."""
        return self.read(
            1,
            "select right(run_id, 1)::int, audience, change from audience_log join who using (golden_id)"
            f" where who = '{who}' order by run_id, audience, change",
        )


@pytest.fixture(scope="module")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> Retailer:
    root = tmp_path_factory.mktemp("retailer")
    (root / "omni.yaml").write_text(CONFIGURATION, encoding="utf-8")
    (root / "audiences").mkdir()
    (root / "audiences" / "catalogue.sql").write_text(CATALOGUE, encoding="utf-8")
    made = Retailer(root)
    # every feed is there from the beginning, with its header at the least
    made.deliver(FIRST | {feed: [] for feed in SECOND if feed not in FIRST})
    made.run()
    made.deliver(SECOND)
    made.run()
    return made


def screen(retailer: Retailer, *words: str) -> str:
    """What ``omni`` shows."""
    shown = CliRunner().invoke(cli, [*words, "--home", str(retailer.home.root)])
    assert shown.exit_code == 0, shown.output
    return shown.output


def test_a_cart_goes_on_on_another_device(retailer: Retailer) -> None:
    """Anna fills a cart in the app; whoever meets her sees it. She buys what is in it at her desk, in the web shop."""
    seen = (
        "select open_cart_count from customer_context join who using (golden_id) where who = 'anna'"
    )
    assert retailer.read(0, seen) == [(1,)]
    assert retailer.read(1, seen) == [(0,)]
    assert retailer.thread("anna") == [("app", "cart"), ("web", "order")]


def test_a_cart_is_reminded_of_until_a_purchase_in_a_store_ends_it(retailer: Retailer) -> None:
    """Ben leaves his boots in a cart and is reminded. He buys them in a store, and is thanked, not reminded again."""
    assert retailer.told("ben") == [
        (0, "abandoned_cart", "entered"),
        (1, "abandoned_cart", "left"),
        (1, "thank_you", "entered"),
    ]


def test_a_complaint_goes_from_chat_to_telephone_to_whatsapp(retailer: Retailer) -> None:
    """Cleo writes, telephones and writes again within half an hour: one thread, and whoever answers sees all of it."""
    said = [
        ("web", "message"),
        ("support", "call"),
        ("whatsapp", "message"),
        ("whatsapp", "message"),
    ]
    assert retailer.thread("cleo") == said
    shown = screen(retailer, "lookup", "web:cleo")
    conversation = shown[shown.index("What was said") : shown.index("Last interactions")]
    places = [conversation.index(word) for word in ("has not come", "call", "Any news", "Dana")]
    assert places == sorted(places), "newest last, with who answered"


def test_what_is_bought_online_is_picked_up_in_a_store(retailer: Retailer) -> None:
    """Dora's order waits in a store and she is told so; the till that hands it over ends that."""
    assert retailer.told("dora") == [
        (0, "pickup_waiting", "entered"),
        (1, "pickup_waiting", "left"),
    ]
    assert retailer.thread("dora") == [("web", "order"), ("till", "pickup")]


def test_what_is_bought_online_is_returned_anywhere(retailer: Retailer) -> None:
    """Emil brings the coat back to a store and keeps the socks: the order of the web shop is one coat smaller."""
    assert retailer.thread("emil") == [("web", "order"), ("till", "return")]
    lines = (
        "select l.product_id, sum(case kind when 'return' then -quantity else quantity end)::int"
        " from interaction_lines l join interactions using (channel, interaction_id)"
        " join who on who.golden_id = interactions.golden_id where who = 'emil' group by all order by all"
    )
    assert retailer.read(1, lines) == [("COAT-3", 0), ("SOCK-1", 3)]


def test_an_anonymous_visit_is_theirs_who_logs_in_later(retailer: Retailer) -> None:
    """Nobody known looks round; the next day Fay signs in with the same browser, and it was she."""
    visit = "select golden_id is null from interactions where interaction_id = 'w-fay-1'"
    assert (retailer.read(0, visit), retailer.read(1, visit)) == ([(True,)], [(False,)])
    whose = (
        "select who from interactions join who using (golden_id) where interaction_id = 'w-fay-1'"
    )
    assert retailer.read(1, whose) == [("fay",)]


def test_who_opts_out_is_written_to_no_more(retailer: Retailer) -> None:
    """Gus agreed to the newsletter and is reminded of his cart. He says no, and is in no audience any more."""
    assert retailer.told("gus") == [(0, "abandoned_cart", "entered"), (1, "abandoned_cart", "left")]
    consent = "select distinct is_given from consents join who using (golden_id) where who = 'gus'"
    assert (retailer.read(0, consent), retailer.read(1, consent)) == ([(True,)], [(False,)])


def test_a_price_is_matched(retailer: Retailer) -> None:
    """A rival sells the boots for less; whoever is asked for the same price knows by how much."""
    cheaper = "select product_id, channel, outsider, difference::int from price_matches where difference > 0"
    assert retailer.read(1, cheaper) == [("BOOT-7", "web", "rival", 10)]


def test_preferences_follow(retailer: Retailer) -> None:
    """Hana told the app her size; the web shop and the till, who never asked, read it in her one profile."""
    size = (
        "select c.channel, p.shoe_size from crosswalk c join unified_profiles p using (golden_id)"
        " join who using (golden_id) where who = 'hana' order by c.channel"
    )
    assert retailer.read(1, size) == [("app", "38"), ("till", "38"), ("web", "38")]


def test_a_household_is_mailed_once(retailer: Retailer) -> None:
    """Ida and Jon share a house and a telephone. Both want the catalogue; one comes, to her who asked first."""
    together = (
        "select list(who order by who) from unified_profiles join who using (golden_id)"
        " where household_id is not null group by household_id"
    )
    assert retailer.read(1, together) == [(["ida", "jon"],)]
    assert retailer.told("ida") == [(0, "catalogue", "entered")]
    assert retailer.told("jon") == []


def test_a_broken_handoff_is_found_and_measured(retailer: Retailer) -> None:
    """Kim's ticket stays at the desk: in WhatsApp she has to say it again, two hours are lost, an agent mends it."""
    handoff = (
        "select from_channel, to_channel, asked_again, seconds_lost, is_resolved, resolved_by"
        " from handoffs join who using (golden_id) where who = 'kim'"
    )
    before = ("support", "whatsapp", True, 7200, False, None)
    after = ("support", "whatsapp", True, 7200, True, "agent")
    assert (retailer.read(0, handoff), retailer.read(1, handoff)) == ([before], [after])
    shown = screen(retailer, "lookup", "support:kim")
    what_became = shown[shown.index("Handoffs (1)") : shown.index("Last interactions")]
    for words in ("support > whatsapp", "number, topic", "2 h", "by an agent"):
        assert words in what_became
    figure = (
        "select sum(numerator)::double / sum(denominator) from kpis where kpi = 'handoff_repeat_rate'"
        " and dimension = 'handoff' and member = 'support > whatsapp' and period = 'day'"
    )
    assert retailer.read(1, figure) == [(1.0,)], "Cleo had to say her number again, too"
