"""Every distribution of this repository is packaged the same way."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FOLDERS = sorted(
    path.parent
    for pattern in ("brubeck*/pyproject.toml", "plugins/*/pyproject.toml")
    for path in ROOT.glob(pattern)
)
PLUGINS = [folder for folder in FOLDERS if folder.parent.name == "plugins"]

each_distribution = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
each_plugin = pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)


def project(folder: Path) -> dict:
    return tomllib.loads((folder / "pyproject.toml").read_text())["project"]


def requirements(folder: Path) -> list[Requirement]:
    extras = project(folder).get("optional-dependencies", {}).values()
    lines = [*project(folder)["dependencies"], *(line for extra in extras for line in extra)]
    return [Requirement(line) for line in lines]


CORE = project(ROOT / "brubeck_core")


@each_distribution
def test_it_is_named_after_its_folder(folder):
    assert project(folder)["name"] == folder.name.replace("_", "-")
    assert (folder / "src" / folder.name / "__init__.py").is_file()


@each_distribution
def test_it_says_that_it_is_typed(folder):
    assert (folder / "src" / folder.name / "py.typed").is_file()
    assert "Typing :: Typed" in project(folder)["classifiers"]


@each_distribution
def test_it_carries_its_own_readme(folder):
    assert project(folder)["readme"] == "README.md"
    assert (folder / "README.md").read_text().startswith(f"# {project(folder)['name']}\n")


@each_distribution
def test_it_carries_the_license(folder):
    assert project(folder)["license"] == "MIT"
    assert (folder / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


@each_distribution
def test_the_readme_of_the_repository_says_what_it_brings(folder):
    link = f"| [{project(folder)['name']}]({folder.relative_to(ROOT)}/) |"
    assert link in (ROOT / "README.md").read_text()


@each_distribution
@pytest.mark.parametrize("field", ["version", "requires-python"])
def test_it_agrees_with_the_core_on(folder, field):
    assert project(folder)[field] == CORE[field]


@each_distribution
def test_it_asks_for_its_neighbours_at_its_own_version(folder):
    """So that nothing else that an index may hold under these names can ever be chosen."""
    names = {project(other)["name"] for other in FOLDERS}
    bounds = {
        requirement.name: str(requirement.specifier)
        for requirement in requirements(folder)
        if requirement.name in names
    }
    assert bounds == dict.fromkeys(bounds, f"<2,>={CORE['version']}")


@each_distribution
def test_what_it_depends_on_is_pinned(folder):
    """`nox -s lock` pins it."""
    ours = {project(other)["name"] for other in FOLDERS}
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {canonicalize_name(line.partition("==")[0]) for line in lines}
    asked = {canonicalize_name(requirement.name) for requirement in requirements(folder)}
    assert asked - ours - pinned == set()


@each_plugin
def test_a_plugin_depends_on_the_core(folder):
    assert "brubeck-core" in {requirement.name for requirement in requirements(folder)}


@each_plugin
def test_a_plugin_is_under_the_import_contracts(folder):
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert folder.name in config["root_packages"]
    for contract in config["contracts"]:
        listed = contract.get("forbidden_modules", []) + contract.get("modules", [])
        if contract["name"] in PLUGIN_CONTRACTS:
            assert folder.name in listed, contract["name"]


PLUGIN_CONTRACTS = (
    "The core imports no plugin and no engine",
    "Plugins do not import one another",
)
