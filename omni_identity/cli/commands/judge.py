"""``omni judge``: one steward's verdict on two records, for scripts and for undoing a merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import confirm, is_at_terminal, output, print_error, say
from omni_identity.model.visible import visible

if TYPE_CHECKING:
    from omni_identity.stewardship.judgement_files import Judgement

WORDS = "same, different, household, not-household, wrong-data:ATTRIBUTE, shared:IDENTIFIER, unsure or withdraw"

VerdictArgument = Annotated[
    str,
    typer.Argument(metavar="VERDICT", help=f"{WORDS}.", show_default=False),
]
FirstArgument = Annotated[
    str, typer.Argument(metavar="A", help="A record: channel:record_id.", show_default=False)
]
SecondArgument = Annotated[
    str, typer.Argument(metavar="B", help="Another record.", show_default=False)
]
ByOption = Annotated[str, typer.Option("--by", metavar="WHO", help="Who judges.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="WHY", help="Why.")]
YesOption = Annotated[
    bool, typer.Option("--yes", help="Do not ask at a terminal; elsewhere nothing is asked.")
]


def judge(  # noqa: PLR0913  a command's arguments are what a user types
    verdict: VerdictArgument,
    first: FirstArgument,
    second: SecondArgument,
    by: ByOption,
    reason: ReasonOption,
    yes: YesOption = False,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Judge that two records are the same person, or different ones, or withdraw that verdict.

    household says that they are two people who live together, not-household that they do not.
    wrong-data:ATTRIBUTE says that A's value is wrong: linkage leaves it aside, and the channel can look it
    up in the table verdicts. shared:IDENTIFIER says that what both have is of several people, a lent
    device or a mailbox of many: it links nobody. unsure has the two asked about no more for a month.

    Shows what would change before anything is written: which customers would merge or part, with how
    many records and interactions. The next run carries it out, and every run after it keeps it,
    through retraining and full refreshes. A verdict that contradicts others is refused, with the
    chain that shows it.

    [bold]Examples[/bold]

      omni judge different web:4711 till:R-0815 --by anna --reason "father and son"

      omni judge household web:4711 till:R-0815 --by anna --reason "father and son, one letterbox"

      omni judge same web:4711 crm:C9 --by anna --reason "rang her" --yes

      omni judge wrong-data:birth_date web:4711 till:R-0815 --by anna --reason "typed for her daughter"

      omni judge shared:device_id web:4711 web:4712 --by anna --reason "the tablet at the counter"

      omni judge withdraw web:4711 till:R-0815 --by anna --reason "mixed up two cases"
    """
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.cli.screens.verdict import show_effect
    from omni_identity.model.errors import UsageError
    from omni_identity.pipeline.run_context import utc_now
    from omni_identity.stewardship.judgement_files import OWN_FILE, Verdict, append_verdict
    from omni_identity.stewardship.verdict_session import open_verdict_session

    judgement, subject = _read_verdict(verdict)
    if not by.strip() or not reason.strip():
        raise UsageError("A verdict needs a name (--by) and a reason (--reason); one is empty.")
    configuration = load_configuration(place.configuration)
    with open_verdict_session(place, configuration) as session:
        left, right = session.find(first, "first"), session.find(second, "second")
        if left == right:
            raise UsageError("Both are the same record; name two different ones.")
        entry = Verdict(
            utc_now(), judgement, left.key, right.key, by.strip(), reason.strip(), subject
        )
        numbers = (left.record_no, right.record_no)
        standing = session.check(entry, numbers)
        if standing and standing.judgement == judgement and not standing.is_rejected:
            say(
                f"{visible(left.key)} and {visible(right.key)} are judged {entry.words} already "
                f"({standing.file}, row {standing.row_number}). Nothing was written."
            )
            return
        asleep = [record.key for record in (left, right) if not record.is_current]
        if asleep:
            say(
                f"{' and '.join(map(visible, asleep))} is not current: "
                "the verdict sleeps until the record returns."
            )
        else:
            effect = session.predict(entry, numbers)
            show_effect(output(), effect)
            if effect.after and not yes and is_at_terminal() and not confirm("Write it down?"):
                say("Nothing was written.")
                return
    if append_verdict(place.judgements, entry):
        print_error(
            f"The last line of {OWN_FILE} was half-written, by a process that was killed. It does "
            "not count: if it was yours, judge again."
        )
    say(f"Written to {place.judgements / OWN_FILE}", "green")
    say(f"The next `omni run --home {place.root}` carries it out; until then nothing changes.")


def _read_verdict(word: str) -> tuple[Judgement, str]:
    """The judgement that a typed word means, and what it names; ``UsageError`` with the nearest spelling."""
    from omni_identity.model.errors import UsageError, nearest
    from omni_identity.stewardship.judgement_files import ABOUT_VALUES

    meant: dict[str, Judgement] = {
        "same": "same",
        "different": "different",
        "household": "household",
        "not-household": "not_household",
        "wrong-data": "wrong_data",
        "shared": "shared",
        "unsure": "unsure",
        "withdraw": "withdrawn",
        "withdrawn": "withdrawn",
    }
    typed, _, subject = word.strip().partition(":")
    judgement = meant.get(typed.lower().replace("_", "-"))
    if judgement is None or (judgement in ABOUT_VALUES) != bool(subject):
        raise UsageError(f"A verdict is {WORDS}.{nearest(typed, tuple(meant))}")
    return judgement, subject
