"""A newcomer's folder: exports of five kinds that presets know, and four that nobody has described."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.channels.presets.samples import HERE as PRESETS

PRESET_SAMPLES = (
    *("shopify/customers", "shopify/orders", "hubspot/contacts"),
    *("square/customers", "square/transactions"),
)

CRM = (
    (
        "10021",
        "Frau",
        "Jördis",
        "Ackermann",
        "0341 5550121",
        "04.03.1961",
        "Lindenweg",
        "1",
        "nein",
    ),
    ("10022", "Herr", "Götz", "Brückner", "0341 5550122", "17.11.1975", "Am Ring", "22", "ja"),
    ("10023", "Frau", "Sabine", "Weiß", "0341 5550123", "28.02.1988", "Töpfergasse", "7a", "nein"),
    ("10024", "Herr", "Jürgen", "Köhler", "0341 5550124", "09.07.1954", "Lindenweg", "3", "nein"),
    ("10025", "Frau", "Uta", "Lindqvist", "0341 5550125", "30.12.1992", "Südplatz", "12", ""),
    ("10026", "Herr", "Malte", "Öztürk", "0341 5550126", "21.05.1983", "Hafenstraße", "40", "nein"),
)
"""Number, salutation, names, phone, birth date, street, house number, and whether nothing is to be sent."""
LOYALTY = (
    ("FR-88001", "Lefèvre", "Maëlle", "03 88 00 01 01", "12/01/1975", "67000", "Strasbourg", "oui"),
    (
        "FR-88002",
        "Garnier",
        "Étienne",
        "03 88 00 01 02",
        "25/02/1968",
        "67100",
        "Strasbourg",
        "non",
    ),
    ("FR-88003", "Moreau", "Léa", "03 88 00 01 03", "03/03/1999", "68000", "Colmar", "oui"),
    ("FR-88004", "Roche", "Jean-Luc", "03 88 00 01 04", "19/04/1957", "67000", "Strasbourg", ""),
)
"""Card, names, phone, birth date, postcode, town, and whether a newsletter is wanted."""
ORDERS = (
    ("ZAM/1/2024", "Zofia", "Nowak", "zofia.nowak@poczta-lipowa.pl", "601234501", "125,00"),
    ("ZAM/2/2024", "Piotr", "Wiśniewski", "p.wisniewski@poczta-lipowa.pl", "601234502", "89,90"),
    ("ZAM/3/2024", "Zofia", "Nowak", "zofia.nowak@poczta-lipowa.pl", "601234501", "1 249,00"),
    ("ZAM/4/2024", "Léa", "Moreau", "lea.moreau@courrier-tilleul.fr", "+33388000103", "15,50"),
)
"""Number, names, e-mail, phone, sum. The customer of the last has a card, too."""


def mail_of(given: str, family: str, domain: str) -> str:
    """An address made of a name, in plain letters."""
    letters = {"ö": "oe", "ü": "ue", "ß": "ss", "ë": "e", "é": "e", "è": "e"}
    plain = "".join(letters.get(c, c) for c in f"{given}.{family}".lower())
    return f"{plain}@{domain}"


def write_exports(folder: Path, samples: tuple[str, ...] = PRESET_SAMPLES) -> None:
    """Write the exports into a folder, the samples of each preset in one of their own."""
    for name in samples:
        shutil.copytree(PRESETS / "samples" / name, folder / name.replace("/", " "))
    write_crm(folder / "Kundenexport.csv")
    write_sales(folder / "Verkäufe 2024.csv")
    write_loyalty(folder / "fidelite.tsv")
    write_orders(folder / "zamowienia.json")
    (folder / "LIESMICH.pdf").write_bytes(b"%PDF-1.4")


def write_crm(file: Path) -> None:
    """A German CRM's list: title lines, semicolons, the letters of Windows, a line of its count at the end."""
    columns = "Kd-Nr.;Anrede;Vorname;Nachname;E-Mail-Adresse;Telefon privat;Geb.-Datum;Straße;Hausnr.;PLZ;Ort"
    lines = [
        "Kundenliste Filiale Süd",
        "Stand: 01.03.2024",
        "",
        f"{columns};Werbesperre;Letzte Änderung",
    ]
    for number, title, given, family, phone, born, street, house, stop in CRM:
        mail = mail_of(given, family, "post-ahorn.de")
        who = f"{number};{title};{given};{family};{mail};{phone};{born}"
        lines.append(f"{who};{street};{house};04109;Leipzig;{stop};{number[-2:]}.02.2024")
    file.write_bytes("\r\n".join([*lines, ""]).encode("cp1252"))


def write_sales(file: Path) -> None:
    """What the tills sold to the CRM's customers, and took back."""
    lines = ["Bon-Nr|Kunden-Nr|Kaufdatum|Vorgang|Betrag (EUR)|Filiale"]
    for i in range(10):
        customer, word = CRM[i % len(CRM)][0], "Umtausch" if i == 8 else "Verkauf"
        word = "Retoure" if i == 9 else word
        lines.append(f"B-{7000 + i}|{customer}|{i + 10}.03.2024 1{i}:30|{word}|{10 * i + 9},90|Süd")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_loyalty(file: Path) -> None:
    """A French loyalty programme's members, in UTF-16 as spreadsheets save Unicode text."""
    lines = [
        "N° carte fidélité\tNom\tPrénom\tCourriel\tTél.\tDate de naissance\tCode postal\tVille\tAccepte newsletter"
    ]
    for card, family, given, phone, born, postcode, town, wants in LOYALTY:
        mail = mail_of(given, family, "courrier-tilleul.fr")
        lines.append("\t".join((card, family, given, mail, phone, born, postcode, town, wants)))
    file.write_text("\n".join(lines) + "\n", encoding="utf-16")


def write_orders(file: Path) -> None:
    """A Polish shop's orders, a list inside of one document, with their customers inside of each."""
    orders = [
        {
            "numer_zamowienia": number,
            "data_zlozenia": f"2024-03-0{i + 1}T10:00:00+01:00",
            "klient": {
                "imie": given,
                "nazwisko": family,
                "email": mail,
                "telefon": phone,
                "adres": {"miasto": "Kraków", "kod_pocztowy": f"30-00{i}"},
            },
            "wartosc": value,
            "waluta": "PLN",
            "pozycje": [{"sku": f"X{i}", "ilosc": 1}],
        }
        for i, (number, given, family, mail, phone, value) in enumerate(ORDERS)
    ]
    document = {"sklep": {"miasto": "Kraków"}, "wynik": {"zamowienia": orders}}
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
