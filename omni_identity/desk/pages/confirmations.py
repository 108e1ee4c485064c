"""What others have asked for and a second person has to confirm, where omni.yaml has ``stewardship.two_persons``."""

from __future__ import annotations

from omni_identity.desk.page import Answer, Goto, Page, TakenMeanwhile, View, Way
from omni_identity.desk.people import OFFICERS, STEWARDS
from omni_identity.desk.second_person import Waiting
from omni_identity.desk.visit import Visit
from omni_identity.model.errors import HomeIsBusy

_GONE = "It waits no more: somebody has confirmed or declined it, or a day has gone by."


def show(visit: Visit) -> Answer:
    """What waits for this person, and what they wait for themselves."""
    waiting = visit.second_persons.waiting_for(visit.person)
    visit.log([golden_id for one in waiting for golden_id in one.wish.golden_ids])
    return View("confirmations.html", {"waiting": waiting, "asked": "asked" in visit.query})


def confirm(visit: Visit) -> Answer:
    """Have it done."""
    waiting = _taken(visit, to_decline=False)
    # its words may name records, which an erasure would not find in the log
    visit.log(waiting.wish.golden_ids, reason=f"confirmed for {waiting.asked_by}")
    try:
        waiting.wish.carry_out(visit.person)
    except HomeIsBusy:
        visit.second_persons.put_back(waiting)
        raise
    return Goto("/confirmations")


def decline(visit: Visit) -> Answer:
    """Let it not be done."""
    waiting = _taken(visit, to_decline=True)
    visit.log(waiting.wish.golden_ids, reason=f"declined for {waiting.asked_by}")
    return Goto("/confirmations")


def _taken(visit: Visit, *, to_decline: bool) -> Waiting:
    taken = visit.second_persons.take(visit.path["wish_id"], visit.person, to_decline=to_decline)
    if taken is None:
        raise TakenMeanwhile(_GONE)
    return taken


_DECIDE = STEWARDS | OFFICERS
PAGE = Page(
    "To confirm",
    (
        Way("/confirmations", show, "desk confirm", _DECIDE),
        Way("/confirmations/{wish_id}/confirm", confirm, "desk confirm", _DECIDE, "POST"),
        Way("/confirmations/{wish_id}/decline", decline, "desk confirm", _DECIDE, "POST"),
    ),
    link="/confirmations",
    place=70,
    is_wanted=lambda configuration: configuration.stewardship.two_persons,
)
