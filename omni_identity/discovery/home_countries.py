"""Home countries: in which country the customers of a table mostly are, by what their values say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import phonenumbers
import polars as pl

from omni_identity.discovery.column_meanings import LIKELY
from omni_identity.discovery.drafts import Said
from omni_identity.discovery.tables import Table
from omni_identity.standardise.country import standardise_country

_ROWS = 300
_TRIED = (
    "DE",
    "FR",
    "ES",
    "IT",
    "NL",
    "PT",
    "PL",
    "GB",
    "US",
    "AT",
    "CH",
    "BE",
    "BR",
    "MX",
    "SE",
    "DK",
)
_POSTCODES = {
    r"^\d{2}-\d{3}$": "PL",
    r"(?i)^\d{4} ?[a-z]{2}$": "NL",
    r"^\d{4}-\d{3}$": "PT",
    r"(?i)^[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$": "GB",
    r"(?i)^[a-z]\d[a-z] ?\d[a-z]\d$": "CA",
    r"^\d{5}-\d{4}$": "US",
    r"^\d{5}-\d{3}$": "BR",
}
_SPOKEN = {
    "DE": """
        vorname nachname anrede strasse plz ort kunde kunden kundennummer geburtsdatum geburtstag betrag bestellung
        bestelldatum datum telefon handy wahrung anderung angelegt filiale menge einzelpreis geschlecht hausnr
    """,
    "FR": """
        prenom nom courriel ville naissance rue adresse client commande montant telephone portable civilite magasin
        quantite prix devise carte fidelite
    """,
    "ES": """
        nombre apellidos apellido correo ciudad calle fecha cliente pedido importe movil nacimiento provincia tienda
        cantidad precio codigo tarjeta direccion telefono
    """,
    "IT": """
        nome cognome indirizzo citta via data cliente ordine importo cellulare nascita negozio quantita prezzo cap
        tessera comune telefono
    """,
    "NL": """
        voornaam achternaam straat plaats woonplaats klant bestelling bedrag mobiel geboortedatum winkel aantal prijs
        huisnummer tussenvogsel telefoon naam
    """,
    "PT": """
        nome apelido morada rua cidade data cliente encomenda valor telemovel nascimento loja quantidade preco cartao
        codigo telefone localidade
    """,
    "PL": """
        imie nazwisko ulica miasto miejscowosc data klient klienta zamowienia zamowienie kwota wartosc telefon
        urodzenia sklep ilosc cena karta waluta kod pocztowy
    """,
}
"""Words of headers by the country that most writes so."""
_LEAST_SPOKEN = 3
_NO_COUNTRY = frozenset(["io", "co", "me", "tv", "ai", "cc", "eu", "ly", "gg", "fm", "to", "ws"])


def votes(table: Table) -> Counter[str]:
    """How much speaks for each country (ISO-2): countries that are named, then phone numbers, postcodes, mails."""
    found: Counter[str] = Counter()
    rows = table.rows.head(5 * _ROWS)
    for profile in table.columns:
        if profile.named.is_of_others:
            continue
        values = rows[profile.column].drop_nulls().str.strip_chars()
        if profile.score("country") >= LIKELY:
            codes = standardise_country(values.alias("raw"))["country"].drop_nulls()
            _add(found, codes.to_list(), 3.0)
        elif profile.score("phone", "whatsapp") >= LIKELY:
            _add_phones(found, values)
        elif profile.score("postcode") >= LIKELY:
            for pattern, country in _POSTCODES.items():
                found[country] += int(values.str.contains(pattern).sum())
        elif profile.score("email") >= LIKELY:
            ends = values.str.to_lowercase().str.extract(r"\.([a-z]{2})$", 1).drop_nulls()
            codes = ends.filter(~ends.is_in(sorted(_NO_COUNTRY))).str.to_uppercase()
            _add(found, ["GB" if code == "UK" else code for code in codes], 0.3)
    _add_language(found, table)
    return Counter({country: count for country, count in found.items() if count > 0})


def _add_language(found: Counter[str], table: Table) -> None:
    """A header in one language votes for its country, as one row in two does; English is spoken anywhere."""
    words = {word for profile in table.columns for word in profile.named.words}
    spoken = {country: len(words & set(listed.split())) for country, listed in _SPOKEN.items()}
    best = max(spoken, key=lambda country: spoken[country])
    if spoken[best] >= _LEAST_SPOKEN and list(spoken.values()).count(spoken[best]) == 1:
        _add(found, [best], 0.5 * min(table.rows.height, _ROWS))


def _add(found: Counter[str], countries: Iterable[str], weight: float) -> None:
    for country, count in Counter(countries).items():
        found[country] += weight * count  # type: ignore[assignment]


def _add_phones(found: Counter[str], values: pl.Series) -> None:
    """Numbers with a calling code vote for its country, others for the countries in which all of them are valid."""
    numbers = values.unique(maintain_order=True).head(_ROWS).to_list()
    national = []
    for text in numbers:
        if text.lstrip("'( ").startswith(("+", "00")):
            region = _region("+" + text.lstrip("'( +0"))
            if region:
                found[region] += 1
        else:
            national.append(text)
    if len(national) < 2:
        return
    valid = {
        country: sum(_is_valid(text, country) for text in national) / len(national)
        for country in _TRIED
    }
    fitting = [country for country, share in valid.items() if share >= 0.9]
    _add(found, fitting, 0.5 * len(national) / max(len(fitting), 1))


def _region(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    region: str | None = phonenumbers.region_code_for_number(number)
    return region


def _is_valid(text: str, country: str) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, country)))
    except phonenumbers.NumberParseException:
        return False


def home_country(found: Counter[str], whose: str) -> Said | None:
    """The country that most speaks for, with how sure that is; None where nothing tells."""
    if not found:
        return None
    total = sum(found.values())
    (country, most), *rest = found.most_common()
    share = most / total
    grade = "sure" if share >= 0.8 and total >= 10 else "likely" if share >= 0.5 else "doubtful"
    told = f"{round(100 * share)} % of what {whose} tell of countries"
    words = f"{grade}: {told} (names, phone numbers, postcodes, language)"
    if rest and share < 0.8:
        words += f"; next {', '.join(code for code, _ in rest[:3])}"
    return Said(country, words)
