"""A small retailer in every format for tests of erasure, one of whose customers is like nobody else."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tests.worlds import WEB_COLUMNS, person

CONFIGURATION = """
version: 1
default_country: US
channels:
  - name: web
    trust: 1
    contacts:
      files: landing/web/*.csv
      record_id: id
      updated_at: changed
      deleted: gone
      delimiter: ";"
      encoding: cp1252
      mapping: {first_name: given, last_name: family, email: email, phone: phone,
                birth_date: born, street: street, city: city, postcode: zip, device_id: cookie}
    interactions:
      files: landing/web_events/*.jsonl
      interaction_id: event
      contact: id
      kind: kind
      occurred_at: at
      mapping: {device_id: cookie, subject: subject, text: text, amount: amount, currency: currency,
                ticket_id: ticket}
    lines:
      files: landing/web_lines/*.csv
      interaction_id: event
      mapping: {product_name: product, quantity: pieces}
  - name: app
    contacts:
      files: landing/app/*.jsonl.gz
      record_id: user
      mapping: {full_name: name, email: mails, phone: phone, birth_date: born, instagram: handle}
  - name: till
    trust: 2
    contacts:
      files: landing/till/*.parquet
      record_id: receipt
      feed: snapshot
      mapping: {full_name: name, email: email, phone: phone, loyalty_id: card}
    interactions:
      files: landing/till_events/*.parquet
      interaction_id: bon
      kind: kind
      occurred_at: at
      mapping: {phone: phone, loyalty_id: card, amount: amount, currency: currency}
  - name: desk
    contacts:
      files: landing/desk/*.tsv.gz
      record_id: case
      encoding: utf-16
      mapping: {full_name: name, whatsapp: whatsapp, email: email}
    interactions:
      files: landing/desk_events/*.csv
      interaction_id: number
      contact: case
      kind: kind
      occurred_at: at
      mapping: {ticket_id: ticket, text: text, agent: agent, direction: direction}
checks: {max_age_days: 30, max_quarantined_share: 1.0}
"""

WEB = (*WEB_COLUMNS[:11], "cookie")

VICTIM: dict[str, Any] = {
    "id": "webXQ77431",
    "changed": "2026-01-01T00:00:00Z",
    "given": "Zephyrine",
    "family": "Vandermolenaar",
    "email": "zephy.vander+shop@quixmail.net",
    "phone": "(415) 555-2671",
    "born": "1931-07-29",
    "street": "4711 Wisteria Hollow Passage",
    "city": "Xanthopolis",
    "zip": "QZ9973XQ",
    "cookie": "ck-8f31aa07e2",
}
TRACES = (
    *("zephyrine", "vandermolenaar", "zephy.vander", "zephyvander", "quixmail", "5552671", "555-2671"),
    *("1931-07-29", "29.07.1931", "07/29/1931", "wisteria", "xanthopolis", "qz9973", "ck-8f31aa07e2"),
    *("webxq77431", "appxq88542", "tillxq99653", "deskxq66320", "webxqold12", "zephy_v_handle"),
    *("loyxq20764", "evxq5501", "bonxq7702", "saidxq6601", "saidxq6602", "zephyrine at home"),
    *("hers is engraved",),
)  # fmt: skip
"""What is only the victim's, in lower case: names, numbers in several formats, record IDs."""


def others(count: int = 40) -> list[dict[str, Any]]:
    return [person(n, cookie=f"c{n:05}") for n in range(count)]


def write_world(root: Path) -> None:
    """The home with its first deliveries: of everybody, the victim in every channel."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "omni.yaml").write_text(CONFIGURATION, encoding="utf-8")
    people = others()
    write_web(root, "one", [*people[:20], VICTIM, *people[20:]])
    write_web(root, "broken", [person(60)], extra=[
        'webXQ77431;2026-02-01;;Zephyrine;"Vandermolenaar',
        "unknown;2026-02-01;;A;B;zephy.vander@quixmail.net;;;;;;;;;;",
        "w61;not a field count",
        "webXQ77431;no date at all;;Zephyrine;Vandermolenaar;;;;;;;",
    ])  # fmt: skip
    old = VICTIM | {"id": "webXQold12", "gone": "yes", "street": "1 Former Wisteria"}
    write_web(root, "old", [old, person(61)])
    write_app(root, "one", [*(app_row(n) for n in range(0, 40, 2)), VICTIM_APP])
    write_till(root, "2026-01-01", [*(till_row(n) for n in range(0, 40, 3)), VICTIM_TILL])
    write_desk(root, "one", [*((f"d{n}", *_desk(n)) for n in range(0, 40, 5)), VICTIM_DESK])
    write_events(root)


def write_web(
    root: Path, name: str, rows: list[dict[str, Any]], extra: list[str] | None = None
) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, WEB, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    for line in extra or []:
        text.write(line + "\r\n")
    return _write(root / f"landing/web/{name}.csv", text.getvalue().encode("cp1252"))


def write_app(root: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    return _write(root / f"landing/app/{name}.jsonl.gz", gzip.compress(lines.encode(), mtime=0))


def write_till(root: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    path = root / f"landing/till/{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows).write_parquet(path, compression="zstd")
    return path


def write_desk(root: Path, name: str, rows: list[tuple[str, ...]]) -> Path:
    lines = ["case\tname\twhatsapp\temail", *("\t".join(row) for row in rows)]
    content = "\n".join(lines).encode("utf-16")
    return _write(root / f"landing/desk/{name}.tsv.gz", gzip.compress(content, mtime=0))


def write_desk_events(root: Path, name: str, rows: list[tuple[str, ...]]) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(
        [("number", "case", "kind", "at", "ticket", "text", "agent", "direction"), *rows]
    )
    return _write(root / f"landing/desk_events/{name}.csv", text.getvalue().encode())


def write_events(root: Path) -> None:
    asked = {"kind": "ticket_opened", "ticket": "3"}
    events = [event(n, **asked) if n == 3 else event(n) for n in range(30)]
    victims = [
        event(70, event="evXQ5501", id=VICTIM["id"], cookie=VICTIM["cookie"], kind="ticket_opened", ticket="70",
              subject="Where is my parcel, asks Zephyrine"),
        event(71, event="evXQ5501b", id=None, cookie=VICTIM["cookie"], subject=None),
    ]  # fmt: skip
    lines = "".join(json.dumps(row) + "\n" for row in [*events[:10], *victims, *events[10:]])
    _write(root / "landing/web_events/one.jsonl", lines.encode())
    _write(
        root / "landing/web_lines/one.csv",
        b"event,product,pieces\ne1,Mug,1\nevXQ5501b,Mug (hers is engraved),2\ne2,Mug,3\n",
    )
    # she goes on at the desk, and has to say it all again; somebody else goes on there, too
    write_desk_events(root, "one", [
        ("SaidXQ6601", VICTIM_DESK_ID, "message", "2026-01-15T12:00:00Z", "",
         "Where is my parcel? Ask for Zephyrine at home, (415) 555-2671", "", "inbound"),
        ("s1", "d5", "message", "2026-01-06T12:00:00Z", "", "My order of today: when does it come?", "", "inbound"),
        ("SaidXQ6602", VICTIM_DESK_ID, "message", "2026-01-15T14:00:00Z", "",
         "Dear Ms Vandermolenaar, it is on its way.", "Dana", "outbound"),
        ("SaidXQ6603", VICTIM_DESK_ID, "message", "2026-01-15T16:00:00Z", "", "Since when?", "", "inbound"),
        ("s2", "d5", "message", "2026-01-06T13:00:00Z", "", "Tomorrow.", "Dana", "outbound"),
    ])  # fmt: skip
    path = root / "landing/till_events/one.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    bons = [bon(n) for n in range(0, 20)]
    pl.DataFrame(
        [*bons, bon(99, bon="bonXQ7702", phone="415.555.2671", card="LOYXQ20764")]
    ).write_parquet(path)


def event(n: int, **changes: Any) -> dict[str, Any]:
    row = {
        "event": f"e{n}",
        "id": f"w{n}",
        "kind": "order",
        "at": f"2026-01-{1 + n % 28:02}T10:00:00Z",
    }
    return (
        row
        | {
            "cookie": f"c{n:05}",
            "subject": "hello",
            "amount": 10 + n,
            "currency": "USD",
            "ticket": None,
            "text": None,
        }
        | changes
    )


def bon(n: int, **changes: Any) -> dict[str, Any]:
    row = {"bon": f"b{n}", "kind": "order", "at": f"2026-02-{1 + n % 28:02}T10:00:00Z"}
    return (
        row
        | {"phone": person(n)["phone"], "card": f"L{n:06}", "amount": 5.5, "currency": "USD"}
        | changes
    )


def app_row(n: int) -> dict[str, Any]:
    web = person(n)
    name = f"{web['given']} {web['family']}"
    row = {"user": f"a{n}", "name": name, "mails": [web["email"]], "phone": web["phone"]}
    return row | {"born": web["born"], "handle": None}


def till_row(n: int) -> dict[str, Any]:
    web = person(n)
    name = f"{web['given']} {web['family']}"
    return {
        "receipt": f"t{n}",
        "name": name,
        "email": web["email"],
        "phone": web["phone"],
        "card": f"L{n:06}",
    }


def _desk(n: int) -> tuple[str, str, str]:
    web = person(n)
    return f"{web['given']} {web['family']}", web["phone"], web["email"]


VICTIM_APP = {
    "user": "appXQ88542",
    "name": "Zephyrine Vandermolenaar",
    "mails": ["zephy.vander@quixmail.net", "second.zephy.vander@quixmail.net"],
    "phone": "+1 415-555-2671",
    "born": "29.07.1931",
    "handle": "@zephy_v_handle",
}
VICTIM_TILL = {
    "receipt": "tillXQ99653",
    "name": "VANDERMOLENAAR, Zephyrine",
    "email": "Zephy.Vander+shop@Quixmail.Net",
    "phone": "4155552671",
    "card": "LOYXQ20764",
}
VICTIM_DESK_ID = "deskXQ66320"
VICTIM_DESK = (
    VICTIM_DESK_ID,
    "Zephyrine Vandermolenaar",
    "+14155552671",
    "zephy.vander+shop@quixmail.net",
)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def find_traces(root: Path, traces: tuple[str, ...] = TRACES) -> list[str]:
    """``file: trace`` for every place in which one of the traces stands, in any case or encoding."""
    found = []
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            for content in _readings(path):
                text = content.lower()
                for trace in traces:
                    if any(trace.encode(code) in text for code in ("utf-8", "utf-16-le")):
                        found.append(f"{path.relative_to(root)}: {trace}")
    return sorted(set(found))


def _readings(path: Path) -> Iterator[bytes]:
    """The bytes of a file: raw, decompressed, and what the tables in it hold."""
    raw = path.read_bytes()
    yield raw
    if path.suffix == ".gz":
        yield gzip.decompress(raw)
    elif path.suffix == ".parquet":
        yield pl.read_parquet(path).write_ndjson().encode()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as database:
            tables = "select database_name, schema_name, table_name from duckdb_tables()"
            for place in database.execute(tables).fetchall():
                name = ".".join(f'"{part}"' for part in place)
                rows = database.execute(f"select to_json(t)::varchar from {name} t").fetchall()
                yield "\n".join(row for (row,) in rows).encode()
    elif raw.startswith(b"SQLite format 3"):
        with sqlite3.connect(path) as kept:
            yield "\n".join(kept.iterdump()).encode()


SPELT_EMAIL = (
    "zephy.vander@quixmail.net",
    "ｚｅｐｈｙ．ｖａｎｄｅｒ＠ｑｕｉｘｍａｉｌ．ｎｅｔ",
    "Zephy.Vander+shop＠QuixMail.net",
    '"zephy.vander"@quixmail.net',
    "Z. V. <zephy.vander+shop@quixmail.net>",
    "mailto:zephy.vander@quixmail.net?subject=hello",
    "zephy.vander@quixmail.net (home)",
    "privat: zephy\u200b.vander@quixmail.net",
    "someone@elsewhere.net; zephy.vander@quixmail.net",
    "someone@elsewhere.net / zephy.vander@quixmail.net",
)
SPELT_PHONE = (
    "４１５－５５５－２６７１",
    "tel:+1-415-555-2671;ext=5",
    "00 1 415 555 2671",
    "415.555.2671 (home)",
    "'4155552671",
    "4155552671.0",
    "work: 415\u00a0555\u00a02671",
    "(212) 555-9177 or (415) 555-2671",
    "2125559177 ::: 4155552671",
)
SPELT_OTHERWISE = ("@zephy_v_handle", "instagram.com/zephy_v_handle/?hl=en", "LOY-XQ-20764")
SPELT = (*SPELT_EMAIL, *SPELT_PHONE, *SPELT_OTHERWISE)
"""The victim's identifiers, in ways in which channels and people spell them."""

_NEITHER = re.compile(r"[\W_]+")
"""What is no letter and no digit."""
_LETTERS_AND_DIGITS = ("zephyvander", "quixmail", "5552671", "zephyvhandle", "loyxq20764")


def find_spelt(root: Path) -> list[str]:
    """``file: trace`` for every place where one of these stands, whatever is between its letters and digits."""
    found = []
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.name == "suppression.key":
            continue
        for content in _readings(path):
            found += [f"{path.relative_to(root)}: {trace}" for trace in _spelt_in(content)]
    return sorted(set(found))


_FOUND: dict[bytes, frozenset[str]] = {}
"""What was found in a content, by its digest: most of a home is searched again and again, and has not changed."""


def _spelt_in(content: bytes) -> frozenset[str]:
    """Which of the letters and digits stand in a content."""
    digest = hashlib.sha256(content).digest()
    if digest not in _FOUND:
        bare = [_NEITHER.sub("", text) for text in _texts(content)]
        _FOUND[digest] = frozenset(t for t in _LETTERS_AND_DIGITS if any(t in b for b in bare))
    return _FOUND[digest]


def _texts(content: bytes) -> Iterator[str]:
    """What bytes say as UTF-8 and as UTF-16, escapes of JSON undone, compatibility forms folded."""
    for encoding in ("utf-8", "utf-16-le"):
        text = content.decode(encoding, "ignore")
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
        yield unicodedata.normalize("NFKC", text).lower()


def quote_victim(root: Path) -> None:
    """What others say of the victim, in every format, in columns that are mapped and in ones that are not."""
    said = [f"please ask {spelt} about it" for spelt in SPELT]
    events = [
        event(200 + n, id=f"w{n}", kind="message", subject=text, text=text, note=text[::-1] + text)
        for n, text in enumerate(said)
    ]
    events.append(event(290, id="w5", at="no time", subject="or zephy.vander@quixmail.net?"))
    lines = "".join(json.dumps(row, ensure_ascii=n % 2 == 0) + "\n" for n, row in enumerate(events))
    _write(root / "landing/web_events/said.jsonl", lines.encode("utf-8", "surrogatepass"))
    rows = [person(n, cookie=f"c{n:05}", changed="2026-01-05T00:00:00Z") for n in (31, 32)]
    rows[0]["street"] = "9 Elm Street c/o zephy.vander@quixmail.net"
    rows[1]["city"] = "call 415-555-2671"
    write_web(root, "said", rows, extra=['w33;2026-02-01;;Ann;"said zephy.vander@quixmail.net'])
    app = [
        app_row(n) | {"note": {"said": [text]}} for n, text in zip((2, 4, 6), said, strict=False)
    ]
    write_app(root, "said", app)
    till = [till_row(n) | {"note": said[n % len(said)]} for n in range(0, 40, 3)]
    write_till(root, "2026-01-02", [*till, VICTIM_TILL | {"note": ""}])
    desk = ["case\tname\twhatsapp\temail\tnote"]
    desk += ["\t".join((f"d{n}", *_desk(n), said[n])) for n in (0, 5, 10)]
    content = "\n".join(desk).encode("utf-16")
    _write(root / "landing/desk/said.tsv.gz", gzip.compress(content, mtime=0))
