"""Column meanings: what a column holds, by its name and its values together, with how sure that is and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from omni_identity.discovery.column_names import (
    BY_PART,
    WITHOUT_AFFIX,
    NameMeaning,
    meaning_of_name,
)
from omni_identity.discovery.value_shapes import FEW, ValueShapes

SURE, LIKELY, LEAST = 0.85, 0.6, 0.4
"""Scores from which on a meaning is sure, is likely, and is one at all."""
_CONTRADICTED = 0.5
"""Share of values below which they contradict the name."""

Agreement = tuple[float, str]
"""Which share of the values agrees, and what it is of them, as the end of a sentence."""


@dataclass(frozen=True)
class Meaning:
    """One thing that a column may hold. ``score``: 0 to 1. ``reason``: why, without anybody's value.

    ``is_contradicted``: the name says so, and the values do not.
    """

    name: str
    score: float
    reason: str
    is_contradicted: bool = False

    @property
    def level(self) -> str:
        """``sure``, ``likely`` or ``doubtful``."""
        if self.is_contradicted or self.score < LIKELY:
            return "doubtful"
        return "sure" if self.score >= SURE else "likely"


@dataclass(frozen=True)
class ColumnProfile:
    """A column of a file: its name, its values, and what it may hold, the likeliest first."""

    column: str
    named: NameMeaning = field(default_factory=NameMeaning)
    shapes: ValueShapes = field(default_factory=ValueShapes)
    meanings: tuple[Meaning, ...] = ()

    @property
    def best(self) -> Meaning | None:
        """The likeliest meaning that its values do not contradict; None without one."""
        return next((m for m in self.meanings if not m.is_contradicted), None)

    def meaning(self, name: str) -> Meaning | None:
        """The meaning of this name, if it is one of its own."""
        return next((m for m in self.meanings if m.name == name), None)

    def score(self, *names: str) -> float:
        """The highest score of any of these meanings that its values do not contradict."""
        found = [m.score for m in self.meanings if m.name in names and not m.is_contradicted]
        return max(found, default=0.0)


def profile_column(column: str, shapes: ValueShapes) -> ColumnProfile:
    """What a column may hold, by its name and what its values look like."""
    named = meaning_of_name(column)
    strengths = dict(named.meanings)
    if "product_name" in strengths and _are_numbers(shapes):  # "article" may hold either
        strengths.setdefault("id:product", strengths.pop("product_name"))
    meanings = [_meaning(name, strength, shapes) for name, strength in strengths.items()]
    known = {meaning.name for meaning in meanings if not meaning.is_contradicted}
    meanings += [
        Meaning(name, score, f"{reason}; its name does not say so")
        for name, score, reason in _by_values(shapes)
        if name not in known
    ]
    meanings = [m for m in meanings if m.score >= LEAST or m.is_contradicted]
    ordered = sorted(meanings, key=lambda m: (m.is_contradicted, -m.score, m.name))
    return ColumnProfile(column, named, shapes, tuple(ordered))


def _are_numbers(shapes: ValueShapes) -> bool:
    """Whether nearly all values are signs with digits among them and no blanks."""
    return min(shapes.share("identifier"), shapes.share("digits")) >= 0.95


def _meaning(name: str, strength: float, shapes: ValueShapes) -> Meaning:
    says = "its name says so" if strength >= WITHOUT_AFFIX else "its name may mean so"
    if strength <= BY_PART:
        says = "a part of its name says so"
    if not shapes.filled:
        return Meaning(
            name, round(0.75 * strength, 3), f"{says}; it is empty in what was looked at"
        )
    test = _TESTS.get(name)
    if test is None:
        return Meaning(name, round(0.85 * strength, 3), says)
    share, what = test(shapes)
    counted = said(share, shapes, what)
    if share < _CONTRADICTED and strength >= 0.5:
        return Meaning(name, round(0.4 * strength, 3), f"{says}, but only {counted}", True)
    return Meaning(name, round(0.5 * strength + 0.5 * share, 3), f"{counted}; {says}")


def agreement(attribute: str, shapes: ValueShapes) -> Agreement | None:
    """Which share of the values looks like an attribute's, and what that is; None for one that has no look."""
    # a customer may be known by one name alone
    test = _TESTS.get(
        {"loyalty_id": "id:loyalty", "full_name": "last_name"}.get(attribute, attribute)
    )
    return test(shapes) if test is not None and attribute not in _LOOSE else None


