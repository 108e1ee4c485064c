"""The page of figures: ratios to what is to be reached, and where the time goes."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

USUAL_INTERACTIONS = 10.0
"""Of a demo customer, on average, unless said otherwise."""
LINKAGE = ("candidate_pairs", "linkage_model", "match_scores", "golden_ids", "customers")
"""The steps that bare Splink's work is compared with; ``customers`` was ``golden_ids`` once."""

REMARKS = """\
## What stands in the way

- **The yardstick.** Bare Splink keeps every compared column beside its predictions, as it does by default. Our
  linkage keeps levels and frequencies alone. Told to leave the columns out too (the last argument `lean` of
  `benchmarks.scale.bare_splink`), bare Splink takes 114 s and 3.5 GiB at a million instead of 171 s and 18.3:
  measured against that, the full run is 6.3 times, and linkage alone 2.3.
- **How sure these are.** Sizes of one day are of one machine and one state of the code; those of another day are not
  to be held against them: bare Splink, lean, took 55 s at a million on 2026-11-27 and 112 to 114 s on 2026-12-01, twice
  the same day; ratios are of one run. At ten million tests ran beside the steps from `standardised_contacts` to
  `candidate_pairs`, with most of one of the two processors. All first runs, and the nights of the smaller sizes, are of
  before keys were joined part by part.
- **Training by a sample.** Where there are more than two million candidate pairs, the model, the threshold and the
  blocking rules come from a sample of two million, and only pairs of the kept rules are compared after that. At ten
  million training and comparing took 233 s then instead of 1,133, for the same rules. How common names are is learnt
  from some 400,000 of them, and in five rounds of SQL over all: 192 s instead of 233.
- **Full run, against 2.5 times bare Splink.** 714 s are 4.2 times; 428 would be 2.5. Linkage takes 257 s, reading and
  standardising 121, interactions and figures 137, customers' profiles and context 88, the publication and the rest 111.
  Bare Splink does the first of these alone, of 15.8 million pairs; ours are 24.8 million, as every pair inside a
  component counts for who is who, and of each three weights are kept.
- **Against 2.5 times at ten million** it is 14 times lean bare Splink, which is given the 32.9 million pairs of the
  rules that our training kept, and linkage alone 4.3 times: 2,764 of the 4,024 s are not linkage. 322 s are the
  published tables, put in the order of their keys on disk, and 607 the candidate pairs. In these each record met all
  parts of a common key, and keys were written twice and looked through for those that had turned, where all are new;
  neither is so any more, which was not measured in a first run. Bare Splink's default would need some ten times the
  18 GiB of a million, so only its lean setting was run. With 4 pairs a record the rules find an estimated 99 % of the
  matches. The default of 30 asks for 66 GiB of disk by the estimate.
- **Nights.** One million contacts with 1,000 changed take 110 s, 89 of them until consumers read it: 11 s for the
  start of Python and what Dagster writes down, 10 for deliveries and records, 12 for linkage and customers, 12 for
  profiles and households, 20 for interactions, context and figures, 24 for the publication, and 21 behind the switch
  for Parquet. On the same day, before blocks that an exchange had freed stood for the next one, it was 137 s until
  the switch: the night after one with 1 % changed wrote the published file anew, 60 s. Places of questions are given
  by row now (3.3 s of the processor to 0.4). With 1 % changed a night takes 211 s, 29 % of a first full run; 53 s of
  it are the publication, in which every row group has some row that changes. In an earlier version `python -m
  benchmarks.nightly --customers 365000 --days 3 --changed 10000 1000 --compare` found every table equal to that of a
  full refresh.
- **Nights of ten million**, with the blocking of today, on the home of the full run, which the blocking of before had
  made. With 1 % changed 572 s, 14 % of the full run: 135 are the publication (23 its checks, 21 what goes and comes,
  13 digests), 138 Parquet, which is put in order again, 56 profiles, 46 context, 39 figures, 33 source records, and
  15 the candidate pairs, which were 75. With 1,000 contacts changed, and no interactions, as no others were left,
  some 300 s until consumers read it, 110 of them the publication; other tests ran beside its Parquet. Before, the
  night with 1 % had stopped for want of memory at the publication's diagnostics: what the steps had written took
  all of the 6 GiB.
- **Memory.** With a limit of 6 GiB the run of ten million contacts holds 7.7 GiB, its nights 7.4 and 9.0, of the 12
  that are allowed. What a run has written and no checkpoint has yet moved into the tables stays in memory, and beside
  it a sort for a Parquet file may find no room: so a checkpoint comes before every step that finds it more than a
  32nd of the limit, and the write-ahead log is an eighth of it at most. A transaction holds every temporary table
  made in it until its end, even one that was dropped: that of the figures held the rows of all KPIs, and is as short
  as the exchange of these now (tables in memory 1,012 to 395 MiB at 100,000 contacts). With
  `OMNI_MEMORY_LIMIT=150MiB` a first run of 99,545 contacts and 330,182 interactions and a night with 1,000 changed
  came to their end each of three times; with 120 and 110 not always.
  Without a limit of one's own a sixth of the memory is taken, here 4 GiB: a million contacts took 714 s and held
  4.9 GiB, and on the same day 744 s and 6.9 with 6 GiB.
- **Collapsing identical records** would save nothing here: of 99,545 records 98,497 differ in what is compared.
- **Tried without gain**, since: the number of a vector as a column, instead of a join; all classes of an estimation in
  one look-up; evidence of match edges from structs made once; a warehouse without DICT_FSST and FSST (128 s of the
  processor instead of 121, 683 MB instead of 359); stays of journeys by whole numbers (a tenth of one statement);
  levels of pairs counted by a filter each (52 s instead of 2.1; by vectors 0.8), and with their weights in the same
  pass (1.6 instead of 1.3); the scored pairs of what changed taken out once for all that read them (of 360,000 of
  18.5 million pairs with all columns 2.1 s, as much as the readers take; a `union all` of two sides is no quicker
  than `or`, nor are row numbers looked up first); places of questions written with the questions (1.3 s instead of
  0.2 by themselves); retention by a window instead of a self-join (12 s of the processor instead of 10, 4.3 GiB
  instead of 5.3, where what is beyond the limit goes to disk anyway); the number of a vector as a column beside the
  pairs, or a hash of it to join by (5.0 s of the processor to 4.7, and to none; weights looked up by what Splink says
  of a vector 3.7); levels counted by packed numbers (2.3 to 2.1); smaller row groups were not measured.
- **On Spark** the smaller size is of 2026-12-01, with tables of Iceberg, beside other jobs that took half of the
  processors and more; its night took half of the first run, most of it what statements cost however few rows they
  have, and wrote a seventh of the warehouse. The million is of 2026-11-27, when tables were folders that deletions
  wrote anew, beside other jobs until `candidate_pairs` was done; with Iceberg it was not run.
- How large a cluster 100 million contacts would take is estimated in [spark.md](spark.md#how-large).
"""
"""Written by hand for the figures of docs/scale.json; to be read again when these change."""

