"""Every ``omni`` command that a block of the documents shows is run, those of one name in their order, on one home.

Names of people, records and files on the pages are examples; here they stand for those of the tests' demo home. What
would serve until it is ended, or needs what only another test has, is run there: ``RUN_ELSEWHERE`` says where.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from omni_identity.model.home import Home
from tests.cli.conftest import Omni, _no_home_of_the_machine, omni  # noqa: F401  fixtures
from tests.discovery.exports import write_crm, write_exports, write_sales
from tests.shared import copy_home
from tests.test_doc_blocks import BLOCKS, spoken

HOME = re.compile(r"^(shop|big|bank)$")
RECORD = re.compile(r"^(?P<channel>[a-z]+):(?P<number>(?=.*\d)[\w-]+)$")
MODEL = re.compile(r"^m-[0-9a-f]{12}$")
AN_OLDER_MODEL = "m-0123456789ab"
OTHERWISE = {"crm": "support", "app": "web", "loyalty": "till"}
"""What stands for a channel of the pages in a home that has none of that name."""
IN_A_TOWN = {"run", "erase", "restore", "train"}
"""Commands that take a night and need nothing that the demo alone has: forty people will do."""
RUN_ELSEWHERE = {
    ("demo",): (".ci/run", '"${commands[0]}"'),
    ("demo", "--customers", "30000"): ("tests/conftest.py", '"demo", "--customers"'),
    ("erase", "app:0a67d340c4ec5", "--by", "me", "--reason", "test", "--yes"): (
        "tests/erasure/test_erasing.py",
        "kill",
    ),
    ("erase", "G0000000042", "--by", "privacy office", "--reason", "request 2026-118", "--yes"): (
        "tests/cli/commands/test_erase.py",
        '"erase", golden_id, *WHO, "--yes"',
    ),
    ("init", "--from", "env:SHOP_DSN"): (
        "tests/cli/commands/test_init_from_database.py",
        '"--from", "env:SHOP_DSN"',
    ),
}
"""Commands, and the file that runs them, where it does."""
TOWN_LABELS = "channel,source_record_id,entity\n" + "".join(
    f"web,w{n},{n}\ntill,t{n},{n}\n" for n in range(30)
)
SERVERS = {
    "ui": "tests/cli/commands/test_status_and_ui.py",
    "desk": "tests/cli/commands/test_desk.py",
}
"""Commands that serve until they are ended, and what begins and ends them."""


def commands_shown() -> dict[str, list[list[str]]]:
    """Every distinct command of the blocks, without what it is called on, by its name, in the order of the pages."""
    shown: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for block in BLOCKS:
        if block.language == "sh" and block.is_checked:
            for line in block.text.replace("\\\n", " ").splitlines():
                if line.count('"') % 2 == 0:  # others are of programs in quotes
                    for words in spoken(line):
                        same = [MODEL.sub(AN_OLDER_MODEL, word) for word in without_home(words[1:])]
                        but_for_numbers = tuple("1" if w.isdigit() else w for w in same)
                        shown.setdefault(words[0], {}).setdefault(but_for_numbers, same)
    return {name: list(found.values()) for name, found in shown.items()}


def without_home(words: list[str]) -> list[str]:
    """The words without ``--home`` and the example behind it."""
    if "--home" not in words:
        return words
    place = words.index("--home")
    assert HOME.match(words[place + 1]), words
    return words[:place] + words[place + 2 :]


SHOWN = commands_shown()


def stand_ins(home: Home) -> Callable[[str], str]:
    """What an example on a page is in a home of the tests; other words are what they are."""
    with duckdb.connect(str(home.published_file), read_only=True) as published:

        def one(query: str) -> str:
            return str(published.execute(query).fetchall()[0][0])

        known = {
            "anna@mail.org": one("select min(primary_email) from unified_profiles"),
            "(212) 555-0136": one("select min(primary_phone) from unified_profiles"),
            "@anna.k": one("select coalesce(min(value), '') from identifiers where identifier = 'instagram'"),
            "G0000000042": one("select max(golden_id) from unified_profiles"),
            "100234": one("select coalesce(min(order_id), '') from interactions where golden_id is not null"),
            "muller jur 10115": one("select min(full_name) from unified_profiles"),
        }  # fmt: skip
        records = published.execute(
            "select channel, list(source_record_id order by source_record_id) from crosswalk group by 1"
        ).fetchall()
    numbers = {channel: list(ids) for channel, ids in records}
    models = sorted(path.name for path in home.models.glob("m-*"))

    def example(word: str) -> str:
        if record := RECORD.match(word):
            channel = record["channel"]
            place = list(EXAMPLES[channel]).index(record["number"])
            there = channel if channel in numbers else OTHERWISE[channel]
            return f"{there}:{numbers[there][-1 - place]}"
        if word == AN_OLDER_MODEL:
            return models[0]
        return known.get(word, word)

    return example


def records_of_one_device(home: Home) -> list[str]:
    """Two records of the web shop with a device in common."""
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        [(records,)] = warehouse.execute(
            """
            select list('web:' || source_record_id order by source_record_id) as records from (
                select source_record_id, unnest(device_id) as device from derived.source_records
                where channel = 'web'
            ) group by device having count(*) > 1 order by device limit 1
            """
        ).fetchall()
    return list(records)[:2]


def examples() -> dict[str, dict[str, None]]:
    """By channel the numbers of records on the pages, each once."""
    found: dict[str, dict[str, None]] = {}
    for words in (words for one in SHOWN.values() for words in one):
        for record in filter(None, map(RECORD.match, words)):
            found.setdefault(record["channel"], {})[record["number"]] = None
    return found


EXAMPLES = examples()


def write_example(file: Path, home: Path) -> None:
    """Make a file, or a folder of files, that a command of the pages reads; other words name none."""
    if "exports" in file.parts:
        file.mkdir(exist_ok=True, parents=True)
        write_exports(file)
    elif file.name == "crm.csv":
        write_crm(file)
    elif file.name == "orders.zip":
        with zipfile.ZipFile(file, "w") as archive:
            write_sales(file.with_name("sales.csv"))
            archive.write(file.with_name("sales.csv"), "sales.csv")
    elif file.name == "labels.csv" and not file.exists():
        file.parent.mkdir(exist_ok=True, parents=True)
        labels = home / "truth" / "labels.csv"
        file.write_text(labels.read_text() if labels.exists() else TOWN_LABELS)
    elif file.name == "model.json":
        [*_, model] = sorted(home.glob("warehouse/models/m-*/splink.json"))
        shutil.copy(model, file)


def runs_elsewhere(name: str, words: list[str]) -> bool:
    """Whether another test, or the gate, runs this command."""
    if name in SERVERS and "--new-token" not in words:
        return True
    return (name, *words) in RUN_ELSEWHERE


def test_what_is_run_elsewhere_is_shown_and_run_there() -> None:
    root = Path(__file__).parents[1]
    for known, (file, where) in RUN_ELSEWHERE.items():
        assert list(known[1:]) in SHOWN[known[0]], known
        assert where in (root / file).read_text("utf-8"), known
    for name, file in SERVERS.items():
        assert name in SHOWN
        assert f'omni("{name}"' in (root / file).read_text("utf-8")


@pytest.mark.parametrize("name", sorted({*SHOWN} - {"demo"}))
def test_every_command_of_the_pages_does_what_it_is_shown_for(
    name: str,
    omni: Omni,  # noqa: F811
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = request.getfixturevalue("town_after_one_night" if name in IN_A_TOWN else "demo_home")
    home = copy_home(made.root if name in IN_A_TOWN else made, tmp_path / "data")
    if name in IN_A_TOWN:  # whose files are of a day long ago
        text = (home / "omni.yaml").read_text("utf-8")
        assert "max_age_days: 30}" in text
        (home / "omni.yaml").write_text(
            text.replace("max_age_days: 30}", "max_age_days: 36500}"), "utf-8"
        )
    stands_for = stand_ins(Home(home))
    monkeypatch.chdir(tmp_path)
    ran = 0
    for number, words in enumerate(SHOWN[name]):
        if runs_elsewhere(name, words):
            continue
        for file in words:
            write_example(tmp_path / file, home)
        said = [stands_for(word) for word in words]
        if name == "judge" and words[0].startswith("shared:"):
            said[1:3] = records_of_one_device(Home(home))
        if name == "erase" and "--yes" not in said and "--resume" not in said:
            said.append("--yes")  # as nobody is at a terminal here
        place = tmp_path / f"new-{number}" if name == "init" else home
        monkeypatch.setattr("sys.stdin", io.StringIO("s\nd\nq\n" if name == "review" else ""))
        ending = omni(name, *said, "--home", place)
        assert ending.exit_code == 0, (words, ending.out, ending.err)
        assert ending.out
        ran += 1
    assert ran or name in SERVERS
