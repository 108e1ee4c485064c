"""A person's export as one HTML page that they can read: self-contained, nothing from any network, all escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from omni_identity.export.everything import Document
from omni_identity.export.plain_values import plain
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import published_tables

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1.2rem; margin: 2.2rem 0 .2rem }
h3 { font-size: 1rem; margin: 1.2rem 0 0 } p { margin: .2rem 0 .8rem; color: #555 }
table { border-collapse: collapse; font-size: 13px; margin: .3rem 0; display: block; overflow-x: auto }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .6rem; text-align: left; vertical-align: top }
th { font-weight: 600 } td { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 32rem }
@media print { body { max-width: none; margin: 0; font-size: 11px } table { display: table } }
"""

Rows = Sequence[Mapping[str, Any]]
PUBLISHED_SECTIONS = (
    ("Your profile", "The values that were chosen from the records below, and where each came from.",
     ("unified_profiles", "profile_lineage", "customer_segments", "customer_diagnostics")),
    ("Identifiers", "Addresses, numbers and handles that lead to you and to nobody else.", ("identifiers",)),
    ("Consents", "For each purpose and address, whether you are asked or written to, and whose word that follows.",
     ("consents",)),
    ("What you did", "Visits, carts, orders, returns, tickets and their lines.",
     ("interactions", "interaction_lines", "interaction_findings", "journeys", "handoffs", "open_matters")),
    ("What was said", "Messages, e-mails, calls and tickets with you.", ("messages",)),
    ("What follows from it", "What whoever meets you next is shown.", ("customer_context",)),
    ("Household", "With whom you may live together, by the records; of the others nothing is shown.",
     ("households", "household_events")),
    ("Audiences", "Groups for messages that you are in, were put into or were taken out of.",
     ("audience_members", "audience_changes", "audience_log")),
    ("How records came to be yours", "The records that are taken to be yours, and the history of your number here.",
     ("crosswalk", "match_edges", "golden_id_events", "golden_id_redirects", "crosswalk_changes", "ledger_records")),
    ("Decisions by people", "What stewards are asked and have decided on your records, and erasures.",
     ("review_queue", "verdicts", "rejected_verdicts", "erasures")),
)  # fmt: skip
LANDED_TITLES = {
    "contacts": "Records, as they were read",
    "standardised_contacts": "Records, as they were standardised",
    "interactions": "Interactions, as they were read",
    "interaction_identifiers": "Identifiers of interactions, standardised",
    "interaction_lines": "Lines of interactions, as they were read",
    "lines": "Lines of another file, as they were read",
    "messages": "Texts, as they were read",
    "quarantined_rows": "Rows that were held back, and why",
}


def write_page(document: Document) -> str:
    """The page as text."""
    title = "What is kept about you"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"
        f"<p>Made {_text(plain(document['made_at']))}. Times are UTC. The same is in person.json, for machines.</p>"
        f"{''.join(_sections(document))}</body></html>\n"
    )


def _sections(document: Document) -> Iterator[str]:
    person = document["person"]
    yield _heading(
        "Who you are here", "Your records, by the channel that has them, and your number."
    )
    if person["golden_id"]:
        yield f"<p>Customer {_text(person['golden_id'])}.</p>"
    yield _table(person["records"])
    published = dict(document["published"])
    for title, summary, names in PUBLISHED_SECTIONS:
        tables = {name: published.pop(name) for name in names if name in published}
        if tables:
            yield _heading(title, summary)
            yield from _tables(tables)
    if published:
        yield _heading("More", "Further tables with rows about you.")
        yield from _tables(published)
    yield _heading(
        "Where it came from", "Channels that deliver your records, and from where these are read."
    )
    yield _table(document["sources"])
    yield _heading(
        "As it was delivered", "Every row of yours as it stands in a delivered file, whole."
    )
    yield _table(document["delivered"])
    yield _heading(
        "As it was read",
        "Every version of it that is kept, also what a later one took the place of.",
    )
    for name, rows in document["landed"].items():
        yield f"<h3>{_text(LANDED_TITLES.get(name, name))}</h3>"
        yield _table(rows)
    if document["verdict_entries"] or document["labels"]:
        yield _heading(
            "Judgements on file", "As they stand in the files of stewards and of labels."
        )
        yield _table(document["verdict_entries"])
        yield _table(document["labels"])
    yield _heading(
        "Who gets it",
        "Those to whom it is given regularly, with the tables that have rows of yours.",
    )
    yield _table(document["recipients"])
    yield _heading(
        "Who looked", "When somebody here looked at what is kept about you, how and why."
    )
    yield _table(document["accesses"])
    yield _heading(
        "What others said of you",
        "Rows about somebody else that quote an address or number of yours; others' data, so they are counted.",
    )
    yield _table([document["said_by_others"]])
    if document["not_looked_into"]:
        yield _heading(
            "Not looked into", "Files that could not be read; there may be more of you in them."
        )
        yield _table([{"file": path} for path in document["not_looked_into"]])


def _heading(title: str, summary: str) -> str:
    return f"<h2>{_text(title)}</h2><p>{_text(summary)}</p>"


def _tables(tables: Mapping[str, Rows]) -> Iterator[str]:
    known = published_tables(Vocabulary())
    for name, rows in tables.items():
        words = known[name].comment if name in known else ""
        yield f"<h3>{_text(name.replace('_', ' '))}</h3><p>{_text(words)}</p>"
        yield _table(rows)


def _table(rows: Rows) -> str:
    """Rows without the columns that none of them fills; a single row has a line for each value."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    names = [name for name in names if any(row.get(name) not in (None, [], {}) for row in rows)]
    if not names:
        return "<p>None.</p>"
    if len(rows) == 1:
        lines = (
            f"<tr><th>{_label(n)}</th><td>{_text(_shown(rows[0][n]))}</td></tr>" for n in names
        )
        return f"<table>{''.join(lines)}</table>"
    head = "".join(f"<th>{_label(name)}</th>" for name in names)
    body = (
        "<tr>" + "".join(f"<td>{_text(_shown(row.get(name)))}</td>" for name in names) + "</tr>"
        for row in rows
    )
    return f"<table><tr>{head}</tr>{''.join(body)}</table>"


def _label(name: str) -> str:
    return _text(name.replace("_", " "))


def _shown(value: Any) -> str:
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _text(value: Any) -> str:
    return escape(str(value))
