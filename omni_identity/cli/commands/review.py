"""``omni review``: a walk through the doubtful pairs, most consequential first, taking verdicts."""

from __future__ import annotations

import sys
from getpass import getuser
from typing import TYPE_CHECKING, Annotated

import click
import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import is_at_terminal, output, print_error, say

if TYPE_CHECKING:
    from omni_identity.cli.review_session import ReviewSession
    from omni_identity.stewardship.judgement_files import Judgement
    from omni_identity.stewardship.steward import Answer

LimitOption = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, max=10**6, help="At most so many.")
]
ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="WHO", help="Who judges.", show_default="the system's user"),
]
ANSWERS: dict[str, Judgement] = {
    **{"s": "same", "d": "different", "h": "household"},
    **{"w": "wrong_data", "m": "shared", "l": "unsure"},
}
KEYS = "[s]ame [d]ifferent [h]ousehold [w]rong data [m]any people's [l]ater [u]nsure [b]ack [q]uit"
NAMES = {
    "w": "Which record's what is wrong? 1 or 2, and the attribute, as: 2 birth_date",
    "m": "Which identifier do several people share? As: phone",
}
"""What is asked behind these answers."""
REASON = "seen side by side in omni review"


def review(
    limit: LimitOption = None,
    by: ByOption = None,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Walk through doubtful pairs, the most consequential first, and take verdicts.

    Asks who may be one person though the last run kept them apart, and who may be two though it put
    them together, once for every two customers or parts of one; shows both records, the evidence, and
    what an answer changes. Keys: s same, d different, h two people of one household, w wrong data (a
    value of one record is left aside, as: w 2 birth_date), m many people's (what both have of an
    identifier links nobody, as: m phone), l later (not asked for a month), u unsure (asked again at the
    end), b back (takes the last answer back), q quit. Each verdict is on disk before the next question;
    the next run carries them out. Answers can be piped, one a line.

    [bold]Examples[/bold]

      omni review --limit 20

      omni review --by anna --home shop

      printf 's\\nd\\nq\\n' | omni review --by anna
    """
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.cli.review_session import ReviewSession
    from omni_identity.cli.screens.review import show_case
    from omni_identity.pipeline.run_context import utc_now
    from omni_identity.stewardship.access_log import Access, log_access
    from omni_identity.stewardship.steward import Steward, list_open_questions
    from omni_identity.stewardship.verdict_session import open_verdict_session

    configuration = load_configuration(place.configuration)
    with open_verdict_session(place, configuration) as verdicts:
        steward = Steward(verdicts, by or getuser(), REASON, utc_now)
        questions = list_open_questions(verdicts)
        session = ReviewSession(questions, steward.write, steward.is_settled, limit)
        if session.current() is None:
            say("Nothing to review: every doubtful pair is judged.", "green")
            return
        while (question := session.current()) is not None:
            case = steward.look_at(question)
            seen = tuple(sorted(set(question.golden_ids)))
            log_access(place, Access(utc_now(), "review", seen, by=by or "", reason=REASON))
            show_case(output(), case, len(session))
            if not _take_answer(session):
                break
        judged = steward.written_count
    _say_ending(session, judged, str(place.root))


def _take_answer(session: ReviewSession) -> bool:
    """Ask until the question is answered, put off or left by going back; False to quit."""
    from omni_identity.stewardship.verdict_checks import VerdictRefused

    while True:
        key, named = _read_answer()
        if key in ("q", ""):
            return False
        if key == "u":
            session.put_off()
            return True
        if key == "b":
            if session.take_back():
                return True
            say("There is nothing to take back.", "yellow")
        elif key in ANSWERS:
            try:
                session.answer(_answer(key, named))
            except VerdictRefused as refusal:
                print_error(str(refusal))
            else:
                return True
        else:
            say(f"No such key; {KEYS}.", "yellow")


def _answer(key: str, named: str) -> Answer:
    """The answer behind a key; ``VerdictRefused`` where what it names is missing."""
    from omni_identity.stewardship.steward import Answer
    from omni_identity.stewardship.verdict_checks import VerdictRefused

    words = named.split()
    if key == "w":
        if len(words) != 2 or words[0] not in ("1", "2"):
            raise VerdictRefused(f"{NAMES[key]}.")
        return Answer("wrong_data", words[1], is_other=words[0] == "2")
    if key == "m":
        if len(words) != 1:
            raise VerdictRefused(f"{NAMES[key]}.")
        return Answer("shared", words[0])
    return Answer(ANSWERS[key])


def _read_answer() -> tuple[str, str]:
    """The next answer: its key, and what it names; at a terminal a key, elsewhere a line. Empty at the end."""
    if is_at_terminal():
        say(f"{KEYS} ", end="")
        key = click.getchar().lower()
        say(key if key.isprintable() else "")
        return key, click.prompt(NAMES[key], default="", show_default=False) if key in NAMES else ""
    for line in sys.stdin:
        if line.strip():
            say(f"{KEYS} {line.strip()[0]}")
            return line.strip()[0].lower(), line.strip()[1:]
    return "", ""


def _say_ending(session: ReviewSession, written_count: int, home: str) -> None:
    counts = session.counts()
    others = "".join(
        f", {counts[judgement]} {judgement.replace('_', ' ')}"
        for judgement in ("household", "wrong_data", "shared")
        if counts[judgement]
    )
    say(
        f"{counts['same']} judged same, {counts['different']} different{others},"
        f" {counts['unsure']} unsure; {len(session)} left."
    )
    if written_count:
        say(f"The next `omni run --home {home}` carries it out; until then nothing changes.")
