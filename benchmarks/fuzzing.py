"""Fuzzes readers and rewrites: mutations of valid files, each read, and written anew without some of its rows.

``python -m benchmarks.fuzzing [SEED [COUNT]]`` prints what was tried and what survived. A file survives when
it is read, every row counted once, or is set aside with a reason; and when what an erasure leaves of it is
read as before, or is named as what could not be rewritten. Anything else is lost, and named with its seed.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import zstandard
from pyarrow import parquet

from omni_identity.channels.batches import Batch
from omni_identity.channels.configuration import Channel, Configuration, parse_configuration
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.file_faults import FileFault, guarded
from omni_identity.channels.readers import read_contacts
from omni_identity.channels.workbook import Cell
from omni_identity.erasure.files.rewriting import prepare_rewrite
from omni_identity.erasure.files.workbook_writer import write_ods, write_xlsx

MAPPING = {"full_name": "name", "email": "mail", "birth_date": "born", "loyalty_id": "card"}
ROWS = 40
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "shift_jis",
    "gb18030",
)
DECLARED = (*ENCODINGS, "latin-1", "koi8-r", "iso2022_jp", "hz", "big5")


@dataclass(frozen=True)
class MutatedFile:
    """One file of a contacts feed: its name, its bytes, and what ``omni.yaml`` says on how to read it."""

    name: str
    content: bytes
    settings: Mapping[str, Any]


@dataclass
class Survival:
    """How many files were tried, read and set aside; how many were rewritten; and which were lost, and how."""

    tried: int = 0
    read: int = 0
    set_aside: int = 0
    rewritten: int = 0
    not_rewritten: int = 0
    lost: list[str] = field(default_factory=list)

    @property
    def survived(self) -> int:
        """Files of which all was as it should be."""
        return self.tried - len({words.partition(":")[0] for words in self.lost})


def mutated_files(seed: int, count: int) -> Iterator[MutatedFile]:
    """``count`` files; the same ones for the same seed."""
    random = Random(seed)
    for _ in range(count):
        make = random.choice((_csv, _csv, _csv, _json, _json, _parquet, _parquet, _workbook, _zip))
        suffix, content, settings = make(random)
        for _ in range(random.choice((0, 1, 1, 2, 5))):
            content = _mutate(random, content)
        if random.random() < 0.2:
            content, suffix = random.choice(
                (
                    (gzip.compress(content, mtime=0), f"{suffix}.gz"),
                    (zstandard.compress(content), f"{suffix}.zst"),
                )
            )
            if random.random() < 0.5:
                content = _mutate(random, content)
        if random.random() < 0.05:
            suffix = random.choice((".csv", ".jsonl", ".parquet", ".csv.gz", ".xlsx", ".zip"))
        stem = "n" * (250 - len(suffix)) if random.random() < 0.05 else "a"
        yield MutatedFile(f"{stem}{suffix}", content, settings)


def _people(random: Random) -> list[dict[str, str]]:
    names = (
        "Ann Lee",
        "Zoë Ångström",
        'Bo "Bob" Roe',
        "Li\nNa",
        "O'Neil, Pat",
        "",
        "王伟",
        "x" * 300,
    )
    return [
        {
            "id": str(n + 1) if random.random() < 0.97 else "",
            "name": random.choice(names),
            "mail": f"p{n}@mail.example",
            "born": random.choice(("1980-01-02", "", "31.12.1999", "soon")),
            "card": f"L{n:05}",
        }
        for n in range(random.randrange(ROWS))
    ]


def _csv(random: Random) -> tuple[str, bytes, dict[str, Any]]:
    delimiter = random.choice((",", ";", "\t", "|"))
    end = random.choice(("\n", "\r\n", "\r"))
    columns = ["id", "name", "mail", "born", "card"]
    random.shuffle(columns)

    def cell(text: str) -> str:
        if random.random() < 0.5 or any(c in text for c in f'{delimiter}\n\r"'):
            return '"' + text.replace('"', '""') + '"'
        return text

    titles = random.choice(([], [], [], ["Guests of May"], ["Report", "", "(all)"]))
    lines = [*titles, delimiter.join(columns)]
    lines += [delimiter.join(cell(row[c]) for c in columns) for row in _people(random)]
    lines += random.choice(([], [], [], ["Total", "(3 rows)"], ["", "Acme Ltd."]))
    text = end.join(lines) + random.choice(("", end))
    if random.random() < 0.1:
        text = text.replace('""', '\\"')
    encoding = random.choice(ENCODINGS)
    said = encoding if random.random() < 0.8 else random.choice(DECLARED)
    settings: dict[str, Any] = {"encoding": "utf-8" if said == "utf-8-sig" else said}
    if random.random() < 0.3:
        settings["delimiter"] = delimiter
    return random.choice((".csv", ".txt", ".tsv")), text.encode(encoding, "replace"), settings


def _json(random: Random) -> tuple[str, bytes, dict[str, Any]]:
    rows: list[Any] = _people(random)
    for row in rows:
        if random.random() < 0.2:
            row["mail"] = random.choice(([row["mail"], None], {"a": [1]}, None, 7, 1e400, True))
    kind = random.random()
    if kind < 0.3:
        text = json.dumps(rows, indent=random.choice((None, 1)))
    elif kind < 0.4:
        text = "\n".join(json.dumps(row, indent=random.choice((None, 2))) for row in rows)
    elif kind < 0.45:
        text = json.dumps({"data": rows}, indent=1)
    else:
        text = "\n".join(json.dumps(row, ensure_ascii=random.random() < 0.5) for row in rows)
    encoding = random.choice(("utf-8", "utf-8", "utf-16", "utf-16-le"))
    suffix = random.choice((".jsonl", ".json"))
    return suffix, text.encode(encoding), {"encoding": encoding}


def _workbook(random: Random) -> tuple[str, bytes, dict[str, Any]]:
    columns = ["id", "name", "mail", "born", "card"]
    random.shuffle(columns)
    rows: list[list[Cell]] = [[*columns], *([p[c] for c in columns] for p in _people(random))]
    for row in rows[1:]:
        if random.random() < 0.1:
            row[random.randrange(5)] = random.choice(
                (1.0, 2.5, True, date(2024, 5, 1), time(7), "", timedelta(hours=50))
            )
    rows = [*random.choice(([], [["Guests"], []])), *rows]
    target = io.BytesIO()
    suffix, write = random.choice(((".xlsx", write_xlsx), (".ods", write_ods)))
    write([("People", rows), ("Notes", [["x"]])], target)
    return suffix, target.getvalue(), {}


def _zip(random: Random) -> tuple[str, bytes, dict[str, Any]]:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", random.choice((0, 8))) as archive:
        for n in range(random.choice((1, 1, 2, 3))):
            suffix, content, _ = random.choice((_csv, _json, _parquet, _workbook))(random)
            archive.writestr(zipfile.ZipInfo(f"{n}{suffix}"), content)
    return ".zip", target.getvalue(), {}


def _parquet(random: Random) -> tuple[str, bytes, dict[str, Any]]:
    people = _people(random)
    columns: dict[str, Any] = {
        c: [p[c] for p in people] for c in ("id", "name", "mail", "born", "card")
    }
    for name in random.sample(["id", "name", "mail", "born", "card", "other"], random.randrange(4)):
        columns[name] = _odd_column(random, len(people))
    target = io.BytesIO()
    parquet.write_table(
        pa.table(columns),
        target,
        row_group_size=random.choice((1, 7, 1000)),
        compression=random.choice(("none", "snappy", "zstd", "gzip")),
        write_page_checksum=random.random() < 0.5,
    )
    return ".parquet", target.getvalue(), {}


def _odd_column(random: Random, size: int) -> pa.Array:
    """A column of one of the types that readers have stumbled on."""
    whole = [random.choice((None, 0, 1, 2**31 - 1, -(2**31))) for _ in range(size)]
    some = [random.choice((None, 1)) for _ in range(size)]
    kinds: tuple[tuple[pa.DataType, list[Any]], ...] = (
        (pa.decimal256(50, 2), [None if n is None else Decimal(n) for n in whole]),
        (pa.decimal128(38, 10), [None if n is None else Decimal(n) for n in whole]),
        (pa.duration("ms"), whole),
        (pa.map_(pa.string(), pa.int32()), [None if n is None else [("a", 1)] for n in some]),
        (pa.list_(pa.list_(pa.int32())), [None if n is None else [[1]] for n in some]),
        (pa.struct([("a", pa.binary())]), [None if n is None else {"a": b"\xff"} for n in some]),
        (pa.struct([("a", pa.int32())]), [None if n is None else {"a": n} for n in some]),
        (pa.list_(pa.binary()), [None if n is None else [b"a", b"\xff"] for n in some]),
        (pa.list_(pa.string()), [None if n is None else ["a", None] for n in some]),
        (pa.date32(), whole),
        (pa.timestamp("ms", "+02:00"), whole),
        (pa.timestamp("us"), [None if n is None else n * 2**31 for n in whole]),
        (pa.timestamp("us", "No/Where"), whole),
        (pa.time64("us"), [None if n is None else n for n in some]),
        (pa.binary(), [None if n is None else bytes([n % 256]) for n in whole]),
        (pa.binary(2), [None if n is None else b"\xc3\x28" for n in some]),
        (pa.float32(), [None if n is None else float(n) for n in whole]),
        (
            pa.float64(),
            [random.choice((None, float("nan"), float("inf"), 1e300, -0.0)) for _ in some],
        ),
        (pa.uint64(), [None if n is None else 2**64 - 1 for n in some]),
        (pa.bool_(), [None if n is None else bool(n) for n in some]),
        (pa.null(), [None] * size),
    )
    kind, values = random.choice(kinds)
    return pa.array(values, kind)


def _mutate(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    match random.randrange(9):
        case 0:
            return content[:at]
        case 1:
            return content[at:]
        case 2:  # a bit
            return (
                content[:at]
                + bytes(b ^ (1 << random.randrange(8)) for b in content[at : at + 1])
                + content[at + 1 :]
            )
        case 3:
            return content[:at] + random.randbytes(random.randrange(1, 9)) + content[at:]
        case 4:
            return content[:at] + content[at + random.randrange(1, 40) :]
        case 5:
            piece = content[at : at + random.randrange(1, 200)]
            return content[:at] + piece * random.randrange(2, 5) + content[at:]
        case 6:  # what turns up in exports: quotes, NULs, broken code units, marks, line ends
            odd = (
                b'"',
                b"\0",
                b"\xff\xfe",
                b"\x00\xd8",
                b"\xd8\x00",
                b"\xed\xa0\x80",
                b"\r",
                b"\n",
                b'",',
                b"\x1b$B",
            )
            return content[:at] + random.choice(odd) * random.randrange(1, 4) + content[at:]
        case 7:
            return content[:at] + b"x" * random.choice((1_000, 70_000, 1_200_000)) + content[at:]
    return content


def configuration_of(mutated: MutatedFile) -> Configuration:
    """The configuration of a home with this file."""
    contacts = {"files": "landing/*", "record_id": "id", "mapping": MAPPING, **mutated.settings}
    return parse_configuration({"version": 1, "channels": [{"name": "web", "contacts": contacts}]})


def drive(seed: int, count: int) -> Survival:
    """Read and rewrite ``count`` mutated files."""
    found = Survival()
    random = Random(seed + 1)
    with tempfile.TemporaryDirectory() as folder:
        for number, mutated in enumerate(mutated_files(seed, count)):
            found.tried += 1
            path = Path(folder) / mutated.name
            path.write_bytes(mutated.content)
            try:
                _try(mutated, path, random, found)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001 - this is what is looked for
                found.lost.append(f"{seed}/{number}: {mutated.name[-12:]} {type(error).__name__}")
            for left in Path(folder).iterdir():
                if left != path:
                    found.lost.append(f"{seed}/{number}: {left.name} is left behind")
                left.unlink()
    return found


def _try(mutated: MutatedFile, path: Path, random: Random, found: Survival) -> None:
    configuration = configuration_of(mutated)
    try:
        before = read_file(mutated, path, is_new=True)
    except FileFault:
        found.set_aside += 1
        return
    found.read += 1
    numbers = _numbers(before)
    assert len(set(numbers)) == len(numbers), "every row is counted once"
    if not {".xlsx", ".ods", ".zip"}.intersection(path.suffixes) and not _has_footer(before):
        assert numbers == list(range(1, len(numbers) + 1)), "no row is passed over"
    dropped = {n for n in numbers if random.random() < 0.3}
    if not dropped:
        return
    feed = configuration.channel("web").contacts
    assert feed is not None
    content_hash = sha256(mutated.content).hexdigest()
    try:
        rewritten = prepare_rewrite(path, feed, dropped, content_hash).put_in_place()
    except FileFault:
        found.not_rewritten += 1
        assert path.read_bytes() == mutated.content, "what cannot be rewritten stays as it was"
        return
    assert rewritten, "nobody else has touched it"
    found.rewritten += 1
    try:
        after = read_file(mutated, path)
    except FileFault:
        after = []
    if not _is_torn(
        before
    ):  # where quotes or the end are missing, what follows depends on what precedes
        assert what_rows_say(after) == what_rows_say(before, dropped), "what is left is what it was"


def read_file(mutated: MutatedFile, path: Path, is_new: bool = False) -> list[Batch]:
    """What a home with this file reads of it, at ``path``; ``FileFault`` when it cannot."""
    configuration = configuration_of(mutated)
    channel: Channel = configuration.channel("web")
    content_hash = sha256(path.read_bytes()).hexdigest()
    delivery = Delivery("web", "contacts", f"landing/{path.name}", path, content_hash, is_new)
    return list(guarded(read_contacts(delivery, channel, configuration.vocabulary)))


def _numbers(batches: list[Batch]) -> list[int]:
    numbers = [n for b in batches for n in b.accepted["row_number"]]
    numbers += [n for b in batches for n in b.quarantined["row_number"] if n is not None]
    return sorted(numbers)


def _has_footer(batches: list[Batch]) -> bool:
    """Whether several lines may be one entry."""
    return any((b.quarantined["reason_code"] == "below_the_table").any() for b in batches)


def _is_torn(batches: list[Batch]) -> bool:
    torn = (
        "unclosed_quote",
        "wrong_field_count",
        "truncated_file",
        "value_too_long",
        "invalid_json",
        "below_the_table",
    )
    return any(b.quarantined["reason_code"].is_in(torn).any() for b in batches)


def what_rows_say(batches: list[Batch], dropped: Collection[int] = ()) -> list[str]:
    """What the rows say, in their order, without their numbers and what is null.

    Which columns the rows held back have follows from what else is held back in their batch.
    """
    rows = [
        (row.pop("row_number"), str({name: v for name, v in row.items() if v is not None}))
        for batch in batches
        for frame in (batch.accepted, batch.quarantined)
        for row in frame.iter_rows(named=True)
    ]
    return [said for n, said in sorted(r for r in rows if r[0] is not None) if n not in dropped]


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:3]]
    survival = drive(*(arguments + [17, 2_000][len(arguments) :]))
    print(
        f"tried {survival.tried:,}, survived {survival.survived:,}, lost {len(survival.lost):,}: read"
        f" {survival.read:,}, set aside {survival.set_aside:,}; rewritten {survival.rewritten:,},"
        f" named as not to be rewritten {survival.not_rewritten:,}"
    )
    print("\n".join(survival.lost[:20]))