GOALS = {
    "full run / bare Splink": "2.5 at 1 million",
    "full run / bare Splink, lean": "4.0 at 1 million",
    "linkage alone / bare Splink": "1.0 at 1 million",
    "linkage alone / bare Splink, lean": "1.5 at 1 million",
    "night with 1 % changed / full run": "10 % at 1 million, 5 % at 10",
    "night with 1,000 changed, until the switch, s": "20 at 1 million, 60 at 10",
    "generator, s": "900 at 10 million",
    "generator, MiB": "4,096 at 10 million",
    "full run, s": "1,200 at 10 million",
    "full run, MiB": "5,120 at 1 million, 12,288 at 10",
}


def write_report(
    measured: list[dict[str, Any]], path: Path, on_spark: Sequence[dict[str, Any]] = ()
) -> str:
    """Write the figures of all sizes, and those on Spark, as Markdown; return the text.

    What was not measured stays empty.
    """
    lines = [
        "# Scale",
        "",
        f"Measured on {platform.machine()}, {os.cpu_count()} cores, {_memory_gibibytes():.0f} GiB, by",
        "",
        *(f"    {_command(m, is_first=i == 0)}" for i, m in enumerate(measured)),
        "",
        "Bare Splink gets the standardised records as one Parquet file, with our comparisons and the keys of our",
        "blocking, and trains, blocks, predicts and clusters. The full run goes from files to publication, and",
        "builds profiles, histories and figures besides. Bare Splink keeps the compared columns beside its",
        "predictions, as by default; lean, it leaves them out, as our linkage does.",
        "",
    ]
    lines += _table(
        ["", *(f"{m['rows']['contacts']:,} contacts" for m in measured), "to reach"],
        [[name, *(_figure(name, m) for m in measured), GOALS.get(name, "")] for name in _FIGURES],
    )
    if len(measured) > 1:
        first, last = measured[0], measured[-1]
        exponent = math.log(last["full"]["seconds"] / first["full"]["seconds"]) / math.log(
            last["rows"]["contacts"] / first["rows"]["contacts"]
        )
        lines += [
            "",
            f"From the smallest to the largest, time grows by an exponent of {exponent:.2f} (to reach: 1.1).",
        ]
    for m in measured:
        lines += ["", f"## {m['rows']['contacts']:,} contacts, by step", ""]
        lines += _table(
            [
                "step",
                "seconds",
                "contacts a second",
                "peak MiB",
                "with 1 % changed, s",
                "with 1,000, s",
            ],
            _steps(m),
        )
        for which, called in (("bare", "Bare Splink"), ("lean", "Bare Splink, lean")):
            if which in m:
                steps = m[which]["steps"]
                said = ", ".join(f"{name} {took:.1f} s" for name, took in steps["seconds"].items())
                lines += ["", f"{called}: {said}; {steps['pairs']:,} pairs."]
    if on_spark:
        lines += _spark_lines(on_spark)
    text = "\n".join([*lines, "", REMARKS])
    path.write_text(text, encoding="utf-8")
    return text


