"""One customer whole: who they are, what stands open, what was said, where every value comes from; and parting them."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from omni_identity.desk.page import Answer, Goto, NotThere, Page, TakenMeanwhile, View, Way
from omni_identity.desk.people import ROLES, STEWARDS, Person
from omni_identity.desk.rendering import customer_url
from omni_identity.desk.second_person import Wish, signature
from omni_identity.desk.visit import Visit
from omni_identity.lookup.customer.parts import (
    Listing,
    read_history,
    read_part,
    read_profile,
)
from omni_identity.lookup.customer_search import GOLDEN_ID, find_customers
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import profile_attributes
from omni_identity.pipeline.run_context import utc_now
from omni_identity.stewardship.effect_words import in_words
from omni_identity.stewardship.judgement_files import Verdict, append_verdict
from omni_identity.stewardship.verdict_checks import Standing
from omni_identity.stewardship.verdict_session import VerdictSession

FEW = 60
MANY = 5_000
"""Entries of the timeline, and of all of it."""
THREADS = 20
"""Threads of which is shown what was said."""
_SAID_WHOLE = ("first_name", "middle_name", "last_name")
"""Parts of what stands there as the full name."""
_ABOUT = (
    *("channels", "contact_channels", "preferred_channel", "most_used_channel"),
    *("first_seen_at", "last_seen_at", "last_touch_at", "interaction_count", "order_count"),
    *("total_spend", "spend_currency", "last_order_at", "last_order_state"),
)


def show(visit: Visit) -> Answer:
    """The whole customer; a retired ID leads on to the live one."""
    golden_id = visit.path["golden_id"]
    if not GOLDEN_ID.fullmatch(golden_id):
        raise NotThere("A golden ID is G and a number.")
    most = MANY if visit.query.get("timeline") == "all" else FEW
    with visit.customer(golden_id) as published:
        profile = read_profile(published, golden_id)
        if profile is None:
            return _lead_on(visit, golden_id)
        visit.log((golden_id,))
        parts = {
            name: read_part(published, name, golden_id).as_dicts()
            for name in ("consents", "household", "open_lines", "orders", "order_lines", "lineage")
        }
        listings = {
            name: read_part(published, name, golden_id)
            for name in ("open_matters", "audiences", "handoffs", "records")
        }
        said = read_part(published, "conversations", golden_id, threads=THREADS)
        timeline = read_part(published, "timeline", golden_id, most=most).as_dicts()
        pairs = read_part(published, "pairs", golden_id).as_dicts()
        history = read_history(published, golden_id)
    values = {
        **parts,
        **listings,
        "golden_id": golden_id,
        "profile": profile,
        "who": _filled(profile, _attributes(visit.configuration().vocabulary)),
        "about": _filled(profile, _ABOUT),
        "threads": _threads(said),
        "timeline": timeline,
        "more": timeline[0]["row_count"] - len(timeline) if timeline else 0,
        "links": [pair for pair in pairs if pair["is_within"]],
        "doubts": [pair for pair in pairs if not pair["is_within"]],
        "history": history,
        "parted": visit.query.get("parted", ""),
        "may_part": visit.person.may(("steward",)),
        "may_erase": visit.person.may(("privacy_officer",)),
    }
    return View("customer.html", values)


def _lead_on(visit: Visit, golden_id: str) -> Answer:
    with visit.published() as published:
        found = find_customers(published, visit.configuration(), golden_id)
    visit.log(found.golden_ids, golden_id)
    if found.golden_ids:
        return Goto(customer_url(found.golden_ids[0]))
    raise NotThere(found.how or "Nobody has this golden ID.")


def _attributes(vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(name for name in profile_attributes(vocabulary) if name not in _SAID_WHOLE)


def _filled(profile: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(name, profile[name]) for name in names if profile.get(name) not in (None, [], "")]


def _threads(said: Listing) -> list[list[dict[str, Any]]]:
    """What was said, thread by thread, in the order in which it was."""
    rows = said.as_dicts()
    return [list(thread)[::-1] for _, thread in groupby(rows, key=lambda row: row["thread_id"])]


# parting


def ask_to_part(visit: Visit) -> Answer:
    """What would become of the customer if two of their records were of two people."""
    golden_id, first, second = _pair(visit, visit.query)
    visit.log((golden_id,))
    with visit.verdicts() as session:
        verdict, numbers = _verdict(visit, session, first, second, "")
        standing = session.check(verdict, numbers)
        effect = session.predict(verdict, numbers)
    values = {
        "golden_id": golden_id,
        "first": first,
        "second": second,
        "effect": effect,
        "said": in_words(effect) if effect.after else "No customer changes by that.",
        "standing": standing,
        "seen": _mark(standing),
    }
    return View("part.html", values)


def part(visit: Visit) -> Answer:
    """Write down that two records are of two people; the next run carries it out."""
    golden_id, first, second = _pair(visit, visit.form)
    reason = visit.reason()
    visit.log((golden_id,), reason=reason)
    seen = visit.form.get("seen", "")

    def carry_out(confirmed_by: Person) -> None:
        with visit.verdicts() as session:
            verdict, numbers = _verdict(visit, session, first, second, reason)
            if _mark(session.check(verdict, numbers)) != seen:
                raise TakenMeanwhile("Somebody has judged these two records since they were seen.")
            signed = replace(verdict, judged_by=signature(visit.person, confirmed_by))
            append_verdict(visit.home.judgements, signed)

    words = f"{first} and {second} are two people"
    if not visit.decide(Wish(words, (golden_id,), reason, STEWARDS, carry_out)):
        return Goto("/confirmations?asked=1")
    return Goto(f"{customer_url(golden_id)}?{urlencode({'parted': f'{first} {second}'})}")


def _pair(visit: Visit, fields: Any) -> tuple[str, str, str]:
    """The customer, and two records that are both theirs now."""
    golden_id = visit.path["golden_id"]
    first, second = fields.get("a", ""), fields.get("b", "")
    with visit.published() as published:
        theirs = {
            f"{row['channel']}:{row['record']}"
            for row in read_part(published, "records", golden_id).as_dicts()
        }
    if first == second or not {first, second} <= theirs:
        raise NotThere("These are not two current records of this customer.")
    return golden_id, first, second


def _verdict(
    visit: Visit, session: VerdictSession, first: str, second: str, reason: str
) -> tuple[Verdict, tuple[int, int]]:
    left, right = session.find(first, "first"), session.find(second, "second")
    verdict = Verdict(utc_now(), "different", left.key, right.key, visit.person.name, reason)
    return verdict, (left.record_no, right.record_no)


def _mark(standing: Standing | None) -> str:
    """Which verdict stands on a pair: what somebody saw before they answered."""
    return f"{standing.file}:{standing.row_number}" if standing else ""


PAGE = Page(
    "Customer",
    (
        Way("/customers/{golden_id}", show, "desk customer", ROLES),
        Way("/customers/{golden_id}/part", ask_to_part, "desk customer", STEWARDS),
        Way("/customers/{golden_id}/part", part, "desk verdict", STEWARDS, "POST"),
    ),
)
