"""The code blocks of the documentation run, and its links lead somewhere.

Each page is one program: its ```python blocks run in order, in one namespace, in an interpreter
and a folder of their own. One that begins with `>>>` is a session, whose answers must be the ones
shown. A comment right above a block changes that:

    <!-- not run: why -->      the block is only shown
    <!-- file: NAME -->        the block, of any language, is saved under that name instead
    <!-- run -->               the commands of a `console` block run; see `docs_console.py`

A page that saves a `pyproject.toml` with entry points finds them installed.
"""

import re
import tomllib
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest
from brubeck_testkit.distributions import fake_distribution
from brubeck_testkit.interpreter import run_python

ROOT = Path(__file__).parent.parent
CONSOLE = ROOT / "tests" / "docs_console.py"
PAGES = sorted(
    chain.from_iterable(
        ROOT.glob(pattern)
        for pattern in (
            "*.md",
            "docs/**/*.md",
            "brubeck*/*.md",
            "plugins/*/*.md",
            "examples/*/*.md",
            "examples/plugins/*/*.md",
        )
    )
)

BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>not run|file|run)(?:: (?P<what>[^\n]+))? -->\n)?"
    r"```(?P<language>\w+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(#[^)\s]+)?\)")


@dataclass
class Block:
    """A fenced block of a page: what the comment above it says, and where its code begins."""

    mark: str | None
    what: str
    language: str
    code: str
    line: int

    @property
    def runs(self) -> bool:
        return self.mark == "run" or (self.language == "python" and self.mark is None)

    @property
    def function(self) -> str:
        if self.language == "console":
            return "console"
        return "talk" if self.code.startswith(">>>") else "run"


def blocks(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(
            found["mark"],
            found["what"] or "",
            found["language"],
            found["code"],
            text.count("\n", 0, found.start("code")),
        )
        for found in BLOCK.finditer(text)
    ]


def program(page: Path) -> str:
    """Return the page as one program, whose tracebacks name the page's own lines."""
    name = str(page.relative_to(ROOT))
    lines = [PRELUDE]
    if any(block.mark == "run" for block in blocks(page)):
        lines.append(CONSOLE.read_text())
    for block in blocks(page):
        if block.mark == "file":
            lines.append(f"save({block.what!r}, {block.code!r})")
        elif block.runs:
            lines.append(f"{block.function}({block.code!r}, {name!r}, {block.line})")
    return "\n".join(lines)


#: What a page's program begins with.
PRELUDE = """
import doctest
from pathlib import Path

page = {"__name__": "page"}


def save(name, text):
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def run(code, name, line):
    exec(compile("\\n" * line + code, name, "exec"), page)


def talk(code, name, line):
    session = doctest.DocTestParser().get_doctest(code, {}, name, name, line)
    session.globs = page
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    doctest.DebugRunner(optionflags=flags).run(session, clear_globs=False)
"""


def has_program(page: Path) -> bool:
    return any(block.runs for block in blocks(page))


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if has_program(page)], ids=page_id)
def test_the_code_of_a_page_runs(page, tmp_path):
    folder = tmp_path / "page"
    folder.mkdir()
    done = run_python(program(page), cwd=folder, path=[folder, *installed(page, tmp_path)])
    assert done.returncode == 0, done.stdout + done.stderr


def installed(page: Path, tmp_path: Path) -> list[Path]:
    """Install the distributions that the page writes."""
    written = [tomllib.loads(b.code) for b in blocks(page) if b.what == "pyproject.toml"]
    return [
        fake_distribution(
            tmp_path, project["name"], project["version"], entry_points=project["entry-points"]
        )
        for project in (table["project"] for table in written)
        if "entry-points" in project
    ]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_the_links_of_a_page_lead_somewhere(page):
    outside_code = BLOCK.sub("", page.read_text())
    broken = [
        path + anchor
        for path, anchor in LINK.findall(outside_code)
        if not leads_somewhere(page, path, anchor)
    ]
    assert broken == []


def leads_somewhere(page: Path, path: str, anchor: str) -> bool:
    target = page.parent / path if path else page
    if not anchor or target.suffix != ".md":
        return target.exists()
    return target.is_file() and anchor[1:] in anchors(target)


def anchors(page: Path) -> set[str]:
    """Name the headings of a page as a forge does in its links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
