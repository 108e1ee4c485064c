"""``omni desk``: who is let in where, and tokens that are shown once."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.desk import serving
from omni_identity.desk.application import Desk
from omni_identity.desk.people import ROLES, read_people
from tests.cli.conftest import Omni


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Desk]:
    """The desks that would be served."""
    desks: list[Desk] = []
    monkeypatch.setattr(serving, "serve", desks.append)
    return desks


def test_without_people_it_is_for_whoever_has_the_link(
    omni: Omni, tmp_path: Path, served: list[Desk]
) -> None:
    ended = omni("desk", "--home", tmp_path, "--port", "3999")
    assert ended.exit_code == 0
    assert served[0].place.is_local
    token = ended.out.partition("/enter?token=")[2].split()[0]
    person = served[0].place.people().by_token(token)
    assert person is not None
    assert person.roles == ROLES
    assert "http://127.0.0.1:3999/enter" in ended.out


def test_others_reach_it_only_where_it_knows_them(
    omni: Omni, tmp_path: Path, served: list[Desk]
) -> None:
    refused = omni("desk", "--home", tmp_path, "--host", "0.0.0.0")
    assert refused.exit_code == 2
    assert "--new-token NAME" in refused.err
    assert served == []
    made = omni("desk", "--home", tmp_path, "--new-token", "Anna Kern", "--role", "steward")
    assert made.exit_code == 0
    token = made.out.split()[-1]
    anna = read_people(tmp_path / "people.yaml").by_token(token)
    assert anna is not None
    assert (anna.name, anna.roles) == ("Anna Kern", {"steward"})
    warned = omni(
        "desk", "--home", tmp_path, "--host", "0.0.0.0", "--allow-host", "desk.example.org"
    )
    assert warned.exit_code == 0
    assert "in clear" in warned.out
    assert "token" not in warned.out.partition("http://")[2].split()[0]
    assert (served[0].place.names, served[0].place.is_local) == (("desk.example.org",), False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--allow-host", "a b"), "must be a host"),
        (("--new-token", "Anna", "--role", "stewart"), "Did you mean 'steward'"),
        (("--people", "nowhere.yaml"), "cannot be read"),
    ],
)
def test_what_cannot_be_is_said(
    omni: Omni, tmp_path: Path, served: list[Desk], arguments: tuple[str, ...], said: str
) -> None:
    ended = omni("desk", "--home", tmp_path, *arguments)
    assert (ended.exit_code, served) == (2, [])
    assert said in ended.err
