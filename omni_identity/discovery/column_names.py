"""Column names: what an attribute's name in one of eight languages says a column holds, and how surely."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from omni_identity.discovery.column_words import (
    AFFIXES,
    ENTITIES,
    ID_WORDS,
    OF_OTHERS,
    WEAK,
    WORDS,
)

EXACT, WITHOUT_AFFIX, BY_PART = 1.0, 0.9, 0.55
"""How strongly a name says something: in full, but for whose it is, or by one of its parts."""
_PART_OF_SUM = re.compile(
    r"discount|coupon|voucher|tax|vat\b|shipping|delivery|refund|subtotal|sub total|fee\b|fees\b|\btip|deposit|duties"
    r"|rabat|nachlass|gutschein|steuer|mwst|versand|erstatt|zwischensumme|remise|\bht\b|tva|livraison|port\b"
    r"|rembours|sous total|descuento|impuesto|\biva\b|envio|reembols|sconto|imposta|spedizione|rimbors|subtotale"
    r"|korting|btw|verzend|bezorg|subtotaal|desconto|imposto|frete|podatek|wysylk|dostaw|upust|zwrot"
)
"""What an amount is of that is only a part of what somebody paid."""
_INCLUDING = re.compile(
    r"\b(?:inc|incl|including|inkl|con|ivato|inclusief|z vat|ttc|brutto|gross)\b"
)
_WHOLE_SUM = re.compile(r"total|gesamt|grand|end(?:betrag|summe)|totaal|razem|laczn|calkowit")
_BOUNDS = re.compile(r"(?<=[a-zß-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "’": "'", "°": " ", "º": " "}
)
_UNITS = re.compile(r"[(\[](?:eur|usd|gbp|pln|chf|€|\$|£|zł|sek|%|kg|st|stk|optional)[)\]]", re.I)
_NUMBER_SIGN = re.compile(r"(?<=\w)\s*#\s*$")
"""``Order #`` is the order's number, ``# Orders`` how many there are."""
_TALKING = 3
"""Letters from which on a part glued to another word counts."""


@dataclass(frozen=True)
class NameMeaning:
    """What the name of a column says.

    ``meanings``: what it may hold (attributes, facts, ``id:person``, ``id:order`` and so on), each with a
    strength of 0 to 1. ``is_of_others``: it is about somebody or something beside the customer, such as
    who gets the parcel. ``words``: of the name, plain.
    """

    meanings: Mapping[str, float] = field(default_factory=dict)
    is_of_others: bool = False
    words: tuple[str, ...] = ()

    def strength(self, meaning: str) -> float:
        """How strongly the name says this meaning; 0 when it does not."""
        return self.meanings.get(meaning, 0.0)


@cache
def meaning_of_name(column: str) -> NameMeaning:
    """What the name of a column says, in any spelling (``KundenNr.``, ``date_de_naissance``, ``billing.zip``).

    Of a path in a document (``customer.email``) the keys count like the words of a name.
    """
    words = plain_words(column)
    if not words:
        return NameMeaning()
    leaf = column.rpartition(".")[2]
    if "." in column and leaf and leaf == leaf.strip() and not leaf.isdigit():
        own = meaning_of_name(leaf)
        if max(own.meanings.values(), default=0.0) >= WITHOUT_AFFIX:
            return NameMeaning(_in_place(own, words), _without_affixes(words)[1], tuple(words))
    meanings: dict[str, float] = {}
    _add(meanings, _by_key("".join(words)), EXACT)
    rest, others = _without_affixes(words)
    if rest and rest != words:
        _add(meanings, _by_key("".join(rest)), WITHOUT_AFFIX)
    glued = _without_glued_affix("".join(rest or words))
    if glued:
        _add(meanings, _by_key(glued), WITHOUT_AFFIX)
    _add(meanings, _ids(words), EXACT)
    if not meanings:
        for length in (3, 2, 1):
            for start in range(len(rest) - length + 1):
                part = "".join(rest[start : start + length])
                if len(part) >= _TALKING:
                    _add(meanings, _by_key(part), BY_PART)
            if meanings:
                break
    _weigh_amount(meanings, words)
    return NameMeaning(meanings, others, tuple(words))


def _weigh_amount(meanings: dict[str, float], words: list[str]) -> None:
    """Of several sums in a table the whole is what somebody paid, not the discount or the tax in it."""
    if "amount" not in meanings:
        return
    name = " ".join(words)
    if _PART_OF_SUM.search(name) and not _INCLUDING.search(name):
        meanings["amount"] = round(0.4 * meanings["amount"], 3)
    elif meanings["amount"] == BY_PART and _WHOLE_SUM.search(name):
        meanings["amount"] = 0.7


def _in_place(leaf: NameMeaning, words: list[str]) -> Mapping[str, float]:
    """What the last key of a path says; an ID without an owner is that of the object around it."""
    if leaf.strength("id"):
        owners = [e for word in words[:-1] if (e := _entity_table().get(word)) is not None]
        if owners:
            return {f"id:{owners[-1]}": 1.0}
    return {meaning: round(s * WITHOUT_AFFIX, 3) for meaning, s in leaf.meanings.items()}


def plain_words(column: str) -> list[str]:
    """The words of a name in lower case, without accents and signs; ``ae``, ``oe`` and ``ue`` as a, o, u."""
    return [_folded(word) for word in written_words(column)]


