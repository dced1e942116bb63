"""What holds for every committed file."""

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from brubeck_testkit.programs import require_program

ROOT = Path(__file__).parent.parent

#: Hosts that serve packages: where packages come from is each machine's own setting.
REGISTRIES = re.compile(r"\b(?:pypi\.|pythonhosted\.|deb\.debian\.|registry\.npm)(?:org|js)\b")
#: Folders that exist on one machine only.
MACHINE_PATHS = re.compile(r"(?<![\w/.:-])/(?:root|work|Users/\w+|home/\w+)/|(?:\.\./)+shared/")


def committed(pattern: str = "*") -> list[Path]:
    git = require_program("git", install="apt-get install git")
    command = [git, "-C", str(ROOT), "ls-files", "-z", "--", pattern]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in committed()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def sources() -> list[Path]:
    return [path for path in committed("*.py") if "src" in path.relative_to(ROOT).parts]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRIES, "https://files.python" + "hosted.org/x"),
        (MACHINE_PATHS, "see /ho" + "me/miles/brubeck"),
    ],
    ids=["registry", "machine path"],
)
def test_the_patterns_below_find_what_they_are_for(pattern, text):
    assert pattern.search(text)


def test_no_file_names_a_package_registry():
    assert lines_matching(REGISTRIES) == []


def test_no_file_names_a_path_of_one_machine():
    assert lines_matching(MACHINE_PATHS) == []


def test_constraints_pin_versions_and_nothing_else():
    pin = re.compile(r"[a-z0-9-]+==[\w.!+]+( ; .+)?")
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_continuous_integration_runs_the_test_command_of_the_readme():
    readme = (ROOT / "README.md").read_text()
    command = next(line for line in readme.splitlines() if line.endswith("/bin/nox"))
    assert command.strip() in (ROOT / ".ci" / "run").read_text()


def test_no_source_file_is_over_400_lines():
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in sources()}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_test_files_have_names_of_their_own():
    """Pytest imports them by name, and a name that is taken already would be the wrong file."""
    names = Counter(path.name for path in committed("*/test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []


def test_every_public_module_class_and_function_has_a_docstring():
    public = [path for path in sources() if not path.name.startswith("_plugin")]
    assert [name for path in public for name in undocumented(path)] == []


def undocumented(path: Path) -> list[str]:
    """Name what lacks a docstring in a module; a `Protocol` of known shape needs none."""
    tree = ast.parse(path.read_text())
    module = str(path.relative_to(ROOT))
    missing = [module] if tree.body and not ast.get_docstring(tree) else []
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        bases = [ast.unparse(base) for base in getattr(node, "bases", [])]
        if "Protocol" not in bases and not ast.get_docstring(node):
            missing.append(f"{module}:{node.lineno} {node.name}")
    return missing
