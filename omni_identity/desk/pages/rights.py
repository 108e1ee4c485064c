"""What a person may ask for: to be handed all that is known of them, and to be erased. For the privacy officer."""

from __future__ import annotations

import io
import zipfile

from omni_identity.desk.page import Answer, Download, Goto, NotThere, Page, View, Way
from omni_identity.desk.people import OFFICERS, Person
from omni_identity.desk.second_person import Wish, signature
from omni_identity.desk.visit import Visit
from omni_identity.erasure.erasing import Erased
from omni_identity.export.folder import texts_of
from omni_identity.lookup.customer_search import GOLDEN_ID
from omni_identity.model.errors import UsageError
from omni_identity.person_requests.erasure_request import (
    Request,
    count_interactions,
    find_target,
    list_files_left_alone,
    request_erasure,
)
from omni_identity.person_requests.person_export import ExportRequest, collect_person


def ask_to_export(visit: Visit) -> Answer:
    """Ask why."""
    golden_id = _golden_id(visit)
    visit.log((golden_id,))
    return View("export.html", {"golden_id": golden_id})


def export(visit: Visit) -> Answer:
    """Hand out a ZIP file: a page to read and JSON for machines. Nothing of it stays on this machine."""
    golden_id, reason = _golden_id(visit), visit.reason()
    request = ExportRequest(golden_id, visit.person.name, reason)
    document = collect_person(
        visit.home, visit.configuration(), request, lambda seen, _, why: visit.log(seen, reason=why)
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts_of(document).items():
            archive.writestr(name, text.encode("utf-8", "backslashreplace"))
    return Download(packed.getvalue(), f"{golden_id}.zip", "application/zip")


def ask_to_erase(visit: Visit) -> Answer:
    """Who would go, and what with them."""
    golden_id = _golden_id(visit)
    visit.log((golden_id,))
    target = find_target(visit.home, visit.configuration(), golden_id)
    person = target.person
    values = {
        "golden_id": target.golden_id,
        "records": person.records,
        "former": person.former,
        "kinds": sorted((kind, len(values)) for kind, values in person.identifiers.items()),
        "shared_count": person.shared_count,
        "interaction_count": count_interactions(visit.home, target),
    }
    return View("erase.html", values)


def erase(visit: Visit) -> Answer:
    """Erase the person from every file and table, at once; the next run computes anew what hung on them."""
    golden_id, reason = _golden_id(visit), visit.reason()
    if visit.form.get("again", "").upper() != golden_id:
        raise UsageError("Nothing was erased: the golden ID that was typed is another one.")
    visit.log((golden_id,), reason="an erasure; its reason is in judgements/erasures.csv")
    done: list[Erased] = []

    def carry_out(confirmed_by: Person) -> None:
        configuration = visit.configuration()
        target = find_target(visit.home, configuration, golden_id)
        names = signature(visit.person, confirmed_by)
        request = Request(target.golden_id, target.person, names, reason)
        done.append(request_erasure(visit.home, configuration, request))

    if not visit.decide(Wish(f"Erase {golden_id}", (golden_id,), reason, OFFICERS, carry_out)):
        return Goto("/confirmations?asked=1")
    left = [f"{file.path}: {file.detail} {file.advice}" for file in done[0].left]
    values = {
        "golden_id": golden_id,
        "erased": done[0],
        "left": [*left, *list_files_left_alone(visit.home, visit.configuration())],
    }
    return View("erased.html", values)


def _golden_id(visit: Visit) -> str:
    golden_id = visit.path["golden_id"]
    if GOLDEN_ID.fullmatch(golden_id):
        with visit.published() as published:
            known = "select 1 from unified_profiles where golden_id = $id"
            if published.execute(known, {"id": golden_id}).fetchall():
                return golden_id
    raise NotThere("Nobody has this golden ID now.")


PAGE = Page(
    "Rights",
    (
        Way("/customers/{golden_id}/export", ask_to_export, "desk export", OFFICERS),
        Way("/customers/{golden_id}/export", export, "desk export", OFFICERS, "POST"),
        Way("/customers/{golden_id}/erase", ask_to_erase, "desk erase", OFFICERS),
        Way("/customers/{golden_id}/erase", erase, "desk erase", OFFICERS, "POST"),
    ),
)
