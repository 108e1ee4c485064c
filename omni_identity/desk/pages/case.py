"""A case: one question whole, what each answer would change, and the answer itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import vl_convert

from omni_identity.desk.page import Answer as Reply
from omni_identity.desk.page import Goto, NotThere, Page, Picture, TakenMeanwhile, View, Way
from omni_identity.desk.people import ROLES, SEES_PEOPLE, STEWARDS, Person
from omni_identity.desk.second_person import Wish, signature
from omni_identity.desk.visit import Visit
from omni_identity.linkage.explanation import EXPLAINED
from omni_identity.linkage.splink_charts import draw_waterfall
from omni_identity.linkage.withheld_values import linked_columns
from omni_identity.model.errors import UsageError
from omni_identity.pipeline.run_context import utc_now
from omni_identity.stewardship.case_sheet import list_records, read_sheet
from omni_identity.stewardship.case_version import CaseVersion, read_version
from omni_identity.stewardship.claims import leave_question, take_question
from omni_identity.stewardship.customer_graph import draw_graph, read_links
from omni_identity.stewardship.differences import describe_sides, sum_up
from omni_identity.stewardship.effect_words import in_words
from omni_identity.stewardship.judgement_files import Judgement
from omni_identity.stewardship.review_queue import KINDS, AskedQuestion, Question, find_question
from omni_identity.stewardship.steward import Answer, Steward
from omni_identity.stewardship.verdict_session import VerdictSession

ANSWERS: dict[Judgement, str] = {
    "same": "The same person",
    "different": "Different people",
    "household": "Different people of one household",
    "wrong_data": "A value is wrong",
    "shared": "A device or mailbox of several people",
    "unsure": "Nobody can tell yet",
}
MEANT: dict[Judgement, str] = {
    "same": "The next run makes them one customer, and every run after it.",
    "different": "The next run keeps them apart, and every run after it.",
    "household": "Kept apart, and known as one household.",
    "wrong_data": "Linkage leaves this value of this record aside; its channel finds it in the table verdicts.",
    "shared": "What both records have of it links nobody any more.",
    "unsure": "No effect; it is asked again in a month.",
}
MOST_LETTERS = 500
_TAKE = "/queue/{question_id}"


@dataclass(frozen=True)
class _Case:
    """A question of the last run, opened to be looked at or answered."""

    session: VerdictSession
    asked: AskedQuestion
    version: CaseVersion

    @property
    def question(self) -> Question:
        """The question alone."""
        return self.asked.question


@contextmanager
def _opened(visit: Visit) -> Iterator[_Case]:
    """Open the case that the address names. Raises ``NotThere`` where the last run does not ask it."""
    with visit.verdicts() as session:
        asked = find_question(session.engine, visit.path["question_id"])
        if asked is None:
            raise NotThere("The last run does not ask this any more, or never has.")
        yield _Case(session, asked, _version_now(session, asked.question))


def _version_now(session: VerdictSession, question: Question) -> CaseVersion:
    return read_version(session.home.judgements, session.run.run_id, question)


def show_case(visit: Visit) -> Reply:
    """Both customers whole; a steward who opens it takes it, so that others see it is taken."""
    with _opened(visit) as case:
        visit.log(_customers(case))
        return _view(visit, case, {})


def look_at_answer(visit: Visit) -> Reply:
    """What an answer would change, before it is given."""
    with _opened(visit) as case:
        answer = _read_answer(visit)
        visit.log(_customers(case))
        _require_unchanged(visit, case)
        steward = _steward(visit, case)
        effect = steward.predict(case.question, answer)
        words = in_words(effect) if effect.after else "No customer changes."
        given = {
            **{
                "judgement": answer.judgement,
                "subject": answer.subject,
                "is_other": answer.is_other,
            },
            **{
                "reason": _reason(visit),
                "words": ANSWERS[answer.judgement],
                "meant": MEANT[answer.judgement],
            },
            **{"effect": effect, "effect_words": words},
        }
        return _view(visit, case, {"given": given})


def give_answer(visit: Visit) -> Reply:
    """Write an answer down, unless the question is not what it was when it was shown, or somebody else's."""
    with _opened(visit) as case:
        answer = _read_answer(visit)
        customers, reason = _customers(case), _reason(visit)
        visit.log(customers, reason=reason)
        _require_unchanged(visit, case)

        def write(case: _Case, confirmed_by: Person) -> None:
            # read anew: since this case was opened somebody may have answered it, and left it to us
            _require_same_version(visit, _version_now(case.session, case.question))
            by = signature(visit.person, confirmed_by)
            Steward(case.session, by, reason, utc_now).write(case.question, answer)

        def carry_out(confirmed_by: Person) -> None:
            with _opened(visit) as later:
                write(later, confirmed_by)

        words = f"{' and '.join(case.question.names)}: {ANSWERS[answer.judgement]}"
        wish = Wish(words, customers, reason, STEWARDS, carry_out)
        is_done = visit.decide(wish, partial(write, case))
    leave_question(visit.home, visit.path["question_id"], visit.person.name, utc_now(), "answered")
    return Goto("/queue?done=1" if is_done else "/confirmations?asked=1")


