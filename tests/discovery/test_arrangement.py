"""Tables of many kinds and languages become channels that read them, which the written text says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml

from omni_identity.channels.configuration import load_configuration
from omni_identity.discovery.beginnings import begin
from omni_identity.discovery.drafts import Ask, nobody
from omni_identity.model.home import Home

GIVEN = ("Lucía", "Pablo", "Inés", "Javier", "Marta", "Álvaro")
FAMILY = ("García López", "Martín Ruiz", "Santos Gil", "Romero Vega")
CUSTOMERS = [
    {
        "Código cliente": f"C{i:05d}",
        "Nombre": GIVEN[i % 6],
        "Apellidos": FAMILY[i % 4],
        "Correo electrónico": f"c{i}@correo-olmo.es",
        "Móvil": f"6{i % 10}1 22 {i % 10}3 {10 + i}",
        "Fecha nacimiento": f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/{1950 + i}",
        "Dirección": f"Calle Mayor {i}",
        "C.P.": f"08{i:03d}",
        "Población": "Barcelona",
        "Acepta publicidad": "Sí" if i % 2 else "No",
    }
    for i in range(30)
]
ORDERS = [
    {
        "Nº pedido": f"P-{9000 + i}",
        "Cliente": f"C{i % 30:05d}",
        "Fecha": f"{i % 28 + 1:02d}/02/2024",
        "Hora": f"{8 + i % 12:02d}:{i:02d}",
        "Importe total": f"{i},{i:02d} €",
        "Estado": ("enviado", "pendiente")[i % 2],
    }
    for i in range(50)
]


def write_csv(file: Path, rows: Sequence[dict[str, Any]], delimiter: str = ";") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [delimiter.join(rows[0]), *(delimiter.join(map(str, row.values())) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def begun(folder: Path, ask: Ask = nobody) -> dict[str, Any]:
    """What is written for the files in a folder: channels by name, and the rest of the text."""
    home = Home(folder.parent / f"{folder.name}_home")
    begin(home, [str(folder)], ask=ask)
    load_configuration(home.configuration)
    text = home.configuration.read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return {**data, "text": text, "by_name": {c["name"]: c for c in data["channels"]}}


def test_sheets_of_a_workbook_are_the_customers_and_their_orders(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    book = xlsxwriter.Workbook(str(folder / "tienda.xlsx"))
    for name, rows in (("Clientes", CUSTOMERS), ("Pedidos", ORDERS)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, list(rows[0]))
        for i, row in enumerate(rows, start=1):
            sheet.write_row(i, 0, list(row.values()))
    book.close()
    (channel,) = begun(folder)["channels"]
    contacts, interactions = channel["contacts"], channel["interactions"]
    assert contacts["mapping"] == {
        "first_name": "Nombre",
        "last_name": "Apellidos",
        "email": "Correo electrónico",
        "phone": "Móvil",
        "birth_date": "Fecha nacimiento",
        "street": "Dirección",
        "city": "Población",
        "postcode": "C.P.",
        "consent_marketing": "Acepta publicidad",
    }
    assert interactions["sheet"] == "Pedidos"
    assert interactions["contact"] == "Cliente"
    assert interactions["kind"] == {"value": "order"}
    assert interactions["occurred_at"] == ["Fecha", "Hora"]
    assert interactions["date_order"] == "dmy"
    assert interactions["mapping"]["amount"] == "Importe total"
    assert interactions["mapping"]["currency"] == {"value": "EUR"}
    assert interactions["mapping"]["status"] == "Estado"


def test_a_second_history_of_the_same_customers_refers_to_them_by_an_identifier(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "clientes.csv", CUSTOMERS)
    write_csv(folder / "pedidos.csv", ORDERS)
    tickets = [
        {
            "ticket_id": f"T{i}",
            "customer": f"C{i:05d}",
            "opened_at": f"2024-03-{i + 1:02d}T10:00:00Z",
            "csat": i % 5,
        }
        for i in range(20)
    ]
    write_csv(folder / "tickets.csv", tickets, ",")
    found = begun(folder)
    clients, desk = found["by_name"]["clientes"], found["by_name"]["tickets"]
    assert clients["interactions"]["contact"] == "Cliente"
    assert clients["contacts"]["mapping"]["clientes_id"] == "Código cliente"
    assert desk["interactions"]["mapping"]["clientes_id"] == "customer"
    assert desk["interactions"]["kind"] == {"value": "ticket_opened"}
    assert found["identifiers"] == {"clientes_id": {}}


def test_an_order_list_with_a_row_for_each_item_has_lines_and_its_own_customers(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "files"
    rows = [
        {
            "Order Number": f"SO{5000 + i // 2}",
            "Order Date": f"2024-01-{i % 28 + 1:02d} 09:00",
            "Customer Name": ("Ann Ember", "Tom Ridley", "Gil Marsh")[i // 2 % 3],
            "Customer Email": ("ann", "tom", "gil")[i // 2 % 3] + "@mail-rowan.co.uk",
            "SKU": f"S{i}",
            "Item": f"Thing {i}",
            "Qty": 1,
            "Unit Price": "9.99",
            "Order Total": "19.98",
        }
        for i in range(40)
    ]
    write_csv(folder / "sales.csv", rows, ",")
    (channel,) = begun(folder)["channels"]
    orders = channel["interactions"]
    assert orders["interaction_id"] == orders["one_per"] == "Order Number"
    assert orders["lines"] == {
        "product_id": "SKU",
        "product_name": "Item",
        "quantity": "Qty",
        "price": "Unit Price",
    }
    assert channel["contacts"]["record_id"] == orders["contact"] == "Customer Email"
    assert channel["contacts"]["mapping"]["full_name"] == "Customer Name"
    assert channel["contacts"]["files"] == orders["files"]


def test_an_order_and_its_return_with_one_number(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    rows = [
        {
            "nr": f"Z{i // 2}",
            "email": f"k{i // 2}@poczta-lipowa.pl",
            "data": f"2024-03-{i + 1:02d}",
            "typ": word,
            "kwota": i,
        }
        for i, word in enumerate(["zakup", "zwrot"] * 8)
    ]
    write_csv(folder / "transakcje.csv", rows)
    interactions = begun(folder)["channels"][0]["interactions"]
    assert interactions["kind"] == "typ"
    assert interactions["kinds"] == {"zakup": "order", "zwrot": "return"}
    assert interactions["interaction_id"] == ["nr", "typ"]


def test_a_mailing_list_without_numbers_whose_refusals_are_read_as_such(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    rows = [
        {
            "E-mailadres": f"v{i}@post-wilg.nl",
            "Voornaam": ("Daan", "Sanne", "Femke")[i % 3],
            "Tussenvoegsel": ("", "van der", "de")[i % 3],
            "Achternaam": ("Bakker", "Visser", "Smit")[i % 3],
            "Ingeschreven op": f"{i + 1}-3-2023",
            "Uitgeschreven": "ja" if i % 4 == 0 else "nee",
        }
        for i in range(20)
    ]
    write_csv(folder / "nieuwsbrief.csv", rows)
    found = begun(folder)
    contacts = found["channels"][0]["contacts"]
    assert found["default_country"] == "NL"
    assert contacts["record_id"] == "E-mailadres"
    assert contacts["mapping"]["last_name"] == ["Tussenvoegsel", "Achternaam"]
    assert contacts["mapping"]["consent_email"] == {"from": "Uitgeschreven", "opt_out": True}
    assert contacts["mapping"]["created_at"] == "Ingeschreven op"


def test_products_are_the_catalogue_of_who_sells_them(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "clientes.csv", CUSTOMERS)
    items = [
        {
            "Codice articolo": f"A{i}",
            "Descrizione": f"Maglia {i}",
            "Prezzo": f"{i},90",
            "Giacenza": i,
        }
        for i in range(12)
    ]
    write_csv(folder / "listino.csv", items)
    (catalogue,) = begun(folder)["catalogue"]
    assert catalogue["channel"] == "clientes"
    assert catalogue["mapping"] == {
        "product_id": "Codice articolo",
        "price": "Prezzo",
        "stock": "Giacenza",
    }


@pytest.mark.parametrize(("answer", "feed"), [(None, None), (0, None), (1, "snapshot")])
def test_whole_lists_are_asked_about_and_never_assumed(
    answer: int | None, feed: str | None, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "clientes_2024-03-01.csv", CUSTOMERS[:28])
    write_csv(folder / "clientes_2024-03-02.csv", CUSTOMERS)
    asked: list[str] = []

    def ask(question: str, options: Sequence[str]) -> int | None:
        asked.append(question)
        return answer

    found = begun(folder, ask)
    (channel,) = found["channels"]
    assert channel["contacts"].get("feed") == feed
    assert len(asked) == 1
    words = " ".join(found["text"].replace("#", " ").split())
    assert ("write feed: snapshot" in words) == (answer is None)


def test_a_number_of_one_list_in_another_links_them(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "clientes.csv", CUSTOMERS)
    shop = [
        {
            "user_id": f"u{i}",
            "name": "Inés Vega",
            "email": f"x{i}@otra-casa.es",
            "codigo_cliente": f"C{i:05d}",
        }
        for i in range(10)
    ]
    write_csv(folder / "webshop.csv", shop, ",")
    found = begun(folder)
    assert found["by_name"]["webshop"]["contacts"]["mapping"]["clientes_id"] == "codigo_cliente"
    assert found["by_name"]["webshop"]["contacts"]["record_id"] == "user_id"


def test_short_numbers_that_occur_in_both_lists_link_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    one = [
        {"customer_id": i, "name": "Ann Ember", "email": f"a{i}@mail-rowan.co.uk"}
        for i in range(1, 20)
    ]
    two = [
        {
            "member_no": f"M{i}",
            "name": "Gil Marsh",
            "email": f"g{i}@mail-rowan.co.uk",
            "visits": i % 9 + 1,
        }
        for i in range(1, 20)
    ]
    write_csv(folder / "shop.csv", one, ",")
    write_csv(folder / "club.csv", two, ",")
    assert "identifiers" not in begun(folder)


def test_columns_whose_values_contradict_their_names_are_left_out_with_the_doubt(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "files"
    rows = [
        {
            "id": f"k{i:04d}",
            "name": f"x{i}@mail-rowan.co.uk",
            "email": ("Ann Ember", "Gil Marsh")[i % 2],
        }
        for i in range(12)
    ]
    write_csv(folder / "people.csv", rows, ",")
    found = begun(folder)
    assert found["channels"][0]["contacts"]["mapping"] == {"email": "name", "full_name": "email"}
    assert "its name does not say so" in found["text"]


def test_the_numbers_of_other_rows_are_no_ids_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    people = [
        {"id": f"{i:03d}", "name": f"{GIVEN[i % 6]} Vega", "email": f"k{i}@otra-casa.es"}
        for i in range(8)
    ]
    events = [
        {
            "eid": f"k{i}",
            "id": f"{i % 8:03d}",
            "kind": "order",
            "at": f"2024-03-{i + 1:02d}",
            "amount": i,
        }
        for i in range(12)
    ]
    write_csv(folder / "c.csv", people, ",")
    write_csv(folder / "e.csv", events, ",")
    (channel,) = begun(folder)["channels"]
    orders = channel["interactions"]
    assert (orders["interaction_id"], orders["contact"]) == ("eid", "id")


def test_channels_are_named_by_their_folders_where_files_are_named_by_days(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "Tienda Norte" / "contacts" / "2024-03-01.csv", CUSTOMERS)
    assert list(begun(folder)["by_name"]) == ["tienda_norte"]


def shoppers(prefix: str) -> list[dict[str, Any]]:
    return [
        {"id": str(i), "name": f"{GIVEN[i % 6]} {prefix}", "email": f"{prefix}{i}@otra-casa.es"}
        for i in range(1, 9)
    ]


def test_lists_called_alike_in_folders_of_other_names_are_two(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "Tienda Norte" / "customers.csv", shoppers("norte"), ",")
    write_csv(folder / "Tienda Sur" / "customers.csv", shoppers("sur"), ",")
    found = begun(folder)
    assert list(found["by_name"]) == ["tienda_norte", "tienda_sur"]
    files = [channel["contacts"]["files"] for channel in found["channels"]]
    assert len(set(files)) == 2


@pytest.mark.parametrize("folders", [("2024-01", "2024-02"), ("january", "february")])
def test_lists_called_alike_in_folders_of_dates_are_one(
    tmp_path: Path, folders: tuple[str, str]
) -> None:
    folder = tmp_path / "files"
    for month, prefix in zip(folders, ("norte", "sur"), strict=True):
        write_csv(folder / month / "customers.csv", shoppers(prefix), ",")
    assert len(begun(folder)["channels"]) == 1


def test_a_copy_of_a_list_in_another_folder_is_no_second_list(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "customers.csv", shoppers("norte"), ",")
    write_csv(folder / "backup" / "customers.csv", shoppers("norte")[:6], ",")
    assert len(begun(folder)["channels"]) == 1


def test_how_many_pieces_each_store_has_is_a_catalogue(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "clientes.csv", CUSTOMERS)
    write_csv(folder / "pedidos.csv", ORDERS)
    stock = [
        {"article": f"A{n:04d}", "store": f"S{k}", "pieces": n % 7}
        for n in range(20)
        for k in range(3)
    ]
    write_csv(folder / "stock" / "2026-11-16.csv", stock, ",")
    (catalogue,) = begun(folder)["catalogue"]
    assert catalogue["mapping"] == {"product_id": "article", "store": "store", "stock": "pieces"}


def test_the_prices_of_a_competitor_are_an_outsiders(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "clientes.csv", CUSTOMERS)
    write_csv(folder / "pedidos.csv", ORDERS)
    prices = [{"article": f"A{n:04d}", "price": f"{n}.90"} for n in range(20)]
    write_csv(folder / "competidor" / "prices" / "2026-11-16.csv", prices, ",")
    (catalogue,) = begun(folder)["catalogue"]
    assert (catalogue["channel"], catalogue["outsider"]) == ("competidor", True)
