"""The rules of audiences: one ``.sql`` file each, ours in this package, the user's in the home's ``audiences/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from omni_identity.insight.rule_files import RuleFile, head_of, packaged_rules, rule_files

COLUMNS = {"golden_id": "varchar", "since": "timestamp", "reason": "varchar"}
"""What a rule has to return."""
MORE_COLUMNS = {"channel": "varchar", "product_id": "varchar"}
"""What it may return beside: the channel that the reason is about, and the product, which ends it when bought."""
LAST = 100
"""The priority of a rule that names none."""

_CONSENTS = {"needed": True, "not needed": False}
_YES_OR_NO = {"yes": True, "no": False}
_AT_MOST = re.compile(r"once in (\d{1,4}) days")


@dataclass(frozen=True)
class AudienceRule:
    """One audience: its file, and what its head says.

    ``priority``: of several audiences a customer is in the one of the least. ``pause_days``: nobody enters again
    so many days after they entered. ``is_beside_others``: it neither yields to others nor keeps them away.
    ``is_once_a_household``: one of those who live together is in it, and the pause is the household's.
    """

    file: RuleFile
    needs_consent: bool
    priority: int
    pause_days: int
    is_beside_others: bool
    is_once_a_household: bool

    @property
    def name(self) -> str:
        """The audience's name, which is its file's."""
        return self.file.name


def audience_rules(folder: Path | None) -> tuple[AudienceRule, ...]:
    """Our rules and those of ``folder`` (none if it is not there), by name.

    Raises one ``ConfigurationError`` that names the file of every mistake: those of ``rule_files``, and a line
    of the head that says what it cannot.
    """
    ours = packaged_rules("audiences")
    theirs = rule_files(folder, "audience", {file.name for file in ours}, _head_mistakes)
    return tuple(_rule(file) for file in sorted((*ours, *theirs), key=lambda file: file.name))


def _rule(file: RuleFile) -> AudienceRule:
    pause = _AT_MOST.fullmatch(file.head.get("at most", ""))
    return AudienceRule(
        file,
        _CONSENTS[file.head.get("consent", "needed").lower()],
        int(file.head.get("priority", LAST)),
        int(pause[1]) if pause else 0,
        _YES_OR_NO[file.head.get("beside others", "no").lower()],
        _YES_OR_NO[file.head.get("once a household", "no").lower()],
    )


def _head_mistakes(text: str) -> Iterator[str]:
    head = head_of(text)
    if head.get("consent", "needed").lower() not in _CONSENTS:
        yield "the line '-- consent:' must say 'needed' or 'not needed'"
    if not re.fullmatch(r"\d{1,6}", head.get("priority", "1")):
        yield "the line '-- priority:' must say a whole number; the least comes first"
    if "at most" in head and not _AT_MOST.fullmatch(head["at most"]):
        yield "the line '-- at most:' must say 'once in N days'"
    for name in ("beside others", "once a household"):
        if head.get(name, "no").lower() not in _YES_OR_NO:
            yield f"the line '-- {name}:' must say 'yes' or 'no'"
