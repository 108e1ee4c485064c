"""``omni init --from`` a database: a shop's schema becomes a home that runs, and its address stays outside."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from omni_identity.cli.screens import init as init_screen
from omni_identity.discovery import database_samples
from tests.channels.fetching.conftest import Shop
from tests.cli.conftest import Omni

GIVEN = ("Ada", "Bram", "Carla", "Dieter", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jakub")
FAMILY = ("Sommer", "Visser", "Rossi", "Brandt", "Garcia", "Haddad", "Lind", "Moreau")
SECRET = "open-sesame"


def build_shop(shop: Shop, customers: int = 60, orders: int = 90) -> None:
    """Customers, orders with their lines, products, a log, and what is nobody's business."""
    shop("""
        create table shop.customers (
            id bigserial primary key, first_name text, last_name text, email text, phone text,
            city text, postcode text, country char(2), created_at timestamptz not null,
            updated_at timestamptz not null
        );
        create index on shop.customers (updated_at);
        create table shop.orders (
            id bigserial primary key, customer_id bigint not null references shop.customers,
            order_number text unique, placed_at timestamptz not null, total numeric(10,2),
            currency char(3), status text, updated_at timestamptz not null
        );
        create table shop.products (
            product_id bigserial primary key, sku text, product_name text, price numeric(10,2), stock int
        );
        create table shop.order_lines (
            id bigserial primary key, order_id bigint references shop.orders,
            product_id bigint references shop.products, quantity int, unit_price numeric(10,2)
        );
        create table shop.job_log (id bigserial primary key, at timestamptz, level text, message text);
        create table shop.nothing_yet (id bigserial primary key, email text)
    """)
    given = "(array['" + "','".join(GIVEN) + "'])[1 + n % 10]"
    family = "(array['" + "','".join(FAMILY) + "'])[1 + (n / 10) % 8]"
    shop(f"""
        insert into shop.customers
            (first_name, last_name, email, phone, city, postcode, country, created_at, updated_at)
        select {given}, {family}, lower({given} || '.' || {family} || n || '@example.com'),
            '+49341555' || lpad(n::text, 4, '0'), (array['Leipzig','Dresden','Halle'])[1 + n % 3],
            (4100 + n)::text || '9', 'DE', '2024-01-01'::timestamptz + n * interval '1 day',
            '2025-01-01'::timestamptz + n * interval '1 hour'
        from generate_series(1, {customers}) n;
        insert into shop.products (sku, product_name, price, stock)
        select 'SKU-' || n, (array['Wool scarf','Desk lamp','Tea pot'])[1 + n % 3] || ' ' || n, 9.90 + n, n
        from generate_series(1, 20) n;
        insert into shop.orders (customer_id, order_number, placed_at, total, currency, status, updated_at)
        select 1 + (n * 7) % {customers}, 'SO-' || (10000 + n), '2025-02-01'::timestamptz + n * interval '5 hours',
            19.90 + n, 'EUR', (array['paid','shipped','cancelled'])[1 + n % 3],
            '2025-02-02'::timestamptz + n * interval '5 hours'
        from generate_series(0, {orders - 1}) n;
        insert into shop.order_lines (order_id, product_id, quantity, unit_price)
        select 1 + n % {orders}, 1 + n % 20, 1 + n % 3, 9.90 from generate_series(1, 2 * {orders}) n;
        insert into shop.job_log (at, level, message)
        select now(), 'info', 'nightly job ' || n || ' done' from generate_series(1, 30) n
    """)


