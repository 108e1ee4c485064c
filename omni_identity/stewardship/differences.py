"""What two sides of a question have in common and differ in, said in the words of the matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import phonenumbers

from omni_identity.model.attributes import Vocabulary
from omni_identity.stewardship.review_queue import Question

Side = Mapping[str, frozenset[str]]
"""By attribute, the values as they are compared; dates as ``1985-03-01``; none of an attribute without any."""

CONTACTS = {"email": "e-mail address", "phone": "phone number", "whatsapp": "WhatsApp number"}
GENERATIONS = "name_suffix"
RIVALS = {
    "household": "two people of one household",
    "namesakes": "two people of one name",
    "strangers": "two strangers",
}
"""By rival of one person, who the two are then."""
DAYS_A_YEAR = 365.2425


def describe_sides(left: Side, right: Side, vocabulary: Vocabulary) -> list[str]:
    """What tells whether two sides are one person, each a sentence's part, what weighs most first."""
    shared = _shared(left, right, vocabulary)
    told = []
    homely = [name for name in shared if name != "name"]
    if homely and _differ(left, right, "first_name"):
        told.append(f"same {_listed(homely)}, different first names: one household")
    elif shared:
        told.append(f"same {_listed(shared)}")
    if _differ(left, right, "first_name") and not homely:
        told.append("different first names")
    told += _births(left, right)
    if _differ(left, right, GENERATIONS):
        told.append("another generation of the name: father and son, or mother and daughter?")
    if _differ(left, right, "last_name"):
        is_one = "email" in left and left["email"] & right.get("email", frozenset())
        told.append("different family names" + (", one e-mail address: married?" if is_one else ""))
    if _differ(left, right, "gender"):
        told.append("different genders")
    for name in vocabulary.identifiers:
        if name not in CONTACTS and _differ(left, right, name):
            told.append(f"two {_plural(name)}")
    if not shared and _differ(left, right, "street", "postcode"):
        told.append("different addresses")
    return told


def sum_up(question: Question) -> str:
    """One sentence of verdict and doubt: how the two stand, how sure that is, and who they are otherwise."""
    otherwise = RIVALS.get(question.rival or "", "two people")
    if question.kind == "contradicting_verdicts":
        return "A verdict on these two does not hold, because another verdict or a unique identifier says otherwise."
    chance = question.match_probability or 0.0
    if question.is_inside:
        standing = "One customer now"
        doubt = f"by themselves these two records are {_percent(chance)} likely one person, else {otherwise}"
    else:
        standing = "Two customers now"
        doubt = f"they are {_percent(chance)} likely one person, else {otherwise}"
    return f"{standing}; {doubt}."


def _shared(left: Side, right: Side, vocabulary: Vocabulary) -> list[str]:
    """Contact points, places, identifiers and the whole name that both sides have."""

    def common(*names: str) -> bool:
        return all(left.get(n, frozenset()) & right.get(n, frozenset()) for n in names)

    found = []
    for name in vocabulary.identifiers:
        values = left.get(name, frozenset()) & right.get(name, frozenset())
        if values:
            word = CONTACTS.get(name, name.replace("_", " "))
            found.append(_kind_of_phone(min(values)) if name == "phone" else word)
    if common("street", "house_number") and (common("postcode") or common("city")):
        found.append("address")
    if common("first_name", "last_name"):
        found.append("name")
    return found


def _births(left: Side, right: Side) -> list[str]:
    if not _differ(left, right, "birth_date"):
        return []
    pairs = [
        (abs((date.fromisoformat(a) - date.fromisoformat(b)).days), a, b)
        for a in left["birth_date"]
        for b in right["birth_date"]
    ]
    days, a, b = min(pairs)
    years = round(days / DAYS_A_YEAR)
    if a[:4] == b[:4] and a[5:7] == b[8:10] and a[8:10] == b[5:7]:
        return ["two birth dates with day and month exchanged"]
    if years:
        return [f"two birth dates {years} year{'' if years == 1 else 's'} apart"]
    return [f"two birth dates {days} day{'' if days == 1 else 's'} apart"]


def _differ(left: Side, right: Side, *names: str) -> bool:
    """Whether both sides fill one of these attributes, and have no value of it in common."""
    return any(bool(left.get(n)) and bool(right.get(n)) and not left[n] & right[n] for n in names)


def _kind_of_phone(number: str) -> str:
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return "phone number"
    kinds = {
        phonenumbers.PhoneNumberType.FIXED_LINE: "landline",
        phonenumbers.PhoneNumberType.MOBILE: "mobile number",
    }
    return kinds.get(kind, "phone number")


def _plural(identifier: str) -> str:
    words = identifier.replace("_", " ")
    return words + ("es" if words.endswith("s") else "s")


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return "less than 1 %"
    return "more than 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")