def said(share: float, shapes: ValueShapes, what: str) -> str:
    """``98 % of 412 values are e-mail addresses``."""
    percent = min(99, round(100 * share)) if share < 1 else 100
    values = "value" if shapes.filled == 1 else "values"
    return f"{percent} % of {shapes.filled:,} {values} {what}"


def _share(kind: str, what: str) -> Callable[[ValueShapes], Agreement]:
    return lambda shapes: (shapes.share(kind), what)


def _name(kind: str, what: str) -> Callable[[ValueShapes], Agreement]:
    """Names: words that may be one. That some are common ones says more than that one is not."""

    def test(shapes: ValueShapes) -> Agreement:
        if shapes.share("email") > 0.2 or shapes.share("name") < _CONTRADICTED:
            return shapes.share("name"), "are words that a name is made of"
        if shapes.share(kind) >= 0.3:
            return max(shapes.share("name"), 0.9), what
        return min(shapes.share("name"), 0.85), "are words that a name is made of"

    return test


def _full_name(shapes: ValueShapes) -> Agreement:
    name, several = shapes.share("name"), shapes.share("several_words")
    if name < _CONTRADICTED:
        return name, "are words that a name is made of"
    if several < _CONTRADICTED:
        return several, "are of more than one word"
    known = max(shapes.share("given"), shapes.share("family"))
    if known < 0.15 and shapes.filled >= 20:
        return known, "have a common given or family name in them"
    return (name + several) / 2, "are several words, as a whole name is"


def _phone(shapes: ValueShapes) -> Agreement:
    return shapes.share("phone"), "read as phone numbers"


def _time(shapes: ValueShapes) -> Agreement:
    kinds = ("time", "epoch", "compact_date")
    return sum(shapes.share(kind) for kind in kinds), "are dates or times"


def _birth_date(shapes: ValueShapes) -> Agreement:
    share = _time(shapes)[0]
    if share >= _CONTRADICTED and shapes.share("time") and shapes.share("past_birth") < 0.5 * share:
        return shapes.share("past_birth"), "are dates on which a customer can be born"
    return share, "are dates"


def _number(shapes: ValueShapes) -> Agreement:
    return shapes.share("number"), "are numbers"


def _amount(shapes: ValueShapes) -> Agreement:
    share = shapes.share("number")
    if shapes.share("epoch") + shapes.share("compact_date") > 0.5:
        return 0.2, "are sums"
    return share, "are numbers"


def _identifier(shapes: ValueShapes) -> Agreement:
    return max(shapes.share("identifier"), shapes.share("email")), "are like IDs"


def _id_of_order(shapes: ValueShapes) -> Agreement:
    share = shapes.share("identifier")
    if shapes.share("clock") + shapes.share("email") > 0.5:
        return 0.2, "are like IDs"
    return share, "are like IDs"


def _few_words(shapes: ValueShapes) -> Agreement:
    is_few = bool(shapes.words) or (shapes.distinct <= FEW and shapes.uniqueness < 0.5)
    words = max(shapes.share("letters"), shapes.share("whole"))
    return (words if is_few else 0.3), "are words out of few"


def _currency(shapes: ValueShapes) -> Agreement:
    return shapes.share("currency"), "are currency codes or signs"


def _postcode(shapes: ValueShapes) -> Agreement:
    # what a spreadsheet has eaten the zeros of is one as well
    short = shapes.share("whole") + shapes.share("postcode")
    share = min(1.0, short) if shapes.share("postcode") >= 0.2 else shapes.share("postcode")
    return share, "are like postcodes"


def _text_of_place(shapes: ValueShapes) -> Agreement:
    if shapes.share("email") + shapes.share("time") > 0.3:
        return 0.2, "are words"
    return shapes.share("letters"), "are words"


def _street(shapes: ValueShapes) -> Agreement:
    if shapes.share("email") + shapes.share("time") + shapes.share("web") > 0.3:
        return 0.2, "are like streets"
    if shapes.share("street") >= 0.5:
        return max(0.9, shapes.share("street")), "have a street and a house number"
    return shapes.share("letters") * 0.85, "are words"


