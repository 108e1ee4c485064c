"""Who may come to the desk, and as what: a file with people, their roles, and the hashes of their tokens."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from omni_identity.model.errors import ConfigurationError, UsageError, nearest
from omni_identity.model.modes import private_files

Role = Literal["viewer", "agent", "steward", "privacy_officer", "operator"]
ROLES: frozenset[Role] = frozenset(get_args(Role))
SEES_PEOPLE: frozenset[Role] = frozenset(("agent", "steward", "privacy_officer"))
"""To whom personal data is shown; to the others it is masked."""
STEWARDS: frozenset[Role] = frozenset(("steward",))
OFFICERS: frozenset[Role] = frozenset(("privacy_officer",))
OPERATORS: frozenset[Role] = frozenset(("operator",))
_ANYBODY_ELSE = 0o077
_TOKEN = "omni-"
_MARK = 16


@dataclass(frozen=True)
class Person:
    """Somebody at the desk; the name is what verdicts and the access log call them.

    ``token_mark`` is the beginning of their token's hash: a session that was begun with another token is over.
    """

    name: str
    roles: frozenset[Role]
    token_mark: str = ""

    def may(self, roles: Iterable[Role]) -> bool:
        """Whether one of ``roles`` is theirs."""
        return not self.roles.isdisjoint(roles)

    @property
    def sees_people(self) -> bool:
        """Whether personal data is shown to them as it is."""
        return self.may(SEES_PEOPLE)


def _address(peer: str) -> str:
    try:
        return str(ipaddress.ip_network(peer, strict=False))
    except ValueError:
        raise ValueError("must be an IP address, or a network as 10.0.0.0/8") from None


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KnownPerson(_Section):
    """One entry of ``people``; without a token they come by the proxy alone."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    token_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None

    def as_person(self) -> Person:
        """Who they are to a page."""
        return Person(self.name, self.roles, (self.token_sha256 or "")[:_MARK])


class Proxy(_Section):
    """``proxy``: the header in which an identity-aware proxy names who asks, and the peers it is believed from."""

    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", to_lower=True)]
    peers: tuple[Annotated[str, AfterValidator(_address)], ...] = ("127.0.0.0/8", "::1/128")

    def is_trusted(self, peer: str) -> bool:
        """Whether the header is believed from this address."""
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in ipaddress.ip_network(known) for known in self.peers)


class People(_Section):
    """All of the file."""

    people: tuple[KnownPerson, ...] = ()
    proxy: Proxy | None = None

    def named(self, name: str) -> Person | None:
        """The person of that name."""
        found = next((known for known in self.people if known.name == name), None)
        return found.as_person() if found else None

    def by_token(self, token: str) -> Person | None:
        """The person whose token this is; every hash is compared, so that time tells nothing."""
        digest = token_hash(token)
        found = [
            known
            for known in self.people
            if known.token_sha256 and hmac.compare_digest(known.token_sha256, digest)
        ]
        return found[0].as_person() if found else None


def local_person(name: str, token: str) -> People:
    """Whoever has started the desk on this machine, with every role."""
    return People(
        people=(KnownPerson(name=name, roles=ROLES, token_sha256=token_hash(token)),),
    )


def new_token() -> str:
    """A token that nobody guesses: 256 bits."""
    return f"{_TOKEN}{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> str:
    """What the file has of a token. It is random: no slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class PeopleFile:
    """The file, read anew whenever it has changed: who is taken out of it is out with the next request."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: tuple[tuple[int, int, int], People] | None = None

    def __call__(self) -> People:
        """Who may come now; raises ``ConfigurationError`` for a file that is no longer right."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise ConfigurationError(f"{self.path}: cannot be read: {error.strerror}") from None
        state = (found.st_mtime_ns, found.st_ino, found.st_mode)
        if self._known is None or self._known[0] != state:
            self._known = (state, read_people(self.path))
        return self._known[1]


def read_people(path: Path) -> People:
    """Read and check the file; raises ``ConfigurationError`` that names what is wrong with it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _ANYBODY_ELSE:
            raise ConfigurationError(
                f"{path}: its mode is {mode:03o}, so that others may read or change it. `chmod 600 {path}`."
            )
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be read: {error.strerror}. `omni desk --new-token NAME --role ROLE` writes one."
        ) from None
    except (UnicodeDecodeError, yaml.YAMLError):
        raise ConfigurationError(f"{path}: is not YAML") from None
    try:
        people = People.model_validate(data if data is not None else {})
    except ValidationError as error:
        raise ConfigurationError(_mistakes(path, error)) from None
    names = [known.name for known in people.people]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigurationError(f"{path}: people: {', '.join(twice)} stands there twice")
    return people


def _mistakes(path: Path, error: ValidationError) -> str:
    """Where the mistakes are; never what stands there, as it may be a token that somebody has put in."""
    found = []
    for mistake in error.errors(include_input=False, include_context=False, include_url=False):
        where = ".".join(map(str, mistake["loc"])) or "the file"
        found.append(f"{path}: {where}: {mistake['msg']}")
    return "\n".join(found)


def add_token(path: Path, name: str, role: str) -> str:
    """Give a person a new token and a role, in the file, which is made where there is none; return the token.

    A person who is there already keeps other roles and loses the token of before.
    """
    if role not in ROLES:
        raise UsageError(
            f"--role {role}: there is no such role; there are {', '.join(sorted(ROLES))}.{nearest(role, ROLES)}"
        )
    if not name.strip():
        raise UsageError("--new-token needs a name")
    people = read_people(path) if path.exists() else People()
    token = new_token()
    before = next((known for known in people.people if known.name == name.strip()), None)
    added = KnownPerson.model_validate(
        {
            "name": name,
            "roles": {role} | (before.roles if before else frozenset()),
            "token_sha256": token_hash(token),
        }
    )
    others = tuple(known for known in people.people if known != before)
    _write(path, people.model_copy(update={"people": (*others, added)}))
    return token


def _write(path: Path, people: People) -> None:
    data = people.model_dump(mode="json", exclude_none=True)
    for known in data["people"]:
        known["roles"] = sorted(known["roles"])
    beside = path.with_name(f".{path.name}.next")
    try:
        with private_files():
            beside.write_text(
                yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8"
            )
        os.replace(beside, path)  # noqa: PTH105
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
