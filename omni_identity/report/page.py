"""The report as one HTML page: pictures, the tables behind them, and nothing from any network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from omni_identity.channels.reason_codes import reason_for
from omni_identity.publish.checks import CheckResult
from omni_identity.report.bars import lying_bars, standing_bars
from omni_identity.report.content import Content
from omni_identity.report.drawing import BLUE, GREEN, ORANGE
from omni_identity.report.held_back import describe_held_back
from omni_identity.report.journey_flow import journey_flow
from omni_identity.report.lift_rows import in_unit, lift_rows
from omni_identity.report.overlap import channel_overlap

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1.15rem; margin: 2.2rem 0 .2rem }
p { margin: .2rem 0 .8rem; color: #555 } svg { width: 100%; height: auto; display: block }
table { border-collapse: collapse; font-size: 13px; width: 100%; margin: .5rem 0 }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .6rem; text-align: left } th { font-weight: 600 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
figure { margin: 0 0 1rem; break-inside: avoid } figcaption { font-weight: 600; font-size: 14px }
.failed, .warning { font-weight: 700; color: #a03c00 } .warning { color: #8a6d00 }
.chart { margin: 0 0 1.5rem } .chart svg { width: auto; max-width: 100% }
.grid { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem }
@media print { body { max-width: none; margin: 0; font-size: 11px } h2, table { break-inside: avoid } }
"""
FACTS = {
    "started_at": "Started (UTC)",
    "as_of": "Interactions up to (UTC)",
    "model_version": "Model",
    "landed_count": "Contact rows landed",
    "current_count": "Current records",
    "quarantined_count": "Contact rows held back",
    "customer_count": "Golden customers",
    "interaction_count": "Interactions",
    "event_count": "Golden ID events",
}
SEGMENT_COLOURS = (ORANGE, GREEN, BLUE)
"""Of customers of one channel, of two, of three and more."""
COUNTS = ("landed", "current", "superseded", "deleted", "quarantined", "suppressed", "filtered")


def write_page(content: Content, checks: Sequence[CheckResult]) -> str:
    """The page as text."""
    is_sound = not any(check.withholds for check in checks)
    warnings = sum(check.warns for check in checks)
    verdict = (
        "every check passed" if is_sound else "withheld: a check failed, readers keep the last one"
    )
    if warnings:
        passed = "nothing withholds it" if is_sound else verdict
        verdict = f"{passed}; {warnings} warning{'' if warnings == 1 else 's'}, see below"
    title = f"Run {content.run['run_id']}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>omni_identity</h1><p>{escape(title)}, {escape(verdict)}.</p>"
        f"{_facts(content)}{''.join(_sections(content))}{_checks(checks)}{_counts(content)}"
        "</body></html>\n"
    )


def _sections(content: Content) -> Iterable[str]:
    yield _section(
        "Channels that know the same customers",
        "Each column is one set of channels, with the number of customers who have exactly these; "
        "orange: one channel only.",
        channel_overlap(content.combinations),
    )
    yield _section(
        "Journeys",
        "From the first channel to an order, to silence, or still open. Heights are journeys.",
        journey_flow(content.transitions),
    )
    yield "<h2>Customers of one channel and of several</h2><p>All months together.</p>"
    for title, bars in content.segments.items():
        drawn = lying_bars(bars, f"{title} by number of channels", SEGMENT_COLOURS)
        yield f"<figure><figcaption>{escape(title)}</figcaption>{drawn}</figure>"
    yield _section(
        "Identity lift",
        "The same figures record by record, as each channel sees them, and on golden customers.",
        lift_rows(content.lifts),
    )
    yield _table(
        ("KPI", "#record by record", "#golden customers"),
        [
            (x.title, in_unit(x.by_records, x.unit), in_unit(x.by_customers, x.unit))
            for x in content.lifts
        ],
    )
    yield _section(
        "Match weights of compared pairs",
        "Share of the pairs by weight, log2; above nought a pair is more likely one person than not.",
        standing_bars(content.distributions["match_weights"], "Match weights", "last publication"),
    )
    if content.charts:
        yield _section(
            "The model",
            "Splink's charts: how much each level of a comparison tells, and how often it is seen among pairs of one"
            " person and of two strangers.",
            "".join(f'<div class="chart">{chart}</div>' for chart in content.charts),
        )
    yield _section(
        "Records of a customer",
        "Share of the customers by how many records they have.",
        standing_bars(
            content.distributions["customer_sizes"], "Customer sizes", "last publication"
        ),
    )
    if content.quarantined:
        yield _section(
            "Rows held back",
            "By channel, feed and reason; all runs so far.",
            lying_bars(content.quarantined, "Rows held back by reason"),
        )
        yield "".join(f"<p>{escape(said)}</p>" for said in describe_held_back(content.held_back))
        yield _table(("reason", "what it means", "how to mend it"), _mends(content))
    else:
        yield "<h2>Rows held back</h2><p>None.</p>"
    if content.set_aside:
        yield "<h2>Files set aside</h2><p>They could not be taken, or not whole; every run tries them again.</p>"
        yield _table(("feed", "file", "why", "what to do"), content.set_aside)


def _mends(content: Content) -> list[tuple[str, str, str]]:
    """Each reason once, in words, that of the most rows first."""
    codes = dict.fromkeys(held.reason_code for held in content.held_back)
    return [(code, reason_for(code).meaning, reason_for(code).mend) for code in codes]


def _section(title: str, caption: str, drawn: str) -> str:
    return f"<h2>{escape(title)}</h2><p>{escape(caption)}</p><figure>{drawn}</figure>"


def _facts(content: Content) -> str:
    rows = []
    for name, said in FACTS.items():
        value = content.run.get(name)
        if value is not None:
            text = f"{value:,}" if isinstance(value, int) else str(value)[:19]
            rows.append((said, text))
    return _table(("", ""), rows)


def _checks(checks: Sequence[CheckResult]) -> str:
    rows = [
        (
            "FAILED" if check.withholds else "WARNING" if check.warns else "passed",
            check.name.replace("_", " "),
            check.finding,
        )
        for check in sorted(checks, key=lambda check: (not check.withholds, not check.warns))
    ]
    return f"<h2>Checks</h2>{_table(('', 'check', 'found'), rows)}"


def _counts(content: Content) -> str:
    rows = [
        (str(row["channel"]), *(f"{row[f'{name}_count']:,}" for name in COUNTS))
        for row in content.channel_counts
    ]
    heading = ("channel", *(f"#{name}" for name in COUNTS))
    return f"<h2>Every contact row is accounted for</h2>{_table(heading, rows)}"


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a heading that begins with # is of numbers."""
    classes = [' class="number"' if name.startswith("#") else "" for name in heading]
    head = "".join(
        f"<th{c}>{escape(name.removeprefix('#'))}</th>"
        for name, c in zip(heading, classes, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{c}>{_cell(v)}</td>" for v, c in zip(row, classes, strict=True))
        + "</tr>"
        for row in rows
    )
    top = f"<thead><tr>{head}</tr></thead>" if any(heading) else ""
    return f"<table>{top}<tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    is_fault = text in ("FAILED", "WARNING")
    return f'<span class="{text.lower()}">{text}</span>' if is_fault else escape(text)
