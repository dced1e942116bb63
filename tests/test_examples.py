"""Every example is started by one command, which its README gives."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(path.parent for path in ROOT.glob("examples/*/pyproject.toml"))
COMMAND = re.compile(
    r"^python3 -m venv --without-pip \.venv && python3 -m pip --python \.venv install -q (.+)"
    r" && \.venv/bin/brubeck run (\S+)$",
    re.MULTILINE,
)

each_example = pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)


def name_of(installed: str) -> str:
    """Name what pip installs: a folder of this repository, or a distribution."""
    if not installed.startswith("./"):
        return installed
    return tomllib.loads((ROOT / installed / "pyproject.toml").read_text())["project"]["name"]


@each_example
def test_the_readme_has_the_one_command_that_starts_it(folder):
    [(installed, target)] = COMMAND.findall((folder / "README.md").read_text())
    assert target == f"examples/{folder.name}"
    needs = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["dependencies"]
    assert sorted(map(name_of, installed.split())) == sorted(Requirement(n).name for n in needs)


@each_example
def test_the_readmes_tell_of_it(folder):
    link = f"| [{folder.name}](examples/{folder.name}/) |"
    assert link in (ROOT / "README.md").read_text()
    assert f"(../examples/{folder.name}/README.md)" in (ROOT / "docs" / "index.md").read_text()
