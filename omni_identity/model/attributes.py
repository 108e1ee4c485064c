"""The canonical attributes of a contact and the facts of an interaction: the words a mapping may use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

NAME_ATTRIBUTES = ("full_name", "first_name", "middle_name", "last_name", "name_suffix")
ADDRESS_ATTRIBUTES = ("street", "city", "region", "postcode", "country")
SINGLE_ATTRIBUTES = (*NAME_ATTRIBUTES, "birth_date", "gender", *ADDRESS_ATTRIBUTES, "created_at")

BUILT_IN_IDENTIFIERS = (
    "email",
    "phone",
    "loyalty_id",
    "account_id",
    "device_id",
    "whatsapp",
    "telegram",
    "instagram",
    "facebook",
)

FACTS_TEXT = (
    "order_id",
    "cart_id",
    "ticket_id",
    "conversation_id",
    "reference_id",
    "currency",
    "product_id",
    "store",
    "status",
    "direction",
    "campaign",
    "subject",
)
FACTS_NUMBER = ("amount", "item_count", "duration_seconds", "satisfaction")
FACTS = (*FACTS_TEXT, *FACTS_NUMBER)

MESSAGE_WORDS = ("text", "agent", "bot")
"""What the mapping of an interactions feed may say of a message beside facts: its text, who answered, whether a bot."""

INTERACTION_KINDS = (
    "session",
    "cart",
    "order",
    "return",
    "pickup",
    "ticket_opened",
    "ticket_closed",
    "message",
    "call",
    "email_sent",
    "email_opened",
    "email_clicked",
)

LINES_TEXT = ("line_id", "product_id", "product_name", "promotion", "fulfilment", "store")
LINES_NUMBER = ("quantity", "price")
LINE_WORDS = (*LINES_TEXT, *LINES_NUMBER)
"""The facts of each line of an order, a cart or a return: what ``lines`` of an interactions feed, and the mapping of
a feed of lines, may name."""

CATALOGUE_WORDS = (
    *("product_id", "store", "price", "currency", "promotion", "availability", "stock"),
    "counted_at",
)
"""What the mapping of a catalogue feed may name."""

CARRIED = "none"
"""How an attribute is compared that goes into profiles and is no evidence."""

CODES = ("loyalty_id", "account_id", "device_id")
"""Built-in identifiers whose case and punctuation may tell values apart; so may those of declared ones."""

CONSENT = re.compile(r"^consent_([a-z][a-z0-9_]*?)(_at)?$")
"""A consent attribute; group 1 is the consent's channel, group 2 is ``_at`` for its time."""


@cache
def attribute_kinds() -> dict[str, str]:
    """What ``compare`` of an attribute may say, by name: the first line of each module of ``attribute_kinds/``.

    They are looked up in files, because settings are read below the room that the modules are in.
    """
    folder = files("omni_identity") / "standardise" / "attribute_kinds"
    first_lines = {
        path.name.removesuffix(".py"): path.read_text(encoding="utf-8").partition("\n")[0]
        for path in folder.iterdir()
        if path.name.endswith(".py") and path.name != "__init__.py"
    }
    words = {name: line.strip('"').partition(": ")[2] for name, line in first_lines.items()}
    return dict(sorted(words.items()))


def word_of(consent: str) -> str:
    """The standardised column with the word in which ``consent_<consent>`` was said; null: nothing was."""
    return f"word_consent_{consent}"


@dataclass(frozen=True)
class Vocabulary:
    """The attribute names of one deployment: the built-in ones and those its ``omni.yaml`` adds.

    ``identifiers`` are multi-valued everywhere (lists of text); ``attributes`` are the user's extra
    single-valued ones, as ``(name, compare)``, of which those with ``none`` are only carried; ``consents`` are
    the channels a consent is kept for. All three are in a fixed order, so that everything derived from them is
    reproducible. Values of ``case_sensitive`` identifiers keep their case, those of ``punctuated`` ones their
    punctuation.
    """

    identifiers: tuple[str, ...] = BUILT_IN_IDENTIFIERS
    attributes: tuple[tuple[str, str], ...] = ()
    consents: tuple[str, ...] = ()
    unique_identifiers: tuple[str, ...] = field(default=())
    case_sensitive: tuple[str, ...] = ()
    punctuated: tuple[str, ...] = ()

    @property
    def attribute_names(self) -> tuple[str, ...]:
        """Names of the user-declared single-valued attributes."""
        return tuple(name for name, _ in self.attributes)

    @property
    def evidence(self) -> tuple[tuple[str, str], ...]:
        """The user-declared attributes that are compared, as ``(name, compare)``."""
        return tuple((name, how) for name, how in self.attributes if how != CARRIED)

    @property
    def consent_columns(self) -> tuple[str, ...]:
        """``consent_x, consent_x_at`` for every consent."""
        return tuple(c for x in self.consents for c in (f"consent_{x}", f"consent_{x}_at"))

    @property
    def raw_single(self) -> tuple[str, ...]:
        """Single-valued raw contact columns, in table order."""
        return (*SINGLE_ATTRIBUTES, *self.attribute_names, *self.consent_columns)

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """All raw contact columns: the single-valued ones, then the identifiers."""
        return (*self.raw_single, *self.identifiers)


def standardised_types(vocabulary: Vocabulary) -> dict[str, str]:
    """The values of a standardised contact by column, in table order, with their SQL types."""
    names = ("first_name_key", "first_name_canonical", "middle_name_key", "last_name_key")
    place = ("street", "street_key", "house_number", "city", "city_key", "region", "postcode")
    kinds = dict.fromkeys((*NAME_ATTRIBUTES, *names), "VARCHAR") | {"birth_date": "DATE"}
    parts = ("birth_year", "birth_month_day")
    kinds |= dict.fromkeys((*parts, "gender", *place, "country"), "VARCHAR")
    kinds |= {"created_at": "TIMESTAMP"}
    for identifier in vocabulary.identifiers:
        kinds |= {identifier: "VARCHAR[]"}
        kinds |= {"email_key": "VARCHAR[]"} if identifier == "email" else {}
    kinds |= dict.fromkeys(vocabulary.attribute_names, "VARCHAR")
    for consent in vocabulary.consents:
        kinds |= {f"consent_{consent}": "BOOLEAN", f"consent_{consent}_at": "TIMESTAMP"}
    return kinds | {"placeholders": "VARCHAR[]", "invalid": "VARCHAR[]"}