def _spark_lines(measured: Sequence[dict[str, Any]]) -> list[str]:
    """The first full runs on Spark, and what each step took."""
    sizes = " ".join(str(m["customers"]) for m in measured)
    lines = [
        "",
        "## On Spark",
        "",
        f"The same first full run on `local[2]`, heap {measured[-1]['heap']}, by",
        "",
        f"    python -m benchmarks.scale.on_spark {sizes}",
        "",
    ]
    lines += _table(
        ["", *(f"{m['rows']['contacts']:,} contacts" for m in measured)],
        [
            ["interactions", *(f"{m['rows']['interactions']:,}" for m in measured)],
            ["pairs scored", *(f"{m['rows']['scored_pairs']:,}" for m in measured)],
            ["full run, s", *(f"{m['full']['seconds']:,.0f}" for m in measured)],
            ["all processes, MiB", *(f"{m['full']['mebibytes']:,.0f}" for m in measured)],
            ["warehouse, MiB", *(f"{m['warehouse_mebibytes']:,.0f}" for m in measured)],
            *_spark_nights(measured),
        ],
    )
    largest = measured[-1]
    lines += ["", f"By step, with {largest['rows']['contacts']:,} contacts:", ""]
    lines += _table(
        ["step", "seconds", "contacts a second"],
        [
            [
                step["step"],
                f"{step['seconds']:.1f}",
                f"{largest['rows']['contacts'] / max(step['seconds'], 1e-3):,.0f}",
            ]
            for step in largest["full"]["steps"]
        ],
    )
    return lines


def _spark_nights(measured: Sequence[dict[str, Any]]) -> list[list[str]]:
    nights = [m.get("one_percent") for m in measured]
    if not any(nights):
        return []
    return [
        ["night with 1 % changed, s", *(f"{n['seconds']:,.0f}" if n else "" for n in nights)],
        ["left by it, MiB", *(f"{n['written_mebibytes']:,.0f}" if n else "" for n in nights)],
    ]


