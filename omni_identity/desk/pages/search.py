"""Search by anything: whoever is found alone is shown, several are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_identity.desk.page import Answer, Goto, Page, View, Way
from omni_identity.desk.people import ROLES
from omni_identity.desk.rendering import customer_url
from omni_identity.desk.visit import Visit
from omni_identity.lookup.any_search import look_up

if TYPE_CHECKING:
    import duckdb

LISTED = 50
"""Customers in a list at most."""
MOST_LETTERS = 200


def search(visit: Visit) -> Answer:
    """Look up what was typed; by data that is masked for somebody, they find nobody."""
    term = visit.query.get("q", "")[:MOST_LETTERS]
    if not term:
        visit.log(())
        return View("search.html", {"term": "", "how": "", "found": [], "more": 0})
    with visit.published() as published:
        found = look_up(published, visit.configuration(), term, LISTED)
        visit.log(found.golden_ids[:LISTED], term)
        if len(found.golden_ids) == 1 and not found.more and not found.how:
            return Goto(customer_url(found.golden_ids[0]))
        listed = _list(published, found.golden_ids[:LISTED])
    more = len(found.golden_ids) + found.more - len(listed)
    return View("search.html", {"term": term, "how": found.how, "found": listed, "more": more})


def _list(
    published: duckdb.DuckDBPyConnection, golden_ids: tuple[str, ...]
) -> list[dict[str, Any]]:
    query = published.execute(
        "select golden_id, full_name, city, postcode, birth_date, record_count, channels"
        " from unified_profiles where golden_id in (select unnest($ids::varchar[]))"
        " order by list_position($ids, golden_id)",
        {"ids": list(golden_ids)},
    )
    names = [column[0] for column in query.description or []]
    return [dict(zip(names, row, strict=True)) for row in query.fetchall()]


PAGE = Page(
    "Search",
    (Way("/search", search, "desk search", ROLES),),
    link="/search",
    place=50,
    key="f",
)