def leave_case(visit: Visit) -> Reply:
    """Give a question back without an answer."""
    visit.log(())
    leave_question(visit.home, visit.path["question_id"], visit.person.name, utc_now())
    return Goto("/queue")


def show_graph(visit: Visit) -> Reply:
    """Who is linked with whom, as a picture."""
    with _opened(visit) as case:
        visit.log(_customers(case))
        records = list_records(case.asked)
        links = read_links(case.session.engine, records)
        return Picture(draw_graph(records, links, case.question))


def show_waterfall(visit: Visit) -> Reply:
    """Splink's waterfall of the pair, with the values that were compared."""
    with _opened(visit) as case:
        visit.log(_customers(case))
        model = case.session.stage_pair(case.question.record_nos)
        return Picture(_as_png(draw_waterfall(case.session.engine, model, EXPLAINED)))


def _as_png(svg: str) -> bytes:
    drawn: bytes = vl_convert.svg_to_png(svg, scale=1.5)
    return drawn


def _view(visit: Visit, case: _Case, more: dict[str, Any]) -> View:
    session, question = case.session, case.question
    vocabulary = session.configuration.vocabulary
    other = None
    if visit.person.may(STEWARDS):
        other = take_question(visit.home, question.question_id, visit.person.name, utc_now())
    sheet = read_sheet(session.engine, case.asked, vocabulary)
    filled = {row.attribute for row in sheet.rows}
    correctable = [
        name
        for name in linked_columns(vocabulary)
        if name in filled and name not in vocabulary.unique_identifiers
    ]
    shareable = [name for name in vocabulary.identifiers if name in sheet.common]
    return View(
        "case.html",
        {
            **{
                "question": question,
                "version": case.version,
                "kind": KINDS[question.kind],
                "sheet": sheet,
            },
            **{
                "summary": sum_up(question),
                "differences": describe_sides(sheet.left, sheet.right, vocabulary),
            },
            **{
                "answers": ANSWERS,
                "meant": MEANT,
                "correctable": correctable,
                "shareable": shareable,
            },
            **{"taken_by": other, "may_answer": visit.person.may(STEWARDS) and other is None},
            **{"sees_values": visit.person.sees_people, "letters": MOST_LETTERS, "given": None},
            **more,
        },
    )


def _customers(case: _Case) -> tuple[str, ...]:
    return tuple(dict.fromkeys(case.question.golden_ids))


def _steward(visit: Visit, case: _Case) -> Steward:
    return Steward(case.session, visit.person.name, _reason(visit), utc_now)


def _reason(visit: Visit) -> str:
    reason = " ".join(visit.form.get("reason", "").split())[:MOST_LETTERS]
    if not reason:
        raise UsageError("An answer needs a reason: go back, and say why.")
    return reason


def _read_answer(visit: Visit) -> Answer:
    form = visit.form
    judgement = form.get("judgement", "")
    if judgement not in ANSWERS:
        raise UsageError("Choose an answer: go back, and take one of those that are listed.")
    meant = judgement
    if meant == "wrong_data":
        return Answer(meant, form.get("wrong", ""), is_other=form.get("side", "") == "2")
    return Answer(meant, form.get("shared", "") if meant == "shared" else "")


def _require_same_version(visit: Visit, version: CaseVersion) -> None:
    changes = version.changes_since(visit.form.get("version", ""))
    if changes:
        raise TakenMeanwhile(f"Nothing was written. {' '.join(changes)} Look at it again.")


def _require_unchanged(visit: Visit, case: _Case) -> None:
    """Raise ``TakenMeanwhile`` where the question is not what it was, or somebody else has it."""
    _require_same_version(visit, case.version)
    other = take_question(visit.home, case.question.question_id, visit.person.name, utc_now())
    if other is not None:
        raise TakenMeanwhile(
            f"Nothing was written: {other.by} is at it since {other.at:%H:%M} UTC."
        )


PAGE = Page(
    "Case",
    (
        Way(_TAKE, show_case, "desk case", ROLES),
        Way(f"{_TAKE}/look", look_at_answer, "desk case", STEWARDS, "POST"),
        Way(f"{_TAKE}/answer", give_answer, "desk verdict", STEWARDS, "POST"),
        Way(f"{_TAKE}/leave", leave_case, "desk case", STEWARDS, "POST"),
        Way(f"{_TAKE}/graph.png", show_graph, "desk case", ROLES),
        Way(f"{_TAKE}/waterfall.png", show_waterfall, "desk case", SEES_PEOPLE),
    ),
    place=11,
)
