"""What verdicts imply together, and which verdict contradicts the others: A = B, B = C, but A ≠ C."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Contradiction:
    """Records that verdicts of same join one after the other, though the ends were judged different.

    The verdict that is refused is one of these links, or the judgement of the two ends.
    """

    chain: tuple[int, ...]

    @property
    def ends(self) -> tuple[int, int]:
        """The two records that were judged different."""
        return self.chain[0], self.chain[-1]


class Judgements:
    """Verdicts that hold together: groups of records judged the same, and groups judged different.

    Records are any integers. The smaller group always moves into the larger one, so n verdicts take
    about n·log n steps.
    """

    def __init__(self) -> None:
        self._group: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._links: dict[int, list[int]] = {}
        self._apart: dict[int, dict[int, tuple[int, int]]] = {}
        """By group: the groups that are different, each with a pair (ours, theirs) judged so."""

    def are_same(self, left: int, right: int) -> bool:
        """Whether the verdicts say, together, that two records are one person."""
        return left == right or (left in self._group and self._of(left) == self._of(right))

    def are_different(self, left: int, right: int) -> bool:
        """Whether the verdicts say, together, that two records are two persons."""
        return self._of(right) in self._apart.get(self._of(left), {})

    def group_of(self, record: int) -> tuple[int, ...]:
        """All records that the verdicts make one person with ``record``, itself among them."""
        return tuple(self._members.get(self._of(record), [record]))

    def find_contradiction(self, left: int, right: int, is_same: bool) -> Contradiction | None:
        """Why one more verdict cannot stand beside those taken so far; None when it can."""
        if not is_same:
            return Contradiction(self._path(left, right)) if self.are_same(left, right) else None
        if not self.are_different(left, right):
            return None
        ours, theirs = self._apart[self._of(left)][self._of(right)]
        return Contradiction((*self._path(ours, left), *self._path(right, theirs)))

    def take(self, left: int, right: int, is_same: bool) -> Contradiction | None:
        """Add a verdict if it contradicts nothing; return why it was not added, if it was not."""
        contradiction = self.find_contradiction(left, right, is_same)
        if contradiction is None and is_same:
            self._links.setdefault(left, []).append(right)
            self._links.setdefault(right, []).append(left)
            self._join(left, right)
        elif contradiction is None:
            ours, theirs = self._of(left), self._of(right)
            self._apart.setdefault(ours, {}).setdefault(theirs, (left, right))
            self._apart.setdefault(theirs, {}).setdefault(ours, (right, left))
        return contradiction

    def _of(self, record: int) -> int:
        return self._group.get(record, record)

    def _join(self, left: int, right: int) -> None:
        small, large = sorted((self._of(left), self._of(right)), key=self._weight)
        if small == large:
            return
        moved = self._members.pop(small, [small])
        self._group.update(dict.fromkeys(moved, large))
        self._group[large] = large
        self._members.setdefault(large, [large]).extend(moved)
        for other, (ours, theirs) in self._apart.pop(small, {}).items():
            self._apart.setdefault(large, {}).setdefault(other, (ours, theirs))
            del self._apart[other][small]
            self._apart[other].setdefault(large, (theirs, ours))

    def _weight(self, group: int) -> tuple[int, int]:
        return len(self._members.get(group, ())) + len(self._apart.get(group, ())), group

    def _path(self, start: int, end: int) -> tuple[int, ...]:
        """The shortest chain of verdicts of same between two records of one group."""
        came_from = {start: start}
        queue = deque([start])
        while end not in came_from:
            here = queue.popleft()
            for there in self._links[here]:
                if there not in came_from:
                    came_from[there] = here
                    queue.append(there)
        path = [end]
        while path[-1] != start:
            path.append(came_from[path[-1]])
        return tuple(reversed(path))


def judge_in_order(
    verdicts: Iterable[tuple[int, int, bool]],
) -> tuple[Judgements, dict[int, Contradiction]]:
    """Take verdicts ``(left, right, is_same)`` one after the other, the eldest first.

    Returns those that hold together, and, by position, why others do not: of verdicts that
    contradict each other the later one does not count.
    """
    judgements, refused = Judgements(), {}
    # a loop over what people have judged, which does not grow with the records
    for position, verdict in enumerate(verdicts):
        contradiction = judgements.take(*verdict)
        if contradiction is not None:
            refused[position] = contradiction
    return judgements, refused
