"""The queue: questions to stewards by filters, who is at which, and how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_identity.desk.page import Answer, Page, View, Way
from omni_identity.desk.people import ROLES
from omni_identity.desk.visit import Visit
from omni_identity.engines.statements import statement
from omni_identity.model.errors import UsageError
from omni_identity.pipeline.run_context import utc_now
from omni_identity.stewardship.claims import read_claims
from omni_identity.stewardship.differences import RIVALS
from omni_identity.stewardship.judgement_files import read_verdict_files
from omni_identity.stewardship.review_queue import KINDS, NO_QUEUE, question_id

if TYPE_CHECKING:
    import duckdb

LISTED = 50
FLAGS = ("household",)
WORDS = ("channel", "kind", "rival", "differing", "consent")
LEAST = ("records", "interactions", "amount")
MOST = 10**12
_COLUMNS = (
    *("question_id", "priority", "kind", "reason", "golden_id_l", "golden_id_r", "record_count", "channels"),
    *("interaction_count", "amount", "currency", "consents", "rival", "is_one_household", "match_probability"),
    *("pair_count", "settled_count", "total"),
)  # fmt: skip


def show_queue(visit: Visit) -> Answer:
    """Questions that fit the filters, the most consequential first; those answered since the run are left out."""
    filters = read_filters(visit.query)
    _require_queue(visit)
    answered = answered_questions(visit)
    page = max(_number(visit.query.get("page", ""), 1) or 1, 1)
    with visit.published() as published:
        found = published.execute(
            statement(__file__, "queue"),
            {
                **filters,
                "answered": answered,
                "listed": LISTED,
                "skipped": (page - 1) * LISTED,
            },
        ).fetchall()
        questions = [dict(zip(_COLUMNS, row, strict=True)) for row in found]
        choices = _choices(published)
        counts = published.execute(
            statement(__file__, "progress"), {"answered": answered}
        ).fetchall()
    claims = read_claims(visit.home, utc_now())
    seen = dict.fromkeys(q[f"golden_id_{side}"] for q in questions for side in "lr")
    visit.log(tuple(seen))
    total = questions[0]["total"] if questions else 0
    return View(
        "queue.html",
        {
            **{"questions": questions, "total": total, "page": page, "listed": LISTED},
            **{"choices": choices, "filters": visit.query, "kinds": KINDS, "rivals": RIVALS},
            **{
                "claims": claims.held,
                "me": visit.person.name,
                "answered": sorted(claims.answered.items()),
            },
            **{"open_count": counts[0][0], "done_count": counts[0][1]},
            "rest": {k: v for k, v in visit.query.items() if k in (*WORDS, *LEAST, *FLAGS) and v},
        },
    )


def _require_queue(visit: Visit) -> None:
    """Raise ``UsageError`` where an earlier version has published, which has no such table."""
    with visit.published() as published:
        names = {
            row[0] for row in published.execute("select view_name from duckdb_views()").fetchall()
        }
        names |= {
            row[0] for row in published.execute("select table_name from duckdb_tables()").fetchall()
        }
    if "review_queue" not in names:
        raise UsageError(NO_QUEUE)


def read_filters(query: Any) -> dict[str, Any]:
    """The filters that an address names, as the statement takes them; what is not understood filters nothing."""
    found: dict[str, Any] = {name: query.get(name) or None for name in WORDS}
    found |= {name: _number(query.get(name, ""), None) for name in LEAST}
    return found | {"household": True if query.get("household") == "yes" else None}


def answered_questions(visit: Visit) -> list[str]:
    """IDs that questions have of which verdicts speak that the published run has not read."""
    rows, _ = read_verdict_files(visit.home.judgements)
    with visit.published() as published:
        known = published.execute(
            "select file, max(row_number) from (select file, row_number from verdicts"
            " union all select file, row_number from rejected_verdicts) group by file"
        ).fetchall()
    read = dict(known)
    is_answered: dict[tuple[str, ...], bool] = {}
    for row in rows.sort("judged_at", "file", "row_number").iter_rows(named=True):
        if row["row_number"] > read.get(row["file"], 0):
            names = sorted(f"{row[f'channel_{x}']}:{row[f'source_record_id_{x}']}" for x in "lr")
            is_answered[tuple(names)] = row["judgement"] != "withdrawn"
    answered = [names for names, is_so in is_answered.items() if is_so]
    # which of the two records a question names first is the run's to decide
    return [question_id(*order) for names in answered for order in (names, names[::-1])]


def _choices(published: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """What the filters can be set to."""
    lists = {"channel": "channels", "differing": "differing", "consent": "consents"}
    return {
        name: [
            row[0]
            for row in published.execute(
                f"select distinct unnest({column}) as x from review_queue order by x"
            ).fetchall()
        ]
        for name, column in lists.items()
    }


def _number(text: str, otherwise: int | None) -> int | None:
    return (
        int(text)
        if text.isdecimal() and text.isascii() and len(text) < len(str(MOST))
        else otherwise
    )


PAGE = Page(
    "Queue", (Way("/queue", show_queue, "desk queue", ROLES),), link="/queue", place=10, key="q"
)
