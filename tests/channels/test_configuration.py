"""omni.yaml: what it says is kept, and every mistake is one clear line."""
# ruff: noqa: E501 - a table of messages reads best with one case a line

from __future__ import annotations

import copy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.channels.configuration import load_configuration, parse_configuration
from omni_identity.model.attributes import BUILT_IN_IDENTIFIERS
from omni_identity.model.errors import ConfigurationError

YAML = """\
version: 1
default_country: NO
channels:
  - name: web
    trust: 1
    contacts:
      files: landing/web/contacts/*.csv
      record_id: user_id
      mapping:
        first_name: given
        email: [email, second_email]
        consent_sms: sms
        consent_email_at: mail_date
        tax_number: tax
        occupation: job
    interactions:
      files: landing/web/interactions/*.jsonl
      interaction_id: event_id
      kind: type
      occurred_at: ts
      mapping: {amount: total, tax_number: tax}
      kinds: {1: order, No: return}
  - name: shop
    country: us
    contacts: {files: "x/*.parquet", record_id: id, feed: snapshot}
identifiers:
  tax_number: {unique: true, placeholders: ["000"]}
  loyalty_id: {unique: yes}
attributes:
  occupation: {compare: exact}
survivorship: {email: trusted_channel}
checks: {max_age_days: null}
schedule: "*/15 0-6,12 * JAN mon-fri"
"""


