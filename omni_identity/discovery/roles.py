"""Roles: whether a table lists contacts, interactions or products, or none of these, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from omni_identity.discovery.column_meanings import LIKELY, ColumnProfile
from omni_identity.discovery.keys import ALL_BUT_FEW
from omni_identity.discovery.kind_words import kind_of_file, kinds_of_words, role_of_file
from omni_identity.discovery.tables import Table

Role = Literal["contacts", "interactions", "catalogue", "none"]

HAPPENINGS = ("id:order", "id:cart", "id:ticket", "id:message", "id:event", "id:conversation")
"""IDs of what happens between a channel and its customers."""
REACHES = ("email", "phone", "whatsapp", "telegram", "instagram", "facebook", "id:loyalty")
NAMES = ("full_name", "first_name", "last_name")
PLACES = ("street", "city", "postcode")
_CLEAR = 1.5
"""How much more a role must have for it than the next to be beyond doubt."""


@dataclass(frozen=True)
class Roles:
    """How much speaks for each role of a table, and the reasons of the likeliest."""

    role: Role
    is_sure: bool
    reason: str
    others: tuple[Role, ...] = ()


def role_of(table: Table) -> Roles:
    """What a table lists, by its columns, its values and the name of its files."""
    own = [profile for profile in table.columns if not profile.named.is_of_others]
    contacts, why_contacts = _contacts(table, own)
    interactions, why_interactions = _interactions(table, own)
    catalogue, why_catalogue = _catalogue(table, own)
    found: list[tuple[float, Role, list[str]]] = [
        (contacts, "contacts", why_contacts),
        (interactions, "interactions", why_interactions),
        (catalogue, "catalogue", why_catalogue),
    ]
    ranked = sorted(found, key=lambda one: -one[0])
    (best, role, reasons), (second, other, _) = ranked[0], ranked[1]
    if best <= 1:
        return Roles("none", True, _why_none(table))
    is_sure = best - second >= _CLEAR or second <= 1
    others: tuple[Role, ...] = () if is_sure else (other, "none")
    return Roles(role, is_sure, ", ".join(reasons), others)


def _contacts(table: Table, own: list[ColumnProfile]) -> tuple[float, list[str]]:
    """Who customers are: names, addresses, ways to reach them; nothing that happened."""
    score, reasons = 0.0, []
    for what, weight, meanings in (
        ("names", 2.0, NAMES),
        ("e-mail addresses or phone numbers", 2.0, REACHES),
        ("addresses", 1.0, PLACES),
        ("birth dates", 1.0, ("birth_date",)),
    ):
        if _score(own, *meanings) >= LIKELY:
            score += weight
            reasons.append(what)
    if not reasons:
        return 0.0, []
    if any(p.score("id:person") >= LIKELY and p.shapes.is_key for p in own):
        score += 1.5
        reasons.append("an ID of a customer in each row that occurs only once")
    if role_of_file(table.name) == "customers":
        score += 1.0
        reasons.append("its name")
    if kind_of_file(table.name) is not None:
        score -= 1.0
    if _score(own, "occurred_at") >= 0.9:
        score -= 1.5
    if _score(own, *HAPPENINGS) >= 0.9:
        score -= 2.0
    if any(p.score("amount") >= 0.9 for p in own):
        score -= 1.0
    return score, reasons


def _interactions(table: Table, own: list[ColumnProfile]) -> tuple[float, list[str]]:
    """What happened: a time, of whom, and an order, a ticket, an amount or a kind."""
    times = _score(own, "occurred_at", "created_at", "moment")
    whom = max(_score(own, "id:person", *REACHES), _score(list(table.columns), "email", "phone"))
    if _score(own, *HAPPENINGS, "kind", "interaction_id") >= 0.5:
        whom = max(
            whom, _score(own, "id")
        )  # of an order with a number of its own, the ID is another's
    if times < 0.45 or whom < 0.45:
        return 0.0, []
    score, reasons = 0.0, ["a time"]
    if _score(own, "occurred_at") >= LIKELY:
        score += 1.5
    if _score(own, *HAPPENINGS) >= LIKELY:
        score += 2.0
        reasons.append("an ID of an order, a ticket or their like")
    if _score(own, "amount") >= 0.8:
        score += 1.5
        reasons.append("amounts")
    if _score(own, "kind", "direction", "subject", "duration_seconds", "quantity") >= LIKELY:
        score += 1.0
        reasons.append("words of what happened")
    if any(len(kinds_of_words(p.shapes.words)) >= 2 for p in own):
        score += 1.0
    if kind_of_file(table.name) is not None:
        score += 1.5
        reasons.append("its name")
    if role_of_file(table.name) == "customers":
        score -= 1.0
    if _score(own, "birth_date") >= LIKELY:
        score -= 1.5
    if any(p.score("id:person") >= LIKELY and 0 < p.shapes.uniqueness < 0.9 for p in own):
        score += 0.5
    return score, reasons


def _catalogue(table: Table, own: list[ColumnProfile]) -> tuple[float, list[str]]:
    """What is sold: products with a price or a stock, and nobody."""
    per_store = [p for p in own if _is_once_a_store(table, p)]
    products = [p for p in own if p.shapes.uniqueness >= 0.5] + per_store
    product = max((p.score("id:product") for p in products), default=0.0)
    if role_of_file(table.name) == "catalogue":
        product = max(product, _score(own, "id"))
    sold = _score(own, "price", "stock", "availability", "product_name")
    if per_store:
        sold = max(sold, _score(own, "quantity"))  # how many a store has
    is_anybody = _score(own, *REACHES, "first_name", "last_name", "id:person") >= LIKELY
    if product < 0.6 or sold < LIKELY or is_anybody:
        return 0.0, []
    score = 3.0 + (1.0 if role_of_file(table.name) == "catalogue" else 0.0)
    if _score(own, "occurred_at") >= 0.9 or _score(own, "id:order") >= 0.9:
        score -= 3.0
    return score, ["products with their prices or stock", "nobody's name or address"]


def _is_once_a_store(table: Table, profile: ColumnProfile) -> bool:
    """Whether a column's values repeat, but none within a store: each store's stock of each product."""
    return profile.score("id:product") >= LIKELY and any(
        table.uniqueness([profile.column, store.column])[1] >= ALL_BUT_FEW
        for store in table.columns
        if store.score("store") >= LIKELY
    )


def _why_none(table: Table) -> str:
    own = list(table.columns)
    if _score(own, "id:order") >= LIKELY and _score(own, "quantity", "id:product") >= LIKELY:
        return "it has lines of orders, neither who ordered nor when, and no list that was found has the orders"
    if _score(own, "occurred_at", "created_at", "moment") >= LIKELY:
        return "it has times, but nothing that says of which customer"
    return "it has neither ways to know a customer by, nor products"


def _score(profiles: list[ColumnProfile], *meanings: str) -> float:
    return max((profile.score(*meanings) for profile in profiles), default=0.0)
