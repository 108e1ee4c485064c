"""The file of people: its mode, its mistakes, tokens that are only shown once, and its changes while it is served."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.desk.people import PeopleFile, add_token, read_people
from omni_identity.model.errors import ConfigurationError, UsageError


def test_a_new_token_is_in_the_file_as_a_hash_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    token = add_token(file, "Anna Kern", "steward")
    assert token not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    anna = read_people(file).by_token(token)
    assert anna is not None
    assert (anna.name, anna.roles) == ("Anna Kern", {"steward"})
    assert read_people(file).by_token(token + "x") is None


def test_another_token_takes_the_place_of_the_one_before_and_adds_its_role(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    first = add_token(file, "Anna", "viewer")
    add_token(file, "Ben", "operator")
    second = add_token(file, "Anna", "agent")
    people = read_people(file)
    assert people.by_token(first) is None
    anna = people.by_token(second)
    assert anna is not None
    assert anna.roles == {"viewer", "agent"}
    assert {known.name for known in people.people} == {"Anna", "Ben"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602])
def test_a_file_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "people.yaml"
    add_token(file, "Anna", "viewer")
    file.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_people(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("people: [{name: Anna, roles: [boss]}]", "people.0.roles"),
        ("people: [{name: Anna, roles: []}]", "people.0.roles"),
        ("people: [{name: '', roles: [viewer]}]", "people.0.name"),
        ("people: [{name: Anna, roles: [viewer], token_sha256: s3cret}]", "token_sha256"),
        ("people: [{name: Anna, roles: [viewer], token: s3cret}]", "people.0.token"),
        (
            "{people: [{name: A, roles: [viewer]}, {name: A, roles: [agent]}]}",
            "A stands there twice",
        ),
        ("proxy: {header: X-User, peers: [nowhere]}", "proxy.peers.0"),
        ("proxy: {header: 'X User'}", "proxy.header"),
        ("people: [", "is not YAML"),
        ("- people", "the file"),
    ],
)
def test_a_mistake_is_named_and_no_token_quoted(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(ConfigurationError) as raised:
        read_people(file)
    assert said in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_roles_that_do_not_exist_are_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 'steward'"):
        add_token(tmp_path / "people.yaml", "Anna", "stewart")
    assert not (tmp_path / "people.yaml").exists()


def test_a_file_that_changes_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    first = add_token(file, "Anna", "viewer")
    people = PeopleFile(file)
    assert people().by_token(first) is not None
    add_token(file, "Anna", "viewer")
    assert people().by_token(first) is None
    file.chmod(0o644)
    with pytest.raises(ConfigurationError):
        people()
    file.unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        people()
