"""Every reason for which anything is held back is said in words, and how to mend it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import omni_identity
from omni_identity.channels import reason_codes
from omni_identity.channels.contracts import ContactContract, InteractionContract
from omni_identity.channels.feeds import CatalogueFeed, ContactsFeed, InteractionsFeed
from omni_identity.channels.reason_codes import OTHER, PRIORITY, REASONS, reason_for
from omni_identity.model.attributes import BUILT_IN_IDENTIFIERS, CATALOGUE_WORDS

SOURCES = Path(omni_identity.__file__).parent
CODES = {
    value
    for name, value in vars(reason_codes).items()
    if name.isupper() and isinstance(value, str) and not name.startswith("_")
}


def rules_of_contracts() -> set[str]:
    return {
        code
        for contract in (ContactContract, InteractionContract)
        for code in contract._validation_rules(with_cast=False)
        if "|" not in code
    }


def codes_in_sources() -> set[str]:
    """What the code gives as a reason in words of its own: the second argument of ``Broken``, the first of a fault."""
    place = {"Broken": 1, "FileFault": 0, "file_broken": 0}
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                n = place.get(node.func.id)
                if n is not None and n < len(node.args) and isinstance(node.args[n], ast.Constant):
                    found.add(str(node.args[n].value))
    return found


def test_every_reason_code_has_its_meaning_and_its_mend() -> None:
    used = CODES | set(PRIORITY) | rules_of_contracts() | codes_in_sources()
    assert {"missing_kind", "missing_record_id", "empty_file"} <= used
    assert set(REASONS) == used


@pytest.mark.parametrize("code", REASONS)
def test_both_are_sentences_and_name_only_keys_that_there_are(code: str) -> None:
    reason = REASONS[code]
    for text in (reason.meaning, reason.mend):
        assert re.fullmatch(r"[A-Z].*\.", text)
        assert "{" not in re.sub(r"`[^`]*`", "", text)
    fields = {
        *ContactsFeed.model_fields,
        *InteractionsFeed.model_fields,
        *CatalogueFeed.model_fields,
    }
    known = {*fields, *BUILT_IN_IDENTIFIERS, *CATALOGUE_WORDS}
    assert set(reason.keys) <= known
    quoted = re.findall(r"`(\w+)", f"{reason.meaning} {reason.mend}")
    assert set(quoted) <= known


def test_an_unknown_reason_is_said_to_be_one() -> None:
    assert reason_for("of_another_version") is OTHER
    assert reason_for("missing_kind").keys == ("kind",)