def load(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "omni.yaml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(path)


def complaint(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    return str(caught.value).splitlines()


def test_a_whole_configuration(tmp_path: Path) -> None:
    configuration = load(tmp_path, YAML)
    web, shop = configuration.channels
    assert web.contacts.mapping["email"] == ("email", "second_email")
    assert web.contacts.mapping["first_name"] == ("given",)
    assert (web.country, shop.country) == ("NO", "US")
    assert (web.trust, shop.trust) == (1, 100)
    assert (web.contacts.feed, shop.contacts.feed) == ("delta", "snapshot")
    assert web.interactions.kinds == {"1": "order", "No": "return"}
    assert configuration.linkage.match_probability is None
    assert configuration.checks.max_age_days is None
    assert configuration.checks.max_customer_records == 200
    assert configuration.engine == "duckdb"
    assert configuration.channel("shop") is shop
    assert web.contacts.source_columns() == (
        *("user_id", "given", "email", "second_email", "sms", "mail_date", "tax", "job"),
    )


def test_the_vocabulary_has_a_fixed_order(tmp_path: Path) -> None:
    words = load(tmp_path, YAML).vocabulary
    assert words.identifiers == (*BUILT_IN_IDENTIFIERS, "tax_number")
    assert words.attributes == (("occupation", "exact"),)
    assert words.consents == ("email", "sms")
    assert words.unique_identifiers == ("loyalty_id", "tax_number")


def test_a_word_that_stands_for_itself_is_a_known_kind(tmp_path: Path) -> None:
    kept = YAML.replace(
        "kinds: {1: order, No: return}", "kinds: {1: order, Punti-Card: punti_card}"
    )
    assert load(tmp_path, kept).channels[0].interactions.kinds["Punti-Card"] == "punti_card"


def test_every_check_has_a_severity_that_can_be_changed(tmp_path: Path) -> None:
    changed_one = YAML.replace(
        "checks: {max_age_days: null}", "checks: {severity: {deliveries_are_fresh: warn}}"
    )
    configuration = load(tmp_path, changed_one)
    assert configuration.severity_of("deliveries_are_fresh") == "warn"
    assert configuration.severity_of("keys_are_unique") == "withhold"


def test_it_cannot_be_changed(tmp_path: Path) -> None:
    configuration = load(tmp_path, YAML)
    with pytest.raises(ValueError, match="frozen"):
        configuration.engine = "spark"


BASE: dict[str, Any] = {
    "version": 1,
    "channels": [{"name": "web", "contacts": {"files": "x/*.csv", "record_id": "id"}}],
}
HISTORY = {"files": "x", "interaction_id": "id", "kind": "k", "occurred_at": "t"}


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    data: Any = copy.deepcopy(BASE)
    place = data
    for step, after in pairwise(path):
        empty: Any = [] if isinstance(after, int) else {}
        place = place.setdefault(step, empty) if isinstance(place, dict) else place[step]
    place[path[-1]] = value
    return data  # type: ignore[no-any-return]


WEB = ("channels", 0)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("verson",), 1, "verson: unknown key. Did you mean 'version'?"),
        (("version",), 2, "version: must be 1, not 2."),
        (("checks", "severity"), {"deliveries_are_fresch": "warn"}, "checks.severity.deliveries_are_fresch: unknown check. Did you mean 'deliveries_are_fresh'?"),
        (("checks", "severity"), {"deliveries_are_fresh": "warning"}, "checks.severity.deliveries_are_fresh: must be 'warn' or 'withhold', not 'warning'. Did you mean 'warn'?"),
        (("insight", "time_zone"), "europe/berlin", "insight.time_zone: unknown time zone 'europe/berlin'. Did you mean 'Europe/Berlin'?"),
        (("insight", "currency"), "dollars", "insight.currency: unknown currency 'dollars'. It must be an ISO 4217 code"),
        (("insight",), {"currency": "USD", "rates": {"ERO": 1.1}}, "unknown currency 'ERO'."),
        (("insight",), {"currency": "USD", "rates": {"EUR": 0}}, "insight.rates.EUR: must be greater than 0, not 0"),
        (("insight",), {"rates": {"EUR": 1.1}}, "insight.rates: rates need insight.currency, which they lead to"),
        (("insight",), {"currency": "usd", "rates": {"USD": 1}}, "insight.rates.USD: USD is insight.currency itself"),
        (("insight", "win_back_day"), 3, "insight.win_back_day: unknown key. Did you mean 'win_back_days'?"),
        (("insight", "win_back_days"), -1, "insight.win_back_days: must be greater than or equal to 0, not -1"),
        (("insight", "store_channels"), ["stor"], "insight.store_channels: unknown channel 'stor'."),
        (("insight", "contact_by"), {"sms": "phon"}, "insight.contact_by.sms: unknown identifier 'phon'. Did you mean 'phone'?"),
        (("engine",), "sparc", "engine: must be 'duckdb' or 'spark', not 'sparc'. Did you mean 'spark'?"),
        (("default_country",), "UK", "default_country: unknown country 'UK'. Did you mean 'GB'?"),
        (("default_country",), "Germany", "default_country: unknown country 'Germany'. Did you mean 'DE'?"),
        (("channels",), [], "channels: must have at least one entry"),
        (("channels",), {"web": 1}, "channels: must be a list, not keys and values"),
        ((*WEB, "trusts"), 1, "channels[0].trusts: unknown key. Did you mean 'trust'?"),
        ((*WEB, "trust"), "high", "channels[0].trust: must be a valid integer"),
        ((*WEB, "name"), "Web Shop", "Did you mean 'web_shop'?"),
        ((*WEB, "name"), "1st", "channels[0].name: '1st' must be lower-case letters"),
        ((*WEB, "contacts"), None, "channels[0]: needs contacts, interactions or both"),
        ((*WEB, "contacts"), "x.csv", "channels[0].contacts: must be keys and values, not 'x.csv'"),
        ((*WEB, "contacts", "record_id"), 7, "channels[0].contacts.record_id: must be text, not 7 (put it in quotes)"),
        ((*WEB, "contacts", "feed"), "delte", "must be 'delta' or 'snapshot', not 'delte'. Did you mean 'delta'?"),
        ((*WEB, "contacts", "date_order"), "dym", "must be 'dmy', 'mdy' or 'ymd', not 'dym'."),
        ((*WEB, "contacts", "timezone"), "Europe/Berln", "Did you mean 'Europe/Berlin'?"),
        ((*WEB, "contacts", "encoding"), "utf8x", "unknown encoding 'utf8x'. Did you mean 'utf-8'?"),
        ((*WEB, "contacts", "encoding"), "idna", "unknown encoding 'idna'."),
        ((*WEB, "contacts", "encoding"), "UTF-7", "unknown encoding 'UTF-7'."),
        ((*WEB, "contacts", "encoding"), "base64", "unknown encoding 'base64'."),
        ((*WEB, "contacts", "delimiter"), "::", "channels[0].contacts.delimiter: must be one character"),
        ((*WEB, "contacts", "mapping", "frist_name"), "x", "channels[0].contacts.mapping.frist_name: unknown attribute. Did you mean 'first_name'?"),
        ((*WEB, "contacts", "mapping", "amount"), "x", "channels[0].contacts.mapping.amount: unknown attribute."),
        ((*WEB, "contacts", "mapping", "email"), [], "mapping.email: must be a column or a list of columns"),
        ((*WEB, "contacts", "mapping", "email"), 5, "mapping.email: must be a column or a list of columns"),
        ((*WEB, "contacts", "mapping", "consent_email"), "HasOptedOutOfEmail", "channels[0].contacts.mapping.consent_email: the name of column 'HasOptedOutOfEmail' says"),
        ((*WEB, "contacts", "mapping", "consent_email"), "HasOptedOutOfEmail", "Write {from: HasOptedOutOfEmail, opt_out: true} if yes in it means that they are not to be contacted, {from: HasOptedOutOfEmail, opt_out: false} if it means that they may be"),
        ((*WEB, "contacts", "mapping", "consent_email"), ["newsletter", "do not mail"], "Write {from: [newsletter, do not mail], opt_out: true}"),
        ((*WEB, "contacts", "mapping", "consent_email"), {"from": "EMAIL_BLACKLISTED"}, "the name of column 'EMAIL_BLACKLISTED' says"),
        ((*WEB, "contacts", "mapping", "consent_email"), {"from": "no_mail", "optout": True}, "mapping.consent_email.optout: unknown key. Did you mean 'opt_out'?"),
        ((*WEB, "contacts", "mapping", "consent_email"), {"from": "no_mail", "opt_out": "yes"}, "mapping.consent_email.opt_out: must be true or false"),
        ((*WEB, "contacts", "mapping", "consent_email"), {"opt_out": True}, "mapping.consent_email: must be a column or a list of columns"),
        ((*WEB, "contacts", "mapping", "email"), {"from": "mail"}, "mapping.email: must be a column or a list of columns"),
        ((*WEB, "contacts", "mapping", "consent_email"), {"from": "status", "yes": ["A", "b"], "no": "a"}, "mapping.consent_email.no: 'a' is among both yes and no"),
        ((*WEB, "contacts", "mapping", "consent_email"), {"from": "status", "yes": []}, "mapping.consent_email.yes: must be a list of the words in the column that mean it"),
        ((*WEB, "contacts", "consent_words"), {}, "channels[0].contacts.consent_words: unknown key. Write mapping: {consent_email: {from: column, yes: [word], no: [word]}}"),
        ((*WEB, "contacts", "opt_out"), {}, "channels[0].contacts.opt_out: belongs to the consent that it is of"),
        (("insight", "push_channels"), ["ap"], "insight.push_channels: unknown channel 'ap'."),
        (("insight", "min_identity_confidence"), 70, "insight.min_identity_confidence: must be less than or equal to 1, not 70"),
        ((*WEB, "interactions"), {"files": "x"}, "channels[0].interactions.occurred_at: missing key"),
        ((*WEB, "interactions"), HISTORY | {"kinds": {"a": "ordre"}}, "channels[0].interactions.kinds.a: unknown kind 'ordre'. Did you mean 'order'?"),
        ((*WEB, "interactions"), HISTORY | {"mapping": {"amout": "x"}}, "mapping.amout: unknown attribute. Did you mean 'amount'?"),
        (("linkage", "match_probability"), 7, "linkage.match_probability: must be less than or equal to 1, not 7"),
        (("linkage",), {"match_probability": 0.5, "review_probability": 0.8}, "review_probability (0.8) must not be above match_probability (0.5)"),
        (("linkage", "match_probability"), 0.05, "review_probability (0.1) must not be above match_probability (0.05)"),
        (("linkage", "match_probabilty"), 0.4, "Did you mean 'match_probability'?"),
        (("checks", "max_quarantined_share"), float("nan"), "checks.max_quarantined_share: must be"),
        (("identifiers", "tax", "uniqe"), True, "identifiers.tax.uniqe: unknown key. Did you mean 'unique'?"),
        (("identifiers", "email"), {"case_sensitive": True}, "identifiers.email.case_sensitive: is for loyalty_id, account_id, device_id and identifiers of your own"),
        (("identifiers", "city"), {}, "identifiers.city: 'city' is already a built-in attribute"),
        (("identifiers", "amount"), {}, "'amount' is already a built-in attribute"),
        (("identifiers", "record_count"), {}, "'record_count' is already a built-in attribute"),
        (("identifiers", "locality"), {}, "'locality' is already a built-in attribute"),
        (("identifiers", "channels"), {}, "'channels' is already a built-in attribute"),
        (("attributes", "order_count"), {"compare": "exact"}, "'order_count' is already a built-in attribute"),
        (("attributes", "value"), {"compare": "exact"}, "'value' is already a built-in attribute"),
        (("identifiers", "Tax-ID"), {}, "identifiers.Tax-ID: must be lower-case"),
        (("attributes", "email"), {"compare": "exact"}, "attributes.email: 'email' is already an identifier"),
        (("attributes", "job"), {}, "attributes.job.compare: missing key"),
        (("attributes", "job", "compare"), "fuzy", "Did you mean 'fuzzy'?"),
        (("survivorship", "emial"), "most_recent", "survivorship.emial: unknown attribute. Did you mean 'email'?"),
        (("survivorship", "email"), "most_recnt", "Did you mean 'most_recent'?"),
        (("schedule",), "0 25 * * *", "schedule: '25' is no hour (0 to 23)"),
        (("schedule",), "daily", "schedule: 'daily' must have five fields"),
        (("schedule",), "0 3 * * 5-1", "'5-1' is no day of week"),
        (("schedule",), "*/0 3 * * *", "'*/0' is no minute"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(
    path: tuple[str | int, ...], value: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration(changed(path, value))
    assert message in str(caught.value)
    assert str(caught.value).startswith("omni.yaml, ")
    assert "\n" not in str(caught.value) or path[-1] in (
        "interactions",
        "name",
        "match_probability",
    )


def test_all_mistakes_come_at_once_with_their_lines(tmp_path: Path) -> None:
    text = YAML.replace("first_name:", "frist_name:").replace("name: shop", "name: web")
    lines = complaint(tmp_path, text + "linkage: {match_probability: 7}\n")
    assert lines == [
        "omni.yaml line 10, channels[0].contacts.mapping.frist_name: unknown attribute."
        " Did you mean 'first_name'?",
        "omni.yaml line 23, channels[1].name: 'web' is already the name of channels[0]",
        "omni.yaml line 34, linkage.match_probability: must be less than or equal to 1, not 7",
    ]


def test_a_key_that_is_written_twice(tmp_path: Path) -> None:
    lines = complaint(tmp_path, YAML + "version: 1\n")
    assert lines == ["omni.yaml line 1, version: written twice (lines 1 and 34)"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "omni.yaml: is empty"),
        ("- a\n- b\n", "omni.yaml: must be keys and values at the top"),
        ("just words", "omni.yaml: must be keys and values at the top"),
        ("version: 1\nchannels: [}\n", "omni.yaml line 2: is not YAML: "),
        ("version: 1\n\tx: 1\n", "omni.yaml line 2: is not YAML: "),
        (
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{n}: &{n} [{', '.join(10 * ['*' + before])}]\n"
                for before, n in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "aliases make more than 100,000 values of the file",
        ),
        ("version: &a [*a]\n", "omni.yaml line 1, version[0]: contains itself"),
        ("a: !!python/object:os.system x\n", "omni.yaml line 1"),
        ("a: *nowhere\n", "omni.yaml line 1: is not YAML"),
        ("a: \0\n", "omni.yaml: is not YAML"),
        ("? [a, b]\n: 1\n", "a key must be a word"),
        ("[" * 5000, "omni.yaml"),
    ],
)
def test_what_is_no_configuration_at_all(tmp_path: Path, text: str, message: str) -> None:
    assert any(line.startswith(message) or message in line for line in complaint(tmp_path, text))


def test_a_missing_file_and_one_in_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="omni init"):
        load_configuration(tmp_path / "omni.yaml")
    (tmp_path / "omni.yaml").write_bytes("a: é".encode("latin-1"))
    with pytest.raises(ConfigurationError, match="is not UTF-8 text"):
        load_configuration(tmp_path / "omni.yaml")


