"""``omni check`` says what is wrong or doubtful before anything lands, and shows nobody's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Ending, Omni

NAMES = ("Ida", "Bo", "Una", "Karl", "Lotte", "Peer")
SURNAMES = ("Lund", "Berg", "Ahrens", "Kranz", "Thoma", "Voss")
CONTACTS = "".join(
    f"{n},{name},{SURNAMES[n - 1]},{name.lower()}@post-ahorn.de,+493415550{100 + n},"
    f"{n + 13}.03.1980,{n + 13}.03.2024,ja\n"
    for n, name in enumerate(NAMES, start=1)
)
HEADER = "id,given,family,mail,mobile,born,changed,newsletter\n"
ORDERS = "".join(f"B{n},{n % 6 + 1},{n + 12}.03.2024 10:00,Verkauf,{n}9.90\n" for n in range(1, 9))
ORDER_HEADER = "number,customer,day,what,sum\n"
CONFIGURATION = """\
version: 1
default_country: DE
channels:
  - name: web
    contacts:
      files: landing/contacts/*.csv
      record_id: id
      updated_at: changed
      mapping:
        first_name: given
        last_name: family
        email: mail
        phone: mobile
        birth_date: born
        consent_email: newsletter
    interactions:
      files: landing/orders/*.csv
      interaction_id: number
      contact: customer
      kind: what
      kinds: {Verkauf: order}
      occurred_at: day
      mapping: {amount: sum}
"""


def check(omni: Omni, home: Path, edit: tuple[str, str] = ("", ""), **files: str) -> Ending:
    """Check a home that is as it should be but for one edit of its configuration, or of a file."""
    text = CONFIGURATION.replace(*edit) if edit[0] else CONFIGURATION
    assert text != CONFIGURATION or not edit[0]
    landing = home / "landing"
    written = {"contacts": HEADER + CONTACTS, "orders": ORDER_HEADER + ORDERS, **files}
    for name, content in written.items():
        file = landing / name / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    (home / "omni.yaml").write_text(text, encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    ending = omni("check", "--home", home)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before
    shown = ending.out + ending.err
    assert not [name for name in NAMES if f"{name.lower()}@" in shown or f" {name} " in shown]
    return ending


def test_what_is_as_it_should_be_is_said_to_be(omni: Omni, tmp_path: Path) -> None:
    ending = check(omni, tmp_path)
    assert ending.exit_code == 0
    assert ending.out.count("as it should be") == 2
    assert "0 things would fail, 0 doubtful, 0 notes." in ending.out


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            ("email: mail", "email: mial"),
            "column 'mial' is not in landing/contacts/contacts.csv. Did you mean 'mail'",
        ),
        (("landing/orders/*.csv", "landing/order/*.csv"), "matches no file; there is landing/"),
        (("record_id: id", "record_id: ID"), "column 'ID' is not in"),
        (
            ("occurred_at: day", "occurred_at: what"),
            "8 of 8 rows would be held back (unparsable_date)",
        ),
    ],
)
def test_what_would_fail_is_told_with_exit_code_2(
    edit: tuple[str, str], words: str, omni: Omni, tmp_path: Path
) -> None:
    ending = check(omni, tmp_path, edit)
    assert ending.exit_code == 2
    assert words in ending.out
    assert "would fail" in ending.err


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            ("email: mail\n        phone: mobile", "email: mobile\n        phone: mail"),
            "mapping.email and mapping.phone seem to be swapped",
        ),
        (("email: mail", "email: given"), "only 0 % of 6 values are e-mail addresses"),
        (("last_name: family", "last_name: born"), "mapping.last_name: born: only 0 % of 6 values"),
        (("        phone: mobile\n", ""), "column 'mobile' is not mapped and looks like phone"),
        (
            ("      updated_at: changed\n", ""),
            "column 'changed' is not mapped and looks like updated_at",
        ),
        (
            ("        consent_email: newsletter\n", ""),
            "column 'newsletter' is not mapped and looks like a consent",
        ),
        (
            ("record_id: id", "record_id: newsletter"),
            "record_id: 5 of 6 rows have an ID that another row has",
        ),
    ],
)
def test_what_is_doubtful_is_told(
    edit: tuple[str, str], words: str, omni: Omni, tmp_path: Path
) -> None:
    ending = check(omni, tmp_path, edit)
    assert ending.exit_code == 0
    assert words in ending.out


def test_unknown_kinds_come_with_the_lines_that_map_them(omni: Omni, tmp_path: Path) -> None:
    orders = ORDER_HEADER + ORDERS.replace(
        "B8,3,20.03.2024 10:00,Verkauf", "B8,3,20.03.2024 10:00,Umtausch"
    )
    ending = check(omni, tmp_path, ("      kinds: {Verkauf: order}\n", ""), orders=orders)
    assert "8 of 8 rows are of 2 kinds that are not known" in ending.out
    lines = [line.strip() for line in ending.out.splitlines()]
    block = lines[lines.index("kinds:") : lines.index("kinds:") + 3]
    assert block[1:] == ["verkauf: order  # 7 rows", "umtausch: umtausch  # 1 rows; or one of ours"]


def test_words_of_consent_that_nobody_knows(omni: Omni, tmp_path: Path) -> None:
    contacts = HEADER + CONTACTS.replace(",ja\n", ",vielleicht\n", 2)
    ending = check(omni, tmp_path, contacts=contacts)
    assert "2 of 6 values of newsletter are words that nobody knows" in ending.out


def test_dates_that_can_be_read_in_two_ways(omni: Omni, tmp_path: Path) -> None:
    contacts = HEADER + "7,Ida,Lund,i@post-ahorn.de,+49341555099,03/04/1980,05/06/2024,ja\n"
    ending = check(omni, tmp_path, contacts=contacts)
    assert (
        "born, changed of contacts.csv: dates such as 03/04 can be read in two ways" in ending.out
    )


def test_repeated_numbers_of_orders_may_be_lines(omni: Omni, tmp_path: Path) -> None:
    ending = check(omni, tmp_path, orders=ORDER_HEADER + ORDERS.replace("B2,", "B1,"))
    assert "interaction_id: 1 of 8 rows have an ID that another row has, too" in ending.out
    assert "one_per" in ending.out


def test_rows_of_lines_have_the_number_of_their_order_as_often_as_they_like(
    omni: Omni, tmp_path: Path
) -> None:
    lines = "    lines: {files: landing/lines/*.csv, interaction_id: number, mapping: {product_name: what}}\n"
    rows = "number,what\n" + "".join(f"B{n % 3 + 1},Mask {n}\n" for n in range(9))
    ending = check(omni, tmp_path, (CONFIGURATION, CONFIGURATION + lines), lines=rows)
    assert ending.exit_code == 0, ending.out
    assert (
        "web lines: landing/lines/*.csv (1 file, 9 rows looked at)\n  as it should be" in ending.out
    )
    ending = check(
        omni, tmp_path, (CONFIGURATION, CONFIGURATION + lines), lines="no,what\n1,Mask\n"
    )
    assert ending.exit_code == 2
    assert "number" in ending.out


def test_files_that_no_feed_takes(omni: Omni, tmp_path: Path) -> None:
    ending = check(omni, tmp_path, returns="x\n1\n")
    assert ending.exit_code == 0
    assert "landing/returns: no feed takes returns.csv" in ending.out


def test_another_encoding_is_named(omni: Omni, tmp_path: Path) -> None:
    check(omni, tmp_path)
    text = HEADER.replace("given", "Größe") + CONTACTS.replace("Lund", "Müller").replace(
        "Voss", "Weiß"
    )
    (tmp_path / "landing" / "contacts" / "contacts.csv").write_bytes(text.encode("cp1252"))
    ending = omni("check", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "cp1252" in ending.out


def test_a_mistake_in_the_configuration_is_told_first(omni: Omni, tmp_path: Path) -> None:
    (tmp_path / "omni.yaml").write_text("version: 1\nchanels: []\n")
    ending = omni("check", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "chanels" in ending.err


def test_an_optional_column_that_a_file_seems_to_call_otherwise(omni: Omni, tmp_path: Path) -> None:
    edit = ("record_id: id", "optional: [mobile]\n      record_id: id")
    ending = check(omni, tmp_path, edit, contacts=HEADER.replace("mobile", "mobile_no") + CONTACTS)
    assert ending.exit_code == 0
    assert "contacts.csv has no column 'mobile'; 'mobile_no', which nothing reads" in ending.out


def test_destinations_that_could_get_nothing(
    omni: Omni, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = f"""
destinations:
  bi: {{type: postgres, url_env: BI_DSN}}
  crm: {{type: files, path: /srv/crm, webhook: {{url: https://crm.example, secret_env: CRM_SECRET}}}}
  copy: {{type: folder, path: {tmp_path}/copy}}
"""
    edit = ("      mapping: {amount: sum}\n", f"      mapping: {{amount: sum}}\n{added}")
    monkeypatch.setenv("BI_DSN", "postgresql://tester:open-sesame@host/x")
    monkeypatch.delenv("CRM_SECRET", raising=False)
    ending = check(omni, tmp_path, edit)
    assert ending.exit_code == 0
    assert "copy.path: it is inside the home" in ending.out
    assert (
        "crm.webhook.secret_env: the environment variable CRM_SECRET is not set here" in ending.out
    )
    assert "2 doubtful" in ending.out
    monkeypatch.delenv("BI_DSN")
    assert (
        "bi.url_env: the environment variable BI_DSN is not set" in check(omni, tmp_path, edit).out
    )