def configuration(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((home / "omni.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.timeout(300)
def test_a_shop_runs_without_editing(omni: Omni, shop: Shop, tmp_path: Path) -> None:
    build_shop(shop)
    home = tmp_path / "home"
    ending = omni("init", "--from", "env:SHOP_DSN", "--home", home)
    assert ending.exit_code == 0, ending.err
    (channel,) = configuration(home)["channels"]
    assert channel["name"] == "customers"
    assert channel["contacts"]["source"] == {
        "url_env": "SHOP_DSN",
        "table": "shop.customers",
        "cursor": "updated_at",
    }
    assert channel["interactions"]["source"] == {
        "url_env": "SHOP_DSN",
        "table": "shop.orders",
        "cursor": "updated_at",
    }
    assert channel["interactions"]["contact"] == "customer_id"
    for table in ("order_lines", "products", "job_log", "nothing_yet"):
        assert f"Left out: SHOP_DSN: shop.{table}: " in ending.out
    text = " ".join((home / "omni.yaml").read_text(encoding="utf-8").replace("#", "").split())
    assert "updated_at grows with every change, by its name; it has an index" in text
    assert "it has no index, which would help" in text
    ending = omni("check", "--home", home)
    assert ending.exit_code == 0, ending.out
    assert "0 things would fail, 0 doubtful" in ending.out
    assert "the first rows that SHOP_DSN: shop.orders gives out were looked at" in ending.out
    assert not (home / "fetched").exists()
    ending = omni("run", "--home", home)
    assert ending.exit_code == 0, ending.err
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        counts = published.sql(
            "select count(*), count(golden_id), count(distinct interaction_id), sum(amount)"
            " from interactions where kind = 'order' and currency = 'EUR'"
        ).fetchall()
        assert [(a, b, c, float(d)) for a, b, c, d in counts] == [(90, 90, 90, 5796.0)]
        records = published.sql("select count(*) from crosswalk where channel = 'customers'")
        assert records.fetchall() == [(60,)]
        assert published.sql("select count(*) from quarantined_records").fetchall() == [(0,)]
    for path in home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


SOURCE = "source: {url_env: SHOP_DSN, table: shop.customers, cursor: updated_at}"


@pytest.mark.parametrize(
    ("source", "words", "exit_code"),
    [
        (SOURCE, "mapping.email: ", 2),
        (SOURCE.replace("updated_at", "changed"), "no column 'changed', which is to be its", 2),
        (SOURCE.replace("updated_at", "city"), "the cursor 'city' is no time, date or", 2),
        (SOURCE.replace("customers", "people"), "it has no such table", 2),
        ("source: {url_env: SHOP_DSN, query: select * from shop.orders -- all}", "email: ", 2),
        (SOURCE.replace("SHOP_DSN", "NOT_THERE"), "NOT_THERE is not set", 0),
    ],
)
def test_check_looks_into_a_source_before_the_first_run(
    source: str, words: str, exit_code: int, omni: Omni, shop: Shop, tmp_path: Path
) -> None:
    build_shop(shop)
    text = f"""
        version: 1
        default_country: DE
        channels:
          - name: shop
            contacts:
              {source}
              record_id: id
              mapping: {{email: mail}}
    """
    (tmp_path / "omni.yaml").write_text(text, encoding="utf-8")
    ending = omni("check", "--home", tmp_path)
    assert ending.exit_code == exit_code, ending.out
    assert words in ending.out
    assert [path.name for path in tmp_path.iterdir()] == ["omni.yaml"]


def test_orders_find_their_customers_however_large_the_lists_are(
    omni: Omni, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_samples, "SAMPLE_ROWS", 60)
    build_shop(shop, customers=2000, orders=120)
    shop("update shop.orders set customer_id = 2001 - id * 5")
    ending = omni("init", "--from", "env:SHOP_DSN", "--home", tmp_path)
    assert ending.exit_code == 0, ending.err
    (channel,) = configuration(tmp_path)["channels"]
    assert channel["interactions"]["contact"] == "customer_id"


def test_the_schema_tells_keys_references_and_views(omni: Omni, shop: Shop, tmp_path: Path) -> None:
    shop("""
        create table shop."Member List" (
            id int primary key, username text unique, mail text, "changed at" timestamptz
        );
        insert into shop."Member List"
        select n, 'user_' || n, 'member' || n || '@example.com', case when n > 9 then now() end
        from generate_series(1, 40) n;
        create view shop.newest as select * from shop."Member List" where id > 20;
        create table shop.purchases (
            no int, owner int references shop."Member List", bought_on date, amount numeric, primary key (no, bought_on)
        ) partition by range (bought_on);
        create table shop.purchases_2024 partition of shop.purchases
            for values from ('2024-01-01') to ('2025-01-01');
        create table shop.purchases_2025 partition of shop.purchases
            for values from ('2025-01-01') to ('2026-01-01');
        insert into shop.purchases select n, 1 + n % 40, '2024-11-01'::date + n, n
        from generate_series(1, 120) n
    """)
    ending = omni("init", "--from", "env:SHOP_DSN", "--home", tmp_path)
    assert ending.exit_code == 0, ending.err
    (channel,) = configuration(tmp_path)["channels"]
    assert channel["name"] == "member"
    contacts, purchases = channel["contacts"], channel["interactions"]
    assert contacts["source"] == {
        "url_env": "SHOP_DSN",
        "query": 'select * from shop."Member List"',
    }
    assert (contacts["record_id"], contacts["updated_at"]) == ("id", "changed at")
    assert purchases["source"] == {"url_env": "SHOP_DSN", "table": "shop.purchases"}
    assert purchases["contact"] == "owner"
    assert "shop.newest: it is a view of shop.Member List, which is read itself" in ending.out
    assert "purchases_2024" not in ending.out
    text = " ".join((tmp_path / "omni.yaml").read_text(encoding="utf-8").replace("#", "").split())
    assert text.count("every run reads all of its rows") == 2


def test_small_numbers_are_taken_for_references_only_where_foreign_keys_say_so(
    omni: Omni, shop: Shop, tmp_path: Path
) -> None:
    build_shop(shop)
    shop("""
        create table shop.addresses (
            id serial primary key, customer_id int references shop.customers, street text, city text, zip text
        );
        insert into shop.addresses (customer_id, street, city, zip)
        select n, 'Am Ring ' || n, 'Leipzig', '04109' from generate_series(1, 60) n;
        create table shop.line_items (
            id serial primary key, order_id int references shop.orders, quantity int, price numeric,
            created_at timestamp
        );
        insert into shop.line_items (order_id, quantity, price, created_at)
        select n, 1, 9.9, '2025-03-01' from generate_series(1, 60) n
    """)
    ending = omni("init", "--from", "env:SHOP_DSN", "--home", tmp_path)
    assert ending.exit_code == 0, ending.err
    addresses, customers = configuration(tmp_path)["channels"]
    assert (addresses["name"], customers["name"]) == ("addresses", "customers")
    assert addresses["contacts"]["mapping"]["customers_id"] == "customer_id"
    assert "interactions" not in addresses
    assert customers["interactions"]["source"]["table"] == "shop.orders"
    assert "shop.line_items: its rows are parts of those of shop.orders" in ending.out


def test_what_the_user_may_not_read_is_said_and_stops_no_other(
    omni: Omni, shop: Shop, postgres_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_shop(shop)
    shop("create view shop.people as select * from shop.customers")
    shop("create view shop.broken as select id, email, 1 / (id - id) as share from shop.customers")
    shop("create role reader login")
    try:
        shop("grant usage on schema shop to reader")
        shop("grant select on shop.people, shop.broken, shop.job_log to reader")
        address = postgres_address.replace("tester", "reader")
        monkeypatch.setenv("SHOP_DSN", address)
        ending = omni("init", "--from", "env:SHOP_DSN", "--home", tmp_path)
    finally:
        shop("drop owned by reader")
        shop("drop role reader")
    assert ending.exit_code == 0, ending.err
    assert "shop.customers: the user may not read it: grant select on shop.customers" in ending.out
    assert "shop.broken: the database does not give it out" in ending.out
    (channel,) = configuration(tmp_path)["channels"]
    assert channel["contacts"]["source"]["table"] == "shop.people"


def test_an_empty_database_is_refused(omni: Omni, shop: Shop, tmp_path: Path) -> None:
    shop("create table shop.job_log (at timestamptz, level text)")
    ending = omni("init", "--from", "env:SHOP_DSN", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "SHOP_DSN: shop.job_log: it has no rows" in ending.err
    shop("drop table shop.job_log")
    ending = omni("init", "--from", "env:SHOP_DSN", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "SHOP_DSN has no table or view but the system's" in ending.err


def test_the_variable_is_asked_for_at_a_terminal(
    omni: Omni, shop: Shop, postgres_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_shop(shop)
    monkeypatch.setattr(init_screen, "is_at_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", StringIO("MY_SHOP\n" + "\n" * 20))
    ending = omni("init", "--from", postgres_address, "--home", tmp_path)
    assert ending.exit_code == 0, ending.err
    (channel,) = configuration(tmp_path)["channels"]
    assert channel["contacts"]["source"]["url_env"] == "MY_SHOP"
    assert SECRET not in ending.out + ending.err


def test_an_address_needs_the_name_of_its_variable_and_is_repeated_nowhere(
    omni: Omni, shop: Shop, postgres_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_shop(shop)
    monkeypatch.delenv("SHOP_DSN")
    ending = omni("init", "--from", postgres_address, "--home", tmp_path)
    assert ending.exit_code == 2
    assert "--url-env" in ending.err
    assert "env:SHOP_DSN" in ending.err
    assert SECRET not in ending.out + ending.err
    arguments = ("--from", postgres_address, "--url-env", "SHOP_DSN", "--home", tmp_path)
    ending = omni("init", *arguments)
    assert ending.exit_code == 0, ending.err
    assert "Set SHOP_DSN to the database's address" in ending.out
    text = (tmp_path / "omni.yaml").read_text(encoding="utf-8")
    assert "url_env: SHOP_DSN" in text
    assert SECRET not in text + ending.out + ending.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("postgresql://u:open-sesame@127.0.0.1:9/shop", "--url-env", "A_B"), "cannot be reached"),
        (("postgresql://u:open-sesame@127.0.0.1:9/shop",), "--url-env"),
        (("postgres:/u:open-sesame@127.0.0.1:9/shop",), "--url-env"),
        (("host=127.0.0.1 port=9 user=u password=open-sesame",), "--url-env"),
        (("host=127.0.0.1 port=9 password=open-sesame", "--url-env", "A_B"), "cannot be reached"),
        (("mysql://u:open-sesame@127.0.0.1/shop", "--url-env", "A_B"), "PostgreSQL alone (mysql"),
        (("s3://open-sesame/exports",), "init looks into no object store"),
        (("env:NOT_THERE",), "NOT_THERE is not set"),
        (("env:postgresql://u:open-sesame@h/d",), "is none"),
        (("env:OTHER",), "PostgreSQL alone (mysql"),
        (("env:ODD",), "PostgreSQL alone: "),
        (("postgresql://h/d", "--url-env", "postgresql://u:open-sesame@h/d"), "is none"),
        (("postgresql://h/d", "postgresql://h/e", "--url-env", "A_B"), "env:SHOP_DSN env:CRM_DSN"),
        (("env:OTHER", "--url-env", "A_B"), "of one address"),
    ],
)
def test_what_cannot_be_done_says_why_without_the_address(
    arguments: tuple[str, ...],
    words: str,
    omni: Omni,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTHER", "mysql://u:open-sesame@127.0.0.1/shop")
    monkeypatch.setenv("ODD", SECRET)
    monkeypatch.delenv("NOT_THERE", raising=False)
    home = tmp_path / "home"
    ending = omni("init", "--home", home, "--from", *arguments)
    assert ending.exit_code == 2
    assert words in ending.err
    assert SECRET not in ending.out + ending.err
    assert not (home / "omni.yaml").exists()
