"""What a page is given of a request: who asks for what, and the ways to look things up and to write them down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omni_identity.channels.configuration import Configuration
from omni_identity.desk.people import Person
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import utc_now
from omni_identity.stewardship.access_log import Access, Looking, log_access
from omni_identity.stewardship.verdict_session import VerdictSession, open_verdict_session

MOST_REASON = 500

if TYPE_CHECKING:
    import duckdb

    from omni_identity.desk.configuration_file import ConfigurationFile
    from omni_identity.desk.published_reader import PublishedReader
    from omni_identity.desk.second_person import SecondPersons, Wish


@dataclass
class Visit:
    """One request of a person who may make it.

    ``path``, ``query`` and ``form`` have what stands in the address and in the form that was sent, stripped; of a
    field that stands there several times the last.
    """

    home: Home
    person: Person
    command: Looking
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    reader: PublishedReader
    configuration_file: ConfigurationFile
    second_persons: SecondPersons
    is_logged: bool = field(default=False, init=False)

    def configuration(self) -> Configuration:
        """``omni.yaml`` as it is now."""
        return self.configuration_file()

    @contextmanager
    def published(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection to what is published; personal data is masked in it for whoever must not see it."""
        with self.reader.read(is_masked=not self.person.sees_people) as reading:
            yield reading.connection

    @contextmanager
    def customer(self, golden_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """The same for what is known of one customer: the large tables have this customer's rows alone."""
        with self.reader.read(is_masked=not self.person.sees_people) as reading:
            yield reading.gather(golden_id)

    def verdicts(self) -> AbstractContextManager[VerdictSession]:
        """Lend the last run to judge on."""
        return open_verdict_session(self.home, self.configuration(), self.reader.interactions)

    def reason(self) -> str:
        """Why, as the form says; raises ``UsageError`` without a reason."""
        reason = self.form.get("reason", "")
        if not reason or len(reason) > MOST_REASON:
            raise UsageError(f"It needs a reason, of {MOST_REASON} letters at most.")
        return reason

    def decide(self, wish: Wish, at_once: Callable[[Person], object] | None = None) -> bool:
        """Carry out what this person asks for, or let it wait for another where ``omni.yaml`` asks for two.

        ``at_once`` does it, where it is given, in place of ``wish.carry_out``, which has to look again whether it may
        be done. Returns whether it was done. It is written down before, by :meth:`log`.
        """
        if self.configuration().stewardship.two_persons:
            self.second_persons.ask(self.person, wish)
            return False
        (at_once or wish.carry_out)(self.person)
        return True

    def log(self, golden_ids: Collection[str], term: str = "", reason: str = "") -> None:
        """Write down that this person is shown these customers, or does something to them.

        Every page does, before it returns, or before it changes anything: one that has not is not shown.
        """
        access = Access(utc_now(), self.command, tuple(golden_ids), term, self.person.name, reason)
        log_access(self.home, access)
        self.is_logged = True