def written_words(name: str) -> list[str]:
    """The words of a name in lower case, without accents and signs."""
    text = _NUMBER_SIGN.sub(" nr", _UNITS.sub(" ", name)).translate(_UNDECOMPOSED)
    text = unicodedata.normalize("NFKD", _BOUNDS.sub(" ", text))
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    return re.findall(r"[^\W_]+", text.replace("'", " "))


def name_key(column: str) -> str:
    """A name to be compared with another: its words without anything between them."""
    return "".join(plain_words(column))


def _folded(word: str) -> str:
    """Umlauts written with an e are those without; so are their like in words of any language."""
    return re.sub(r"(?<=[aou])e", "", word) if re.search(r"[aou]e", word) else word


@cache
def _table() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for meaning, names in WORDS.items():
        for name in names.split(","):
            if key := name_key(name):
                table.setdefault(key, {}).setdefault(meaning, 1.0)
    for name, meanings in WEAK.items():
        table[name_key(name)] = dict(meanings)
    return table


def _by_key(key: str) -> Mapping[str, float]:
    table = _table()
    found = table.get(key)
    if found is None and len(key) > 2 and key[-1].isdigit():
        found = table.get(key.rstrip("0123456789"))
    return found or {}


def _words_of(text: str) -> frozenset[str]:
    return frozenset(name_key(word) for word in text.split())


_AFFIX_WORDS = _words_of(AFFIXES)
_AFFIX_LINKS = _words_of("de des del di do da du van der la le el of the")
_OTHER_WORDS = _words_of(OF_OTHERS)
_ID_WORD_SET = _words_of(ID_WORDS)
_GLUED = tuple(
    sorted(
        (_words_of("kunden kunde rechnungs haupt privat klant klanten mitglieds mitglied gast")),
        key=len,
        reverse=True,
    )
)
_GLUED_OTHERS = tuple(_words_of("liefer lieferanten mitarbeiter filial firmen verzend bezorg"))


def _without_affixes(words: list[str]) -> tuple[list[str], bool]:
    """The words that say what it is, and whether some say that it is somebody else's."""
    # "created by" somebody else, but "may we reach you by post"
    telling = words if words[-1:] == ["by"] else [word for word in words if word != "by"]
    others = any(
        word in _OTHER_WORDS or (word.startswith(_GLUED_OTHERS) and not _by_key(word))
        for word in telling
    )
    rest = [word for word in words if word not in _AFFIX_WORDS and word not in _OTHER_WORDS]
    return rest, others


def _without_glued_affix(key: str) -> str:
    """``kundenemail`` to ``email``; empty when nothing is glued before it."""
    for prefix in (*_GLUED, *_GLUED_OTHERS):
        if key.startswith(prefix) and len(key) > len(prefix) + 1:
            return key[len(prefix) :]
    return ""


@cache
def _entity_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for entity, words in ENTITIES.items():
        for word in _words_of(words) - _AFFIX_LINKS:
            table.setdefault(word, entity)
    return table


def _ids(words: list[str]) -> Mapping[str, float]:
    """Whose ID a name says that it is, where it says ID: ``Kunden-Nr.``, ``idcliente``, ``order_number``."""
    entities = _entity_table()
    has_id = [word in _ID_WORD_SET for word in words]
    named = [word for word, is_id in zip(words, has_id, strict=True) if not is_id]
    if any(has_id) and named:
        found = _entities_of(named, entities)
        if found:
            return found
    for word in named:
        stem = _glued_id(word)
        if stem is None:
            continue
        entity = entities.get(stem) or _entity_of_end(stem, entities)
        if entity is not None:
            return {f"id:{entity}": 1.0}
    return {}


def _entities_of(named: Iterable[str], entities: Mapping[str, str]) -> Mapping[str, float]:
    found = [entities[word] for word in named if word in entities]
    if not found:
        found = [e for word in named if (e := _entity_of_end(word, entities)) is not None]
    if not found:
        return {}
    # a customer's card is a card, a customer's order an order: the thing outweighs whose it is
    things = [entity for entity in found if entity != "person"]
    return {f"id:{things[-1] if things else 'person'}": 1.0}


_ID_ENDS = ("nummer", "number", "numero", "numer", "code", "uuid", "guid", "kod", "nr", "no", "id")
_ID_STARTS = ("numero", "numer", "codigo", "codice", "code", "kod", "id", "nr", "num")


def _glued_id(word: str) -> str | None:
    """The rest of a word that ends or begins with a word for ID: ``kundennr``, ``idcliente``."""
    for end in _ID_ENDS:
        if word.endswith(end) and len(word) > len(end) + 1:
            return word[: -len(end)]
    for start in _ID_STARTS:
        if word.startswith(start) and len(word) > len(start) + 2:
            return word[len(start) :]
    return None


def _entity_of_end(stem: str, entities: Mapping[str, str]) -> str | None:
    """The entity that a compound ends with: ``stammkunden``, ``onlinebestell``."""
    ends = [word for word in entities if len(word) >= 4 and stem.endswith(word)]
    return entities[max(ends, key=len)] if ends else None


def _add(meanings: dict[str, float], found: Mapping[str, float], factor: float) -> None:
    for meaning, strength in found.items():
        meanings[meaning] = max(meanings.get(meaning, 0.0), round(strength * factor, 3))
