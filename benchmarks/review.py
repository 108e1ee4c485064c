"""Questions of the review queue, answered by the truth: what they settle, what they are worth, how long each takes.

    python -m benchmarks.review HOME --questions 100

``HOME`` is a demo's home with its truth, whose last run is published; the answers stay in it. The questions are those
that the queue asks first. The oracle says *same* where the truth has one entity for the two records, *different*
where it has two, and *household* where these live together. A question's seconds are the machine's: both
customers whole, what the answer would change, and the answer on the disk.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import polars as pl

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.labels_file import read_labels
from omni_identity.linkage.evaluation import Evaluation, evaluate_clusters
from omni_identity.lookup.published_file import open_published
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import utc_now
from omni_identity.stewardship.case_sheet import read_sheet
from omni_identity.stewardship.differences import describe_sides, sum_up
from omni_identity.stewardship.judgement_files import Judgement
from omni_identity.stewardship.review_queue import Question, find_question
from omni_identity.stewardship.steward import Answer, Steward, list_open_questions
from omni_identity.stewardship.verdict_checks import VerdictRefused
from omni_identity.stewardship.verdict_session import open_verdict_session

BY, REASON = "oracle", "the truth says so"
PARTS = ("to see", "to predict", "to write")


@dataclass(frozen=True)
class Taken:
    """What one question took: seconds by part, and of the processor in all."""

    seconds: tuple[float, ...]
    processor_seconds: float


@dataclass(frozen=True)
class Standing:
    """How right the published customers are, what is asked, and how many doubtful pairs that is."""

    evaluation: Evaluation
    question_count: int
    pair_count: int


def measure(home: Home) -> Standing:
    """What is published now, against the truth."""
    truth = read_labels(home.truth / "labels.csv")
    with open_published(home) as published:
        predicted = published.sql("select channel, source_record_id, golden_id from crosswalk").pl()
        asked = published.sql("select count(*), coalesce(sum(pair_count), 0) from review_queue")
        questions, pairs = asked.fetchall()[0]
    return Standing(evaluate_clusters(predicted, truth), questions, int(pairs))


def oracle(truth: pl.DataFrame, households: dict[str, str], question: Question) -> Answer:
    """What the truth says of the two records."""
    names = (truth["channel"] + ":" + truth["source_record_id"]).to_list()
    entities = dict(zip(names, truth["entity"].to_list(), strict=True))
    left, right = (entities[name] for name in question.names)
    if left == right:
        return Answer("same")
    lives = households.get(left)
    judgement: Judgement = (
        "household" if lives is not None and lives == households.get(right) else "different"
    )
    return Answer(judgement)


def answer_questions(home: Home, most: int) -> tuple[Counter[str], list[Taken]]:
    """Answer the first questions of the queue; return how often each answer was given, and the seconds of each."""
    truth = read_labels(home.truth / "labels.csv")
    lives = pl.read_csv(home.truth / "households.csv", infer_schema=False)
    households = dict(lives.select("entity", "household").iter_rows())
    given: Counter[str] = Counter()
    taken: list[Taken] = []
    configuration = load_configuration(home.configuration)
    with open_verdict_session(home, configuration) as session:
        steward = Steward(session, BY, REASON, utc_now)
        for question in list_open_questions(session):
            if len(taken) == most:
                break
            if steward.is_settled(question):
                continue
            answer = oracle(truth, households, question)
            times, processor = [time.perf_counter()], time.process_time()
            asked = find_question(session.engine, question.question_id)
            assert asked is not None, "the queue that lists it asks it"
            sheet = read_sheet(session.engine, asked, configuration.vocabulary)
            describe_sides(sheet.left, sheet.right, configuration.vocabulary)
            sum_up(question)
            times.append(time.perf_counter())
            try:
                steward.predict(question, answer)
                times.append(time.perf_counter())
                steward.write(question, answer)
            except VerdictRefused:
                given["refused"] += 1
                continue
            times.append(time.perf_counter())
            given[answer.judgement] += 1
            parts = tuple(end - begin for begin, end in pairwise(times))
            taken.append(Taken(parts, time.process_time() - processor))
    return given, taken


def report(before: Standing, after: Standing, given: Counter[str], taken: list[Taken]) -> str:
    """The figures, as lines of a table."""
    rows = [("", "before", "after")]
    for name in ("precision", "recall", "f1"):
        values = (getattr(side.evaluation.overall.pairwise, name) for side in (before, after))
        rows.append((name, *(f"{value:.4f}" for value in values)))
    rows += [
        ("questions", f"{before.question_count:,}", f"{after.question_count:,}"),
        ("doubtful pairs in them", f"{before.pair_count:,}", f"{after.pair_count:,}"),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|---|---|---|")
    answers = ", ".join(f"{count} {judgement}" for judgement, count in sorted(given.items()))
    lines += ["", f"Answers: {answers}."]
    if taken:
        parts = ", ".join(
            f"{median(seconds):.2f} s {name}"
            for name, seconds in zip(
                PARTS, zip(*(one.seconds for one in taken), strict=True), strict=True
            )
        )
        total = sorted(sum(one.seconds) for one in taken)
        processor = median(one.processor_seconds for one in taken)
        lines.append(
            f"A question took {median(total):.2f} s (median; {parts}), the longest {total[-1]:.2f} s;"
            f" of the processor {processor:.2f} s."
        )
    return "\n".join(lines)


def main() -> None:
    """Answer, run again, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("home", type=Path)
    parser.add_argument("--questions", type=int, default=100)
    arguments = parser.parse_args()
    home = Home(arguments.home)
    before = measure(home)
    given, taken = answer_questions(home, arguments.questions)
    run = [
        sys.executable,
        "-c",
        "from omni_identity.cli import main; main()",
        "run",
        "--accept-changes",
    ]
    subprocess.run([*run, "--home", str(home.root)], check=True, stdout=subprocess.DEVNULL)
    print(report(before, measure(home), given, taken))


if __name__ == "__main__":
    main()