def test_anchors_and_merge_keys(tmp_path: Path) -> None:
    text = """
version: 1
channels:
  - &web
    name: web
    contacts: {files: x, record_id: id}
  - <<: *web
    name: app
"""
    configuration = load(tmp_path, text)
    assert [c.name for c in configuration.channels] == ["web", "app"]
    assert configuration.channel("app").contacts.files == "x"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*HISTORY, "name", "contacts", "mapping", "x"]), inner)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [*("version", "channels", "linkage", "survivorship", "identifiers", "attributes", "checks")]
)


@settings(deadline=None)
@given(st.dictionaries(KEYS, JSON))
def test_nonsense_is_never_a_traceback(data: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        parse_configuration(data | {"engine": "neither"})


def test_a_declared_opt_out_is_read_the_other_way_round_and_only_that() -> None:
    mapping = {
        "consent_email": {"from": "HasOptedOutOfEmail", "opt_out": True},
        "consent_sms": {"from": ["no_sms", "sms"], "opt_out": False},
        "consent_call": {"from": "calls"},
        "consent_push": "push_ok",
        "consent_email_at": "unsubscribed_at",  # a time says nothing
    }
    feed = parse_configuration(changed((*WEB, "contacts", "mapping"), mapping)).channels[0].contacts
    assert feed is not None
    assert feed.opt_outs == {"consent_email"}
    assert feed.mapping["consent_email"] == ("HasOptedOutOfEmail",)
    assert feed.mapping["consent_sms"] == ("no_sms", "sms")
    assert feed.source_columns()[1:] == (
        "HasOptedOutOfEmail", "no_sms", "sms", "calls", "push_ok", "unsubscribed_at",
    )  # fmt: skip


def test_a_columns_own_words_on_consent_are_kept_as_they_are_compared() -> None:
    mapping = {
        "consent_email": {"from": "status", "yes": ["A", 1, True], "no": " Sent  Away "},
        "consent_sms": {"from": "no_sms", "yes": ["N"], "no": ["Y"]},  # its words say which way
    }
    feed = parse_configuration(changed((*WEB, "contacts", "mapping"), mapping)).channels[0].contacts
    assert feed is not None
    assert feed.consent_words == {
        "consent_email": {"a": True, "1": True, "true": True, "sent away": False},
        "consent_sms": {"n": True, "y": False},
    }
    assert feed.mapping["consent_sms"] == ("no_sms",)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ((*WEB, "interactions"), HISTORY | {"kind": {"valeu": "order"}}, "interactions.kind: must be a column or a list of columns"),
        ((*WEB, "interactions"), HISTORY | {"occurred_at": {"value": "2024"}}, "occurred_at: must be a column: a constant would be"),
        ((*WEB, "interactions"), HISTORY | {"interaction_id": {"value": "1"}}, "interaction_id: must name a column"),
        ((*WEB, "interactions"), HISTORY | {"where": "amount > 3"}, "interactions.where: 'amount > 3': cannot compare"),
        ((*WEB, "contacts", "rows"), "data", "contacts.rows: 'data' must end with a list"),
        ((*WEB, "contacts", "mapping", "city"), "^city", "mapping.city: '^city' starts at the object around a row"),
        ((*WEB, "interactions"), HISTORY | {"lines": {"prize": "p"}}, "lines.prize: unknown attribute. Did you mean 'price'?"),
        ((*WEB, "contacts", "mapping", "consent_sms"), {"value": "yes", "opt_out": True}, "a constant says itself"),
        (("attributes", "job"), {"compare": "non"}, "attributes.job.compare: must be"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_a_feed_says_is_named(
    path: tuple[str | int, ...], value: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration(changed(path, value))
    assert message in str(caught.value)


@pytest.mark.parametrize("name", ["lake", "folder"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"type": "foldr"}, "type: unknown type of destination 'foldr'. Did you mean 'folder'?"),
        ({"type": "ftp"}, "type: unknown type of destination 'ftp'. There are: "),
        ({"path": "/lake"}, "type: missing key"),
        ({"type": "folder"}, "path: missing key"),
        ({"type": "folder", "pth": "/lake"}, "pth: unknown key. Did you mean 'path'?"),
        ({"type": "folder", "path": "lake"}, "path: must be a whole path, from / on"),
        (
            {"type": "folder", "path": "/lake", "leave_out": ["message"]},
            "leave_out[0]: unknown table 'message'. Did you mean 'messages'?",
        ),
        (
            {"type": "postgres", "url_env": "A", "shema": "x"},
            "shema: unknown key. Did you mean 'schema'?",
        ),
        (
            {"type": "postgres", "url_env": "A", "schema": ""},
            "schema: must be a name of 1 to 63 bytes",
        ),
        (
            {"type": "postgres", "url_env": "postgresql://a:b@c/d"},
            "url_env: must be the name of an environment",
        ),
        (3, "must be keys and values, not 3"),
    ],
)
def test_a_mistake_in_a_destination_is_named(name: str, value: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration(changed(("destinations",), {name: value}))
    assert f"destinations.{name}" in str(caught.value)
    assert message in str(caught.value)


def test_a_destination_has_a_name() -> None:
    lake = {"type": "folder", "path": "/lake"}
    assert parse_configuration(changed(("destinations",), {"lake": lake})).destinations["lake"]
    with pytest.raises(ConfigurationError, match=r"destinations\.My Lake: must be lower-case"):
        parse_configuration(changed(("destinations",), {"My Lake": lake}))


def test_a_constant_stands_where_a_column_could() -> None:
    data = changed((*WEB, "interactions"), HISTORY | {"kind": {"value": "order"}})
    feed = data["channels"][0]["contacts"]
    feed["mapping"] = {"consent_sms": {"by_file": {"*out*": "no", "*": True}}}
    web = parse_configuration(data).channels[0]
    assert web.interactions is not None
    assert web.contacts is not None
    assert [c.value for c in web.interactions.constants()] == ["order"]
    assert web.contacts.constants()[0].by_file == (("*out*", "no"), ("*", "true"))
    assert "order" not in web.interactions.source_columns()


def test_a_feed_names_the_columns_of_its_filter_its_lines_and_its_groups() -> None:
    said = {
        **{"interaction_id": ["shop", "no"], "one_per": "no", "where": "status <> 'test'"},
        **{"lines": {"quantity": "qty", "price": "each"}, "contact": ["shop", "who"]},
    }
    data = changed((*WEB, "interactions"), HISTORY | said)
    feed = parse_configuration(data).channels[0].interactions
    assert feed is not None
    assert {"shop", "no", "who", "qty", "each", "status"} <= set(feed.source_columns())
    assert feed.record_column is None
    assert feed.group == ("no",)


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        ({}, "channels[0].contacts.files: missing key"),
        ({"files": "a", "source": {"url_env": "A", "table": "t"}}, "files or a source, not both"),
        ({"source": {"url_env": "A"}}, "contacts.source: needs either table or query"),
        ({"source": {"url_env": "A", "table": "t", "query": "q"}}, "needs either table or query"),
        ({"source": {"table": "t"}}, "source.url_env: missing key"),
        (
            {"feed": "snapshot", "source": {"url_env": "A", "table": "t", "cursor": "c"}},
            "source.cursor: a snapshot holds all records",
        ),
        ({"source": {"url_env": "A", "tabel": "t"}}, "Did you mean 'table'?"),
        ({"source": {"url_env": "A", "table": "t; drop table t"}}, "no plain name of a table"),
        ({"source": {"url_env": "A", "table": "t", "overlap": -1}}, "source.overlap: must be"),
        (
            {"source": {"url_env": "pg://u:sesame@h", "table": "t"}},
            "name of an environment variable",
        ),
        ({"source": "pg://u:sesame@h/db"}, "source: must be keys and values"),
        ({"files": "ftp://host/a.csv"}, "not from ftp://"),
        ({"files": "S3://bucket/a.csv"}, "Did you mean 's3'?"),
        ({"files": "s3://bucket"}, "must be s3://BUCKET/FOLDER/*.csv"),
        ({"files": "s3://b*/a.csv"}, "must be s3://BUCKET/FOLDER/*.csv"),
        ({"files": "s3://bucket/../a.csv"}, "must be s3://BUCKET/FOLDER/*.csv"),
        ({"files": "s3://bucket//a.csv"}, "must be s3://BUCKET/FOLDER/*.csv"),
    ],
)
def test_a_feed_has_files_or_a_source(feed: dict[str, Any], message: str) -> None:
    contacts = {"record_id": "id", "mapping": {"email": "mail"}, **feed}
    with pytest.raises(ConfigurationError) as raised:
        parse_configuration({"version": 1, "channels": [{"name": "web", "contacts": contacts}]})
    assert message in str(raised.value)
    assert "sesame" not in str(raised.value)


def test_a_catalogue_has_files() -> None:
    feed = {"channel": "web", "mapping": {"product_id": "sku"}}
    channel = {"name": "web", "contacts": {"files": "a", "record_id": "id"}}
    for more, message in (
        ({}, "catalogue[0].files: missing key"),
        ({"source": {"url_env": "A", "table": "t"}}, "catalogue[0].source: a catalogue is read"),
    ):
        with pytest.raises(ConfigurationError) as raised:
            parse_configuration({"version": 1, "channels": [channel], "catalogue": [feed | more]})
        assert message in str(raised.value)
