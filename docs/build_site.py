"""Builds the site of the documents into a folder, from README.md, docs/ and the files that they link to.

``python docs/build_site.py [FOLDER]`` (the extra ``docs``); without a folder it is ``build/docs``. The site is
``FOLDER/site``. Pages lie in it as they do in the repository, so one link serves both.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
BAR = r"\|"
ROW, CODE = re.compile(r"^\|.*$", re.MULTILINE), re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
LIST = re.compile(r"^(?!- |\s)(.+)\n(- )", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:\s]+)")


def build(folder: Path) -> Path:
    """Lay the pages and build the site; returns its folder. Raises ``CalledProcessError`` with what is wrong."""
    shutil.rmtree(folder / "pages", ignore_errors=True)
    _copy(ROOT / "mkdocs.yml", folder / "mkdocs.yml")
    for file in _files():
        target = folder / "pages" / file.relative_to(ROOT)
        _copy(file, target)
        if file.suffix == ".md":
            target.write_text(_for_site(file.read_text(encoding="utf-8")), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "zensical",
        "build",
        "--strict",
        "-f",
        str(folder / "mkdocs.yml"),
    ]
    subprocess.run(command, check=True)
    return folder / "site"


def _files() -> Iterator[Path]:
    """The pages, all else in docs/ that is no program, and the files that pages link to."""
    in_docs = (path for path in sorted((ROOT / "docs").rglob("*")) if path.suffix != ".py")
    for path in (*(ROOT / name for name in PAGES), *in_docs):
        if path.is_file():
            yield path
            yield from _linked(path) if path.suffix == ".md" else ()


def _linked(page: Path) -> Iterator[Path]:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        file = (page.parent / target).resolve()
        if file.is_file() and file.is_relative_to(ROOT):
            yield file


def _for_site(page: str) -> str:
    """A page as Python-Markdown wants it where GitHub is content with less: an empty line above a list, and bars in
    code in cells of tables without the backslash that GitHub wants.
    """
    parts = FENCED.split(page)  # every other part is code
    parts[::2] = [LIST.sub(r"\1\n\n\2", ROW.sub(_without_backslashes, part)) for part in parts[::2]]
    return "".join(parts)


def _without_backslashes(row: re.Match[str]) -> str:
    return CODE.sub(_with_bars, row[0])


def _with_bars(code: re.Match[str]) -> str:
    return f"<code>{escape(code[1]).replace(BAR, '&#124;')}</code>" if BAR in code[1] else code[0]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "docs"))