def _city(shapes: ValueShapes) -> Agreement:
    if shapes.share("email") + shapes.share("time") + shapes.share("street") > 0.5:
        return 0.2, "are like towns"
    return shapes.share("letters"), "are words"


def _handle(shapes: ValueShapes) -> Agreement:
    share = max(shapes.share("handle"), shapes.share("web"), shapes.share("identifier"))
    return share, "are like names of accounts"


def _whatsapp(shapes: ValueShapes) -> Agreement:
    return shapes.share("phone"), "read as phone numbers"


def _gender(shapes: ValueShapes) -> Agreement:
    return shapes.share("gender"), "say a gender"


def _deleted(shapes: ValueShapes) -> Agreement:
    return max(shapes.share("yes_or_no"), _time(shapes)[0]), "are yes or no, or a date"


_TESTS: Mapping[str, Callable[[ValueShapes], Agreement]] = {
    "email": _share("email", "are e-mail addresses"),
    "phone": _phone,
    "whatsapp": _whatsapp,
    "fax": _phone,
    "first_name": _name("given", "are words of which many are common given names"),
    "last_name": _name("family", "are words of which many are common family names"),
    "full_name": _full_name,
    "birth_date": _birth_date,
    "created_at": _time,
    "updated_at": _time,
    "occurred_at": _time,
    "deleted": _deleted,
    "gender": _gender,
    "salutation": _gender,
    "street": _street,
    "house_number": _share("house", "are like house numbers"),
    "city": _city,
    "region": _text_of_place,
    "postcode": _postcode,
    "country": _share("country", "are countries"),
    "amount": _amount,
    "price": _number,
    "quantity": _number,
    "item_count": _number,
    "stock": _number,
    "duration_seconds": _number,
    "satisfaction": _number,
    "currency": _currency,
    "kind": _few_words,
    "status": _few_words,
    "direction": _few_words,
    "instagram": _handle,
    "telegram": _handle,
    "facebook": _handle,
    "id": _identifier,
    "interaction_id": _identifier,
    "id:person": _identifier,
    "id:loyalty": _identifier,
    "id:order": _id_of_order,
    "id:cart": _id_of_order,
    "id:ticket": _id_of_order,
    "id:message": _id_of_order,
    "id:event": _id_of_order,
    "id:conversation": _id_of_order,
    "id:product": _identifier,
    "id:store": _identifier,
}
"""By meaning: which share of the values agrees with it. What is not here says nothing of its values."""
_LOOSE = frozenset(["kind", "status", "direction"])
"""What may be any words."""


def _by_values(shapes: ValueShapes) -> list[tuple[str, float, str]]:
    """What values alone tell: few kinds do."""
    share = shapes.share
    found: list[tuple[str, float, str]] = []
    if not shapes.filled:
        return found
    if share("email") >= 0.8:
        found.append(("email", 0.75 * share("email"), said(share("email"), shapes, _MAILS)))
    tells = share("international") >= 0.3 or share("spaced_digits") >= 0.6
    if share("phone") >= 0.85 and tells and not share("decimal"):
        found.append(("phone", 0.65, said(share("phone"), shapes, "read as phone numbers")))
    if share("several_words") >= 0.8 and share("given") >= 0.6 and not shapes.words:
        what = "are several words with a common given name among them"
        found.append(("full_name", 0.55, said(min(share("given"), 1.0), shapes, what)))
    elif share("given") >= 0.75 and share("several_words") < 0.2 and shapes.distinct > 10:
        found.append(("first_name", 0.5, said(share("given"), shapes, "are common given names")))
    elif share("family") >= 0.75 and share("several_words") < 0.2 and shapes.distinct > 10:
        found.append(("last_name", 0.5, said(share("family"), shapes, "are common family names")))
    if share("currency") >= 0.95 and share("letters") >= 0.95:
        found.append(("currency", 0.6, said(share("currency"), shapes, "are currency codes")))
    if share("money_sign") >= 0.8:
        found.append(("amount", 0.6, said(share("money_sign"), shapes, "are sums of money")))
    if share("clock") >= 0.9:
        found.append(("moment", 0.5, said(share("clock"), shapes, "are times of a day")))
    elif share("time") >= 0.9:
        found.append(("moment", 0.45, said(share("time"), shapes, "are dates")))
    return found


_MAILS = "are e-mail addresses"
