"""What a question was when it was shown, so that an answer to what has changed since is refused with what changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from omni_identity.stewardship.judgements import read_pair_entries
from omni_identity.stewardship.review_queue import Question


@dataclass(frozen=True)
class CaseVersion:
    """The run that asks, whom it is about, and how many verdicts name the two records; ``last`` is the latest."""

    run_id: str
    golden_ids: tuple[str, str]
    entry_count: int
    last: str = ""

    @property
    def token(self) -> str:
        """What a form carries along."""
        return f"{self.run_id} {' '.join(self.golden_ids)} {self.entry_count}"

    def changes_since(self, token: str) -> list[str]:
        """What is different from when ``token`` was made, each a sentence; none if nothing is."""
        before = token.split(" ")
        if before == self.token.split(" "):
            return []
        changes = []
        if len(before) != len(self.token.split(" ")) or before[0] != self.run_id:
            changes.append("A run has gone by it since.")
        if before[1:3] != list(self.golden_ids):
            changes.append(
                f"The records are now of {' and '.join(dict.fromkeys(self.golden_ids))}."
            )
        if before[3:] != [str(self.entry_count)]:
            changes.append(self.last or "A verdict on it was taken out of the files.")
        return changes


def read_version(folder: Path, run_id: str, question: Question) -> CaseVersion:
    """What the question is now, by the verdict files in ``folder``."""
    entries = read_pair_entries(folder, question.names)
    last = ""
    if entries.height:
        by, judgement, at = entries.row(0)
        last = f"{by or 'Somebody'} has judged it since: {judgement}" + (
            f", {at:%Y-%m-%d %H:%M} UTC." if at else "."
        )
    return CaseVersion(run_id, question.golden_ids, entries.height, last)
