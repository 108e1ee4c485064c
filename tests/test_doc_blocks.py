"""Every block of the documents is checked: configurations by their model, commands by the CLI; SQL is run.

The commands are run, too: by ``test_doc_commands``, and by the tests of the pages that show them. What stands in a
block and is no part of that is said in a comment above it that readers do not see: ``<!-- in channels[].contacts -->``
says where a piece of ``omni.yaml`` belongs, ``<!-- not checked: WHY -->`` that a block is none of ours to check. The
latter are counted.
"""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.main import get_command

from omni_identity.channels.configuration import parse_configuration
from omni_identity.channels.yaml_lines import read_lined_yaml
from omni_identity.cli.application import app
from omni_identity.demo import DEMO_CONFIGURATION

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS: dict[str, Any] = dict(get_command(app).commands)  # type: ignore[attr-defined]
BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*?) -->\n+)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.S | re.M
)
CHECKED = {"sh", "yaml", "sql", "python", "json"}
NOT_CHECKED = 3
"""How many blocks are marked as none of ours to check."""
INLINE = re.compile(r"`(omni [a-z][^`]*)`")
ENDS_A_COMMAND = {"&&", "||", "|", ";", "&", ">", ">>"}
A_CHANNEL = """
version: 1
channels:
  - name: web
    contacts: {files: c/*.csv, record_id: id, mapping: {email: mail}}
    interactions: {files: i/*.csv, interaction_id: id, contact: id, kind: kind, occurred_at: at}
"""


@dataclass(frozen=True)
class Block:
    """A block of a page, and what the comment above it says."""

    place: str
    language: str
    text: str
    mark: str

    @property
    def is_checked(self) -> bool:
        return not self.mark.startswith("not checked: ")


def blocks_in(page: str, text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("text"))
        place = f"{page}:{line}"
        yield Block(place, found["language"], found["text"], found["mark"] or "")


BLOCKS = [
    block
    for page in PAGES
    for block in blocks_in(str(page.relative_to(ROOT)), page.read_text("utf-8"))
]


def in_language(language: str) -> list[Any]:
    found = [block for block in BLOCKS if block.language == language and block.is_checked]
    assert found
    return [pytest.param(block, id=block.place) for block in found]


def test_every_block_has_a_language_that_is_checked_or_is_an_output() -> None:
    assert {block.language for block in BLOCKS if block.is_checked} <= {*CHECKED, "", "console"}
    assert sum(not block.is_checked for block in BLOCKS) == NOT_CHECKED


def configuration(block: Block) -> dict[str, Any]:
    """A whole ``omni.yaml`` with what a block shows: of its own, where its mark says, or else in the demo's."""
    shown = read_lined_yaml(block.text).data
    if "channels" in shown:
        return {"version": 1, **shown}
    whole = into = read_lined_yaml(A_CHANNEL if block.mark else DEMO_CONFIGURATION).data
    if block.mark:
        channel = whole["channels"][0]
        places = {"in channels[]": channel} | {f"in channels[].{k}": channel[k] for k in channel}
        into = places[block.mark]
    for key, value in shown.items():
        old = into.get(key)
        into[key] = old | value if isinstance(old, dict) and isinstance(value, dict) else value
    return whole


@pytest.mark.parametrize("block", in_language("yaml"))
def test_every_configuration_is_one(block: Block) -> None:
    assert parse_configuration(configuration(block)).channels


def spoken(line: str) -> Iterator[list[str]]:
    """The arguments of every ``omni`` in a line of shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;>")
    lexer.commenters = "#"
    lexer.whitespace_split = True
    words = list(lexer)
    starts = [n for n, word in enumerate(words) if re.fullmatch(r"([^=]*/)?omni", word)]
    for start in starts:
        before = words[start - 1] if start else "&&"
        if before in ENDS_A_COMMAND or "=" in before:
            rest = words[start + 1 :]
            ends = [n for n, word in enumerate(rest) if word in ENDS_A_COMMAND]
            yield rest[: ends[0]] if ends else rest


def refusal(arguments: list[str]) -> str | None:
    """Why the CLI does not take the arguments; none if it does."""
    name, *others = arguments
    if name not in COMMANDS:
        return f"no command {name}"
    try:
        with contextlib.redirect_stdout(None):
            COMMANDS[name].make_context(name, others)
    except Exception as error:  # noqa: BLE001  each version of typer has classes of its own
        return str(getattr(error, "message", "") or error)
    return None


@pytest.mark.parametrize("block", in_language("sh"))
def test_every_command_of_a_block_is_taken_by_the_cli(block: Block) -> None:
    subprocess.run(["bash", "-n"], input=block.text, text=True, check=True)
    lines = [line for line in block.text.replace("\\\n", " ").splitlines() if "omni" in line]
    with_quotes = [
        line for line in lines if line.count('"') % 2 == 0
    ]  # others are of programs in quotes
    for arguments in (one for line in with_quotes for one in spoken(line)):
        assert refusal(arguments) is None, " ".join(arguments)


def words_inline(page: Path) -> list[str]:
    return INLINE.findall(BLOCK.sub("", page.read_text("utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_in_a_sentence_exists_with_its_options(page: Path) -> None:
    for words in words_inline(page):
        name, *others = re.split(r"[\s=]+", words.removeprefix("omni "))
        for each in name.split("|"):
            assert each in COMMANDS, words
            options = {option for p in COMMANDS[each].params for option in (*p.opts, "--help")}
            said = {word.strip("[].,") for word in others if word.strip("[").startswith("--")}
            assert said <= options, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_program_of_ours_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    for module in re.findall(r"python3? -m ((?:omni_identity|benchmarks)(?:\.\w+)*)", text):
        assert find_spec(module), module
    for line in re.findall(r"^ {4}(omni .*)$", text, re.M):
        assert [refusal(arguments) for arguments in spoken(line)] == [None], line


@pytest.fixture(scope="module")
def published(demo_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the demo publishes, as an analyst opens it."""
    file = demo_home / "published" / "omni.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("create temp table my_list (address varchar)")  # a reader's own
        yield connection


@pytest.mark.parametrize("block", in_language("sql"))
def test_every_query_runs_on_what_the_demo_publishes(
    block: Block, published: duckdb.DuckDBPyConnection
) -> None:
    for statement in duckdb.extract_statements(block.text):
        published.execute(statement.query).fetchall()


@pytest.mark.parametrize("block", in_language("python"))
def test_every_program_compiles(block: Block) -> None:
    compile(block.text, block.place, "exec")


@pytest.mark.parametrize("block", in_language("json"))
def test_every_document_is_json(block: Block) -> None:
    json.loads(block.text)


def test_the_checks_find_what_they_look_for() -> None:
    text = "<!-- in channels[].contacts -->\n\n```yaml\nmaping: {}\n```\n"
    sketched = "<!-- not checked: a sketch -->\n```yaml\n?\n```\n"
    wrong, sketch = blocks_in("page.md", text + sketched)
    assert (wrong.place, wrong.is_checked, sketch.is_checked) == ("page.md:3", True, False)
    with pytest.raises(Exception, match="maping"):
        parse_configuration(configuration(wrong))
    line = 'OMNI_HOME=x omni run --josn && /opt/omni/bin/omni judge same A B --by me --reason "no" # omni x'
    run, judge = spoken(line)
    assert (run, judge[:2]) == (["run", "--josn"], ["judge", "same"])
    assert "--josn" in (refusal(run) or "")
    assert refusal(judge) is None
    assert refusal(["runn"]) == "no command runn"
    assert list(spoken("docker compose run --rm omni status")) == []