def _command(m: dict[str, Any], is_first: bool) -> str:
    limit = f"OMNI_MEMORY_LIMIT={m['memory_limit']} " if m["memory_limit"] else ""
    interactions = m["interactions_per_customer"]
    shape = "" if interactions == USUAL_INTERACTIONS else f" --interactions {interactions:g}"
    pairs = m.get("pairs_per_record")
    shape += f" --pairs {pairs:g}" if pairs else ""
    shape += " --lean" if "lean" in m and "bare" not in m else ""
    add = "" if is_first else " --add"
    return f"{limit}python -m benchmarks.scale {m['customers']}{shape}{add}"


def _figure(name: str, m: dict[str, Any]) -> str:
    try:
        return _FIGURES[name](m)
    except KeyError:
        return ""


def _steps(m: dict[str, Any]) -> list[list[str]]:
    nights = [
        {s["step"]: s["seconds"] for s in m[n]["steps"]} if n in m else {}
        for n in ("one_percent", "a_thousand")
    ]
    return [
        [
            step["step"],
            f"{step['seconds']:.1f}",
            f"{m['rows']['contacts'] / max(step['seconds'], 1e-3):,.0f}",
            f"{step['peak_mebibytes']:,.0f}",
            *(f"{night.get(step['step'], 0):.1f}" if night else "" for night in nights),
        ]
        for step in m["full"]["steps"]
    ]


def _linkage_seconds(m: dict[str, Any]) -> float:
    return float(sum(s["seconds"] for s in m["full"]["steps"] if s["step"] in LINKAGE))


def _seconds_until_switch(night: dict[str, Any]) -> float:
    """From the start of the process until consumers read what the night has made."""
    names = [step["step"] for step in night["steps"]]
    behind = night["steps"][names.index("publication") + 1 :]
    return float(night["seconds"] - sum(step["seconds"] for step in behind))


_FIGURES: dict[str, Callable[[dict[str, Any]], str]] = {
    "measured on": lambda m: str(m["on"]),
    "interactions": lambda m: f"{m['rows']['interactions']:,}",
    "pairs scored": lambda m: f"{m['rows']['scored_pairs']:,}",
    "generator, s": lambda m: f"{m['generator']['seconds']:.0f}",
    "generator, MiB": lambda m: f"{m['generator']['mebibytes']:,.0f}",
    "full run, s": lambda m: f"{m['full']['seconds']:.0f}",
    "full run, MiB": lambda m: f"{m['full']['mebibytes']:,.0f}",
    "bare Splink, s": lambda m: f"{m['bare']['seconds']:.0f}",
    "bare Splink, MiB": lambda m: f"{m['bare']['mebibytes']:,.0f}",
    "full run / bare Splink": lambda m: f"{m['full']['seconds'] / m['bare']['seconds']:.1f}",
    "linkage alone / bare Splink": lambda m: f"{_linkage_seconds(m) / m['bare']['seconds']:.1f}",
    "bare Splink, lean, s": lambda m: f"{m['lean']['seconds']:.0f}",
    "bare Splink, lean, MiB": lambda m: f"{m['lean']['mebibytes']:,.0f}",
    "full run / bare Splink, lean": lambda m: f"{m['full']['seconds'] / m['lean']['seconds']:.1f}",
    "linkage alone / bare Splink, lean": lambda m: (
        f"{_linkage_seconds(m) / m['lean']['seconds']:.1f}"
    ),
    "night with 1 % changed, s": lambda m: f"{m['one_percent']['seconds']:.0f}",
    "night with 1 % changed / full run": lambda m: (
        f"{m['one_percent']['seconds'] / m['full']['seconds']:.0%}"
    ),
    "night with 1,000 changed, s": lambda m: f"{m['a_thousand']['seconds']:.0f}",
    "night with 1,000 changed, until the switch, s": lambda m: (
        f"{_seconds_until_switch(m['a_thousand']):.0f}"
    ),
}


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _memory_gibibytes() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
