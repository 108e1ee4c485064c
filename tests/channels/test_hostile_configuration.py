"""omni.yaml by somebody who means harm, or whose cat walked over the keys: one clear message, or it works."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.visible import has_controls

GOOD = """\
version: 1
channels:
  - &web
    name: web
    trust: 1
    contacts: &contacts
      files: landing/web/*.csv
      record_id: id
      mapping: {email: mail, phone: [mobile, landline]}
  - <<: *web
    name: app
    contacts:
      <<: *contacts
      files: landing/app/*.csv
linkage: {match_probability: 0.9, seed: 1}
checks: {max_customer_records: 200, max_age_days: 3}
insight: {currency: USD, rates: {EUR: 1.1}}
schedule: "0 3 * * *"
"""


def load(tmp_path: Path, text: str) -> Configuration:
    path = tmp_path / "omni.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return load_configuration(path)


def test_anchors_and_merge_keys_work(tmp_path: Path) -> None:
    web, app = load(tmp_path, GOOD).channels
    assert web.contacts is not None
    assert app.contacts is not None
    assert (app.name, app.trust, app.contacts.record_id) == ("app", 1, ("id",))
    assert app.contacts.mapping == web.contacts.mapping
    assert app.contacts.files == "landing/app/*.csv"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("name: web", "name: !!python/object/apply:os.system [id]", 4, "the tag !!python/object/apply:os.system"),
        ("trust: 1", "trust: !!python/name:os.system x", 5, "means nothing here"),
        ("trust: 1", "trust: !foo 1", 5, "the tag !foo means nothing here"),
        ("trust: 1", "trust: !!int one", 5, "must be what its tag says"),
        ("trust: 1", "trust: !!int ''", 5, "must be what its tag says"),
        ("trust: 1", "trust: !!float ''", 5, "must be what its tag says"),
        ("trust: 1", "trust: !!bool maybe", 5, "must be what its tag says"),
        ("trust: 1", "trust: !!timestamp never", 5, "the tag !!timestamp means nothing here"),
        ("trust: 1", "trust: !!binary '@@'", 5, "the tag !!binary means nothing here"),
        ("{currency: USD,", "!!set {currency: USD,", 17, "the tag !!set means nothing here"),
        ("trust: 1", "trust: 1" + "0" * 400, 5, "is too large a number"),
        ("trust: 1", "trust: 1" + "0" * 5000, 5, "is too large a number"),
        ("trust: 1", "trust: 0x" + "f" * 400, 5, "is too large a number"),
        ("trust: 1", "trust: 99999999999", 5, "less than or equal to"),
        ("trust: 1", "trust: 1.0e+999", 5, "is too large a number"),
        ("trust: 1", "trust: 1e999", 5, "valid integer"),
        ("seed: 1", "seed: 9" * 1 + "9" * 18, 15, "is too large a number"),
        ("0.9", ".inf", 15, "is too large a number"),
        ("0.9", ".nan", 15, "finite number"),
        ("0.9", "-1.0e+400", 15, "is too large a number"),
        ("max_age_days: 3", "max_age_days: 1.0e+12", 16, "less than or equal to"),
        ("EUR: 1.1", "EUR: '1e400'", 17, "less than or equal to"),
        ("EUR: 1.1", "EUR: '1e-400'", 17, "is too small for a rate"),
        ("record_id: id", 'record_id: "i\\0d"', 8, "has a character that no text has"),
        ("files: landing/web/*.csv", 'files: "landing/\\0*.csv"', 7, "has a character that no text has"),
        ("email: mail", 'email: "\\ud800"', 9, "has a character that no text has"),
        ("email: mail", '"e\\0": mail', 9, "is no text"),
        ("version: 1", "version: 1\nx\x00y: 1", None, "special characters are not allowed"),
        ("version: 1", "version: 1\n\ud800: 1", None, "is not UTF-8 text"),
        ("  - <<: *web", "  - <<: web", 10, "<< must name keys and values"),
        ("  - <<: *web", "  - <<: *nobody", None, "is not YAML"),
        ("name: web", "name: web\n    self: *web", 5, "contains itself"),
        ("trust: 1", "trust: '" + "x" * 100_000 + "'", 5, "must be a valid integer"),
        ("name: web", "name: '" + "x" * 100_000 + "\x7f'", None, "omni.yaml"),
        ("trust: 1", "'" + "y" * 900 + "': 1", 5, "unknown key"),
        ("trust: 1", '"\\e[2J\\u202e\\nomni.yaml line 1: fine": 1', 5, "unknown key"),
    ],
)  # fmt: skip
def test_what_no_setting_is_is_one_clear_line(
    tmp_path: Path, old: str, new: str, line: int | None, said: str
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    message = str(caught.value)
    assert said in message
    assert line is None or f"omni.yaml line {line}, " in message
    assert not has_controls(message)
    assert len(message) < 5000
    assert all(part.startswith("omni.yaml") for part in message.splitlines())


BITS = (
    *("!!python/object/apply:os.system ['id']", "!foo x", "!!float abc", "!!int x", "!!set {a, b}", "1e999"),
    *("9" * 400, "9" * 5000, '"\\0"', '"\\ud800"', "&a [*a]", "*nope", "<<: 5", "? [a]\n: b", "\x1b[31m", "\x00"),
    *("{}", "[]", "null", "~", "=", "<<", "!!str", "!!null x", "|\n  x", "- - -", "{a: {b: ", "%TAG ! x", "---"),
    *("\ufeff", "\x85", "\u2028", "{? {}: 1}", "1:30:00", "0o777", "!!omap [a: 1]", "!!merge x", "-.inf", ".nan"),
)  # fmt: skip


def test_whatever_stands_anywhere_it_loads_or_says_why(tmp_path: Path) -> None:
    chance = random.Random(17)
    lines = GOOD.split("\n")
    for _ in range(250):
        spoilt = list(lines)
        for _ in range(chance.randint(1, 3)):
            place, bit = chance.randrange(len(spoilt)), chance.choice(BITS)
            key, colon, _ = spoilt[place].partition(":")
            spoilt[place] = chance.choice(
                (f"{key}{colon} {bit}", f"    {bit}", spoilt[place] + bit)
            )
        said = what_is_said(tmp_path, "\n".join(spoilt))
        assert said is None or (said.startswith("omni.yaml") and not has_controls(said)), said


def what_is_said(folder: Path, text: str) -> str | None:
    try:
        load(folder, text)
    except ConfigurationError as mistake:
        return str(mistake)
    return None
