"""What the names of columns say, in eight languages and any spelling."""

from __future__ import annotations

import pytest

from omni_identity.discovery.column_names import meaning_of_name, name_key


@pytest.mark.parametrize(
    ("column", "meaning"),
    [
        ("Vorname", "first_name"),
        ("Prénom", "first_name"),
        ("Imię", "first_name"),
        ("primer_nombre", "first_name"),
        ("Achternaam", "last_name"),
        ("COGNOME", "last_name"),
        ("Apellidos", "last_name"),
        ("nazwiskoKlienta", "last_name"),
        ("Imię i nazwisko", "full_name"),
        ("Vollständiger Name", "full_name"),
        ("VOLLSTAENDIGER_NAME", "full_name"),
        ("customer_e-mail", "email"),
        ("KundenEMail", "email"),
        ("Adresse e-mail", "email"),
        ("billing_email", "email"),
        ("properties.contact.Email", "email"),
        ("Correo electrónico", "email"),
        ("Telefon (mobil)", "phone"),
        ("nr_telefonu", "phone"),
        ("Nº de telemóvel", "phone"),
        ("Geb.-Datum", "birth_date"),
        ("date_de_naissance", "birth_date"),
        ("FechaNacimiento", "birth_date"),
        ("Straße, Nr.", "street"),
        ("STRASSE_HAUSNR", "street"),
        ("ulica", "street"),
        ("PLZ", "postcode"),
        ("billing_address.zip", "postcode"),
        ("kod pocztowy", "postcode"),
        ("C.A.P.", "postcode"),
        ("Miejscowość", "city"),
        ("Letzte Änderung", "updated_at"),
        ("gewijzigd_op", "updated_at"),
        ("Kunde seit", "created_at"),
        ("Bestelldatum", "occurred_at"),
        ("Data zamówienia", "occurred_at"),
        ("Fecha del pedido", "occurred_at"),
        ("Betrag (EUR)", "amount"),
        ("Montant TTC", "amount"),
        ("Wartość zamówienia", "amount"),
        ("Währung", "currency"),
        ("Land/Region", "country"),
        ("Datensatz-ID", "id:person"),
        ("Order #", "id:order"),
        ("Booking reference", "id:order"),
        ("id_reserva", "id:order"),
        ("fecha_reserva", "occurred_at"),
        ("Réf. article", "id:product"),
        ("Cust. Name", "full_name"),
        ("Customer#", "id:person"),
        ("Kunden-Nr.", "id:person"),
        ("KUNDENNUMMER", "id:person"),
        ("customerId", "id:person"),
        ("idcliente", "id:person"),
        ("klant_nr", "id:person"),
        ("klient.id", "id:person"),
        ("numéro de client", "id:person"),
        ("N° carte fidélité", "id:loyalty"),
        ("Kundenkartennummer", "id:loyalty"),
        ("Bestell-Nr.", "id:order"),
        ("nº pedido", "id:order"),
        ("id_zamowienia", "id:order"),
        ("ticket_id", "id:ticket"),
        ("Artikelnummer", "id:product"),
    ],
)
def test_a_name_says_what_its_column_holds(column: str, meaning: str) -> None:
    meanings = meaning_of_name(column).meanings
    assert max(meanings, key=lambda name: meanings[name]) == meaning
    assert meanings[meaning] >= 0.8


@pytest.mark.parametrize("column", ["Website", "Geburtsort", "col_17", "", "???"])
def test_other_names_say_nothing(column: str) -> None:
    assert dict(meaning_of_name(column).meanings) == {}


def test_a_part_of_a_name_says_less_than_all_of_it() -> None:
    assert meaning_of_name("requester email hash").strength("email") < 0.6
    assert meaning_of_name("last_order_date").strength("occurred_at") < 0.6


@pytest.mark.parametrize("column", ["shipping_city", "Lieferadresse", "agent name", "employee_id"])
def test_what_is_of_somebody_else_is_known(column: str) -> None:
    assert meaning_of_name(column).is_of_others


def test_spellings_of_one_name_are_one() -> None:
    spellings = ("Geänderte Größe", "geaenderte_groesse", "GeanderteGrosse", "GEÄNDERTE GRÖẞE")
    assert len({name_key(spelling) for spelling in spellings[:3]}) == 1


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("Order Total Amount", "Cart Discount Amount"),
        ("Order Total Amount", "Order Total Tax Amount"),
        ("Order Total (inc tax)", "Order Subtotal"),
        ("Total TTC", "Total TVA"),
        ("Gesamtbetrag inkl. MwSt", "Betrag Versand"),
        ("Importo totale", "Importo sconto"),
        ("Kwota całkowita", "Kwota rabatu"),
    ],
)
def test_the_whole_sum_is_an_amount_more_than_a_part_of_it(whole: str, part: str) -> None:
    strengths = [meaning_of_name(name).strength("amount") for name in (whole, part)]
    assert strengths[0] > 0.5
    assert strengths[0] > strengths[1] + 0.2


@pytest.mark.parametrize(
    ("column", "is_of_others"),
    [("Created by", True), ("May we contact you by post?", False), ("shipping_email", True)],
)
def test_by_whom_is_somebody_else_and_by_what_is_not(column: str, is_of_others: bool) -> None:
    assert meaning_of_name(column).is_of_others == is_of_others
